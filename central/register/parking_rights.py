"""Parking rights in the register: how journal entries change them, status by status.

A right comes from what a station wrote down, never from what it was about to do:

    RightSold                 sold          the money is taken
    InDoubt                   provisional   nobody knows; the motorist was told that he is covered
    Refused, after InDoubt    promised      nothing was debited after all; what he was told still holds
    PaymentStarted            started       lets nobody stay, and no refusal be concluded, until one of the others comes
    Refused                   no right
    RightGivenBack            given back    the money of a right that was sold was returned: it ended at that instant

Nothing else takes `sold` back, and a later RightSold or InDoubt brings the right again. A payment stays started however long
its station speaks of other things.

The theory. Every status a right has had is a row, known from the moment its entry was taken until the next one was: the
present is the row that is known still. A batch is folded in memory over the present rows of the rights it speaks of, and
written in two statements. The rows come out the same however the entries were cut into batches; only the moments differ.

What a right grants never changes, but that one given back ends with that. An entry that gives a reference to another plate,
another time or another price is a contradiction: the first right stays, and a person must see the second, for somebody may have
paid for it. Where two journals do so, cards that were copies of one another both sold it: both rights count, each with rows of
its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from central.core.fields import plate_in, plausible
from central.core.problems import NOT_TEXT
from central.db.among import is_among, json_list
from central.db.bulk_insert import insert_all
from central.db.prepared import change, fetch
from central.db.tables import rights
from central.rules.evidence import RightStatus
from central.rules.journals import JournalPast, entry_position, entry_resolved, place_in
from central.rules.plate_match import alike
from firmware.domain.errors import FieldError
from firmware.domain.parking_right import ParkingRight
from firmware.domain.plate import normalise
from firmware.protocol.entry import Entry, EntryContent, content_in
from firmware.protocol.facts import Fact, InDoubt, PaymentRefused, PaymentStarted, RightGivenBack, RightSold
from firmware.protocol.personal import has_no_plate

NO_PLATE = "its plate was deleted"
"""Why an entry that came without its plate cannot be used."""


@dataclass(frozen=True)
class RightState:
    """A right after one entry: a row of the register, but for when that was known."""

    reference: str
    seq: int
    """The place of the entry, or of the resolution, that gave it this status (central/rules/journals.py)."""
    status: RightStatus
    plate: str
    zone: int
    sector: str
    regime: str
    vehicle: str
    bought_at: datetime
    """When the first entry about it was written, by the station's clock."""
    start: datetime
    end: datetime
    units: int
    cents: int
    tariff: str


_THESE = (rights.c.station == bindparam("of")) & is_among(rights.c.reference, "references") & rights.c.known_until.is_(None)
_PRESENT = select(*(rights.c[name] for name in RightState.__dataclass_fields__)).where(_THESE)
_SUPERSEDE = update(rights).where(_THESE, is_among(rights.c.seq, "at"))


@dataclass(frozen=True)
class RightChanges:
    """The changes that entries make to the rights they speak of."""

    states: list[RightState]
    """Every status that is new, in order."""
    contradictions: dict[int, str]
    """Entries that speak of another right under the same reference, by their numbers, and what is wrong."""
    present: dict[str, list[RightState]]
    """The rights there are after them, by reference: more than one, where copies of a card gave it twice."""


def next_status(status: RightStatus | None, fact: Fact) -> RightStatus | None:
    """The status of a right once this fact about it is known; None is no right."""
    match fact:
        case RightSold():
            return RightStatus.SOLD
        case PaymentStarted() if status is None:
            return RightStatus.STARTED
        case RightGivenBack() if status is RightStatus.SOLD:
            return RightStatus.GIVEN_BACK
        case InDoubt() if status in (None, RightStatus.STARTED, RightStatus.GIVEN_BACK):
            return RightStatus.PROVISIONAL
        case PaymentRefused() if status is RightStatus.STARTED:
            return None
        case PaymentRefused() if status is RightStatus.PROVISIONAL:
            return RightStatus.PROMISED
    return status


