"""Price table of one grid: a row for each unit, such as a quarter of an hour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise

from firmware.domain.money import euros
from firmware.tariff import wording
from firmware.tariff.clocks import MINUTES
from firmware.tariff.grid import Grid
from firmware.tariff.tariffs import RateTable


@dataclass(frozen=True)
class TableRow:
    """A row of the table: the next length that is sold, one more unit nearly always."""

    units: int
    """Units with this one."""
    minutes: int
    """Minutes of a stay of so many units, in the regime's own time: paid minutes for a visitor."""
    cents: int
    """Price of what it adds to the row before."""
    total_cents: int
    """Price of all of them."""


def table_rows(grid: Grid) -> tuple[TableRow, ...]:
    """Rows of the table, up to the maximum stay."""
    sold = (0, *filter(grid.sells, range(1, grid.maximum_units + 1)))
    return tuple(
        TableRow(units, units * MINUTES[grid.unit], grid.cents(before, units - before), grid.cumulated[units])
        for before, units in pairwise(sold)
    )


def length(grid: Grid, units: int) -> str:
    """Length of a stay in French: "2 h 15", "3 jours"."""
    return wording.length(grid.unit, units, plain=grid.clock == "plain_hours")


def for_people(table: RateTable, grid: Grid, vehicle_name: str) -> Iterator[str]:
    """The table as lines of text."""
    until = f"to {table.last_day}" if table.last_day else "on"
    who = f"{grid.regime} ({grid.name}), {grid.vehicle} ({vehicle_name})"
    yield f"zone {grid.zone}, {who}, tariff from {table.first_day} {until}"
    yield f"  {grid.unit:>7}  {'stay':<8} {'this one':>10} {'in all':>10}"
    for step in table_rows(grid):
        one, total = euros(step.cents), euros(step.total_cents)
        yield f"  {step.units:>7}  {length(grid, step.units):<8} {one:>10} {total:>10}"
    if grid.fps_cents is not None:
        yield f"  post-parking charge (FPS): {euros(grid.fps_cents)}"
    yield from (f"  {note}" for note in grid.notes)
    yield from (f"  source: {source}" for source in table.sources)


def for_programs(table: RateTable, grid: Grid) -> dict[str, object]:
    """The table as JSON members; days are ISO 8601, prices are cents."""
    return {
        "tariff": table.name,
        "first_day": table.first_day.isoformat(),
        "last_day": table.last_day and table.last_day.isoformat(),
        "zone": grid.zone,
        "vehicle": grid.vehicle,
        "regime": grid.regime,
        "unit": grid.unit,
        "maximum_units": grid.maximum_units,
        "fps_cents": grid.fps_cents,
        "steps": [asdict(step) for step in table_rows(grid)],
        "notes": grid.notes,
        "sources": table.sources,
    }
