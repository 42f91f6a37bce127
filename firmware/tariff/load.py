"""`tariffs.json` -> `Tariffs`, or a `TariffError` that says where it is wrong. Reads one file; knows no clock, no wire."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from firmware.tariff import file as shape
from firmware.tariff.calendar import Calendar
from firmware.tariff.checks import complaints
from firmware.tariff.file import TariffError, TariffFile
from firmware.tariff.grid import Grid
from firmware.tariff.tariffs import Legal, RateTable, Statement, Tariffs


def load_tariffs(path: Path) -> Tariffs:
    """Read, check and prepare a tariff file. Raises TariffError naming the file, the path inside it and the reason."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TariffError(str(path), "", f"cannot be read: {error.strerror}") from error
    document = _decoded(data, str(path))
    for complaint in complaints(document):
        raise TariffError(str(path), complaint.where, complaint.reason)
    return _ready(document)


def _decoded(data: bytes, name: str) -> TariffFile:
    try:
        return msgspec.json.decode(data, type=TariffFile)
    except msgspec.ValidationError as error:
        reason, _, where = str(error).partition(" - at ")
        raise TariffError(name, where.strip("`") or "$", reason) from error
    except msgspec.DecodeError as error:
        raise TariffError(name, _line(str(error), data), str(error)) from error
    except UnicodeDecodeError as error:
        raise TariffError(name, "", f"not UTF-8: {error.reason}") from error


def _line(reason: str, data: bytes) -> str:
    """The line a JSON error is on: msgspec counts bytes, people count lines. Truncated files end on their last one."""
    offset = re.search(r"\(byte (\d+)\)", reason)
    before = data[: int(offset[1])] if offset else data
    line = before.count(b"\n") + 1
    return f"line {line}"


def _ready(document: TariffFile) -> Tariffs:
    return Tariffs(
        calendar=_calendar(document),
        rate_tables=tuple(_rate_table(table) for table in document.rate_tables),
        zones={zone.zone: zone.arrondissements for zone in document.zones},
        start_step_minutes=document.decisions.start_step_minutes,
        legal=Legal(
            *(
                Statement(said.source, said.text)
                for said in (document.legal.fee, document.legal.reminder, document.legal.placing)
            )
        ),
    )


def _calendar(document: TariffFile) -> Calendar:
    years = document.calendar
    return Calendar(
        zone=ZoneInfo(document.time_zone),
        opens=document.paid_hours.opens,
        closes=document.paid_hours.closes,
        weekdays=frozenset(document.paid_hours.weekdays),
        free_days=frozenset(day.date for day in (*years.holidays, *years.exceptional_free_days)),
        first_day=years.first_day,
        last_day=years.last_day,
    )


def _rate_table(table: shape.RateTable) -> RateTable:
    grids = (_grid(collection) for collection in table.rate_line_collections)
    return RateTable(
        first_day=table.validity.first_day,
        last_day=table.validity.last_day,
        sources=table.sources,
        grids={(grid.regime, grid.vehicle, grid.zone): grid for grid in grids},
    )


def _grid(collection: shape.RateLineCollection) -> Grid:
    return Grid(
        regime=collection.regime,
        vehicle=collection.vehicle,
        zone=collection.zone,
        unit_minutes=collection.unit_minutes,
        hour_cents=tuple(line.cents for line in collection.rate_lines),
        fps_cents=collection.fps_cents,
    )
