"""Curves of a plot: price of a stay against its length, one for each set of prices there has been.

Versions and classes with the same price share a curve, which then has several names.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from firmware.domain.money import euros
from firmware.domain.rate_key import RateKey
from firmware.tariff.grid import Grid
from firmware.tariff.tariffs import RateTable, Tariffs
from workshop.tariffs.table import length

MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


@dataclass(frozen=True)
class Curve:
    """Curve of one set of prices, and whose it is."""

    names: tuple[str, ...]
    """French: "Voiture, de 2018 à juillet 2021"."""
    cents: tuple[int, ...]
    """Price of 0, 1, 2… units."""
    total: str
    """French: "50,00 € pour 6 h"."""


def curves(
    tariffs: Tariffs, zone: int, regime: str, vehicles: Sequence[str] = (), days: Sequence[date] = ()
) -> tuple[Curve, ...]:
    """Curves, class by class, oldest first; only of these vehicle classes, or valid on one of these days, if any are given."""
    named: dict[tuple[int, ...], list[str]] = {}
    grids: dict[tuple[int, ...], Grid] = {}
    for first, last, grid in _periods(tariffs, zone, regime, vehicles or tuple(tariffs.vehicles), days):
        name = f"{tariffs.vehicles[grid.vehicle].name}, {period(first, last)}"
        named.setdefault(grid.cumulated, []).append(name)
        grids.setdefault(grid.cumulated, grid)
    return tuple(Curve(tuple(names), cents, _total(grids[cents])) for cents, names in named.items())


def _periods(
    tariffs: Tariffs, zone: int, regime: str, vehicles: Sequence[str], days: Sequence[date]
) -> Iterator[tuple[date, date | None, Grid]]:
    """From when to when each class has had each price, without interruption."""
    for vehicle in vehicles:
        current: tuple[date, date | None, Grid] | None = None
        for table in _chosen(tariffs.rate_tables, days):
            grid = table.grids.get(RateKey(zone, regime, vehicle))
            same = current is not None and grid is not None and _carries_on(current[1], current[2], table, grid)
            if current is not None and not same:
                yield current
            first = current[0] if current is not None and same else table.first_day
            current = None if grid is None else (first, table.last_day, grid)
        if current is not None:
            yield current


def _carries_on(last: date | None, before: Grid, table: RateTable, grid: Grid) -> bool:
    return last is not None and (table.first_day - last).days == 1 and before.cumulated == grid.cumulated


def _chosen(tables: Iterable[RateTable], days: Sequence[date]) -> Iterator[RateTable]:
    for table in tables:
        if not days or any(table.first_day <= day and (table.last_day is None or day <= table.last_day) for day in days):
            yield table


def _total(grid: Grid) -> str:
    price = "gratuit" if grid.is_free else euros(grid.cumulated[-1])
    return f"{price} pour {length(grid, grid.maximum_units)}"


def period(first: date, last: date | None) -> str:
    """French: "depuis août 2021", "de 2018 à juillet 2021", "du 15 mai 2020 à 2022"; whole years and months need no day."""
    month = MONTHS[first.month - 1]
    if first.day != 1:
        since, begin = f"depuis le {_day(first)}", f"du {_day(first)}"
    elif first.month != 1:
        since, begin = f"depuis {month} {first.year}", f"{'d’' if month[0] in 'ao' else 'de '}{month} {first.year}"
    else:
        since, begin = f"depuis {first.year}", f"de {first.year}"
    return since if last is None else f"{begin} {_until(last)}"


def _until(day: date) -> str:
    if (day.month, day.day) == (12, 31):
        return f"à {day.year}"
    if day.day == monthrange(day.year, day.month)[1]:
        return f"à {MONTHS[day.month - 1]} {day.year}"
    return f"au {_day(day)}"


def _day(day: date) -> str:
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"