def usable_content(entry: Entry, content: EntryContent | None = None) -> EntryContent | str:
    """What an entry says, or why the register cannot use it. `content`: what it says, where it was read already."""
    if NOT_TEXT in entry.body:
        return "it holds the character 0, which no text has"
    try:
        content = content or content_in(entry.body, entry.personal)
    except ValueError as error:
        return str(error)
    return reason_unfit(content) or content


def reason_unfit(content: EntryContent) -> str | None:
    """Why the right in an entry cannot go into the register; None if it can, or if there is none."""
    match content.fact:
        case RightSold(right) | InDoubt(right) | PaymentStarted(right):
            if has_no_plate(right):
                return NO_PLATE
            if not all(map(plausible, (content.at, right.start, right.end))) or right.start >= right.end:
                return f"its dates cannot be: written {content.at}, from {right.start} to {right.end}"
            if not all(0 <= number < 2**31 for number in (right.zone, right.units, right.cents)):
                return f"its numbers cannot be: zone {right.zone}, {right.units} units, {right.cents} cents"
            try:
                plate_in(right.plate)
            except FieldError as error:
                return f"its plate cannot be: {error.reason}"
    return None


def apply_entries(
    connection: Connection, station: str, past: JournalPast, records: Sequence[EntryContent], now: datetime
) -> dict[int, str]:
    """Let entries of one journal, in their order and fit, change the register. Returns why some did not, by number."""
    touched = {reference for content in records if (reference := reference_in(content.fact))}
    if not touched:
        return {}
    present = _present(connection, station, touched)
    changes = fold(past, present, records)
    _write(connection, station, present, changes, now)
    return changes.contradictions


def _write(connection: Connection, station: str, present: Iterable[RightState], changes: RightChanges, now: datetime) -> None:
    left = {state.seq for states in changes.present.values() for state in states}
    if superseded := [state for state in present if state.seq not in left]:
        references, seqs = json_list(each.reference for each in superseded), json_list(each.seq for each in superseded)
        change(connection, _SUPERSEDE, {"of": station, "references": references, "at": seqs, "known_until": now})
    insert_all(connection, rights, [_row(station, each, now, None if each.seq in left else now) for each in changes.states])


def fold(past: JournalPast, present: Iterable[RightState], records: Iterable[EntryContent]) -> RightChanges:
    """The changes that entries of one journal make, one after the other. `present`: the rights already in the register."""
    changes = RightChanges([], {}, {})
    for state in present:
        changes.present.setdefault(state.reference, []).append(state)
    for content in records:
        if (reference := reference_in(content.fact)) is not None:
            _apply(past, changes, changes.present.setdefault(reference, []), content)
    return changes


def _apply(past: JournalPast, changes: RightChanges, there: list[RightState], content: EntryContent) -> None:
    """Change the rights of one reference by an entry about it."""
    before = _meant(past, there, content.fact)
    now = _next_state(past, before, content)
    if before and now and _contradicts(before, now):
        entry = place_in(before.seq).seq
        changes.contradictions[content.seq] = f"another right {before.reference} than the one of entry {entry}"
    elif before and now is None:
        there.remove(before)
    elif now and (before is None or now.status is not before.status):
        there[:] = [*(each for each in there if each is not before), now]
        changes.states.append(now)


def _meant(past: JournalPast, there: Sequence[RightState], fact: Fact) -> RightState | None:
    """Which of several rights an entry is about: the one it agrees with, or else the one of its own journal.

    A refusal names no right but its reference: it is about the one of its journal, of those that this continues, or the newest.
    """
    granted = _granted(fact)
    nearest = sorted(there, key=lambda each: (_nearness(past, each), -each.seq))
    if granted is None:
        return nearest[0] if nearest else None
    agreeing = (each for each in nearest if _grants(each, granted))
    return next(agreeing, next((each for each in nearest if _may_be_meant(past, each)), None))


