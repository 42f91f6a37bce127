"""The station: the only place where things are built, and where what the visit asks for is done.

The theory. Everything that can decide is a value (`Machine`, `Ledger`); this file holds the two that change, and the world.
One `turn` is: hear what the devices have to say, let the machine decide, do what it asks in the order it asked, let the devices
speak, show the screen if it changed; again until nobody has anything to say. Who calls `turn` (the selector loop on a Pi, a
heap of virtual instants at the desk) is not known here.

What is in force (place, prices, rights) is asked for while nobody is there, and held for as long as a visit lasts: prices and
rights that change under the motorist's fingers do so for the next one. The price that was shown is the price that is paid.

If the journal cannot be written the world is not touched any more: the rest of the move is dropped and the screen says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from firmware.effects import Beep, Charge, Effect, Look, Print, Record, Withdraw
from firmware.events import Event, TimedOut
from firmware.facts import Fact, Started
from firmware.here import Catalogue, Here, card_reference
from firmware.in_force import Asked
from firmware.journal import Journal, JournalError
from firmware.ledger import ledger_of
from firmware.machine import Machine
from firmware.recovery import recovered
from firmware.screens.idle import Idle
from firmware.screens.trouble import Broken
from firmware.seal import Seal
from firmware.ticket import ticket
from hal.cable import Cable, End
from hal.ports import Buzzer, CardTerminal, Clock, Display, Instant, Printer, Source, View

VERSION = "0.1.0"


@dataclass(frozen=True)
class Plug:
    """A driver and the cable it is plugged into."""

    name: str
    end: End
    cable: Cable


@dataclass(frozen=True)
class Devices:
    """The hardware of one station, by its ports."""

    display: Display
    buzzer: Buzzer
    card: CardTerminal
    printer: Printer
    sources: tuple[Source, ...]
    """Whoever has events to tell: keypad, card terminal, printer."""
    plugs: tuple[Plug, ...]
    """Whoever wants bytes carried or wants waking."""


@dataclass(frozen=True)
class Provision:
    """What makes a station this one: identity, prices and rights, words, key."""

    in_force: Asked
    """Where it stands, and what it sells to whom, at an instant of the clock on the wall."""
    catalogues: Mapping[str, Catalogue]
    seal: Seal


class Station:
    """One running pay station."""

    def __init__(self, provision: Provision, devices: Devices, journal: Journal, clock: Clock) -> None:
        """Read the journal back, settle what a power cut left open, and show the first screen."""
        self._provision, self._devices, self._journal, self._clock = provision, devices, journal, clock
        self._ledger = ledger_of(journal.facts())
        self._shown: View | None = None
        self._seen: object = None
        self._in_force = provision.in_force(clock.wall())
        self.machine = Machine(since=clock.now())
        tariff = self._in_force.tariffs.version_at(clock.wall())
        self._do((Record(Started(VERSION, tariff.name if tariff else "none")), *recovered(self._ledger)), clock.now())

    @property
    def plugs(self) -> tuple[Plug, ...]:
        """The drivers with their cables, for whoever carries bytes."""
        return self._devices.plugs

    @property
    def wake_at(self) -> Instant:
        """When `turn` must be called at the latest: the picture has a clock in it, and prices change to the second."""
        wall, until = self._clock.wall(), self._in_force.until
        seconds = 60.0 - wall.second - wall.microsecond / 1e6
        if until is not None and until > wall:
            seconds = min(seconds, (until - wall).total_seconds())
        return min(self.machine.deadline, self._clock.now() + seconds, *(plug.end.wake_at for plug in self.plugs))

    def here(self) -> Here:
        """The surroundings, as the visit sees them."""
        now = self._clock.wall()
        if isinstance(self.machine.screen, Idle):
            self._in_force = self._provision.in_force(now)
        in_force = self._in_force
        here = Here(
            now,
            in_force.site,
            in_force.tariffs,
            self._provision.catalogues,
            self._ledger,
            holdings=lambda plate: in_force.rights.holdings(plate, now),
        )
        return self.machine.sees(here)

    def receive(self, plug: Plug, data: bytes) -> None:
        """Bytes came over this plug's cable."""
        plug.cable.write(plug.end.receive(data, self._clock.now()))
        self.turn()

    def turn(self) -> None:
        """Let everyone who has something to say or do at this instant do it, until nobody has."""
        now = self._clock.now()
        while self._wake(now) or self._hear(now):
            pass
        self._show()

    def _wake(self, now: Instant) -> bool:
        due = [plug for plug in self.plugs if plug.end.wake_at <= now]
        for plug in due:
            plug.cable.write(plug.end.wake(now))
        return bool(due)

    def _hear(self, now: Instant) -> bool:
        events: list[Event] = [event for source in self._devices.sources for event in source.take()]
        for event in events:
            self._feed(event, now)
        if late := self.machine.deadline <= now:  # asked after the events: a key at the last instant is no silence
            self._feed(TimedOut(), now)
        return late or bool(events)

    def _feed(self, event: Event, now: Instant) -> None:
        self.machine, effects = self.machine.fed(event, now, self.here())
        self._do(effects, now)

    def _do(self, effects: tuple[Effect, ...], now: Instant) -> None:
        try:
            for effect in effects:
                self._perform(effect, now)
        except JournalError:
            self.machine = Machine(Broken("J1"), now, self.machine.language, self.machine.health)

    def _perform(self, effect: Effect, now: Instant) -> None:
        match effect:
            case Record(fact):
                self._record(fact, now)
            case Charge(right):
                self._devices.card.charge(right.cents, card_reference(right.reference))
            case Withdraw():
                self._devices.card.withdraw()
            case Print(right, doubtful):
                code = self._provision.seal.receipt(right, doubtful=doubtful)
                self._devices.printer.print(ticket(right, self.here(), code, doubtful=doubtful))
            case Look():
                self._devices.printer.look()
            case Beep(tone):
                self._devices.buzzer.beep(tone)

    def _record(self, fact: Fact, now: Instant) -> None:
        self._journal.append(fact, self._clock.wall(), now)
        self._ledger = self._ledger.after(fact)

    def _show(self) -> None:
        """Make the glass show the screen. A keypad being scanned takes many turns in which nothing a view depends on moved."""
        seen = (self.machine, self._clock.wall().replace(microsecond=0), self._ledger)
        if seen == self._seen:
            return
        self._seen = seen
        view = self.machine.screen.view(self.here())
        if view != self._shown:
            self._devices.display.show(view)
            self._shown = view
