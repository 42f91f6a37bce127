"""`horodateur run` with one real device: a whole sale on a serial port, and a second station on it refused."""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from firmware.cli import main
from firmware.station.state_folder import JOURNAL
from simulator.devices.printer import PrinterDevice
from tests.firmware.cli.attempts import BIN, Attempt, mixed

# --- a mixed board ------------------------------------------------------------------------------------------------


@dataclass
class RealPrinter:
    """A simulated printer on a pseudo-terminal: a real port, for the process that opens it."""

    device: PrinterDevice = field(default_factory=lambda: PrinterDevice(dots=576, baud=115200, millimetres_a_second=2000.0))

    def __post_init__(self) -> None:
        self._master, self._slave = os.openpty()
        os.set_blocking(self._master, False)
        self.port = os.ttyname(self._slave)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._master, selectors.EVENT_READ)

    def until(self, truth: Callable[[], object], seconds: float = 60.0) -> None:
        """Be the printer until something is true, which is looked at 20 times a second."""
        limit = time.monotonic() + seconds
        while not truth():
            assert time.monotonic() < limit, f"nothing after {seconds} s"
            look = time.monotonic() + 0.05
            while (now := time.monotonic()) < look:
                if self._selector.select(min(look, self.device.wake_at) - now):
                    os.write(self._master, self.device.receive(os.read(self._master, 4096), time.monotonic()))
                if self.device.wake_at <= time.monotonic():
                    os.write(self._master, self.device.wake(time.monotonic()))

    def close(self) -> None:
        self._selector.close()
        os.close(self._master)
        os.close(self._slave)


@contextlib.contextmanager
def served(*arguments: object, until: int = signal.SIGINT) -> Iterator[httpx.Client]:
    """`horodateur` in a process of its own, until it gets a signal: it must then end cleanly, having said nothing more."""
    command = [str(BIN), *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            assert selector.select(20.0), "it says no URL"
        line = process.stdout.readline()
        said = re.fullmatch(r"Horodateur : (http://127\.0\.0\.1:\d+)/\n", line)
        assert said, line
        with httpx.Client(base_url=said[1], timeout=10.0) as client:
            yield client
        process.send_signal(until)
        assert process.communicate(timeout=20.0) == ("", "")
        assert process.returncode == 0
    finally:
        process.kill()
        process.communicate()


def test_a_sale_with_a_real_printer_and_everything_else_simulated(tmp_path: Path) -> None:
    board, folder = tmp_path / "mixed.toml", tmp_path / "state"
    with contextlib.closing(RealPrinter()) as printer:
        board.write_text(mixed(printer.port))
        with served("run", "--board", board, "--state", folder, "--port", 0) as client:

            def state(member: str) -> object:
                return client.get("/api/state").json()[member]

            assert "<title>Horodateur</title>" in client.get("/").text

            def answers() -> int:
                return sum(transfer["from"] == "printer" for transfer in client.get("/api/wire").json())

            printer.until(lambda: answers() >= 4 and state("screen") == "idle")
            client.post("/api/clock", json={"at": "2026-03-04T10:00"})
            for key in ("A", "B", "1", "2", "3", "C", "D", "OK", "OK", "OK"):
                assert client.post("/api/key", json={"key": key}).status_code == 200
            printer.until(lambda: client.post("/api/card", json={"card": "contactless"}).json()["taken"])
            printer.until(lambda: state("screen") == "approved")
            client.post("/api/key", json={"key": "OK"})
            printer.until(lambda: state("screen") == "take ticket")
            assert state("ticket") is None, "the ticket is in the real printer, not in the cabinet's"
    (ticket,) = [ticket for ticket in printer.device.tickets if ticket.rows]
    assert ticket.cut
    assert "AB-123-CD" in ticket.text
    assert "12:01" in ticket.text
    assert main(["journal", "verify", str(folder / JOURNAL)]) == 0


def test_a_second_station_on_the_same_port_is_refused_and_the_first_goes_on(attempt: Attempt, tmp_path: Path) -> None:
    board, folder = tmp_path / "mixed.toml", tmp_path / "first"
    with contextlib.closing(RealPrinter()) as printer:
        board.write_text(mixed(printer.port))
        with served("run", "--board", board, "--state", folder, "--port", 0, until=signal.SIGTERM) as client:
            printer.until(lambda: client.get("/api/state").json()["screen"] == "idle")
            shutil.rmtree(tmp_path / "second", ignore_errors=True)
            assert printer.port in attempt.run_refused(board, tmp_path / "second")
            printer.until(lambda: not client.get("/api/state").json()["alarms"])
