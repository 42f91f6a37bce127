"""The station: feeds events to the visit's machine and performs its effects on devices and journal.

The theory. Everything that can decide is a value (`Machine`, `Ledger`); this file holds the two that change, and the world.
One `turn` is: take the events of the devices, feed them to the machine, perform its effects in order, let the devices write,
show the screen if it changed; again until there is no event left. Who calls `turn` (the selector loop on a Pi, a
heap of virtual instants at the desk) is not known here.

The active configuration (place, prices, rights) is read while nobody is there and held for as long as a visit lasts: prices
and rights that change under the motorist's fingers do so for the next one. The price that was shown is the price that is paid.

If the journal cannot be written the world is not touched any more: the rest of the move is dropped, the screen says so, and
what has happened is tried to be written until the disk works again or the process leaves (`write_failure`). An answer of the
terminal is acknowledged only when what it says is on disk.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from firmware.domain.parking_right import ParkingRight
from firmware.journal.journal_file import JournalError
from firmware.journal.line import JournalLine, Leaving
from firmware.machine import Machine
from firmware.paper.receipt_signing import ReceiptSigner
from firmware.paper.ticket import ticket
from firmware.protocol.facts import Fact, Started, UnexpectedEvent
from firmware.screens.idle import RECALLS, Idle, Resting
from firmware.screens.screen import Screen
from firmware.screens.service.without_journal import WithoutJournal
from firmware.station.clock_monitor import ClockMonitor
from firmware.station.device_calls import DeviceCalls
from firmware.station.device_events import DeviceEvents
from firmware.station.doubt_monitor import DoubtMonitor
from firmware.station.equipment import Devices, Plug, Provision
from firmware.station.journal_writer import JournalWriter
from firmware.station.panel_monitor import PanelMonitor
from firmware.station.service_desk import ServiceDesk
from firmware.station.terminal_inquiries import TerminalInquiries
from firmware.station.upkeep import Upkeep, restore
from firmware.station.upkeep_alarms import changed_alarms
from firmware.station.write_failure import WriteFailure, broken_screen, resumed_screen
from firmware.visit.context import Context
from firmware.visit.effects import Abort, AskPrinter, Beep, Charge, Effect, Hush, Print, Record, Speak
from firmware.visit.events import DoubtsAre, Event, TimedOut
from firmware.visit.offers import card_reference
from firmware.visit.recovery import recovery_effects
from firmware.visit.sales_policy import clock_event
from hal.ports import NEVER, Approved, Clock, Declined, Instant, NotReversed, Reversed, Ticket, Unanswered, View


class Station:
    """One running pay station."""

    def __init__(self, provision: Provision, devices: Devices, journal: JournalLine, clock: Clock) -> None:
        """Replay the journal, record what a power cut left open, and show the first screen."""
        self._provision, self._devices, self._journal, self._clock = provision, devices, journal, clock
        self._ledger, evidence = restore(journal, provision.signing_key)
        self._clock_monitor = ClockMonitor(clock, evidence, provision.released, provision.reading_sources.city_time)
        self._doubt_monitor = DoubtMonitor()
        self._calls, self._receipts = DeviceCalls(devices), ReceiptSigner(provision.signing_key)
        self._inquiries = TerminalInquiries(self._calls, clock.now())
        self._service = ServiceDesk(provision, self._calls, journal, clock)
        self._writer = JournalWriter(journal, clock, self._take_into_account)
        self._panel_monitor = PanelMonitor(journal.folder)
        self._unacknowledged: list[str] = []
        self._shown: View | None = None
        self._seen: object = None
        self._internal_events: list[Event] = []
        self._active_config = provision.active_config(clock.wall())
        self._wall_due = clock.now() + self._active_config.seconds_left(clock.wall())
        self.machine = Machine(Idle(recalls=RECALLS, cut=next(reversed(tuple(self._ledger.started)), "")), since=clock.now())
        now = clock.now()
        self._upkeep = Upkeep(journal, provision.signing_key, now)
        if reason := journal.leaving():
            self._begin_journal(reason, now)
        tariff = self._active_config.tariffs.version_at(clock.wall())
        started = Started(self._provision.software, tariff.name if tariff else "none", self._clock_monitor.look(now).quality)
        self._do((Record(started), *recovery_effects(self._ledger, self._calls.capabilities)), now)
        self._look_at_clock(now)
        self._device_events = DeviceEvents(devices, self._calls)
        self._own_due = self._next_turn()
        self.wake_at = min(self._own_due, self._wall_due, self._device_events.wake_at)
        """When `turn` must be called at the latest, as the last turn has left it: whatever changes it takes a turn."""

    @property
    def plugs(self) -> tuple[Plug, ...]:
        """The drivers with their cables, for the loop that carries bytes."""
        return self._devices.plugs

    def _next_turn(self) -> Instant:
        """When something of the station's own is due, beside the clock on the picture and the drivers."""
        monitors = self._clock_monitor.wake_at, self._doubt_monitor.wake_at, self._panel_monitor.wake_at, self._upkeep_at
        own = self.machine.wake_at, self._writer.wake_at, NEVER if self._writer.failure else self._inquiries.wake_at
        return min(*own, *monitors)

    def context(self) -> Context:
        """The context of the visit at this instant."""
        now = self._clock.wall()
        if isinstance(self.machine.screen, Idle):
            self._active_config = self._provision.active_config(now)
        active_config = self._active_config
        return Context(
            now,
            active_config.site,
            active_config.tariffs,
            self._provision.catalogues,
            self._ledger,
            self.machine.health,
            self.machine.language,
            holdings=lambda plate: active_config.rights.holdings(plate, now),
            receipts=self._receipts,
            capabilities=self._calls.capabilities,
            ends_in=self._calls.ends_in(self._clock.now()),
        )

    def receive(self, plug: Plug, data: bytes) -> None:
        """Hand bytes that came over this plug's cable to its driver, and take a turn."""
        plug.cable.write(plug.end.receive(data, self._clock.now()))
        self._device_events.ask(plug)
        self.wake()

    def check(self) -> None:
        """Raises JournalError while something cannot be written down: the watchdog is not to be fed."""
        self._writer.check()

    @property
    def attended(self) -> bool:
        """Whether a technician is at the menu of a broken journal: the program is not to be started again meanwhile."""
        return isinstance(self.machine.screen, WithoutJournal)

    def turn(self) -> None:
        """Ask every driver when it wants to be woken, and take a turn as `wake` does. Raises JournalError as it does."""
        self._device_events.ask()
        now = self._clock.now()
        self._process(now, clock_due=self._clock_monitor.due(now))
        self._rest()

    def wake(self) -> None:
        """Process every event and every due driver of this instant, until none is left: `wake_at` has come.

        Most often a driver was due and has nothing to say, as a scan of the keypad: then only the picture is looked at. Raises
        JournalError when the journal cannot be written for so long that the process must leave.
        """
        now = self._clock.now()
        clock_due = self._clock_monitor.due(now)
        due = min(self._own_due, self._wall_due)
        if clock_due or now >= due or self._device_events.poll(now) or self._internal_events:
            self._process(now, clock_due=clock_due)
        self._rest()

    def _process(self, now: Instant, *, clock_due: bool) -> None:
        if self.attended:
            self._writer.stay(now)
        if self._writer.try_again(now):
            self._stand(resumed_screen(self.machine.screen, self._ledger), now)
            self._acknowledge()
        if clock_due:
            self._look_at_clock(now)
        self._look_at_doubts(now)
        self._look_at_panel(None, now)
        while self._deliver_events(now):
            pass
        if now >= self._upkeep_at:
            self._keep_up(now)
        self._own_due = self._next_turn()

    def _rest(self) -> None:
        """Show what has come of it, until something is due: the picture has a clock in it, and prices change to the second."""
        wall = self._clock.wall()
        self._show(wall)
        self._wall_due = self._clock.now() + self._active_config.seconds_left(wall)
        self.wake_at = min(self._own_due, self._wall_due, self._device_events.wake_at)

    @property
    def _upkeep_at(self) -> Instant:
        """When the journals want attention; not while somebody is at the machine."""
        return self._upkeep.wake_at if isinstance(self.machine.screen, Idle) else NEVER

    def _keep_up(self, now: Instant) -> None:
        """See to the journals: nobody is there."""
        wall = None if self.machine.health.clock.wrong else self._clock.wall()
        sources, health = self._provision.reading_sources, self.machine.health
        for event in changed_alarms(sources, self._calls, self._journal, health, self._clock.wall()):
            self._feed(event, now)
        try:
            if reason := self._journal.leaving():
                self._begin_journal(reason, now)
            self._upkeep.run(self._ledger, self._clock_monitor.evidence, wall, now)
        except JournalError as error:
            self._break(self._writer.stop(error, now), now)

    def _begin_journal(self, reason: Leaving, now: Instant) -> None:
        self._take_into_account(self._journal.begin(reason, self._clock.wall(), now), self._clock.wall(), now)

    def _break(self, failure: WriteFailure, now: Instant) -> None:
        self._stand(broken_screen(failure, self._ledger, self.machine.screen), now)

    def _stand(self, screen: Screen, now: Instant) -> None:
        self.machine = replace(self.machine, screen=screen, since=now)

    def _look_at_doubts(self, now: Instant) -> None:
        """Feed the visit `DoubtsAre` if what it says has changed."""
        ledger, before = self._ledger, self.machine.health
        doubts, owed = self._doubt_monitor.look(ledger, self._clock.wall(), now), bool(ledger.reversals.owed)
        seen = (doubts.closing, bool(ledger.interrupted), owed, doubts.busy_until, doubts.lasting)
        if seen != (before.doubts, before.asking, before.owed, before.busy_until, before.lasting):
            self._feed(DoubtsAre(*seen), now)

    def _look_at_panel(self, event: Event | None, now: Instant) -> None:
        """Feed the visit `PanelRecordIs` if what is remembered of the front panel has changed."""
        if (seen := self._panel_monitor.look(event, self._clock.wall(), now)) != self.machine.health.panel_record:
            self._feed(seen, now)

    def _look_at_clock(self, now: Instant) -> None:
        """Feed the visit `ClockIs` if the trust in the wall clock has changed."""
        seen = clock_event(self._clock_monitor.look(now), self.context())
        if seen != self.machine.health.clock_event:
            self._feed(seen, now)

    def _deliver_events(self, now: Instant) -> bool:
        self._device_events.poll(now)
        asked = () if self._writer.failure else self._inquiries.ask(self._ledger, self._clock.wall, now)
        self._device_events.poll(now)  # a question may have failed at once
        events = [*self._internal_events, *asked, *self._device_events.take()]
        self._internal_events = []
        for event in events:
            self._feed(event, now)
            self._look_at_panel(event, now)
        if late := self.machine.deadline <= now:  # after the events: a key at the last instant is no time-out
            self._feed(TimedOut(), now)
        if self.machine.page_due <= now:
            self.machine = self.machine.page_turned(now)
        return late or bool(events)

    def _feed(self, event: Event, now: Instant) -> None:
        self.machine, effects = self.machine.feed(event, now, self.context())
        self._do(effects, now)
        self._inquiries.note(event, now)
        if isinstance(event, Approved | Declined | Unanswered | Reversed | NotReversed):
            self._unacknowledged.append(event.reference)
            self._acknowledge()
        self._look_at_doubts(now)

    def _acknowledge(self) -> None:
        """Let the terminal forget its answers, if what they said is on disk."""
        while self._unacknowledged and not self._writer.failure:
            self._calls.acknowledge(self._unacknowledged.pop())

    def _do(self, effects: tuple[Effect, ...], now: Instant) -> None:
        done = 0
        try:
            for effect in effects:
                self._perform(effect, now)
                done += 1
        except JournalError as error:
            facts = [effect.fact for effect in effects[done:] if isinstance(effect, Record)]
            self._break(self._writer.keep(error, facts, now), now)
        if errors := self._calls.take_errors():
            self._do(tuple(Record(UnexpectedEvent(error)) for error in errors), now)

    def _perform(self, effect: Effect, now: Instant) -> None:
        match effect:
            case Record(fact):
                self._writer.write(fact, now)
            case Charge(right):
                self._calls.charge(right.cents, card_reference(right.reference))
            case Abort(right):
                self._calls.abort(card_reference(right.reference))
            case Print(right, doubtful):
                self._calls.print(right.reference, partial(self._ticket, right, doubtful))
            case AskPrinter():
                self._calls.look_at_printer()
            case Beep(tone):
                self._calls.beep(tone)
            case Speak(utterance):
                self._calls.speak(utterance)
            case Hush():
                self._calls.hush()
            case _:
                self._internal_events += self._service.perform(effect, self.context())

    def _ticket(self, right: ParkingRight, doubtful: bool) -> Ticket:
        return ticket(right, self.context(), self._receipts.text(right, doubtful=doubtful), doubtful=doubtful)

    def _take_into_account(self, fact: Fact, at: datetime, now: Instant) -> None:
        self._ledger = self._ledger.after(fact, at)
        self._clock_monitor.note(fact, at, now)

    def _show(self, wall: datetime) -> None:
        """Show the screen if it changed: most turns move nothing that a view hangs on, as the second of a station at rest."""
        second = 0 if isinstance(self.machine.screen, Resting) else wall.second
        seen = (self.machine, wall.replace(second=second, microsecond=0), self._ledger)
        if seen == self._seen and self._clock.now() < self._wall_due:
            return
        view = self.machine.view(self.context())
        if view == self._shown or self._calls.show(view):
            self._seen, self._shown = seen, view
