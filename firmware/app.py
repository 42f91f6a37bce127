"""The station: feeds events to the visit's machine and performs its effects on devices and journal.

The theory. Everything that can decide is a value (`Machine`, `Ledger`); this file holds the two that change, and the world.
One `turn` is: take the events of the devices, feed them to the machine, perform its effects in order, let the devices write,
show the screen if it changed; again until there is no event left. Who calls `turn` (the selector loop on a Pi, a
heap of virtual instants at the desk) is not known here.

The active configuration (place, prices, rights) is read while nobody is there and held for as long as a visit lasts: prices
and rights that change under the motorist's fingers do so for the next one. The price that was shown is the price that is paid.

If the journal cannot be written the world is not touched any more: the rest of the move is dropped and the screen says so.
"""

from __future__ import annotations

import math
from datetime import datetime

from firmware.journal.journal_file import JournalError
from firmware.journal.line import JournalLine, Leaving
from firmware.machine import Machine
from firmware.paper.receipt_signing import sign_receipt
from firmware.paper.service_tickets import LOOKED_AT, StationReadings, codes_of, service_ticket
from firmware.paper.ticket import ticket
from firmware.protocol.facts import Fact, Started
from firmware.screens.idle import RECALLS, Idle
from firmware.screens.out_of_service import JournalBroken
from firmware.service.delivery_alarms import delivery_alarms
from firmware.service.inspection import Inspection
from firmware.service.people import PeopleError
from firmware.station.clock_monitor import ClockMonitor
from firmware.station.equipment import Devices, Plug, Provision
from firmware.station.upkeep import Upkeep, restore
from firmware.visit.context import Context
from firmware.visit.effects import (
    AskPrinter,
    AskTerminal,
    Beep,
    Charge,
    CheckPin,
    CountTechnicians,
    Effect,
    Inspect,
    Print,
    PrintServiceTicket,
    Record,
    Withdraw,
)
from firmware.visit.events import (
    ClockIs,
    DeliveriesAre,
    Event,
    Inspected,
    InternalEvent,
    PinChecked,
    TechniciansCounted,
    TimedOut,
)
from firmware.visit.offers import card_reference
from firmware.visit.recovery import recovery_effects
from firmware.visit.sales_policy import has_tariff
from hal.ports import Clock, Instant, View


