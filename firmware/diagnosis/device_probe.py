"""Opens every device of a board without a station, and collects the events each reports: the self-test's input.

Each device is opened alone, by the same functions and drivers as the station's, so that one missing port costs one line of
the report. Nothing is charged and nothing is printed: a terminal is probed, a printer is asked for its state, a display shows
a picture, a buzzer beeps once, contacts and keys are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from firmware.assemble import NoCable
from firmware.station.equipment import Plug
from hal.board import (
    Board,
    BuzzerWiring,
    CardWiring,
    ConcertWiring,
    ContactWiring,
    DisplayWiring,
    KeypadWiring,
    NetworkWiring,
    PanelWiring,
    PrinterWiring,
    SerialWiring,
    open_buzzer,
    open_card,
    open_display,
    open_gpio,
    open_keypad,
    open_link,
    open_panel,
    open_serial,
    open_spi,
)
from hal.cable import Cable
from hal.drivers.display import Spi
from hal.drivers.inputs import DOOR, MAINS, SwitchEvents, SwitchInputs
from hal.drivers.printer import EscPosPrinter
from hal.lines import EdgeCable, Gpio
from hal.link import Link
from hal.ports import (
    NEVER,
    Clock,
    DeviceEvent,
    Display,
    DoorClosed,
    DoorOpened,
    EventSource,
    Instant,
    Key,
    KeyPressed,
    Line,
    MainsBack,
    MainsLost,
    PanelIs,
    Pattern,
    PrinterIs,
    TerminalIs,
    Tone,
    View,
)

PICTURE = View("self-test", "", "", (Line("Autotest"),), pattern=Pattern.BORDER)
SEEN = 3.0
"""Seconds at least: for eyes to find the picture, which goes with the process."""
PATIENCE = 15.0
"""Seconds at most: a terminal that is silent is known to be after nine."""
ANSWERS: dict[str, tuple[type[DeviceEvent], ...]] = {
    "terminal": (TerminalIs,),
    "panel": (PanelIs,),
    "printer": (PrinterIs,),
    "door": (DoorOpened, DoorClosed),
    "mains": (MainsLost, MainsBack),
}
"""The events by which each device that can answer answers."""


class Ports(Protocol):
    """The ports of a computer, real or simulated. Each method raises its library's own error if the port is not there."""

    def gpio(self) -> Gpio:
        """The GPIO header."""

    def spi(self) -> Spi:
        """An SPI bus, not yet opened."""

    def serial(self, name: str, wiring: SerialWiring) -> Cable:
        """The serial port of the device of this name."""

    def link(self, wiring: NetworkWiring) -> Link:
        """The link to the device at this address, not dialled yet."""


class ThisComputer:
    """The ports of the computer this runs on."""

    def gpio(self) -> Gpio:
        """The GPIO header."""
        return open_gpio()

    def spi(self) -> Spi:
        """An SPI bus, not yet opened."""
        return open_spi()

    def serial(self, name: str, wiring: SerialWiring) -> Cable:
        """The serial port."""
        return open_serial(name, wiring)

    def link(self, wiring: NetworkWiring) -> Link:
        """The link to a device on the network."""
        return open_link(wiring)


@dataclass
class DeviceProbe:
    """The devices that could be opened and what they have reported; the loop turns it in place of a station."""

    clock: Clock
    plugs: list[Plug] = field(default_factory=list)
    sources: list[EventSource] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    """Why a device could not be opened or written to, by its name."""
    events: list[DeviceEvent] = field(default_factory=list)
    every_key: bool = False
    """Wait until each key has been pressed."""
    on_event: Callable[[DeviceEvent], None] = lambda event: None
    since: Instant = 0.0
    _awaited: set[str] = field(default_factory=set)

    @property
    def wake_at(self) -> Instant:
        """When the first driver wants waking."""
        return min((plug.end.wake_at for plug in self.plugs), default=NEVER)

    def receive(self, plug: Plug, data: bytes) -> None:
        """Hand bytes that came over this plug's cable to its driver."""
        self._exchange(plug, partial(plug.end.receive, data, self.clock.now()))

    def turn(self) -> None:
        """Wake the drivers that are due and collect the events of all."""
        now = self.clock.now()
        for plug in [plug for plug in self.plugs if plug.end.wake_at <= now]:
            self._exchange(plug, partial(plug.end.wake, now))
        for event in [event for source in self.sources for event in source.take()]:
            self.events.append(event)
            self.on_event(event)

    def _exchange(self, plug: Plug, answer: Callable[[], bytes]) -> None:
        """Write what a driver answers; one whose library raises costs a line of the report, and is not woken again."""
        if plug not in self.plugs:
            return
        try:
            plug.cable.write(answer())
        except Exception as error:  # as in `open_probe`
            self.failures[plug.name] = _reason(error)
            self.plugs.remove(plug)

    def over(self, patience: float) -> bool:
        """Whether every device has answered, or has had `patience` seconds to."""
        gone = self.clock.now() - self.since
        return gone >= patience or (gone >= SEEN and not self.awaited)

    @property
    def awaited(self) -> frozenset[str]:
        """The devices that have yet to answer."""
        waited = self._awaited - self.failures.keys()
        quiet = (name for name in waited if not any(isinstance(event, ANSWERS[name]) for event in self.events))
        pressed = {event.key for event in self.events if isinstance(event, KeyPressed)}
        keys = ["keypad"] if self.every_key and "keypad" not in self.failures and len(pressed) < len(Key) else []
        return frozenset((*quiet, *keys))

    def add(self, name: str, source: EventSource | None, plug: Plug | None) -> None:
        """Add a device that could be opened."""
        self.sources += [source] if source else []
        self.plugs += [plug] if plug else []
        self._awaited |= {name} & ANSWERS.keys()


