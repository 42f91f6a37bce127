"""Ledger: open and doubtful payments, stays, door and sales state, as a fold over the facts.

The ledger is a fold: replaying the journal from its first entry gives the value the running station has. That is all
that a power cut restores, and all that it must.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from msgspec.structs import replace as replace_struct

from firmware.domain.parking_right import ParkingRight
from firmware.domain.reference import bank_reference
from firmware.ledger.counters import Counters
from firmware.ledger.lockout import Lockout
from firmware.ledger.receipts import Receipts
from firmware.ledger.reversals import Reversals
from firmware.protocol.facts import (
    MISMATCHED,
    POWER_CUT,
    DoorMoved,
    Fact,
    GenerationBegun,
    InDoubt,
    PaymentRefused,
    PaymentStarted,
    RightGivenBack,
    RightSold,
    SalesResumed,
    SalesStopped,
    Started,
    UnexpectedEvent,
)
from firmware.protocol.personal import has_no_plate
from firmware.tariff import NEW_STAY, Stay

REFUSALS_KEPT = 100
SOLD_KEPT = 200
"""About two days' sales of a busy station: a terminal that reverses of itself does so within minutes."""
STAYS_KEPT = 500
"""Whenever so many more are known, those that ended two weeks ago are forgotten: nothing continues them."""
FARTHEST_AHEAD = timedelta(days=14)
"""Longer than any purchase reaches, holidays and Sundays included: what begins farther off was dated by a wrong clock."""
StayKey = tuple[str, int, str]
"""Plate, zone, regime."""