def _may_be_meant(past: JournalPast, state: RightState) -> bool:
    """Whether an entry that does not agree with a right can be about it: of an earlier journal, only if it was just begun."""
    nearness = _nearness(past, state)
    return nearness == 0 or (nearness == 1 and state.status is RightStatus.STARTED)


def _nearness(past: JournalPast, state: RightState) -> int:
    """0 for a right whose status is of this very journal, 1 of one that it continues, 2 of another."""
    place = entry_resolved(state.seq)
    if any(place in each for each in past.own):
        return 0
    return 1 if any(place in each for each in past.earlier) else 2


def _grants(state: RightState, right: ParkingRight) -> bool:
    return _is_same(state, _state_of(state.seq, state.status, right, state.bought_at))


def _is_same(before: RightState, now: RightState) -> bool:
    """Whether two rows grant the same, whatever their status. A plate that was deleted may have been any.

    When one given back would have ended is not known any more.
    """
    plate = now.plate if before.plate == "" else before.plate
    end = now.end if RightStatus.GIVEN_BACK in (before.status, now.status) else before.end
    return replace(before, plate=plate, end=end) == replace(now, seq=before.seq, status=before.status)


def _contradicts(before: RightState, now: RightState) -> bool:
    """Whether a reference was given to another right. What was only started was granted to nobody."""
    return before.status is not RightStatus.STARTED and not _is_same(before, now)


def _next_state(past: JournalPast, before: RightState | None, content: EntryContent) -> RightState | None:
    """The right that this entry says there is; None if there is none."""
    status = next_status(before.status if before else None, content.fact)
    position = entry_position(past.number, content.seq)
    match content.fact:
        case RightSold(right) | InDoubt(right) if status:
            return _state_of(position, status, right, _bought_at(before, content))
        case PaymentStarted(right) if before is None:
            return _state_of(position, RightStatus.STARTED, right, content.at)
    if before and status is RightStatus.GIVEN_BACK and before.status is RightStatus.SOLD:
        return replace(before, seq=position, status=status, end=min(before.end, content.at))
    return replace(before, seq=position, status=status) if before and status else None


def _bought_at(before: RightState | None, content: EntryContent) -> datetime:
    """When the right was bought: with its payment, or where the clock went back meanwhile, when that ended."""
    if before is None:
        return content.at
    return min(before.bought_at, content.at) if before.status is RightStatus.STARTED else before.bought_at


def reference_in(fact: Fact) -> str | None:
    """The reference of the payment that a fact is about; None if it is about none."""
    if isinstance(fact, PaymentRefused | RightGivenBack):
        return fact.reference
    granted = _granted(fact)
    return granted.reference if granted else None


def _granted(fact: Fact) -> ParkingRight | None:
    """The right in a fact; None if there is none."""
    return fact.right if isinstance(fact, RightSold | InDoubt | PaymentStarted) else None


def _present(connection: Connection, station: str, references: Iterable[str]) -> list[RightState]:
    rows = fetch(connection, _PRESENT, {"of": station, "references": json_list(references)})
    return [RightState(reference, seq, RightStatus(status), *what) for reference, seq, status, *what in rows]


def _state_of(seq: int, status: RightStatus, right: ParkingRight, bought_at: datetime) -> RightState:
    return RightState(
        reference=right.reference,
        seq=seq,
        status=status,
        plate=normalise(right.plate),
        zone=right.zone,
        sector=right.sector,
        regime=right.regime,
        vehicle=right.vehicle,
        bought_at=bought_at,
        start=right.start,
        end=right.end,
        units=right.units,
        cents=right.cents,
        tariff=right.tariff,
    )


def _row(station: str, state: RightState, known_from: datetime, known_until: datetime | None) -> dict[str, object]:
    known = {"station": station, "alike": alike(state.plate), "known_from": known_from, "known_until": known_until}
    return {**vars(state), "status": state.status.value, **known}