def open_probe(board: Board, ports: Ports, clock: Clock, *, every_key: bool = False) -> DeviceProbe:
    """Open every device of the board that is on this computer; keep why each of the others could not be opened."""
    probe = DeviceProbe(clock, every_key=every_key, since=clock.now())
    for name, add in _openings(board, ports, probe):
        try:
            add()
        except Exception as error:  # GPIO, SPI and serial libraries raise whatever their C halves do
            probe.failures[name] = _reason(error)
    return probe


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _openings(board: Board, ports: Ports, probe: DeviceProbe) -> Iterator[tuple[str, Callable[[], None]]]:
    """Device by device, its name and the function that opens it."""
    if isinstance(keypad := board.keypad, KeypadWiring):
        yield "keypad", lambda: _add_keypad(probe, keypad, ports)
    elif (panel := board.panel) is not None:
        yield "keypad", lambda: _add_panel(probe, panel, ports)
    if isinstance(display := board.display, DisplayWiring):
        yield "display", lambda: _show(open_display(display, ports.gpio(), ports.spi()))
    if isinstance(buzzer := board.buzzer, BuzzerWiring):
        yield "buzzer", lambda: _add_buzzer(probe, buzzer, ports)
    if (card := board.card) != "simulated":
        yield "terminal", partial(_add_terminal, probe, card, ports)
    if isinstance(printer := board.printer, PrinterWiring):
        yield "printer", lambda: _add_printer(probe, printer, ports)
    for name, contact, says in (("door", board.door, DOOR), ("mains", board.mains, MAINS)):
        if isinstance(contact, ContactWiring):
            yield name, partial(_add_contact, probe, name, contact.pin, says, ports)


def _add_keypad(probe: DeviceProbe, wiring: KeypadWiring, ports: Ports) -> None:
    edges = EdgeCable()
    driver = open_keypad(wiring, ports.gpio(), edges.edge)
    probe.add("keypad", driver, Plug("keypad", driver, edges))


def _add_panel(probe: DeviceProbe, wiring: PanelWiring, ports: Ports) -> None:
    driver = open_panel(wiring, probe.clock.wall)
    driver.beep(Tone.ACCEPTED)
    probe.add("panel", driver, Plug("keypad", driver, ports.serial("panel", wiring)))


def _show(display: Display) -> None:
    display.show(PICTURE)


def _add_buzzer(probe: DeviceProbe, wiring: BuzzerWiring, ports: Ports) -> None:
    driver = open_buzzer(wiring, ports.gpio())
    driver.beep(Tone.ACCEPTED)
    probe.add("buzzer", None, Plug("buzzer", driver, NoCable()))


def _add_terminal(probe: DeviceProbe, wiring: CardWiring, ports: Ports) -> None:
    line = ports.serial("card", wiring) if isinstance(wiring, ConcertWiring) else ports.link(wiring)
    driver = open_card(wiring, line, probe.clock.wall)
    probe.add("terminal", driver, Plug("terminal", driver, line))


def _add_printer(probe: DeviceProbe, wiring: PrinterWiring, ports: Ports) -> None:
    driver = EscPosPrinter(wiring.columns, leftover=False)  # what a station left there is the station's to clear
    probe.add("printer", driver, Plug("printer", driver, ports.serial("printer", wiring)))


def _add_contact(probe: DeviceProbe, name: str, pin: int, says: SwitchEvents, ports: Ports) -> None:
    """Open one contact by itself: a driver of both would fail with either."""
    edges = EdgeCable()
    driver = SwitchInputs(ports.gpio(), {pin: says}, edges.edge)
    probe.add(name, driver, Plug(name, driver, edges))
