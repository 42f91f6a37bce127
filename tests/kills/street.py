"""One station's process with the far ends of its lines, hands on its keys and a card at its terminal; and the plug to pull."""

from __future__ import annotations

import contextlib
import select
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import NamedTuple

import msgspec

from hal.ports import NEVER
from hal.shipped import DEMO_STATION, ROOT
from simulator.desk.terminals import SimulatedTerminal
from simulator.devices.caisse_ap_terminal import CaisseApDevice
from simulator.devices.nexo_frames import HttpFrames, LengthFrames
from simulator.devices.nexo_terminal import NexoDevice
from simulator.devices.printer import PrinterDevice
from simulator.devices.terminal import ConcertDevice
from tests.hal.far_socket import HERE, certificate, server_context
from tests.kills.far_ends import FarEnd, PtyEnd, SocketEnd
from tests.kills.hurry import HurriedClock, hurried
from tests.kills.station import StationSeen

PROTOCOLS = ("concert", "caisse-ap", "nexo-tcp", "nexo-https")
CARDS = ("contactless",) * 6 + ("approved",) * 2 + ("declined", "cancelled")
"""What is shown to the terminal, as often as it stands here."""
HESITATION = 0.4
"""Seconds until somebody shows a card, at most."""


class KillError(Exception):
    """What a killed station did not hold to, or did not do in time."""


class Wait(NamedTuple):
    """What a script waits for, and for how long at most; it is told whether it came."""

    truth: Callable[[], object]
    seconds: float


StreetScript = Generator[Wait, bool, None]


@dataclass(frozen=True)
class Terminal:
    """A terminal, its line, and the `[card]` of a board file."""

    device: SimulatedTerminal
    end: FarEnd
    wiring: str


def terminal_of(protocol: str, folder: Path) -> Terminal:
    """A terminal that speaks one of `PROTOCOLS`, on a line of its own."""
    if protocol == "concert":
        concert = ConcertDevice()
        port = PtyEnd(concert)
        return Terminal(concert, port, f'protocol = "concert"\nport = "{port.port}"\nbaud = 9600')
    if protocol == "caisse-ap":
        caisse_ap = CaisseApDevice()
        line = SocketEnd(caisse_ap)
        return Terminal(caisse_ap, line, f'protocol = "caisse-ap"\nhost = "{HERE}"\nport = {line.port}')
    secret = protocol == "nexo-https"
    file = certificate(folder, "terminal") if secret else None
    tls: ssl.SSLContext | None = server_context(file) if file else None
    nexo = NexoDevice(HttpFrames if secret else LengthFrames)
    line = SocketEnd(nexo, tls)
    transport = f'transport = "https"\nca = "{file}"' if secret else 'transport = "tcp"'
    return Terminal(nexo, line, f'protocol = "nexo"\nhost = "{HERE}"\nport = {line.port}\n{transport}\npoi = "P400"')


def board_text(card: str, printer: str) -> str:
    """The shipped board, with this terminal and this port of the printer."""
    before, _, rest = (ROOT / "board" / "paris-v1.toml").read_text("utf-8").partition("[card]")
    after = "[printer]" + rest.partition("\n[printer]")[2].replace("/dev/horodateur/printer", printer)
    return f"{before}[card]\n{card}\n\n{after}"


