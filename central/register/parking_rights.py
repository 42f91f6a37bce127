"""What entries do to the register of rights.

A right comes from what a station wrote down, never from what it was about to do:

    RightSold                 sold          the money is taken
    InDoubt                   provisional   nobody knows; the motorist was told that he is covered
    Refused, after InDoubt    promised      nothing was debited after all; what he was told still holds
    PaymentStarted, Refused   no right

`sold` is never taken back.

The theory. Every status a right has had is a row, known from the moment its entry was taken until the next one was: the
present is the row that is known still. A batch is folded in memory over the present rows of the rights it speaks of, and
written in two statements. The rows come out the same however the entries were cut into batches; only the moments differ.

What a right grants never changes. An entry that gives a reference to another plate, another time or another price is a
contradiction: the first right stays, and a person must see the second, for somebody may have paid for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum

from sqlalchemy import Connection, bindparam, select, update

from central.db.bulk_insert import insert_all
from central.db.tables import rights
from central.rules.plate_match import alike
from firmware.domain.parking_right import ParkingRight
from firmware.domain.plate import MAX_LENGTH, normalise
from firmware.protocol.entry import EntryContent
from firmware.protocol.facts import Fact, InDoubt, PaymentRefused, PaymentStarted, RightSold

_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_LAST = datetime(2200, 1, 1, tzinfo=UTC)


class RightStatus(Enum):
    """Why a right is held; each of them lets the vehicle stay."""

    SOLD = "sold"
    PROVISIONAL = "provisional"
    PROMISED = "promised"


@dataclass(frozen=True)
class Standing:
    """A right as it stands after one entry: a row of the register, but for when that was known."""

    reference: str
    seq: int
    """The entry that gave it this status."""
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


_THESE = (
    (rights.c.station == bindparam("of"))
    & rights.c.reference.in_(bindparam("references", expanding=True))
    & rights.c.known_until.is_(None)
)
_PRESENT = select(*(rights.c[name] for name in Standing.__dataclass_fields__)).where(_THESE)


@dataclass(frozen=True)
class Folded:
    """What entries do to the rights they speak of."""

    written: list[Standing]
    """Every status that is new, in order."""
    contradictions: dict[int, str]
    """Entries that speak of another right under the same reference, and what is wrong."""


def after(status: RightStatus | None, fact: Fact) -> RightStatus | None:
    """The status of a right once this fact about it is known; None is no right."""
    match fact:
        case RightSold():
            return RightStatus.SOLD
        case InDoubt() if status is None:
            return RightStatus.PROVISIONAL
        case PaymentRefused() if status is RightStatus.PROVISIONAL:
            return RightStatus.PROMISED
    return status


def plausible(moment: datetime) -> bool:
    """Whether a station's date can be one: it has an offset, and a year of this machine's life."""
    return moment.tzinfo is not None and _FIRST < moment < _LAST


def unfit(recorded: EntryContent) -> str | None:
    """Why the right in an entry cannot go into the register; None if it can, or if there is none."""
    match recorded.fact:
        case RightSold(right) | InDoubt(right) | PaymentStarted(right):
            if not all(map(plausible, (recorded.at, right.start, right.end))) or right.start >= right.end:
                return f"its dates cannot be: written {recorded.at}, from {right.start} to {right.end}"
            if not all(0 <= number < 2**31 for number in (right.zone, right.units, right.cents)):
                return f"its numbers cannot be: zone {right.zone}, {right.units} units, {right.cents} cents"
            if not 1 <= len(normalise(right.plate)) <= MAX_LENGTH:
                return f"its plate cannot be: {len(normalise(right.plate))} letters and digits"
    return None


def apply(connection: Connection, station: str, records: Sequence[EntryContent], now: datetime) -> dict[int, str]:
    """Let entries of one station, taken in their turn and fit, change the register. Returns why some did not, by number."""
    touched = {reference for recorded in records if (reference := _reference(recorded.fact))}
    if not touched:
        return {}
    present = _present(connection, station, touched)
    done = fold(present, records)
    _write(connection, station, present, done.written, now)
    return done.contradictions


def _write(
    connection: Connection, station: str, present: Mapping[str, Standing], written: Sequence[Standing], now: datetime
) -> None:
    if superseded := present.keys() & {standing.reference for standing in written}:
        these = {"of": station, "references": list(superseded)}
        connection.execute(update(rights).where(_THESE).values(known_until=now), these)
    last = {standing.reference: standing.seq for standing in written}
    insert_all(
        connection, rights, [_row(station, each, now, None if last[each.reference] == each.seq else now) for each in written]
    )


def fold(present: Mapping[str, Standing], records: Iterable[EntryContent]) -> Folded:
    """What rights became, one after the other. `present`: those that stand already, by reference."""
    standing, done = dict(present), Folded([], {})
    for recorded in records:
        if (reference := _reference(recorded.fact)) is None:
            continue
        before = standing.get(reference)
        now = _after(before, recorded)
        if before and now and replace(now, seq=before.seq, status=before.status) != before:
            done.contradictions[recorded.seq] = f"another right {reference} than the one of entry {before.seq}"
        elif now and (before is None or now.status is not before.status):
            standing[reference] = now
            done.written.append(now)
    return done


def _after(before: Standing | None, recorded: EntryContent) -> Standing | None:
    """The right that this entry says there is; None if there is none."""
    status = after(before.status if before else None, recorded.fact)
    match recorded.fact:
        case RightSold(right) | InDoubt(right) if status:
            return _standing(recorded.seq, status, right, before.bought_at if before else recorded.at)
    return replace(before, seq=recorded.seq, status=status) if before and status else None


def _reference(fact: Fact) -> str | None:
    match fact:
        case RightSold(right) | InDoubt(right):
            return right.reference
        case PaymentRefused(reference):
            return reference
    return None


def _present(connection: Connection, station: str, references: Iterable[str]) -> dict[str, Standing]:
    rows = connection.execute(_PRESENT, {"of": station, "references": list(references)}).mappings()
    return {row["reference"]: Standing(**{**row, "status": RightStatus(row["status"])}) for row in rows}


def _standing(seq: int, status: RightStatus, right: ParkingRight, bought_at: datetime) -> Standing:
    return Standing(
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


def _row(station: str, standing: Standing, known_from: datetime, known_until: datetime | None) -> dict[str, object]:
    known = {"station": station, "alike": alike(standing.plate), "known_from": known_from, "known_until": known_until}
    return {**vars(standing), "status": standing.status.value, **known}
