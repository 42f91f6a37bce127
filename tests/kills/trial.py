"""The trial: a station's process is killed at moments drawn from a seed, again and again, on one folder; then the accounts."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from random import Random

from central.core.city import City
from central.intake import intake
from firmware.backoffice.courier import Errand, run_errand
from firmware.backoffice.signer import Signer
from firmware.backoffice.sync import Sync
from firmware.domain.site import Site
from firmware.journal.line import LineReader
from firmware.journal.marks import write_city_mark
from firmware.protocol.facts import PaymentStarted
from firmware.protocol.messages import ClockQuality, StatusReport
from firmware.station.state_folder import PEOPLE, open_signing_key, provision
from firmware.tariff import load_tariffs
from hal.board import read_toml
from hal.ports import AT_ONCE, NEVER, Instant
from hal.shipped import DEMO_STATION, TARIFFS
from simulator.desk.city import open_city, register_station
from simulator.devices.nexo_terminal import NexoDevice
from simulator.visit_files.play import KNOWN_PERSON
from tests.kills.accounts import KillAccount, account_of, check_register, check_tickets, debits_of, facts_in
from tests.kills.hurry import FIRST, HurriedClock, hurried
from tests.kills.people import nobody, people, plates
from tests.kills.street import KillError, KillStreet

PATIENCE = 120.0
"""Seconds for a station to come to the moment at which it is killed, and to end in peace."""


class KillMoment(Enum):
    """What a kill comes after."""

    STARTED = "the process starts"
    READY = "the first screen"
    TYPING = "the first key"
    ASKED = "the terminal asks for a card"
    SHOWN = "a card is shown"
    DEBITED = "the bank has debited"
    PAID = "the display says paid"
    PRINTING = "the ticket is printed"
    ANY = "at any time"


AFTER = {KillMoment.STARTED: 1.2, KillMoment.TYPING: 1.0, KillMoment.ANY: 10.0}
"""Seconds after a moment in which the kill falls, at most."""
SOON_AFTER = 0.25
"""The same after the other moments; rather sooner than later, for what is written and told there takes milliseconds."""


@dataclass(frozen=True)
class KillTotals:
    """What came of a trial."""

    kills: int
    account: KillAccount
    tickets: int
    resolved: int
    """Doubts that the bank's statement ended."""
    entries: int

    def __str__(self) -> str:
        counted = ", ".join(f"{number} {name}" for name, number in asdict(self.account).items())
        return f"{self.kills} kills: {counted}; {self.tickets} tickets, {self.resolved} resolved, {self.entries} entries"


class _LeapingClock(HurriedClock):
    """The clock of the station's line to the city: it leaps over the pauses between requests."""

    _now: Instant = AT_ONCE

    def now(self) -> Instant:
        return self._now

    def leap_to(self, instant: Instant) -> None:
        self._now = max(self._now, instant)


class Delivery:
    """Carries the journal of a folder to a city in this process, by the station's own requests and the city's own answers."""

    def __init__(self, city: City, site: Site, state: Path, began: Instant) -> None:
        self._clock, self._reader = _LeapingClock(began), LineReader(state)
        report = StatusReport("the test", ClockQuality.SYNCHRONISED, {})
        signer = Signer(site.station, open_signing_key(state), self._clock.wall, lambda: report)
        self._sync = Sync(self._reader, signer, leave=lambda mark: write_city_mark(state, mark), idle=0.0)
        self._errand = Errand(self._sync, lambda body: intake.take(city, site.station, body, self._clock.wall()).body)

    def deliver(self) -> int:
        """Deliver all that there is; the number of entries. Raises KillError if the city refuses some."""
        waiting = True
        while waiting:
            self._clock.leap_to(self._sync.wake_at)
            run_errand(self._errand, self._clock)
            if self._sync.problem:
                raise KillError(f"the city: {self._sync.problem}")
            waiting = self._sync.report().waiting > 0
        return self._sync.position.seq

    def close(self) -> None:
        """Close the journals."""
        self._reader.close()