class KillStreet:
    """The street around one state folder. Its processes come and go, its terminal and its printer stay."""

    def __init__(self, protocol: str, folder: Path, state: Path, clock: HurriedClock, chance: Random) -> None:
        """`state`: a provisioned folder."""
        self.terminal, self.printer = (
            terminal_of(protocol, folder),
            PrinterDevice(dots=576, baud=115200, millimetres_a_second=2000),
        )
        self.clock, self.complaints = clock, folder / "complaints"
        self._paper, self._state, self._chance = PtyEnd(self.printer), state, chance
        self._board = folder / "board.toml"
        self._board.write_text(board_text(self.terminal.wiring, self._paper.port), "utf-8")
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._heard = b""
        self._card_at: float | None = None
        self.seen = StationSeen()
        self.alarm: float = NEVER
        """When something is to be looked at, by the monotonic clock: until the process ends."""

    # --- power ---

    def switch_on(self) -> None:
        """Start the station's process."""
        ours, theirs = socket.socketpair()
        words = ["run", "--board", str(self._board), "--station", str(DEMO_STATION), "--state", str(self._state)]
        module = [sys.executable, "-m", "tests.kills.station", str(theirs.fileno()), str(self.clock.began)]
        with self.complaints.open("ab") as complaints:
            self._process = subprocess.Popen(
                [*module, *words],
                cwd=ROOT,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=complaints,
                stderr=complaints,
            )
        theirs.close()
        self._control, self._heard, self.seen, self.alarm = ours, b"", StationSeen(), NEVER

    def kill(self) -> None:
        """SIGKILL. Raises KillError if the process had ended by itself."""
        self._end(signal.SIGKILL, -signal.SIGKILL)

    def switch_off(self) -> None:
        """SIGTERM, which must end it cleanly, having said nothing at any time."""
        self._end(signal.SIGTERM, 0)
        if said := self.complaints.read_text():
            raise KillError(f"a station said: {said}")

    def _end(self, number: int, status: int) -> None:
        process, self._process = self._process, None
        assert process is not None
        assert self._control is not None
        process.send_signal(number)
        ended = process.wait(30)
        self._control.close()
        self._control = None
        if ended != status:
            raise KillError(f"it had ended with {ended}: {self.complaints.read_text()}")

    def close(self) -> None:
        """Close every line, and end the process if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        for each in (self._control, self.terminal.end, self._paper):
            if each is not None:
                each.close()

    # --- hands ---

    def order(self, words: str) -> None:
        """Do something to the cabinet (see `tests/kills/station.py`); nothing happens to one without power."""
        with contextlib.suppress(OSError):
            if self._control is not None:
                self._control.sendall(words.encode() + b"\n")

    def _hold_card(self) -> None:
        """Whoever stands there shows a card, some time after the terminal asked, whatever has become of the station."""
        core = self.terminal.device.core
        if not core.busy or core.card_taken:
            self._card_at = None
        elif self._card_at is None:
            self._card_at = time.monotonic() + self._chance.uniform(0.0, HESITATION)
        elif self._card_at <= time.monotonic():
            core.present(self._chance.choice(CARDS), hurried())

    # --- time ---

    def play(self, script: StreetScript, until: Callable[[], object], seconds: float, what: str) -> None:
        """Let time pass, and the script go on, until something is true. Raises KillError if it never is."""
        limit = time.monotonic() + seconds
        wait = next(script)
        wait_until = time.monotonic() + wait.seconds
        while not until():
            if time.monotonic() > limit:
                raise KillError(f"{what}: not within {seconds:.0f} s; {self.seen}; {self.terminal.device.core.display}")
            if (came := bool(wait.truth())) or wait_until <= time.monotonic():
                wait = script.send(came)
                wait_until = time.monotonic() + wait.seconds
            else:
                self.turn(min(limit, wait_until))

    def turn(self, until: float) -> None:
        """Wait for whatever comes first, and let everybody have their part of it."""
        ends = (self.terminal.end, self._paper)
        instants = (until, self.alarm, self._card_at or NEVER, *(each.due for each in ends))
        listening = [descriptor for each in ends for descriptor in each.filenos()]
        control = [] if self._control is None else [self._control.fileno()]
        wait = max(0.0, min(instants) - time.monotonic())
        ready, _, _ = select.select([*listening, *control], [], [], wait)
        if self._control is not None and self._control.fileno() in ready:
            self._hear(self._control)
        for each in ends:
            each.turn()
        self._hold_card()

    def _hear(self, control: socket.socket) -> None:
        with contextlib.suppress(ConnectionError):
            data = control.recv(65536)
            if not data:
                raise KillError(f"the station ended: {self.complaints.read_text()}")
            *lines, self._heard = (self._heard + data).split(b"\n")
            if lines:
                self.seen = msgspec.json.decode(lines[-1], type=StationSeen)
