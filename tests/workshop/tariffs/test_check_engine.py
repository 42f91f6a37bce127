"""`horodateur tariff check` against engines that sell something else than the file says: each is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from firmware.domain.rate_key import RateKey
from firmware.tariff import Tariffs
from firmware.tariff.file import RateLine, TariffFile
from tests.workshop.tariffs.tool import proved
from workshop.tariffs.check import FlawError


def with_grid(tariffs: Tariffs, version: int, key: RateKey, **changes: Any) -> Tariffs:
    table = tariffs.rate_tables[version]
    wrong = replace(table, grids={**table.grids, key: replace(table.grids[key], **changes)})
    return replace(tariffs, rate_tables=(*tariffs.rate_tables[:version], wrong, *tariffs.rate_tables[version + 1 :]))


def with_calendar(tariffs: Tariffs, **changes: Any) -> Tariffs:
    return replace(tariffs, calendar=replace(tariffs.calendar, **changes))


def with_first_day(tariffs: Tariffs, version: int, day: date) -> Tariffs:
    late = replace(tariffs.rate_tables[version], first_day=day)
    return replace(tariffs, rate_tables=(*tariffs.rate_tables[:version], late, *tariffs.rate_tables[version + 1 :]))


CAR_1 = RateKey(1)
LINES = (RateLine(4, 600), RateLine(4, 600), RateLine(4, 1200), RateLine(4, 1500), RateLine(4, 1800), RateLine(4, 1800))
DEFECTS: dict[str, tuple[Callable[[Tariffs], Tariffs], str, str]] = {
    "it closes a quarter of an hour late": (
        lambda tariffs: with_calendar(tariffs, closes=time(20, 15)),
        "$.rate_tables",
        "closing, visitor, car, zone 1, bought 2021-01-02 19:59: it ends 2021-01-02 20:14; the file says 2021-01-04 09:14",
    ),
    "it opens a minute early": (
        lambda tariffs: with_calendar(tariffs, opens=time(8, 59)),
        "$.rate_tables",
        "it starts 2021-01-02 08:59",
    ),
    "Sundays are charged": (
        lambda tariffs: with_calendar(tariffs, weekdays=frozenset(range(1, 8))),
        "$.rate_tables",
        "the file says 2021",
    ),
    "a holiday is forgotten": (
        lambda tariffs: with_calendar(tariffs, free_days=tariffs.calendar.free_days - {date(2021, 5, 13)}),
        "$.calendar.holidays[70]",
        "parking is paid on 2021-05-13, Ascension",
    ),
    "a working day is free": (
        lambda tariffs: with_calendar(tariffs, free_days=tariffs.calendar.free_days | {date(2022, 2, 9)}),
        "$.rate_tables",
        "bought 2022-02-",
    ),
    "a version is a day late": (
        lambda tariffs: with_first_day(tariffs, 3, date(2021, 8, 2)),
        "$.rate_tables[3].validity",
        "the engine sells by 2018-01-01 at 2021-08-01",
    ),
    "zones are swapped": (
        lambda tariffs: replace(tariffs, zones={1: tariffs.zones[2], 2: tariffs.zones[1]}),
        "$.zones",
        "arrondissement 1 is in the zones [1]",
    ),
    "a wood has moved": (lambda tariffs: replace(tariffs, woods={**tariffs.woods, "Boulogne": 1}), "$.zones", "Boulogne"),
    "the prices of the zones are swapped": (
        lambda tariffs: with_grid(tariffs, 3, CAR_1, rate_lines=tariffs.rate_tables[3].grids[RateKey(2)].rate_lines),
        "$.rate_tables[3].rate_line_collections[0].fps_cents",
        "7500 is not the price of the maximum stay, 5000",
    ),
    "a resident pays ten cents more": (
        lambda tariffs: with_grid(tariffs, 3, RateKey(1, "resident"), rate_lines=(RateLine(6, 960), RateLine(1, 0, False))),
        "$.rate_tables[3].rate_line_collections[2].rate_lines",
        "resident, car, zone 1, 0 + 6 days on 2021-08-02: costs 960 cents; the file says 900",
    ),
    "a cap of 25": (
        lambda tariffs: with_grid(tariffs, 3, CAR_1, rate_lines=(*LINES, RateLine(1, 450))),
        "$.rate_tables[3].rate_line_collections[0].max_time",
        "25 lengths are offered",
    ),
    "a cap of 20": (lambda tariffs: with_grid(tariffs, 3, CAR_1, rate_lines=LINES[:5]), "max_time", "20 lengths are offered"),
    "the fourth hour pays back": (
        lambda tariffs: with_grid(tariffs, 3, CAR_1, rate_lines=(*LINES[:3], RateLine(4, -400), *LINES[4:])),
        "$.rate_tables[3].rate_line_collections[0].rate_lines",
        "13 quarters cost less, or end earlier, than 12",
    ),
    "the charge is not the maximum stay": (
        lambda tariffs: with_grid(tariffs, 3, CAR_1, fps_cents=7400),
        "$.rate_tables[3].rate_line_collections[0].fps_cents",
        "7400 is not the price of the maximum stay, 7500",
    ),
    "hours run through the night": (
        lambda tariffs: with_grid(tariffs, 3, RateKey(2, "pro_mobile"), clock="plain_hours"),
        "$.rate_tables[3].rate_line_collections[4]",
        "pro_mobile, car, zone 2",
    ),
    "two hours cost what one does": (
        lambda tariffs: with_grid(tariffs, 3, RateKey(2, "pro_mobile"), rate_lines=(RateLine(7, 350),), unit="day"),
        "$.rate_tables[3].rate_line_collections[4]",
        "it ends",
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_an_engine_that_sells_something_else_is_found(document: TariffFile, tariffs: Tariffs, defect: str) -> None:
    planted, where, reason = DEFECTS[defect]
    with pytest.raises(FlawError) as found:
        proved(document, planted(tariffs), 2021, 2022)
    assert where in found.value.complaint.where
    assert reason in found.value.complaint.reason


def test_an_engine_without_summer_time_is_found(document: TariffFile, tariffs: Tariffs) -> None:
    with pytest.raises(FlawError) as found:
        proved(document, with_calendar(tariffs, zone=ZoneInfo("Etc/GMT-1")), 2026, 2026)
    assert "bought 2026-03-28 19:59: it ends 2026-03-30 10:14; the file says 2026-03-30 09:14" in str(found.value)
