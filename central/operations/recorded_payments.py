"""Payments as the stored entries make them, beside what the register has of them.

The theory. What the entries make of a payment is worked out again with the fold that took them in, in the order in which they
arrived, one payment at a time; a resolution takes its place among them by its instant. So a row of the register that was lost,
added or altered is seen, and nothing else is. Plates are compared only while all entries of a payment have theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import NamedTuple, TypeAlias

from msgspec.structs import replace as with_members

from central.register.parking_rights import RightState, fold
from central.register.resolutions import Resolution, status_after
from central.rules.differences import RecordedPayment
from central.rules.journals import EntryPlace, StationJournal, entry_position, entry_resolved, past_of, place_in
from firmware.domain.parking_right import ParkingRight
from firmware.protocol.entry import EntryContent
from firmware.protocol.facts import InDoubt, PaymentStarted, RightSold
from firmware.protocol.personal import has_no_plate

_COMPARED = tuple(name for name in RightState.__dataclass_fields__ if name not in ("reference", "seq", "status", "plate"))
_NO_PLATE = "X"
"""Stands where a plate was deleted, while entries are added up."""
JournalsByStation: TypeAlias = Mapping[str, Sequence[StationJournal]]


class PaymentKey(NamedTuple):
    """A payment: its station and the reference that is printed."""

    station: str
    reference: str


@dataclass(frozen=True)
class StoredEntry:
    """An entry, where it stands and when it arrived."""

    place: EntryPlace
    received_at: datetime
    content: EntryContent


@dataclass(frozen=True)
class RegisterSide:
    """What the register has of a payment."""

    first: RightState
    """The earliest row there ever was."""
    known_from: datetime
    """Since when that was known."""
    present: tuple[RightState, ...]
    """The rights there are: none, if it was refused; more than one, where copies of a card gave it twice."""


def granted_in(entry: StoredEntry) -> ParkingRight | None:
    """The right in an entry; None if there is none."""
    fact = entry.content.fact
    return fact.right if isinstance(fact, PaymentStarted | RightSold | InDoubt) else None


def recorded_payments(
    key: PaymentKey,
    written: Sequence[StoredEntry],
    side: RegisterSide | None,
    resolved: Sequence[Resolution],
    journals: JournalsByStation,
) -> Iterator[RecordedPayment]:
    """A payment by its entries and by the register; more than one where copies of a card sold twice under one reference."""
    whole = all(not has_no_plate(right) for each in written if (right := granted_in(each)))
    readable = written if whole else [_without_plate(each) for each in written]
    ours = journals.get(key.station, ())
    journal = _states(readable, (), ours)
    expected = _states(readable, resolved, ours) if resolved else journal
    present = sorted(side.present, key=_granted) if side else []
    if not (journal or expected or present):
        yield _refused(key, written, side, ours)
    for one, other, there in zip_longest(journal, expected, present):
        yield _recorded(key, (one, other, there), whole, ours)


def as_registered(key: PaymentKey, side: RegisterSide, journals: JournalsByStation) -> Iterator[RecordedPayment]:
    """A payment of another day, of which the register is believed."""
    ours = journals.get(key.station, ())
    if not side.present:
        yield _refused(key, (), side, ours)
    for state in side.present:
        yield _recorded(key, (state, state, state), True, ours)


# --- the entries added up ------------------------------------------------------------------------------------------


def _states(
    written: Sequence[StoredEntry], resolved: Sequence[Resolution], journals: Sequence[StationJournal]
) -> list[RightState]:
    """The rights that entries and resolutions make, in the order of what they grant."""
    there: list[RightState] = []
    events: list[StoredEntry | Resolution] = sorted([*written, *resolved], key=_moment)
    for event in events:
        if isinstance(event, Resolution):
            there = [state for each in there if (state := _after(each, event))]
        else:
            there = _fold_one(there, event, journals)
    return sorted(there, key=_granted)


def _moment(event: StoredEntry | Resolution) -> tuple[datetime, int, int]:
    """An entry taken at the very instant of a resolution came before it: the resolution was made of what was there."""
    if isinstance(event, Resolution):
        return event.resolved_at, 1, event.seq
    return event.received_at, 0, entry_position(*event.place)


def _after(state: RightState, resolution: Resolution) -> RightState | None:
    if state.seq != resolution.seq:
        return state
    status = status_after(state.status, resolution.outcome)
    return replace(state, status=status) if status else None


def _fold_one(there: list[RightState], entry: StoredEntry, journals: Sequence[StationJournal]) -> list[RightState]:
    journal = next((each for each in journals if each.number == entry.place.number), None)
    if journal is None:
        return there
    changes = fold(past_of(journal, journals), there, [entry.content])
    return [state for states in changes.present.values() for state in states]


def _without_plate(entry: StoredEntry) -> StoredEntry:
    fact = entry.content.fact
    if not isinstance(fact, PaymentStarted | RightSold | InDoubt):
        return entry
    blank = with_members(fact, right=with_members(fact.right, plate=_NO_PLATE))
    return replace(entry, content=with_members(entry.content, fact=blank))


def _granted(state: RightState) -> tuple[datetime, datetime, int, int]:
    return state.start, state.end, state.cents, entry_resolved(state.seq)


# --- as a recorded payment -----------------------------------------------------------------------------------------


def _recorded(
    key: PaymentKey,
    states: tuple[RightState | None, RightState | None, RightState | None],
    whole: bool,
    journals: Sequence[StationJournal],
) -> RecordedPayment:
    """`states`: by the journal, by journal and resolutions, in the register; one of them at least."""
    journal, expected, register = states
    shown = next(each for each in (register, expected, journal) if each)
    place = place_in(shown.seq)
    return RecordedPayment(
        station=key.station,
        generation=_generation(place, journals),
        reference=key.reference,
        entry=place.seq,
        at=shown.bought_at,
        plate=register.plate if register else "",
        cents=shown.cents,
        journal=journal.status if journal else None,
        journal_cents=journal.cents if journal else 0,
        expected=expected.status if expected else None,
        register=register.status if register else None,
        position=register.seq if register else 0,
        differs=tuple(_differing(expected, register, whole)) if expected and register else (),
    )


def _differing(expected: RightState, register: RightState, whole: bool) -> Iterator[str]:
    if whole and register.plate not in ("", expected.plate):
        yield "plate"
    yield from (name for name in _COMPARED if getattr(expected, name) != getattr(register, name))


def _refused(
    key: PaymentKey, written: Sequence[StoredEntry], side: RegisterSide | None, journals: Sequence[StationJournal]
) -> RecordedPayment:
    right = next(filter(None, map(granted_in, written)), None)
    place = written[-1].place if written else place_in(side.first.seq) if side else EntryPlace(0, 0)
    at = side.first.bought_at if side else written[0].content.at
    return RecordedPayment(
        station=key.station,
        generation=_generation(place, journals),
        reference=key.reference,
        entry=place.seq,
        at=at,
        plate="",
        cents=side.first.cents if side else right.cents if right else 0,
        journal=None,
        journal_cents=0,
        expected=None,
        register=None,
    )


def _generation(place: EntryPlace, journals: Iterable[StationJournal]) -> int:
    return next((each.generation for each in journals if each.number == place.number), 1)
