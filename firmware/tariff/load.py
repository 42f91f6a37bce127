"""Loads `tariffs.json`: decodes, checks and prepares it. Reads one file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from firmware.domain.decoding import place_and_reason
from firmware.tariff import file as shape
from firmware.tariff import wording
from firmware.tariff.calendar import Calendar
from firmware.tariff.checks import complaints
from firmware.tariff.file import CalendarYears, RateLineCollection, TariffError, TariffFile
from firmware.tariff.grid import Grid
from firmware.tariff.tariffs import RateTable, Tariffs


def load_tariffs(path: Path) -> Tariffs:
    """Read, check and prepare a tariff file. Raises TariffError naming the file, the path inside it and the reason."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TariffError(str(path), "", f"cannot be read: {error.strerror}") from error
    return tariffs_in(data, str(path))


def tariffs_in(data: bytes, name: str) -> Tariffs:
    """Check and prepare a tariff file's text, wherever it comes from. Raises TariffError with `name` for the file."""
    document = _decoded(data, name)
    for where in _keys_given_twice(json.loads(data, object_pairs_hook=_Pairs), "$"):
        raise TariffError(name, where, "this key is given twice")
    for complaint in complaints(document):
        raise TariffError(name, complaint.where, complaint.reason)
    return _ready(document)


def _decoded(data: bytes, name: str) -> TariffFile:
    try:
        return msgspec.json.decode(data, type=TariffFile)
    except msgspec.ValidationError as error:
        raise TariffError(name, *place_and_reason(error)) from error
    except msgspec.DecodeError as error:
        raise TariffError(name, "", str(error), _line(str(error), data)) from error
    except UnicodeDecodeError as error:
        raise TariffError(name, "", f"not UTF-8: {error.reason}") from error


def _line(reason: str, data: bytes) -> int:
    """The line a JSON error is on: msgspec counts bytes, people count lines. Truncated files end on their last one."""
    offset = re.search(r"\(byte (\d+)\)", reason)
    before = data[: int(offset[1])] if offset else data
    return before.count(b"\n") + 1


class _Pairs(tuple[tuple[str, object], ...]):
    """A JSON object as it is written. Decoders keep the last of two equal keys and say nothing: which price was meant?"""


def _keys_given_twice(value: object, where: str) -> Iterator[str]:
    if isinstance(value, _Pairs):
        seen: set[str] = set()
        for key, inner in value:
            if key in seen:
                yield f"{where}.{key}"
            seen.add(key)
            yield from _keys_given_twice(inner, f"{where}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _keys_given_twice(inner, f"{where}[{index}]")


def _ready(document: TariffFile) -> Tariffs:
    decisions = document.decisions
    return Tariffs(
        calendar=_calendar(document),
        rate_tables=tuple(_rate_table(document, table) for table in document.rate_tables),
        zones={zone.zone: zone.arrondissements for zone in document.zones},
        woods={wood: zone.zone for zone in document.zones for wood in zone.woods},
        vehicles={vehicle.vehicle: vehicle for vehicle in document.vehicles},
        regimes={regime.regime: regime for regime in document.regimes},
        fps_rules=document.fps_rules,
        start_step_minutes=decisions.start_step_minutes,
        continuation_minutes=decisions.stay_continuation_minutes,
        legal=document.legal,
    )


def _calendar(document: TariffFile) -> Calendar:
    years = document.calendar
    return Calendar(
        zone=ZoneInfo(document.time_zone),
        opens=document.paid_hours.opens,
        closes=document.paid_hours.closes,
        weekdays=frozenset(document.paid_hours.weekdays),
        free_days=frozenset((*(day.date for day in years.holidays), *_exceptional_days(years))),
        first_day=years.first_day,
        last_day=years.last_day,
    )


def _exceptional_days(years: CalendarYears) -> Iterator[date]:
    for period in years.exception_periods:
        for days in range((period.last_day - period.first_day).days + 1):
            yield period.first_day + timedelta(days=days)


def _rate_table(document: TariffFile, table: shape.RateTableSource) -> RateTable:
    grids = (grid for collection in table.rate_line_collections for grid in _grids(document, collection))
    return RateTable(
        first_day=table.validity.first_day,
        last_day=table.validity.last_day,
        sources=table.sources,
        grids={grid.key: grid for grid in grids},
        name=table.validity.first_day.isoformat(),
    )


def _grids(document: TariffFile, collection: RateLineCollection) -> Iterator[Grid]:
    """One for each vehicle class and zone."""
    regime = next(regime for regime in document.regimes if regime.regime == collection.regime)
    names = {vehicle.vehicle: vehicle.name for vehicle in document.vehicles}
    ordinary = collection.vehicles[0]
    for vehicle in collection.vehicles:
        same = () if vehicle == ordinary else (wording.same_price(names[vehicle], names[ordinary]),)
        for zone in collection.zones:
            yield Grid(
                regime=regime.regime,
                vehicle=vehicle,
                zone=zone,
                name=regime.name,
                unit=regime.unit,
                clock=regime.clock,
                rate_lines=collection.rate_lines,
                lengths=collection.lengths,
                fps_cents=collection.fps_cents,
                notes=(*same, *((collection.note,) if collection.note else ())),
            )
