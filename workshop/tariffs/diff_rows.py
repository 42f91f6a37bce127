"""Rows of a comparison of tariffs: name, before, after, and change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from firmware.domain.money import euros
from firmware.domain.rate_key import RateKey
from firmware.tariff.file import FpsRule, FromIssue
from firmware.tariff.grid import UNITS_IN_SCALE_STEP, Grid
from firmware.tariff.tariffs import Tariffs, holds
from workshop.tariffs.table import length

NONE = "–"
"""Shown for what is not sold or not in the file."""
FREE = "free"
FPS = "FPS"


class DiffRow(NamedTuple):
    """A row of a comparison: name, before, after, change."""

    what: str
    before: str
    after: str
    by: str


def prices(before: Tariffs, day: date, after: Tariffs, other: date) -> Iterator[tuple[str, tuple[DiffRow, ...]]]:
    """Rows of each regime, class and zone whose price changes, with their name."""
    one, two = _grids(before, day), _grids(after, other)
    for key in dict.fromkeys((*one, *two)):
        absent = (_absent(before, one, key.vehicle), _absent(after, two, key.vehicle))
        yield f"{key.regime}, {key.vehicle}, zone {key.zone}", tuple(_grid(one.get(key), two.get(key), absent))


def charges(before: Tariffs, day: date, after: Tariffs, other: date) -> tuple[DiffRow, ...]:
    """Rows of the rules of the post-parking charge (FPS) that change."""
    return tuple(_changed(_rule(before, day), _rule(after, other)))


def versionless(before: Tariffs, after: Tariffs) -> Iterator[DiffRow]:
    """Rows that change of what no version has: paid hours, free days, zones, start and continuation of a stay."""
    yield from _changed(_hours(before), _hours(after))
    yield from _changed(_places(before), _places(after))
    first = max(before.calendar.first_day, after.calendar.first_day)
    last = min(before.calendar.last_day, after.calendar.last_day)
    for day in sorted(before.calendar.free_days ^ after.calendar.free_days):
        if first <= day <= last:
            words = ("free", "paid") if day in before.calendar.free_days else ("paid", "free")
            yield DiffRow(f"{day:%a %Y-%m-%d}", *words, "")


def _grids(tariffs: Tariffs, day: date) -> dict[RateKey, Grid]:
    candidates = (table for table in reversed(tariffs.rate_tables) if table.first_day <= day)
    return dict(next((table.grids for table in candidates), {}))


def _absent(tariffs: Tariffs, grids: dict[RateKey, Grid], vehicle: str) -> str:
    """What a motorist of a class without a price pays."""
    priced = any(vehicle == each.vehicle for each in grids)
    free = vehicle in tariffs.vehicles and tariffs.vehicles[vehicle].unpriced == "free"
    return FREE if free and not priced else NONE


def _grid(before: Grid | None, after: Grid | None, absent: tuple[str, str]) -> Iterator[DiffRow]:
    fine = before is not None and after is not None and before.scale() == after.scale() and before.unit == after.unit
    one, two = _amounts(before, fine), _amounts(after, fine)
    for what in dict.fromkeys((*one, *two)):
        if one.get(what) != two.get(what):
            yield _money(what, one.get(what), two.get(what), absent)
    if before and after and (before.clock, before.moved) != (after.clock, after.moved):
        yield DiffRow("time", f"{before.clock}, {before.moved[-1]}", f"{after.clock}, {after.moved[-1]}", "")


def _amounts(grid: Grid | None, fine: bool) -> dict[str, int | None]:
    """The price of every whole hour or day, or of every unit; and of the charge."""
    if grid is None:
        return {}
    step = 1 if fine else UNITS_IN_SCALE_STEP[grid.unit]
    units = sorted({*range(step, grid.maximum_units + 1, step), grid.maximum_units})
    return {length(grid, each): grid.cumulated[each] for each in units if grid.sells(each)} | {FPS: grid.fps_cents}


def _money(what: str, before: int | None, after: int | None, absent: tuple[str, str]) -> DiffRow:
    missing = (NONE, NONE) if what == FPS else absent
    one = missing[0] if before is None else euros(before)
    two = missing[1] if after is None else euros(after)
    if before is None or after is None:
        return DiffRow(what, one, two, "")
    return DiffRow(what, one, two, ("+" if after > before else "") + euros(after - before))


def _rule(tariffs: Tariffs, day: date) -> dict[str, str]:
    rule = next((rule for rule in tariffs.fps_rules if holds(rule.validity, day)), None)
    return {} if rule is None else dict(_said(rule))


def _said(rule: FpsRule) -> Iterable[tuple[str, str]]:
    window = rule.reduced_window
    reduced = f"{window.hours} h from the issue" if isinstance(window, FromIssue) else f"{window.days} days from the sending"
    return (
        ("reduction", f"{rule.reduction_percent} %"),
        ("reduced", reduced),
        ("notified", f"{rule.notification_days} days after the sending"),
        ("payable", f"{rule.payable_months} months"),
        ("appeal", f"{rule.appeal_months} months"),
        ("increase", f"{rule.increase_percent} %, at least {euros(rule.increase_minimum_cents)}"),
        ("rebate", f"{rule.rebate_percent} % within {rule.rebate_months} months"),
    )


def _hours(tariffs: Tariffs) -> dict[str, str]:
    calendar = tariffs.calendar
    return {
        "paid hours": f"{calendar.opens:%H:%M}-{calendar.closes:%H:%M}",
        "paid weekdays (Monday is 1)": " ".join(str(day) for day in sorted(calendar.weekdays)),
        "first day": str(calendar.first_day),
        "last day": str(calendar.last_day),
        "a stay starts at a multiple of": f"{tariffs.start_step_minutes} min",
        "a stay continues after at most": f"{tariffs.continuation_minutes} min",
    }


def _places(tariffs: Tariffs) -> dict[str, str]:
    homes = {f"arrondissement {each}": f"zone {zone}" for zone, parts in tariffs.zones.items() for each in sorted(parts)}
    return homes | {f"wood {wood}": f"zone {zone}" for wood, zone in tariffs.woods.items()}


def _changed(before: dict[str, str], after: dict[str, str]) -> Iterator[DiffRow]:
    for what in dict.fromkeys((*before, *after)):
        one, two = before.get(what, NONE), after.get(what, NONE)
        if one != two:
            yield DiffRow(what, one, two, "")
