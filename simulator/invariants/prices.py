"""Invariant of prices, I15: what a right costs, and how long it lasts, is what the lines of the tariff say. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from firmware.domain.parking_right import ParkingRight
from firmware.protocol.facts import InDoubt, PaymentStarted, RightSold
from firmware.protocol.personal import has_no_plate
from firmware.tariff import Tariffs
from firmware.tariff.calendar import Calendar, Period
from firmware.tariff.file import RateLine
from firmware.tariff.grid import Grid
from simulator.invariants.evidence import InvariantFindings, StationEvidence

MINUTES = {"quarter": 15, "hour": 60, "day": 1440}
"""Of a unit of time, by its name in the tariff."""


AT_A_TURN = timedelta(seconds=5)
"""From the key that asks until the entry is made, on a slow disk."""


def rights_are_priced(evidence: StationEvidence) -> InvariantFindings:
    """I15, at every moment: what was asked of the bank, or sold, costs and lasts what the tariff of its stay says."""
    if evidence.tariffs is None:
        return
    for right in _asked(evidence):
        yield from (f"{right.reference}: {found}" for found in _mispriced(right, evidence.tariffs))


def rights_begin_later(evidence: StationEvidence) -> InvariantFindings:
    """I15, at every moment: no time is sold that was over when the bank was asked. Of a wrong clock nothing is said."""
    for each in evidence.written if not evidence.clock_was_wrong else ():
        match each.content.fact:
            case PaymentStarted(right) if right.start < each.content.at - AT_A_TURN:
                yield f"{right.reference} begins {right.start.isoformat()}, and is asked for at {each.content.at.isoformat()}"


def ends_keep_their_clock(evidence: StationEvidence) -> InvariantFindings:
    """I15, at every moment: the end of a payment bears the quality of the clock that dated its beginning."""
    begun: dict[str, str] = {}
    for each in evidence.written:
        match each.content.fact:
            case PaymentStarted(right, clock):
                begun[right.reference] = clock
            case RightSold(right, clock=clock) | InDoubt(right, clock=clock) if begun.get(right.reference, clock) != clock:
                yield f"{right.reference} was begun by a clock that was {begun[right.reference]}, and ends as {clock}"


def regimes_are_held(evidence: StationEvidence) -> InvariantFindings:
    """I15, at every moment: what a right's regime asks for, its plate holds, and the regime is sold in such a street."""
    if evidence.tariffs is None or evidence.place is None:
        return
    for right in _asked(evidence):
        regime = evidence.tariffs.regimes[right.regime]
        held = [each for each in evidence.place.holdings.get(right.plate, ()) if each.right in regime.rights]
        at_home = regime.places == "everywhere" or any(evidence.place.sector in each.sectors for each in held)
        entitled = {each.right for each in held} == set(regime.rights) and at_home
        if evidence.place.street not in regime.streets or not (entitled or has_no_plate(right)):
            yield f"{right.reference} is sold to {right.plate} as {right.regime}, in a {evidence.place.street} street"


def price_of(lines: Sequence[RateLine], units: int) -> int:
    """What the first units of a stay cost together: each an equal part of its line, half a cent rounded up."""
    total = Fraction(0)
    for line in lines:
        taken = min(units, line.units)
        total += Fraction(line.cents * taken, line.units)
        units -= taken
    return math.floor(total + Fraction(1, 2))


def _asked(evidence: StationEvidence) -> Collection[ParkingRight]:
    """The rights that were asked of the bank, or sold, each once."""
    facts = (fact for fact in evidence.facts if isinstance(fact, PaymentStarted | RightSold))
    return {fact.right.reference: fact.right for fact in facts}.values()


def _mispriced(right: ParkingRight, tariffs: Tariffs) -> Iterator[str]:
    table = tariffs.version_at(right.stay_begun)
    grid = table.grids.get(right.rate_key) if table else None
    if table is None or grid is None or table.name != right.tariff:
        yield f"it is priced by {right.tariff}, and its stay began under {table.name if table else 'no tariff'}"
        return
    reached = right.reached + right.units
    if not right.reached < reached <= sum(line.units for line in grid.rate_lines):
        yield f"units {right.reached} to {reached} of a stay are not for sale"
        return
    cents = price_of(grid.rate_lines, reached) - price_of(grid.rate_lines, right.reached)
    if cents != right.cents:
        yield f"units {right.reached} to {reached} of a stay cost {right.cents} cents, and by the tariff {cents}"
    if not _lasts(right, grid, tariffs.calendar):
        yield f"{right.units} times a {right.unit} last from {right.start.isoformat()} to {right.end.isoformat()}"


def _lasts(right: ParkingRight, grid: Grid, calendar: Calendar) -> bool:
    """Whether as much time passes, by the clock of the regime, as was bought; it begins when parking is paid."""
    moved = [line.moves_end for line in grid.rate_lines for _ in range(line.units)]
    units = sum(moved[right.reached : right.reached + right.units])
    lasts = timedelta(minutes=MINUTES[grid.unit] * units)
    match grid.clock:
        case "plain_hours":
            return right.end.astimezone(UTC) - right.start.astimezone(UTC) == lasts
        case "payable_days":
            start, end = (each.astimezone(calendar.zone) for each in (right.start, right.end))
            between = (datetime.combine(start.date() + timedelta(day), calendar.opens, calendar.zone) for day in range(1, 30))
            return start.time() == end.time() and units == sum(
                calendar.is_paid(at) for at in between if at.date() <= end.date()
            )
    paid = [period for period in calendar.stretches(right.start, right.end) if period.paid]
    return (
        sum(map(_length, paid), timedelta()) == lasts
        and bool(paid)
        and (paid[0].start, paid[-1].end)
        == (
            right.start,
            right.end,
        )
    )


def _length(period: Period) -> timedelta:
    return period.end.astimezone(UTC) - period.start.astimezone(UTC)