def run_trial(protocol: str, kills: int, seed: int, folder: Path, tell: Callable[[str], None]) -> KillTotals:
    """Kill a station that often and hold the accounts. Raises KillError, JournalError or AssertionError for what is wrong."""
    chance, clock = Random(f"{protocol} {seed}"), HurriedClock(hurried())
    site, state = read_toml(DEMO_STATION, Site), folder / "station"
    provision(state, site.station)
    (state / PEOPLE).write_text(KNOWN_PERSON)
    with (
        _city(folder, site, state) as city,
        contextlib.closing(KillStreet(protocol, folder, state, clock, Random(chance.random()))) as street,
        contextlib.closing(Delivery(city, site, state, clock.began)) as delivery,
    ):
        comers = plates()
        for number, moment in zip(range(1, kills + 1), _moments(chance), strict=False):
            meanwhile = delivery.deliver if chance.random() < 0.5 else _no_delivery
            _kill_once(street, comers, moment, chance, meanwhile)
            entries = delivery.deliver()
            tell(f"{number}/{kills} {moment.value}: {len(street.terminal.device.core.ledger)} debits, {entries} entries")
        _end_in_peace(street)
        return _totals(street, state, city, kills, delivery.deliver())


@contextlib.contextmanager
def _city(folder: Path, site: Site, state: Path) -> Iterator[City]:
    city = open_city(folder, load_tariffs(TARIFFS), lambda size: bytes(size))
    register_station(city, site, open_signing_key(state), (), FIRST)
    try:
        yield city
    finally:
        city.store.dispose()


def _no_delivery() -> int:
    return 0


def _moments(chance: Random) -> Iterator[KillMoment]:
    """Moments for ever: each of them once, in an order of chance, before any again."""
    while True:
        yield from chance.sample(list(KillMoment), len(KillMoment))


def _kill_once(
    street: KillStreet, comers: Iterator[str], moment: KillMoment, chance: Random, meanwhile: Callable[[], object]
) -> None:
    """Start the station, let people come by, and kill it. `meanwhile`: called between that moment and the kill."""
    delay = chance.uniform(0.0, AFTER[moment]) if moment in AFTER else SOON_AFTER * chance.random() ** 3
    terminal = street.terminal.device
    if isinstance(terminal, NexoDevice):
        terminal.fault("reverses", chance.random() < 0.3)
    debits = len(terminal.core.ledger)
    street.switch_on()

    def is_due() -> bool:
        if street.alarm == NEVER and _reached(street, moment, debits):
            street.alarm = time.monotonic() + delay
            meanwhile()
        return street.alarm <= time.monotonic()

    street.play(people(street, comers), is_due, PATIENCE, moment.value)
    street.kill()


def _reached(street: KillStreet, moment: KillMoment, debits: int) -> bool:
    core = street.terminal.device.core
    match moment:
        case KillMoment.STARTED | KillMoment.ANY:
            return True
        case KillMoment.READY:
            return street.seen.screen != ""
        case KillMoment.TYPING:
            return street.seen.screen == "plate"
        case KillMoment.ASKED:
            return core.busy
        case KillMoment.SHOWN:
            return core.card_taken
        case KillMoment.DEBITED:
            return len(core.ledger) > debits
        case KillMoment.PAID:
            return street.seen.screen == "approved"
        case KillMoment.PRINTING:
            return street.seen.screen == "printing"


def _end_in_peace(street: KillStreet) -> None:
    """A last life, in which everything may end that can."""
    street.switch_on()
    core = street.terminal.device.core

    def is_settled() -> bool:
        return street.seen.screen == "idle" and street.seen.sells and street.seen.settled and not core.busy

    street.play(nobody(street), is_settled, PATIENCE, "the end of what was under way")
    street.switch_off()


def _totals(street: KillStreet, state: Path, city: City, kills: int, entries: int) -> KillTotals:
    facts = facts_in(state)
    terminal = street.terminal.device
    moved = debits_of(terminal, {fact.right.reference: fact.right for fact in facts if isinstance(fact, PaymentStarted)})
    account = account_of(facts, moved)
    resolved = check_register(city, moved, FIRST, street.clock.wall())
    assert entries == len(facts), f"the city has {entries} entries of {len(facts)}"
    return KillTotals(kills, account, check_tickets(street.printer, facts), resolved, entries)