@dataclass(frozen=True)
class Ledger:
    """What the facts so far add up to."""

    sales: int = 0
    """How many payments were ever started or free rights given: the last number given."""
    started: Mapping[str, ParkingRight] = field(default_factory=dict)
    """Asked of the bank, and no end written: by reference."""
    doubts: Mapping[str, ParkingRight] = field(default_factory=dict)
    """In doubt, and no answer since: by reference."""
    refused: Mapping[str, ParkingRight] = field(default_factory=dict)
    """The latest refusals, and rights given back: a terminal that contradicts itself and debits after all still owes its
    motorist a right."""
    interrupted: frozenset[str] = frozenset()
    """Of the payments without an end, those that began before the latest start."""
    sold: Mapping[str, RightSold] = field(default_factory=dict)
    """The latest paid rights: by reference. What the terminal says of their debits again is no other debit."""
    stays: Mapping[StayKey, Stay] = field(default_factory=dict)
    """What each plate has bought lately, so that a second purchase continues the first, offline too."""
    classes: Mapping[StayKey, str] = field(default_factory=dict)
    """The class of vehicle each of these stays was bought for: a stay has one."""
    clocks: Mapping[str, str] = field(default_factory=dict)
    """How far the clock was believed when each payment that is still kept here began: by reference."""
    door_open: bool = False
    """As last written down."""
    stopped: bool = False
    """A technician took the machine out of sales."""
    counters: Counters = field(default_factory=Counters)
    """What was sold and printed, for the statistics."""
    lockout: Lockout = field(default_factory=Lockout)
    """Who has tried wrong PINs."""
    receipts: Receipts = field(default_factory=Receipts)
    """The rights whose ticket may still be asked for."""
    unresolved: Mapping[str, str] = field(default_factory=dict)
    """Doubts that neither the terminal nor a technician has ended: by reference, why. They close card sales."""
    silent_since: Mapping[str, datetime] = field(default_factory=dict)
    """When each payment without an end was asked for; of those whose terminal fell silent or contradicted itself, when."""
    reversals: Reversals = field(default_factory=Reversals)
    """Debits that sold nothing, and what became of giving them back."""
    generation: int = 1
    """Of the journal that is written: references are numbered in it."""

    def after(self, fact: Fact, at: datetime | None = None) -> Ledger:
        """The ledger after this fact. `at`: when it was written, where that matters."""
        counters, lockout = self.counters.after(fact), self.lockout.after(fact)
        receipts, reversals = self.receipts.after(fact), self.reversals.after(fact)
        after = self._after(fact)._silent(fact, at, self.silent_since)
        return replace(after, counters=counters, lockout=lockout, receipts=receipts, reversals=reversals)

    def _after(self, fact: Fact) -> Ledger:
        match fact:
            case Started():
                return replace(self, interrupted=frozenset(self.started))
            case PaymentStarted(right, clock):
                begun = replace(self, sales=self.sales + 1, started={**self.started, right.reference: right})
                return begun._dated(right.reference, clock)
            case InDoubt(right, why, clock):
                return self._without(right.reference)._staying(right)._doubting(right, why)._dated(right.reference, clock)
            case RightSold(right):
                if right.cents == 0:
                    return replace(self, sales=self.sales + 1)._staying(right)
                return self._without(right.reference)._staying(right)._selling(fact)
            case RightGivenBack(reference) if sold := self.sold.get(reference):
                given_back = self._without(reference)._leaving(sold.right)
                return given_back._remembering(reference, sold.right)._dated(reference, sold.clock)
            case PaymentRefused(reference):
                open_right = self.started.get(reference) or self.doubts.get(reference)
                return self._without(reference)._remembering(reference, open_right)
            case GenerationBegun(generation):
                return replace(self, generation=generation)
            case DoorMoved(is_open):
                return replace(self, door_open=is_open)
            case SalesStopped():
                return replace(self, stopped=True)
            case UnexpectedEvent(_, told, int()):
                answered = {key: MISMATCHED for key in self.unresolved if bank_reference(key) == told}
                return replace(self, unresolved={**self.unresolved, **answered}) if answered else self
            case SalesResumed():
                return replace(self, stopped=False, unresolved={})
        return self

    def _silent(self, fact: Fact, at: datetime | None, before: Mapping[str, datetime]) -> Ledger:
        """With the instant since when the terminal owes an end. A power cut's doubt is as old as its payment."""
        match fact:
            case PaymentStarted(right) if at:
                return replace(self, silent_since={**self.silent_since, right.reference: at})
            case InDoubt(right, why) if since := before.get(right.reference, at) if why == POWER_CUT else at:
                return replace(self, silent_since={**self.silent_since, right.reference: since})
        return self

    def right(self, named: Callable[[ParkingRight], bool]) -> ParkingRight | None:
        """The right, still open or lately refused, that this is true of."""
        known = (*self.doubts.values(), *self.started.values(), *self.refused.values())
        return next((right for right in known if named(right)), None)

    def clock(self, reference: str) -> str:
        """How far the clock was believed when this payment began."""
        return self.clocks.get(reference, "unknown")

    def stay(self, plate: str, zone: int, regime: str) -> Stay:
        """What this plate has bought here under this regime; an empty stay if nothing lately."""
        return self.stays.get((plate, zone, regime), NEW_STAY)

    def vehicle(self, plate: str, zone: int, regime: str) -> str | None:
        """The class this plate declared for its stay; None if it has none here."""
        return self.classes.get((plate, zone, regime))

    def _staying(self, right: ParkingRight) -> Ledger:
        """A late yes to an earlier purchase does not take back what was bought since. A deleted plate continues no stay."""
        if has_no_plate(right):
            return self
        before = self.stay(right.plate, right.zone, right.regime)
        if before.end and before.begun and before.end > right.end and before.begun - right.start <= FARTHEST_AHEAD:
            return self
        stay = Stay(right.reached + right.units, right.end, right.stay_begun)
        key = (right.plate, right.zone, right.regime)
        kept = self._pruned(right.start) if self.stays and len(self.stays) % STAYS_KEPT == 0 else self
        return replace(self, stays={**kept.stays, key: stay}, classes={**kept.classes, key: right.vehicle})

    def _leaving(self, right: ParkingRight) -> Ledger:
        """The stay as if this right, which is the last one sold in it or one before that, had not been bought."""
        key = (right.plate, right.zone, right.regime)
        stay = self.stays.get(key)
        if stay is None or stay.end is None or right.stay_begun != stay.begun:
            return self
        if stay.end > right.end:
            prolonged = any(_continues_to(right, sold.right) for sold in self.sold.values())
            reached = stay.reached - (right.units if prolonged else 0)
            return replace(self, stays={**self.stays, key: replace_struct(stay, reached=reached)})
        if right.reached:
            earlier = [sold.right.end for sold in self.sold.values() if _continues_to(sold.right, right)]
            before = Stay(right.reached, max(earlier, default=right.start), right.stay_begun)
            return replace(self, stays={**self.stays, key: before})
        stays = {each: stay for each, stay in self.stays.items() if each != key}
        return replace(self, stays=stays, classes={each: self.classes[each] for each in stays})

    def without_ended(self, before: datetime) -> Ledger:
        """Without the stays, receipts and rights that ended before this instant, and so without their plates."""
        refused = {key: right for key, right in self.refused.items() if right.end > before}
        sold = {key: each for key, each in self.sold.items() if each.right.end > before}
        receipts = self.receipts.without_ended(before)
        return replace(self._pruned(before + FARTHEST_AHEAD), refused=refused, sold=sold, receipts=receipts)

    def _pruned(self, now: datetime) -> Ledger:
        """Without the stays that ended long ago. Done once every so many sales: a start replays them all."""
        stays = {key: stay for key, stay in self.stays.items() if stay.end is not None and stay.end > now - FARTHEST_AHEAD}
        return replace(self, stays=stays, classes={key: self.classes[key] for key in stays})

    def _doubting(self, right: ParkingRight, why: str) -> Ledger:
        doubts, unresolved = {**self.doubts, right.reference: right}, {**self.unresolved, right.reference: why}
        return replace(self, doubts=doubts, unresolved=unresolved)

    def _remembering(self, reference: str, right: ParkingRight | None) -> Ledger:
        if right is None:
            return self
        latest = list({**self.refused, reference: right}.items())[-REFUSALS_KEPT:]
        return replace(self, refused=dict(latest))

    def _selling(self, sold: RightSold) -> Ledger:
        latest = list({**self.sold, sold.right.reference: sold}.items())[-SOLD_KEPT:]
        return replace(self, sold=dict(latest))

    def _dated(self, reference: str, clock: str) -> Ledger:
        kept = {key: self.clocks[key] for key in (*self.started, *self.doubts, *self.refused) if key in self.clocks}
        return replace(self, clocks={**kept, reference: clock})

    def _without(self, reference: str) -> Ledger:
        return replace(
            self,
            started={key: right for key, right in self.started.items() if key != reference},
            doubts={key: right for key, right in self.doubts.items() if key != reference},
            refused={key: right for key, right in self.refused.items() if key != reference},
            sold={key: sold for key, sold in self.sold.items() if key != reference},
            interrupted=self.interrupted - {reference},
            unresolved={key: why for key, why in self.unresolved.items() if key != reference},
            silent_since={key: at for key, at in self.silent_since.items() if key != reference},
        )


def _continues_to(earlier: ParkingRight, right: ParkingRight) -> bool:
    """Whether the later right prolongs a stay that the earlier one belongs to."""
    key = (right.plate, right.zone, right.regime, right.stay_begun)
    return (earlier.plate, earlier.zone, earlier.regime, earlier.stay_begun) == key and earlier.end <= right.start


def ledger_of(facts: Iterable[Fact]) -> Ledger:
    """The ledger of a whole journal."""
    ledger = Ledger()
    for fact in facts:
        ledger = ledger.after(fact)
    return ledger
