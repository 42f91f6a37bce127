"""Everything a station touches, played by one object: display, buzzer, terminal, printer, events, clock.

For tests of what the station does with its ports. Tests of the devices themselves play the far end of each cable instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from firmware.app import Station
from hal.ports import NEVER, Capabilities, DeviceEvent, Key, KeyPressed, Ticket, Tone, View


@dataclass
class World:
    """Ports that keep what they are told, and a clock in the test's hands."""

    at: datetime = datetime(2026, 3, 4, 10, 0, 20, tzinfo=ZoneInfo("Europe/Paris"))
    instant: float = 0.0
    kept: bool | None = None
    """Whether the kernel says that the clock is synchronised; None: it does not say."""
    events: list[DeviceEvent] = field(default_factory=list)
    """What the devices have to tell at the next turn."""
    charged: list[tuple[str, int]] = field(default_factory=list)
    """Reference and cents of each payment asked of the terminal."""
    view: View | None = None
    """What the display shows."""
    capabilities: Capabilities = field(default_factory=Capabilities)
    """What the protocol of the terminal has."""
    aborted: list[str] = field(default_factory=list)
    """Reference of each payment that was taken back."""
    asked: list[str] = field(default_factory=list)
    """Reference of each payment that the terminal was asked about."""
    reversals: list[tuple[str, int, str]] = field(default_factory=list)
    """Reference, cents and transaction of each debit that was to be given back."""

    def show(self, view: View) -> None:
        self.view = view

    def beep(self, tone: Tone) -> None: ...

    @property
    def ends_by(self) -> float:
        return NEVER

    def charge(self, cents: int, reference: str) -> None:
        self.charged.append((reference, cents))

    def abort(self, reference: str) -> None:
        self.aborted.append(reference)

    def ask(self, reference: str) -> None:
        self.asked.append(reference)

    def reverse(self, reference: str, cents: int, transaction: str) -> None:
        self.reversals.append((reference, cents, transaction))

    def acknowledge(self, reference: str) -> None: ...

    def print(self, ticket: Ticket) -> None: ...

    def look(self) -> None: ...

    def take(self) -> Sequence[DeviceEvent]:
        events, self.events = self.events, []
        return events

    def now(self) -> float:
        return self.instant

    def wall(self) -> datetime:
        return self.at

    def synchronised(self) -> bool | None:
        return self.kept

    def passes(self, seconds: float) -> None:
        """Let both clocks go on."""
        self.instant += seconds
        self.at += timedelta(seconds=seconds)


def tell(station: Station, world: World, *events: DeviceEvent) -> None:
    """Each event in a turn of its own."""
    for event in events:
        world.events.append(event)
        station.turn()


def press(station: Station, world: World, *keys: Key) -> None:
    """Each key in a turn of its own."""
    tell(station, world, *map(KeyPressed, keys))
