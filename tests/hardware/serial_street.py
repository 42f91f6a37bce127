"""Serial drivers on pseudo-terminals, the simulated devices at their far ends, and the loop that runs them."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from firmware import loop
from firmware.app import Station
from firmware.assemble import NoCable
from firmware.station.equipment import Plug
from firmware.station.stop_signal import StopSignal
from hal.board import ConcertWiring, PrinterWiring
from hal.cable import SerialCable
from hal.clock import SystemClock
from hal.drivers.concert import ConcertTerminal
from hal.drivers.printer import EscPosPrinter
from hal.ports import (
    NEVER,
    Approved,
    Clock,
    Declined,
    DeviceEvent,
    EventSource,
    Instant,
    Ticket,
    TicketCode,
    TicketLine,
    Unanswered,
)
from hal.time_zone import PARIS
from simulator.devices.paper import PrintedTicket
from simulator.devices.printer import PrinterDevice
from simulator.devices.terminal import ConcertDevice

CARD = ConcertWiring(port="", baud=9600)
PRINTER = PrinterWiring(model="escpos", port="", baud=115200, columns=48)
FAST_MM_S = 2000.0
TICKET = Ticket(
    "75011-0042-000001", (TicketLine("VILLE DE PARIS"), TicketLine("12:01", double=True), TicketCode("HDT1|AB123CD"))
)


class Master:
    """The far end of a pseudo-terminal, as the loop wants a cable."""

    pending = False

    def __init__(self) -> None:
        self._fd, self._slave = os.openpty()
        os.set_blocking(self._fd, False)
        self.port = os.ttyname(self._slave)
        self.lost = False

    def fileno(self) -> int:
        return self._fd

    def read(self) -> bytes:
        try:
            return os.read(self._fd, 4096)
        except BlockingIOError:
            return b""

    def write(self, data: bytes) -> None:
        if data and not self.lost:
            assert os.write(self._fd, data) == len(data)

    def flush(self) -> None:
        pass

    def unplug(self) -> None:
        """Pull the plug out: the station's end now stands for nothing."""
        if not self.lost:
            self.lost = True
            os.close(self._fd)
            os.close(self._slave)


@dataclass
class Hands:
    """Somebody at the station: a script that says how long to wait before its next line. An End without a cable."""

    script: Generator[float, None, None]
    wake_at: Instant = 0.0

    def receive(self, data: bytes, now: Instant) -> bytes:
        return b""

    def wake(self, now: Instant) -> bytes:
        try:
            self.wake_at = now + next(self.script)
        except StopIteration:
            self.wake_at = NEVER
            signal.raise_signal(signal.SIGTERM)
        return b""


class Leaping:
    """The system clock, which a test may put forward."""

    def __init__(self) -> None:
        self._system, self._ahead = SystemClock(), 0.0

    def now(self) -> Instant:
        return self._system.now() + self._ahead

    def wall(self) -> datetime:
        return datetime(2026, 3, 4, 10, tzinfo=PARIS)

    def synchronised(self) -> bool | None:
        return self._system.synchronised()

    def leap(self, seconds: float) -> None:
        self._ahead += seconds


@dataclass
class Ends:
    """What the loop runs where there is no station: ends on cables, and what they told."""

    clock: Clock
    sources: Sequence[EventSource]
    plugs: list[Plug] = field(default_factory=list)
    told: list[DeviceEvent] = field(default_factory=list)
    turns: int = 0

    @property
    def wake_at(self) -> Instant:
        return min(plug.end.wake_at for plug in self.plugs)

    def receive(self, plug: Plug, data: bytes) -> None:
        plug.cable.write(plug.end.receive(data, self.clock.now()))

    def turn(self) -> None:
        self.turns += 1
        for plug in self.plugs:
            if plug.end.wake_at <= self.clock.now():
                plug.cable.write(plug.end.wake(self.clock.now()))
        for source in self.sources:
            for event in source.take():
                self.told.append(event)
                if isinstance(source, ConcertTerminal) and isinstance(event, Approved | Declined | Unanswered):
                    source.acknowledge(event.reference)


@dataclass
class SerialStreet:
    """The two serial drivers on their ports, and the two devices at the other ends."""

    clock: Leaping
    card: ConcertTerminal
    printer: EscPosPrinter
    card_port: SerialCable
    printer_port: SerialCable
    terminal: ConcertDevice
    paper: PrinterDevice
    card_master: Master
    printer_master: Master
    ends: Ends

    def run(self, script: Generator[float, None, None]) -> list[DeviceEvent]:
        """Run the loop until the script has ended; everything the drivers told."""
        hands = Plug("hands", Hands(script), NoCable())
        self.ends.plugs.append(hands)
        loop.run(cast(Station, self.ends), self.clock, StopSignal())
        self.ends.plugs.remove(hands)
        return self.ends.told

    def until(self, truth: Callable[[], object], seconds: float = 6.0) -> Generator[float, None, None]:
        """Wait in a script for something to become true."""
        limit = SystemClock().now() + seconds
        while not truth():
            assert SystemClock().now() < limit, f"nothing after {seconds} s: {self.ends.told}"
            yield 0.01

    def told(self, event: DeviceEvent) -> Callable[[], bool]:
        """Whether this was told, to be asked later."""
        return lambda: event in self.ends.told

    def leaping(self, truth: Callable[[], object]) -> Generator[float, None, None]:
        """Wait, the clock going a second every hundredth of one."""
        for _ in range(300):
            if truth():
                return
            self.clock.leap(1.0)
            yield 1.01  # of which the leap is one: bytes need real time to cross
        raise AssertionError(f"nothing after 300 s of the clock: {self.ends.told}")


def printed(paper: PrinterDevice) -> list[PrintedTicket]:
    """The whole tickets; not the blank piece that is cut off when a driver begins."""
    return [ticket for ticket in paper.tickets if ticket.cut and ticket.rows]
