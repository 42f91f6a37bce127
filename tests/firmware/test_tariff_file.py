"""A tariff file that cannot be trusted is refused: the file, the place inside it, and why."""

import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from firmware.tariff import TariffError, load_tariffs

FILE = Path(__file__).parents[2] / "tariffs.json"
ZONE_1_IN_2018 = "$.rate_tables[1].rate_line_collections[0]"

Document = Any
"""JSON, to be spoiled."""


def grid(document: Document) -> Document:
    return document["rate_tables"][1]["rate_line_collections"][0]


def misspell(document: Document) -> None:
    grid(document)["fps_cent"] = grid(document).pop("fps_cents")


def unknown_key(document: Document) -> None:
    document["rate_tables"][1]["validity"]["until"] = "2021-07-31"


def missing_key(document: Document) -> None:
    del document["decisions"]["rounding"]


def date_with_a_naive_time(document: Document) -> None:
    document["rate_tables"][1]["validity"]["first_day"] = "2018-01-01T00:00:00"


def malformed_date(document: Document) -> None:
    document["calendar"]["holidays"][3]["date"] = "2015-5-8"


def impossible_date(document: Document) -> None:
    document["calendar"]["holidays"][3]["date"] = "2015-02-29"


def time_with_an_offset(document: Document) -> None:
    document["paid_hours"]["opens"] = "09:00:00+01:00"


def price_in_euros(document: Document) -> None:
    grid(document)["rate_lines"][0]["cents"] = 4.5


def negative_price(document: Document) -> None:
    grid(document)["rate_lines"][0]["cents"] = -400


def unknown_class(document: Document) -> None:
    grid(document)["vehicle"] = "carr"


def gap_between_tables(document: Document) -> None:
    document["rate_tables"][0]["validity"]["last_day"] = "2017-12-30"


def overlapping_tables(document: Document) -> None:
    document["rate_tables"][0]["validity"]["last_day"] = "2018-01-01"


def table_without_end(document: Document) -> None:
    document["rate_tables"][0]["validity"]["last_day"] = None


def ends_before_it_begins(document: Document) -> None:
    document["rate_tables"][1]["validity"]["last_day"] = "2017-06-30"


def newest_table_ends(document: Document) -> None:
    document["rate_tables"][2]["validity"]["last_day"] = "2030-12-31"


def no_price_at_first(document: Document) -> None:
    document["rate_tables"][0]["validity"]["first_day"] = "2015-02-01"


def zone_without_price(document: Document) -> None:
    del document["rate_tables"][1]["rate_line_collections"][1]


def zone_priced_twice(document: Document) -> None:
    document["rate_tables"][1]["rate_line_collections"][1]["zone"] = 1


def zone_nobody_knows(document: Document) -> None:
    document["rate_tables"][1]["rate_line_collections"][1]["zone"] = 7


def table_shorter_than_the_stay(document: Document) -> None:
    grid(document)["rate_lines"].pop()


def table_longer_than_the_stay(document: Document) -> None:
    grid(document)["max_time_minutes"] = 300


def hour_missing(document: Document) -> None:
    grid(document)["rate_lines"][2]["hour"] = 4


def price_that_falls(document: Document) -> None:
    grid(document)["rate_lines"][3]["cents"] = 700


def free_first_hour(document: Document) -> None:
    grid(document)["rate_lines"][0]["cents"] = 0


def fraction_without_rounding(document: Document) -> None:
    document["decisions"]["rounding"] = None
    grid(document)["rate_lines"][5]["cents"] = 1201


def fps_that_is_not_the_maximum(document: Document) -> None:
    grid(document)["fps_cents"] = 4900


def odd_unit(document: Document) -> None:
    grid(document)["unit_minutes"] = 7


def odd_start_step(document: Document) -> None:
    document["decisions"]["start_step_minutes"] = 7


def arrondissement_twice(document: Document) -> None:
    document["zones"][1]["arrondissements"][0] = 11


def arrondissement_missing(document: Document) -> None:
    document["zones"][1]["arrondissements"].remove(20)


def zone_described_twice(document: Document) -> None:
    document["zones"][1]["zone"] = 1


def closes_before_it_opens(document: Document) -> None:
    document["paid_hours"]["closes"] = "08:00:00"


def no_paid_day(document: Document) -> None:
    document["paid_hours"]["weekdays"] = []


def day_twice(document: Document) -> None:
    document["paid_hours"]["weekdays"] = [1, 1]


def unknown_time_zone(document: Document) -> None:
    document["time_zone"] = "Europe/Lutece"


def path_as_time_zone(document: Document) -> None:
    document["time_zone"] = "../../etc/passwd"


def year_without_holidays(document: Document) -> None:
    document["calendar"]["holidays"] = [day for day in document["calendar"]["holidays"] if day["date"][:4] != "2031"]


def holiday_twice(document: Document) -> None:
    document["calendar"]["holidays"][1] = document["calendar"]["holidays"][0]


def holiday_outside(document: Document) -> None:
    document["calendar"]["exceptional_free_days"] = [{"date": "2036-01-01", "name": "Jour de l'an"}]


def calendar_backwards(document: Document) -> None:
    document["calendar"]["last_day"] = "2014-01-01"


def english_missing(document: Document) -> None:
    del document["legal"]["fee"]["text"]["en"]


def empty_sentence(document: Document) -> None:
    document["legal"]["reminder"]["text"]["fr"] = ""


def no_source(document: Document) -> None:
    document["rate_tables"][2]["sources"] = []


def no_table(document: Document) -> None:
    document["rate_tables"] = []


def newer_format(document: Document) -> None:
    document["format"] = 2


