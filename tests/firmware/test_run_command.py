"""`horodateur run` and `horodateur provision`: what must not start says why in one line; a mixed board is served."""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.cli import main
from firmware.journal.journal import Journal
from firmware.protocol.envelope import public_key_text
from firmware.protocol.facts import Started
from firmware.station.state_folder import CITY, JOURNAL, KEY, open_signing_key, provision
from hal.clock import PARIS
from simulator.devices.printer import PrinterDevice

ROOT = Path(__file__).parents[2]
STATION = "75011-0042"
PARIS_V1 = (ROOT / "board" / "paris-v1.toml").read_text("utf-8")
DESK = (ROOT / "board" / "demo-desk.toml").read_text("utf-8")
BIN = Path(sys.executable).parent / "horodateur"


def mixed(port: str) -> str:
    """The desk board with its printer on a real port."""
    simulated = "\n".join(line for line in DESK.splitlines() if not line.startswith("printer"))
    return f'{simulated}\n[printer]\nmodel = "escpos"\nport = "{port}"\nbaud = 115200\ncolumns = 48\n'


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The folder of a station that has been started twice."""
    folder = tmp_path / "state"
    provision(folder, STATION)
    with contextlib.closing(Journal.open(folder / JOURNAL, STATION, "first boot")) as journal:
        for tariff in ("2018-01-01", "2021-08-01"):
            journal.append(Started("0.1.0", tariff), datetime(2026, 3, 4, 10, tzinfo=PARIS), 0.0)
    return folder


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that is taken: a station that starts after all would stop there, not serve for ever."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@dataclass
class Attempt:
    """`horodateur run`, in this process."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    port: int

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, "utf-8")
        return path

    def refused(self, *arguments: object) -> str:
        """The one line it says."""
        assert main([str(argument) for argument in arguments]) == 1
        out, err = self.capsys.readouterr()
        assert out == ""
        assert re.fullmatch(r"horodateur: [^\n]+\n", err), err
        return err.removeprefix("horodateur: ").rstrip("\n")

    def run_refused(self, board: Path, state: Path, *more: object) -> str:
        return self.refused("run", "--board", board, "--state", state, "--port", self.port, *more)


@pytest.fixture
def attempt(tmp_path: Path, capsys: pytest.CaptureFixture[str], taken: int) -> Attempt:
    return Attempt(tmp_path, capsys, taken)


# --- the board ----------------------------------------------------------------------------------------------------


def test_a_board_that_is_missing(attempt: Attempt, state: Path) -> None:
    board = attempt.folder / "board.toml"
    assert attempt.run_refused(board, state) == f"{board}: No such file or directory"


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ("dc = 25", "dcc = 25", ", line 32: display.dcc: no such key"),
        ("dc = 25", 'dc = "25"', ", line 32: display.dc: Expected int, got str"),
        ("dc = 25", "dc = 24", ", line 33: display.reset: pin 24 is already taken by display.dc"),
        ("pin = 18", "pin = 8", ", line 50: buzzer.pin: pin 8 is already taken by the display's SPI bus"),
        ("pin = 18", "pin = 28", ", line 50: buzzer.pin: Expected int <= 27"),
        ("baud = 19200", "baud = 19201", ", line 46: printer.baud: "),
        ('[card]\nmodel = "concert"', "[card]", ", line 36: card.model: is missing"),
        ('[card]\nmodel = "concert"', '[cards]\nmodel = "concert"', ", line 36: cards: no such key"),
        ("dc = 25", "dc = ", ": is not TOML: "),
    ],
)
def test_a_board_that_is_wrong(attempt: Attempt, state: Path, right: str, wrong: str, place: str) -> None:
    assert PARIS_V1.count(right) == 1
    board = attempt.file("board.toml", PARIS_V1.replace(right, wrong))
    assert attempt.run_refused(board, state).startswith(f"{board}{place}")


def test_a_board_that_is_no_text(attempt: Attempt, state: Path) -> None:
    board = attempt.folder / "board.toml"
    board.write_bytes(b"\xff\xfe\x00")
    assert attempt.run_refused(board, state) == f"{board}: is not UTF-8"


