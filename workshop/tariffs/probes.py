"""Probes of the tariff engine: its answer at every edge, compared with the slow reading of the file.

At an everyday opening or closing a visitor asks, in each zone: paid hours are the same for all. At the rarer edges every
regime and class of the version asks, for one unit. At the maximum stay each of them asks for the last unit, for all of
them, for one more, and for the same as an extension.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import pairwise

from firmware.domain.rate_key import RateKey
from firmware.tariff.checks_prices import Complaint
from firmware.tariff.file import RateLineCollection, RegimeSource, TariffFile
from firmware.tariff.offer import NotSold, Quote, Refusal
from firmware.tariff.quotes import ladder, quote
from firmware.tariff.stay import Stay
from firmware.tariff.tariffs import Tariffs
from workshop.tariffs.edges import Edge
from workshop.tariffs.reading import Hours, price, tables_on

Value = datetime | str | int


@dataclass(frozen=True)
class ProbedGrid:
    """Price of a version: who pays it, and where in the file it stands."""

    where: str
    collection: RateLineCollection
    regime: RegimeSource
    vehicle: str
    zone: int

    @property
    def key(self) -> RateKey:
        """What the engine is asked for."""
        return RateKey(self.zone, self.regime.regime, self.vehicle)

    @property
    def who(self) -> str:
        """Regime, class and zone, as messages have them."""
        return f"{self.regime.regime}, {self.vehicle}, zone {self.zone}"

    @cached_property
    def first_cents(self) -> int:
        """Price of one unit."""
        return price(self.collection, 1)


@dataclass(frozen=True)
class Subject:
    """A tariff file, and the engine that sells by it."""

    file: TariffFile
    tariffs: Tariffs

    @cached_property
    def hours(self) -> Hours:
        """Paid hours of the file, read slowly."""
        return Hours(self.file)

    @cached_property
    def grids(self) -> tuple[tuple[ProbedGrid, ...], ...]:
        """Prices of each version."""
        return tuple(tuple(_grids(self.file, version)) for version in range(len(self.file.rate_tables)))


def _grids(file: TariffFile, version: int) -> Iterator[ProbedGrid]:
    regimes = {regime.regime: regime for regime in file.regimes}
    for index, collection in enumerate(file.rate_tables[version].rate_line_collections):
        where = f"$.rate_tables[{version}].rate_line_collections[{index}]"
        for vehicle in collection.vehicles:
            for zone in collection.zones:
                yield ProbedGrid(where, collection, regimes[collection.regime], vehicle, zone)


def probe_edge(subject: Subject, edge: Edge) -> Iterator[Complaint | None]:
    """Probe one edge: for each question what is wrong with the answer, or None."""
    hours = subject.hours
    start = hours.start(edge.at)
    version = next(iter(tables_on(subject.file, hours.day(start))), None)
    covered = version is not None and hours.listed(edge.at) and hours.listed(start)
    grids = subject.grids[version if version is not None else 0]
    if edge.kind in ("opening", "closing"):
        grids = _visitors(grids)
    ends = {sold: hours.end(*sold, start) for sold in {(grid.regime.clock, grid.regime.unit) for grid in grids}}
    for grid in grids:
        answer = quote(subject.tariffs, grid.key, edge.at, 1)
        end = ends[grid.regime.clock, grid.regime.unit]
        name = _name(subject.file, version) if version is not None and covered and hours.listed(end) else None
        yield _compare(hours, edge, grid, answer, (start, end, name))


def _visitors(grids: tuple[ProbedGrid, ...]) -> tuple[ProbedGrid, ...]:
    """The first class of those who need no right, in each zone."""
    first = {grid.zone: grid for grid in reversed(grids) if not grid.regime.rights}
    return tuple(first[zone] for zone in sorted(first))


def _name(file: TariffFile, version: int) -> str:
    return file.rate_tables[version].validity.first_day.isoformat()


def _compare(
    hours: Hours, edge: Edge, grid: ProbedGrid, answer: Quote | NotSold, expected: tuple[datetime, datetime, str | None]
) -> Complaint | None:
    start, end, name = expected
    if isinstance(answer, NotSold):
        if name is None and answer.reason is Refusal.NO_TARIFF:
            return None
        return Complaint(grid.where, f"{_question(hours, edge, grid)}: refused ({answer.reason.value}: {answer.detail})")
    if name is None:
        return Complaint("$.calendar", f"{_question(hours, edge, grid)}: sold, and no version or no holiday list covers it")
    found: tuple[Value, ...] = (answer.start.astimezone(UTC), answer.end.astimezone(UTC), answer.tariff, answer.cents)
    wanted: tuple[Value, ...] = (start, end, name, grid.first_cents)
    if found == wanted:
        return None
    pairs = zip(("starts", "ends", "is priced by", "costs in cents"), found, wanted, strict=True)
    what, one, other = next(each for each in pairs if each[1] != each[2])
    reason = f"{_question(hours, edge, grid)}: it {what} {_local(hours, one)}; the file says {_local(hours, other)}"
    return Complaint(grid.where, reason)


def _question(hours: Hours, edge: Edge, grid: ProbedGrid) -> str:
    return f"{edge.kind}, {grid.who}, bought {_local(hours, edge.at)}"


def _local(hours: Hours, value: Value) -> str:
    return f"{value.astimezone(hours.zone):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)


def probe_maximum(subject: Subject, grid: ProbedGrid, day: date) -> Iterator[Complaint | None]:
    """Probe the last unit before the cap, the cap, and past it, of a stay begun at the opening of `day`."""
    at, most = subject.hours.opening(day), grid.collection.max_time
    before_the_cap = ((0, most - 1),) if most > 1 else ()
    for reached, units in (*before_the_cap, (0, most), (0, most + 1), (most - 1, 1), (most - 1, 2), (most, 1)):
        answer = quote(subject.tariffs, grid.key, at, units, Stay(reached))
        asked = f"{grid.who}, {reached} + {units} {grid.regime.unit}s on {day}"
        yield _at_most(grid, answer, reached, units, asked)


def _at_most(grid: ProbedGrid, answer: Quote | NotSold, reached: int, units: int, asked: str) -> Complaint | None:
    most = grid.collection.max_time
    if reached + units > most:
        refused = isinstance(answer, NotSold) and answer.reason is Refusal.PAST_MAXIMUM
        return None if refused else Complaint(f"{grid.where}.max_time", f"{asked}: not refused, and the maximum is {most}")
    if units not in lengths_of(grid.collection):
        refused = isinstance(answer, NotSold) and answer.reason is Refusal.NOT_THIS_LENGTH
        return None if refused else Complaint(f"{grid.where}.lengths", f"{asked}: not refused, and the file does not sell it")
    if isinstance(answer, NotSold):
        return Complaint(grid.where, f"{asked}: refused ({answer.reason.value}: {answer.detail})")
    wanted = price(grid.collection, reached + units) - price(grid.collection, reached)
    if answer.cents != wanted:
        return Complaint(f"{grid.where}.rate_lines", f"{asked}: costs {answer.cents} cents; the file says {wanted}")
    return None


def lengths_of(collection: RateLineCollection) -> Sequence[int]:
    """Numbers of units that are sold together."""
    return collection.lengths or range(1, collection.max_time + 1)


def probe_ladder(subject: Subject, grid: ProbedGrid, day: date) -> Complaint | None:
    """Probe every length of a stay begun at the opening of `day`: a longer one that costs less, or ends earlier."""
    at = subject.hours.opening(day)
    offers = ladder(subject.tariffs, grid.key, at)
    if [offer.units for offer in offers] != list(lengths_of(grid.collection)):
        reason = f"{grid.who}: {len(offers)} lengths are offered on {day}"
        return Complaint(f"{grid.where}.max_time", reason)
    for shorter, longer in pairwise(offers):
        if longer.cents < shorter.cents or longer.end < shorter.end:
            reason = f"{grid.who}: {longer.units} {longer.unit}s cost less, or end earlier, than {shorter.units}"
            return Complaint(f"{grid.where}.rate_lines", reason)
    return None
