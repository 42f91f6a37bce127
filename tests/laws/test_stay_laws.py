"""Laws of the stay, over random purchases through the screens and the ledger: no sequence passes the maximum or pays twice.

What belongs together is worked out here once more, from the facts alone: a purchase goes on with the last one of the same plate
and regime if at most fifteen paid minutes lie between (a stay by the day has no such minutes), counted one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from firmware.domain.parking_right import ParkingRight
from firmware.ledger.ledger import ledger_of
from firmware.machine import Machine
from firmware.protocol.facts import Fact, InDoubt, PaymentRefused, PaymentStarted, RightSold
from firmware.tariff import Holding
from firmware.visit.context import Context
from firmware.visit.effects import Charge, Effect, Record
from firmware.visit.events import Event
from firmware.visit.offers import card_reference
from firmware.visit.recovery import recovery_effects
from hal.ports import Approved, Capabilities, Declined, Key, KeyPressed, Reason, Unanswered
from tests.builders import PARIS, context

OPENS, CLOSES = 9, 20
HELD = tuple(Holding(right, frozenset({"11D"})) for right in ("resident", "pro_mobile", "cmi_s"))
HERE = context(holdings=lambda plate: HELD if plate == "RE511DT" else ())
PLATES = ("AB123CD", "RE511DT")
MAXIMUM = {"visitor": 24, "resident": 7, "pro_mobile": 7, "cmi_s": 1}
BY_THE_DAY = ("resident", "cmi_s")
LIGHT = (*[150] * 8, *[300] * 4, *[375] * 4, *[450] * 8)
"""What each quarter of a visitor's stay costs in zone 1. Heavy cars: three times as much; two-wheelers: half, rounded up."""
UNIT_PRICES = {
    ("visitor", "car"): LIGHT,
    ("visitor", "two_wheeler"): tuple(
        (sum(LIGHT[: quarter + 1]) + 1) // 2 - (sum(LIGHT[:quarter]) + 1) // 2 for quarter in range(24)
    ),
    ("visitor", "heavy"): tuple(3 * cents for cents in LIGHT),
    ("resident", "car"): (*[150] * 6, 0),
    ("resident", "two_wheeler"): (*[75] * 6, 0),
    ("pro_mobile", "car"): (50,) * 7,
    ("cmi_s", "car"): (0,),
}


@dataclass(frozen=True)
class StayCase:
    """What a motorist does, and what the bank answers."""

    minutes: int
    """After the last one."""
    plate: str
    regime: int
    """How often + is pressed on the regime screen, and then on the vehicle screen."""
    vehicle: int
    keys: tuple[Key, ...]
    """On the duration screen."""
    bank: str
    """yes, no, nothing; or the power goes while it is asked; or nothing, and a yes when everybody has left."""


MINUTES = st.sampled_from([0, 1, 7, 14, 15, 16, 17, 29, 60, 61, 200, 360, 700, 1440, 4000, 20000])
KEYS = st.lists(st.sampled_from([Key.D1, Key.D2, Key.D4, Key.D6, Key.D7, Key.MAX, Key.PLUS, Key.MINUS]), max_size=3).map(tuple)
BANKS = st.sampled_from(["yes", "yes", "yes", "no", "silent", "late yes", "power cut"])
PURCHASES = st.builds(StayCase, MINUTES, st.sampled_from(PLATES), st.integers(0, 3), st.integers(0, 2), KEYS, BANKS)


@dataclass
class StayStation:
    """A machine, its ledger, and every fact with the minute it was written at."""

    context: Context = HERE
    machine: Machine = Machine(health=HERE.health)  # noqa: RUF009  a value
    facts: tuple[tuple[datetime, Fact], ...] = ()
    late: tuple[Event, ...] = ()

    def press(self, *keys: Key, bank: str = "yes") -> None:
        for key in keys:
            self.hear(KeyPressed(key), bank)

    def hear(self, event: Event, bank: str = "yes") -> None:
        self.machine, effects = self.machine.feed(event, 0.0, self.context)
        self.do(effects, bank)

    def do(self, effects: tuple[Effect, ...], bank: str = "yes") -> None:
        for effect in effects:
            match effect:
                case Record(fact):
                    self.facts += ((self.context.now, fact),)
                    self.context = replace(self.context, ledger=self.context.ledger.after(fact))
                case Charge(right):
                    self.answer(right, bank)

    def answer(self, right: ParkingRight, bank: str) -> None:
        reference = card_reference(right.reference)
        yes = Approved(reference, right.cents)
        match bank:
            case "yes":
                self.hear(yes)
            case "no":
                self.hear(Declined(reference, Reason.REFUSED))
            case "silent":
                self.hear(Unanswered(reference))
            case "late yes":
                self.late += (yes,)
                self.hear(Unanswered(reference))
            case "power cut":
                self.restart()

    def restart(self) -> None:
        """Only the journal is left."""
        self.context = replace(self.context, ledger=ledger_of(fact for _, fact in self.facts))
        self.machine = Machine(health=HERE.health)
        self.do(recovery_effects(self.context.ledger, Capabilities()))

    def serve(self, purchase: StayCase) -> None:
        self.context = replace(self.context, now=later(self.context.now, purchase.minutes))
        self.press(*map(Key, purchase.plate), Key.OK)
        for _ in range(5):
            match self.machine.screen.name:
                case "regime":
                    self.press(*[Key.PLUS] * purchase.regime, Key.OK)
                case "vehicle":
                    self.press(*[Key.PLUS] * purchase.vehicle, Key.OK)
                case "already paid" | "closed":
                    self.press(Key.OK)
                case "duration":
                    self.press(*purchase.keys)
                    self.press(Key.OK, bank=purchase.bank)
                case _:
                    break
        self.press(Key.CANCEL)

    def late_answers(self) -> None:
        for answer in self.late:
            self.hear(answer)
        self.late = ()