def test_a_port_that_does_not_exist(attempt: Attempt, state: Path) -> None:
    """The board file may be right: it is this computer that has no such port."""
    said = attempt.run_refused(attempt.file("board.toml", mixed("/dev/ttyNOWHERE")), state)
    assert said.startswith("this computer: printer.port: ")
    assert "/dev/ttyNOWHERE" in said
    assert "No such file or directory" in said


def test_a_port_that_somebody_else_has_open(attempt: Attempt, state: Path) -> None:
    from hal.cable import SerialCable

    master, slave = os.openpty()
    name = os.ttyname(slave)
    with contextlib.closing(SerialCable(name, 115200)):
        said = attempt.run_refused(attempt.file("board.toml", mixed(name)), state)
    os.close(master)
    os.close(slave)
    assert said.startswith("this computer: printer.port: ")
    assert name in said


# --- the other files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("board", ["paris-v1.toml", "demo-desk.toml"])
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, ": cannot be read: No such file or directory"),
        ("{\n", ", line 2: "),
        ("[]", ": $: Expected `object`"),
        ('{"edition": 1}', ": $: "),
    ],
)
def test_tariffs_that_are_missing_or_malformed(
    attempt: Attempt, state: Path, board: str, text: str | None, reason: str
) -> None:
    file = attempt.folder / "tariffs.json"
    if text is not None:
        file.write_text(text)
    said = attempt.run_refused(ROOT / "board" / board, state, "--tariffs", file)
    assert said.startswith(f"{file}{reason}")


def test_a_station_file_that_is_wrong(attempt: Attempt, state: Path) -> None:
    shipped = (ROOT / "board" / "demo-station.toml").read_text("utf-8")
    file = attempt.file("station.toml", shipped.replace("zone = 1", 'zone = "one"'))
    said = attempt.run_refused(ROOT / "board" / "demo-desk.toml", state, "--station", file)
    assert said == f"{file}, line 3: zone: Expected int, got str"


@pytest.mark.parametrize("board", ["paris-v1.toml", "demo-desk.toml"])
class TestJournal:
    """On real ports and at the desk alike."""

    def test_missing(self, attempt: Attempt, state: Path, board: str) -> None:
        (state / JOURNAL).unlink()
        said = attempt.run_refused(ROOT / "board" / board, state)
        assert said.startswith(f"{state / JOURNAL}: is missing")
        assert not (state / JOURNAL).exists(), "a new journal in the place of a lost one would hide the loss"

    def test_of_another_station(self, attempt: Attempt, state: Path, board: str) -> None:
        before = (state / JOURNAL).read_bytes()
        shipped = (ROOT / "board" / "demo-station.toml").read_text("utf-8")
        file = attempt.file("station.toml", shipped.replace(STATION, "75012-0001"))
        said = attempt.run_refused(ROOT / "board" / board, state, "--station", file)
        assert said == f"{state / JOURNAL}: it is the journal of station {STATION}, not of 75012-0001"
        assert (state / JOURNAL).read_bytes() == before

    def test_tampered_with(self, attempt: Attempt, state: Path, board: str) -> None:
        whole = (state / JOURNAL).read_bytes()
        assert whole.count(b"2018-01-01") == 1
        tampered = whole.replace(b"2018-01-01", b"2018-01-02")
        (state / JOURNAL).write_bytes(tampered)
        said = attempt.run_refused(ROOT / "board" / board, state)
        assert said == f"{state / JOURNAL}: entry 1: its hash is not that of its text and its past"
        assert (state / JOURNAL).read_bytes() == tampered

    def test_cut_short(self, attempt: Attempt, state: Path, board: str) -> None:
        cut = (state / JOURNAL).read_bytes()[:-3000]
        (state / JOURNAL).write_bytes(cut)
        said = attempt.run_refused(ROOT / "board" / board, state)
        assert said.startswith(f"{state / JOURNAL}: ")
        assert (state / JOURNAL).read_bytes() == cut

    def test_that_is_something_else(self, attempt: Attempt, state: Path, board: str) -> None:
        (state / JOURNAL).write_bytes(b"This is no database at all. " * 100)
        said = attempt.run_refused(ROOT / "board" / board, state)
        assert said.startswith(f"{state / JOURNAL}: ")
        assert (state / JOURNAL).read_bytes() == b"This is no database at all. " * 100

    def test_without_its_key(self, attempt: Attempt, state: Path, board: str) -> None:
        (state / KEY).unlink()
        said = attempt.run_refused(ROOT / "board" / board, state)
        assert said.startswith(f"{state / KEY}: ")
        assert not (state / KEY).exists()