class Station:
    """One running pay station."""

    def __init__(self, provision: Provision, devices: Devices, journal: JournalLine, clock: Clock) -> None:
        """Replay the journal, record what a power cut left open, and show the first screen."""
        self._provision, self._devices, self._journal, self._clock = provision, devices, journal, clock
        self._ledger, evidence = restore(journal, provision.signing_key)
        self._clock_monitor = ClockMonitor(clock, evidence, provision.released)
        self._shown: View | None = None
        self._seen: object = None
        self._internal_events: list[InternalEvent] = []
        self._active_config = provision.active_config(clock.wall())
        self.machine = Machine(Idle(recalls=RECALLS), since=clock.now())
        now = clock.now()
        self._upkeep = Upkeep(journal, provision.signing_key, now)
        if reason := journal.leaving():
            self._begin_journal(reason, now)
        tariff = self._active_config.tariffs.version_at(clock.wall())
        started = Started(self._provision.software, tariff.name if tariff else "none", self._clock_monitor.look(now).quality)
        self._do((Record(started), *recovery_effects(self._ledger)), now)
        self._look_at_clock(now)

    @property
    def plugs(self) -> tuple[Plug, ...]:
        """The drivers with their cables, for the loop that carries bytes."""
        return self._devices.plugs

    @property
    def wake_at(self) -> Instant:
        """When `turn` must be called at the latest: the picture has a clock in it, and prices change to the second."""
        wall, until = self._clock.wall(), self._active_config.until
        seconds = 60.0 - wall.second - wall.microsecond / 1e6
        if until is not None and until > wall:
            seconds = min(seconds, (until - wall).total_seconds())
        own = (self.machine.deadline, self._clock.now() + seconds, self._clock_monitor.wake_at, self._upkeep_at)
        return min(*own, *(plug.end.wake_at for plug in self.plugs))

    def context(self) -> Context:
        """The context of the visit at this instant."""
        now = self._clock.wall()
        if isinstance(self.machine.screen, Idle):
            self._active_config = self._provision.active_config(now)
        active_config = self._active_config
        context = Context(
            now,
            active_config.site,
            active_config.tariffs,
            self._provision.catalogues,
            self._ledger,
            holdings=lambda plate: active_config.rights.holdings(plate, now),
        )
        return self.machine.own_context(context)

    def receive(self, plug: Plug, data: bytes) -> None:
        """Hand bytes that came over this plug's cable to its driver, and take a turn."""
        plug.cable.write(plug.end.receive(data, self._clock.now()))
        self.turn()

    def turn(self) -> None:
        """Process every event and every due driver of this instant, until none is left."""
        now = self._clock.now()
        if self._clock_monitor.due(now):
            self._look_at_clock(now)
        while self._wake(now) or self._deliver_events(now):
            pass
        if now >= self._upkeep_at:
            self._keep_up(now)
        self._show()

    @property
    def _upkeep_at(self) -> Instant:
        """When the journals want attention; not while somebody is at the machine."""
        return self._upkeep.wake_at if isinstance(self.machine.screen, Idle) else math.inf

    def _keep_up(self, now: Instant) -> None:
        """See to the journals: nobody is there."""
        wall = None if self.machine.health.clock.wrong else self._clock.wall()
        self._look_at_deliveries(now)
        try:
            if reason := self._journal.leaving():
                self._begin_journal(reason, now)
            self._upkeep.run(self._ledger, self._clock_monitor.evidence, wall, now)
        except JournalError:
            self._break(now)

    def _look_at_deliveries(self, now: Instant) -> None:
        """Feed the visit `DeliveriesAre` if the alarms about deliveries have changed."""
        delivery, position = self._provision.reading_sources.delivery(), self._journal.position
        seen = DeliveriesAre(delivery_alarms(delivery, position.generation, position.seq, self._clock.wall()))
        if seen.alarms != self.machine.health.deliveries:
            self._feed(seen, now)

    def _begin_journal(self, reason: Leaving, now: Instant) -> None:
        self._take_into_account(self._journal.begin(reason, self._clock.wall(), now), self._clock.wall(), now)

    def _break(self, now: Instant) -> None:
        self.machine = Machine(JournalBroken("J1"), now, self.machine.language, self.machine.health)

    def _look_at_clock(self, now: Instant) -> None:
        """Feed the visit `ClockIs` if the trust in the wall clock has changed."""
        seen = ClockIs(self._clock_monitor.look(now), has_tariff(self.context()))
        if seen != ClockIs(self.machine.health.clock, self.machine.health.tariff):
            self._feed(seen, now)

    def _wake(self, now: Instant) -> bool:
        due = [plug for plug in self.plugs if plug.end.wake_at <= now]
        for plug in due:
            plug.cable.write(plug.end.wake(now))
        return bool(due)

    def _deliver_events(self, now: Instant) -> bool:
        own, self._internal_events = self._internal_events, []
        events: list[Event] = [*own, *(event for source in self._devices.sources for event in source.take())]
        for event in events:
            self._feed(event, now)
        if late := self.machine.deadline <= now:  # after the events: a key at the last instant is no time-out
            self._feed(TimedOut(), now)
        return late or bool(events)

    def _feed(self, event: Event, now: Instant) -> None:
        self.machine, effects = self.machine.feed(event, now, self.context())
        self._do(effects, now)

    def _do(self, effects: tuple[Effect, ...], now: Instant) -> None:
        try:
            for effect in effects:
                self._perform(effect, now)
        except JournalError:
            self._break(now)

    def _perform(self, effect: Effect, now: Instant) -> None:
        match effect:
            case Record(fact):
                self._record(fact, now)
            case Charge(right):
                self._devices.card.charge(right.cents, card_reference(right.reference))
            case Withdraw():
                self._devices.card.withdraw()
            case Print(right, doubtful):
                code = sign_receipt(right, self._provision.signing_key, doubtful=doubtful)
                self._devices.printer.print(ticket(right, self.context(), code, doubtful=doubtful))
            case AskPrinter():
                self._devices.printer.look()
            case Beep(tone):
                self._devices.buzzer.beep(tone)
            case CountTechnicians() | CheckPin() | Inspect() | AskTerminal() | PrintServiceTicket():
                self._serve(effect)

    def _serve(self, effect: CountTechnicians | CheckPin | Inspect | AskTerminal | PrintServiceTicket) -> None:
        """Perform an effect only a technician asks for. Its answer is fed in the same turn, after the move that asked."""
        match effect:
            case CountTechnicians():
                self._internal_events.append(self._count_technicians())
            case CheckPin(person, pin):
                self._internal_events.append(PinChecked(person, self._is_pin_of(person, pin)))
            case Inspect():
                self._internal_events.append(Inspected(self._inspection()))
            case AskTerminal():
                self._devices.card.look()
            case PrintServiceTicket(job, number):
                known = StationReadings(self._inspection(), codes_of(self._journal.latest(LOOKED_AT)))
                self._devices.printer.print(service_ticket(job, number, self.context(), known, self._provision.signing_key))

    def _count_technicians(self) -> TechniciansCounted:
        try:
            return TechniciansCounted(len(self._provision.reading_sources.people().people))
        except PeopleError as error:
            return TechniciansCounted(0, str(error))

    def _is_pin_of(self, person: str, pin: str) -> bool:
        try:
            return self._provision.reading_sources.people().is_pin_of(person, pin)
        except PeopleError:
            return False

    def _inspection(self) -> Inspection:
        reading_sources, head = self._provision.reading_sources, self._journal.head
        tariff = self._active_config.tariffs.version_at(self._clock.wall())
        return Inspection(
            self._provision.software,
            tariff.name if tariff else "none",
            tuple(sorted(reading_sources.versions().items())),
            self._clock.synchronised(),
            reading_sources.supply(),
            reading_sources.delivery(),
            head.seq,
            head.hash.hex(),
            self._journal.position.generation,
        )

    def _record(self, fact: Fact, now: Instant) -> None:
        at = self._clock.wall()
        self._journal.append(fact, at, now)
        self._take_into_account(fact, at, now)

    def _take_into_account(self, fact: Fact, at: datetime, now: Instant) -> None:
        self._ledger = self._ledger.after(fact)
        self._clock_monitor.note(fact, at, now)

    def _show(self) -> None:
        """Show the screen if it changed. A keypad being scanned takes many turns in which nothing a view depends on moves."""
        seen = (self.machine, self._clock.wall().replace(microsecond=0), self._ledger)
        if seen == self._seen:
            return
        self._seen = seen
        view = self.machine.screen.view(self.context())
        if view != self._shown:
            self._devices.display.show(view)
            self._shown = view