@pytest.mark.parametrize(
    ("spoil", "where", "reason"),
    [
        (misspell, ZONE_1_IN_2018, "fps_cent"),
        (unknown_key, "$.rate_tables[1].validity", "unknown field `until`"),
        (missing_key, "$.decisions", "required field `rounding`"),
        (date_with_a_naive_time, "$.rate_tables[1].validity.first_day", "date"),
        (malformed_date, "$.calendar.holidays[3].date", "date"),
        (impossible_date, "$.calendar.holidays[3].date", "date"),
        (time_with_an_offset, "$.paid_hours.opens", "timezone"),
        (price_in_euros, f"{ZONE_1_IN_2018}.rate_lines[0].cents", "`int`"),
        (negative_price, f"{ZONE_1_IN_2018}.rate_lines[0].cents", ">= 0"),
        (unknown_class, f"{ZONE_1_IN_2018}.vehicle", "carr"),
        (gap_between_tables, "$.rate_tables[0].validity.last_day", "a gap"),
        (overlapping_tables, "$.rate_tables[0].validity.last_day", "an overlap"),
        (table_without_end, "$.rate_tables[0].validity.last_day", "another table begins on 2018-01-01"),
        (ends_before_it_begins, "$.rate_tables[1].validity.last_day", "before its own first day"),
        (newest_table_ends, "$.rate_tables[2].validity.last_day", "must have no last day"),
        (no_price_at_first, "$.rate_tables[0].validity.first_day", "a gap"),
        (zone_without_price, "$.rate_tables[1].rate_line_collections", "no price for visitor, car in zone 2"),
        (zone_priced_twice, "$.rate_tables[1].rate_line_collections[1]", "priced twice"),
        (zone_nobody_knows, "$.rate_tables[1].rate_line_collections[1].zone", "zone 7"),
        (table_shorter_than_the_stay, f"{ZONE_1_IN_2018}.rate_lines", "5 hours are priced, the max time is 360"),
        (table_longer_than_the_stay, f"{ZONE_1_IN_2018}.rate_lines", "6 hours are priced, the max time is 300"),
        (hour_missing, f"{ZONE_1_IN_2018}.rate_lines[2].hour", "hour 4 where hour 3 is expected"),
        (price_that_falls, f"{ZONE_1_IN_2018}.rate_lines[3].cents", "never cheaper"),
        (free_first_hour, f"{ZONE_1_IN_2018}.rate_lines[0].cents", "never cheaper"),
        (fraction_without_rounding, f"{ZONE_1_IN_2018}.rate_lines[5].cents", "fractions of a cent"),
        (fps_that_is_not_the_maximum, f"{ZONE_1_IN_2018}.fps_cents", "not the price of the maximum stay, 5000"),
        (odd_unit, f"{ZONE_1_IN_2018}.unit_minutes", "does not divide an hour"),
        (odd_start_step, "$.decisions.start_step_minutes", "does not divide an hour"),
        (arrondissement_twice, "$.zones[1].arrondissements[0]", "in two zones"),
        (arrondissement_missing, "$.zones", "[20]"),
        (zone_described_twice, "$.zones[1].zone", "described twice"),
        (closes_before_it_opens, "$.paid_hours.closes", "not after the opening"),
        (no_paid_day, "$.paid_hours.weekdays", "length >= 1"),
        (day_twice, "$.paid_hours.weekdays", "listed twice"),
        (unknown_time_zone, "$.time_zone", "Europe/Lutece"),
        (path_as_time_zone, "$.time_zone", "no time zone"),
        (year_without_holidays, "$.calendar.holidays", "no holiday is listed in 2031"),
        (holiday_twice, "$.calendar.holidays[1].date", "does not come after"),
        (holiday_outside, "$.calendar.exceptional_free_days[0].date", "outside the calendar"),
        (calendar_backwards, "$.calendar.last_day", "before the first day"),
        (english_missing, "$.legal.fee.text", "missing in 'en'"),
        (empty_sentence, "$.legal.reminder.text[...]", "length >= 1"),
        (no_source, "$.rate_tables[2].sources", "length >= 1"),
        (no_table, "$.rate_tables", "length >= 1"),
        (newer_format, "$.format", "2"),
    ],
)
def test_refused_with_the_place_and_the_reason(
    tmp_path: Path, spoil: Callable[[Document], None], where: str, reason: str
) -> None:
    document = msgspec.json.decode(FILE.read_bytes())
    spoil(document)
    spoilt = tmp_path / "tariffs.json"
    spoilt.write_bytes(msgspec.json.encode(document))
    with pytest.raises(TariffError, match=re.escape(reason)) as refusal:
        load_tariffs(spoilt)
    assert refusal.value.where == where
    assert str(refusal.value).startswith(f"{spoilt}: {where}: ")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "line 1: Input data was truncated"),
        (b'{\n  "format": 1,\n  oops\n}', "line 3: JSON is malformed"),
        (FILE.read_bytes()[:-3], "truncated"),
        (b'{"currency": "\xff"}', "not UTF-8"),
        (b"[]", "$: Expected `object`, got `array`"),
    ],
)
def test_what_is_not_json_is_refused_with_its_line(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "tariffs.json").write_bytes(data)
    with pytest.raises(TariffError, match=re.escape(message)):
        load_tariffs(tmp_path / "tariffs.json")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TariffError, match=r"nowhere\.json: cannot be read: No such file"):
        load_tariffs(tmp_path / "nowhere.json")


def test_opening_the_file_takes_less_than_20_ms() -> None:
    took = []
    for _ in range(9):
        before = time.perf_counter()
        load_tariffs(FILE)
        took.append(time.perf_counter() - before)
    assert statistics.median(took) < 0.020