def test_a_folder_that_was_never_provisioned_is_no_station_on_real_ports(attempt: Attempt) -> None:
    said = attempt.run_refused(ROOT / "board" / "paris-v1.toml", attempt.folder / "nothing")
    assert said.startswith(f"{attempt.folder / 'nothing'}")
    assert "provision" in said
    assert not (attempt.folder / "nothing").exists()


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_number_that_is_none(attempt: Attempt, state: Path, port: int) -> None:
    said = attempt.refused("run", "--board", ROOT / "board" / "demo-desk.toml", "--state", state, "--port", port)
    assert said == f"{port} is not a port: 0 to 65535"


def test_a_port_number_that_is_taken(attempt: Attempt, state: Path) -> None:
    said = attempt.run_refused(ROOT / "board" / "demo-desk.toml", state)
    assert str(attempt.port) in said
    assert "already in use" in said


# --- provision and help -------------------------------------------------------------------------------------------


def test_provision_makes_a_station_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new"
    assert main(["provision", "--state", str(folder)]) == 0
    public = public_key_text(open_signing_key(folder).public_key())
    assert capsys.readouterr().out == f"{STATION} 1 11D {public}\n"
    assert (folder / KEY).stat().st_mode & 0o777 == 0o600
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert main(["provision", "--state", str(folder)]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert str(folder) in err
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_provision_keeps_the_key_of_the_city(tmp_path: Path) -> None:
    key = public_key_text(Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key())
    assert main(["provision", "--state", str(tmp_path / "new"), "--central-key", key]) == 0
    assert (tmp_path / "new" / CITY).read_text() == f"{key}\n"


def test_a_key_of_the_city_that_is_none_provisions_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["provision", "--state", str(tmp_path / "new"), "--central-key", "A" * 42])
    assert "--central-key: a public key is 43 characters of base64url" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_a_station_does_not_start_on_a_key_of_the_city_that_is_none(attempt: Attempt, state: Path) -> None:
    (state / CITY).write_text("the city\n")
    said = attempt.run_refused(ROOT / "board" / "paris-v1.toml", state)
    assert said.startswith(f"{state / CITY}: a public key is 43 characters of base64url")


@pytest.mark.parametrize("kept", [JOURNAL, KEY])
def test_provision_replaces_neither_half_of_a_station(attempt: Attempt, state: Path, kept: str) -> None:
    for file in (JOURNAL, KEY):
        if file != kept:
            (state / file).unlink()
    before = (state / kept).read_bytes()
    assert str(state) in attempt.refused("provision", "--state", state)
    assert (state / kept).read_bytes() == before


COMMANDS = [
    *("", "run", "provision", "start", "out-of-service", "quote", "fps", "journal", "journal verify"),
    *("journal export", "pin", "selftest", "diag", "sync", "tariff"),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    out, err = capsys.readouterr()
    assert (ended.value.code, err) == (0, "")
    assert out.startswith(f"usage: {f'horodateur {command}'.strip()} ")


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = re.findall(r"^    ([\w-]+)", capsys.readouterr().out, re.MULTILINE)
    assert listed == [command for command in COMMANDS if command and " " not in command]


@pytest.mark.parametrize("line", [[], ["run"], ["fly"], ["run", "--board", "x", "--port", "http"]])
def test_a_wrong_command_line(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(line)
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_the_installed_command_says_its_line_and_nothing_else(tmp_path: Path) -> None:
    command = [str(BIN), "run", "--board", "board.toml"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", "horodateur: board.toml: No such file or directory\n")


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

    def until(self, truth: Callable[[], object], seconds: float = 20.0) -> None:
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
            for key in ("A", "B", "1", "2", "3", "C", "D", "OK", "2", "OK"):
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
