"""Fake ESC/POS printer, typed from the manuals named in `hal.wire.escpos`, and a driver on its line in virtual time."""

from __future__ import annotations

from dataclasses import dataclass, field

from hal.drivers.printer import EscPosPrinter
from hal.ports import (
    DeviceEvent,
    PrinterState,
    Ticket,
    TicketLine,
)

TICKET = Ticket("000813", (TicketLine("x"),))
ECHO = bytes.fromhex("1d 28 48 06 00 30 30")  # GS ( H 48
START, END = bytes.fromhex("1b 40  1b 74 10"), bytes.fromhex("0a  1d 56 42 00  1d 61 00")  # ESC @, ESC t 16; GS V 66 0, GS a 0
READ = bytes.fromhex("1d 72 01")  # GS r 1
TICKET_BYTES = START + b"x" + END + b"".join(ECHO + b"001" + each for each in (b"a", b"b", b"c", b"d")) + READ
NEXT = Ticket("000814", (TicketLine("y"),))
NEXT_BYTES = START + b"y" + END + b"".join(ECHO + b"002" + each for each in (b"a", b"b", b"c", b"d")) + READ
PROBE = ECHO + b"echo"
CLEAR = bytes.fromhex("10 14 08 01 03 14 01 06 02 08")  # DLE DC4 8
CUT_OFF = bytes.fromhex("1b 40  1d 61 00  1d 56 42 00")  # ESC @, GS a 0, GS V 66 0
CLEARED = bytes.fromhex("37 25 00")
PROCESSED = b"\x00"
ECHOES = tuple(bytes.fromhex("37 22 30 30 31") + each + b"\x00" for each in (b"a", b"b", b"c", b"d"))  # of the first ticket
ECHOED = b"".join(ECHOES)
FINE = bytes.fromhex("12 12 12 12")
NEAR_END = bytes.fromhex("12 12 12 1e")
UNABLE = {
    PrinterState.OUT: bytes.fromhex("1a 32 12 7e"),
    PrinterState.COVER_OPEN: bytes.fromhex("1a 16 12 12"),
    PrinterState.OFFLINE: bytes.fromhex("1a 52 1a 12"),
}


@dataclass
class FakePrinter:
    """A printer that answers at once, and does to a ticket what the test says."""

    status: bytes = FINE
    """The answers to DLE EOT 1 to 4; empty: mute."""
    prints: bool = True
    """Answers what stands behind the ticket; else keeps it."""
    echoes: bool = True
    """Knows GS ( H."""
    knows_clear: bool = True
    got: list[bytes] = field(default_factory=list)
    """What was sent to it, but for DLE EOT."""
    obeyed: list[bytes] = field(default_factory=list)
    """The same, but for what was sent while it was mute."""

    def receive(self, data: bytes) -> bytes:
        """Of the question whether it echoes nothing is kept in `got`."""
        if PROBE not in data:
            return self._receive(data)
        before, after = data.split(PROBE)
        echo = b"\x37\x22echo\x00" if self.echoes and self.status else b""
        return (echo + self._receive(before + after)) if before + after else echo

    def _receive(self, data: bytes) -> bytes:
        if data.startswith(READ) and len(data) == 6:  # once more, with a look
            self.got.append(READ)
            return (PROCESSED if self.prints and self.status else b"") + self.receive(data[3:])
        if data[:2] == b"\x10\x04" and len(data) == 3:
            return self.status[data[2] - 1 : data[2]]
        self.got.append(data)
        if self.status:
            self.obeyed.append(data)
        if data == CLEAR:
            return CLEARED if self.knows_clear and self.status else b""
        if not (data.endswith(READ) and self.prints and self.status):
            return b""
        asked = data[: -len(READ)].split(ECHO)[1:] if self.echoes else []
        return b"".join(b"\x37\x22" + each + b"\x00" for each in asked) + PROCESSED


@dataclass
class PrinterLine:
    """Virtual time: wakes the driver when it asks, carries the bytes, remembers when what was said."""

    far: FakePrinter = field(default_factory=FakePrinter)
    driver: EscPosPrinter = field(default_factory=lambda: EscPosPrinter(42, leftover=False))
    now: float = 1000.0
    said: list[tuple[float, DeviceEvent]] = field(default_factory=list)

    def run(self, seconds: float) -> list[DeviceEvent]:
        """The events of the next so many seconds."""
        end, before = self.now + seconds, len(self.said)
        while self.driver.wake_at <= end:
            self.now = max(self.now, self.driver.wake_at)
            self.carry(self.driver.wake(self.now))
        self.now = end
        return [event for _, event in self.said[before:]]

    def carry(self, data: bytes) -> None:
        while data:
            answer = self.far.receive(data)
            data = self.driver.receive(answer, self.now) if answer else b""
        self.said += [(self.now, event) for event in self.driver.take()]


def ready(far: FakePrinter | None = None) -> PrinterLine:
    """A line whose driver has looked once."""
    line = PrinterLine(far or FakePrinter())
    line.run(0.0)
    return line