def later(at: datetime, minutes: int) -> datetime:
    return (at.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(PARIS)


def granted(facts: tuple[tuple[datetime, Fact], ...]) -> Iterator[tuple[datetime, ParkingRight]]:
    """Every right once, at the minute it was first promised."""
    seen = set()
    for at, fact in facts:
        if isinstance(fact, RightSold | InDoubt) and fact.right.reference not in seen:
            seen.add(fact.right.reference)
            yield at, fact.right


def is_paid(minute: datetime) -> bool:
    """No holiday stands near these dates but 6 April, Easter Monday."""
    local = minute.astimezone(PARIS)
    return local.isoweekday() <= 6 and OPENS <= local.hour < CLOSES and (local.month, local.day) != (4, 6)


def goes_on(last: ParkingRight, at: datetime) -> bool:
    """Whether who buys at this minute goes on with that right."""
    if last.regime in BY_THE_DAY or at < last.end:
        return at < last.end
    bought = at.replace(second=0, microsecond=0) + timedelta(minutes=1 if at.second else 0)
    while not is_paid(bought):
        bought = later(bought, 1)
    gap, minute = 0, last.end
    while minute < bought and gap <= 15:
        gap += is_paid(minute)
        minute = later(minute, 1)
    return gap <= 15


def stays(facts: tuple[tuple[datetime, Fact], ...]) -> list[list[ParkingRight]]:
    """The rights that belong together, in the order they were bought."""
    latest: dict[tuple[str, str], list[ParkingRight]] = {}
    found: list[list[ParkingRight]] = []
    for at, right in granted(facts):
        key = (right.plate, right.regime)
        if key not in latest or not goes_on(latest[key][-1], at):
            latest[key] = []
            found.append(latest[key])
        latest[key].append(right)
    return found


@settings(max_examples=300, deadline=None)
@given(st.lists(PURCHASES, min_size=2, max_size=9), st.booleans())
@example([StayCase(0, "AB123CD", 0, 0, (Key.MAX,), "yes"), StayCase(0, "AB123CD", 0, 0, (Key.MAX,), "yes")], False)
@example([StayCase(0, "AB123CD", 0, 0, (Key.D4,), "power cut"), StayCase(9, "AB123CD", 0, 0, (Key.MAX,), "yes")], True)
@example([StayCase(0, "AB123CD", 0, 0, (Key.D6,), "late yes"), StayCase(375, "AB123CD", 0, 0, (Key.MAX,), "yes")], True)
@example([StayCase(0, "RE511DT", 1, 0, (Key.D4,), "yes"), StayCase(60, "RE511DT", 0, 0, (Key.MAX,), "yes")], True)
@example([StayCase(0, "RE511DT", 0, 0, (), "yes"), StayCase(60, "RE511DT", 0, 0, (), "yes")], True)
def test_no_sequence_of_purchases_passes_the_maximum_or_pays_an_hour_twice(purchases: list[StayCase], restarts: bool) -> None:
    station = StayStation()
    for purchase in purchases:
        station.serve(purchase)
        if restarts:
            station.restart()
        station.late_answers()
    for stay in stays(station.facts):
        units = sum(right.units for right in stay)
        prices = UNIT_PRICES[stay[0].regime, stay[0].vehicle]
        assert units <= MAXIMUM[stay[0].regime], stay
        assert sum(right.cents for right in stay) == sum(prices[:units]), stay
        assert {right.vehicle for right in stay} == {stay[0].vehicle}, stay
        assert all(then.start >= before.end for before, then in pairwise(stay)), stay
    assert station.context.ledger == ledger_of(fact for _, fact in station.facts)


@settings(max_examples=60, deadline=None)
@given(st.lists(PURCHASES, min_size=1, max_size=6))
def test_a_free_right_is_given_without_a_word_to_the_bank_and_any_other_only_after_one(
    purchases: list[StayCase],
) -> None:
    station = StayStation()
    for purchase in purchases:
        station.serve(purchase)
    asked: dict[str, int] = {}
    ends: defaultdict[str, list[str]] = defaultdict(list)
    for _, fact in station.facts:
        match fact:
            case PaymentStarted(right):
                asked[right.reference] = right.cents
            case RightSold(right) | InDoubt(right):
                ends[right.reference].append(type(fact).__name__)
                assert asked.get(right.reference, 0) == right.cents
            case PaymentRefused(reference):
                ends[reference].append("Refused")
    assert all(cents > 0 for cents in asked.values())
    assert all(len(told) == 1 for told in ends.values())
