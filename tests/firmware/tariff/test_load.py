"""Tariff files that are refused: the file, the place inside it, and the reason."""

import re
import statistics
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from firmware.tariff import TariffError, load_tariffs
from tests.builders import TARIFF_FILE

Z1_IN_2018 = "$.rate_tables[2].rate_line_collections[0]"
RESIDENT_IN_2018 = "$.rate_tables[2].rate_line_collections[2]"
MISSING = object()


def document() -> Any:
    return msgspec.json.decode(TARIFF_FILE.read_bytes())


def spoilt(path: str, value: object) -> bytes:
    """The shipped file with one member changed, added or removed; `$.calendar.holidays[3].date`."""
    whole = inner = document()
    *way, last = (int(word) if word.isdecimal() else word for word in re.findall(r"\w+", path))
    for word in way:
        inner = inner[word]
    if value is MISSING:
        del inner[last]
    elif isinstance(inner, list) and last == len(inner):
        inner.append(value)
    else:
        inner[last] = value
    return msgspec.json.encode(whole)


def refusal(folder: Path, data: bytes) -> TariffError:
    file = folder / "tariffs.json"
    file.write_bytes(data)
    with pytest.raises(TariffError) as refused:
        load_tariffs(file)
    assert str(refused.value).startswith(str(file))
    assert refused.value.place in str(refused.value)
    return refused.value


@pytest.mark.parametrize(
    ("path", "value", "where", "reason"),
    [
        # the shape
        (f"{Z1_IN_2018}.fps_cent", 5000, Z1_IN_2018, "unknown field `fps_cent`"),
        ("$.rate_tables[2].validity.until", "2021-07-31", "$.rate_tables[2].validity", "unknown field `until`"),
        ("$.decisions.rounding", MISSING, "$.decisions", "required field `rounding`"),
        ("$.rate_tables[2].validity.first_day", "2018-01-01T00:00:00", None, "date"),
        ("$.calendar.holidays[3].date", "2015-5-8", None, "date"),
        ("$.calendar.holidays[3].date", "2015-02-29", None, "date"),
        ("$.paid_hours.opens", "09:00:00+01:00", None, "timezone"),
        (f"{Z1_IN_2018}.rate_lines[0].cents", 4.5, None, "`int`"),
        (f"{Z1_IN_2018}.rate_lines[0].cents", -400, None, ">= 0"),
        ("$.regimes[0].clock", "moon", None, "moon"),
        ("$.rate_tables[2].sources", [], None, "length >= 1"),
        ("$.rate_tables", [], None, "length >= 1"),
        ("$.paid_hours.weekdays", [], None, "length >= 1"),
        ("$.legal.reminder.text.fr", "", "$.legal.reminder.text[...]", "length >= 1"),
        ("$.fps_rules[0].reduced_window.from", "receipt", None, "receipt"),
        ("$.fps_rules[0].reduced_window.days", 4, "$.fps_rules[0].reduced_window", "unknown field `days`"),
        ("$.format", 3, None, "3"),
        # gaps and overlaps in time
        ("$.rate_tables[0].validity.last_day", "2017-02-27", None, "a gap"),
        ("$.rate_tables[0].validity.last_day", "2017-03-01", None, "an overlap"),
        ("$.rate_tables[0].validity.last_day", None, None, "another one begins on 2017-03-01"),
        ("$.rate_tables[2].validity.last_day", "2017-06-30", None, "before its own first day"),
        ("$.rate_tables[5].validity.last_day", "2030-12-31", None, "must have no last day"),
        ("$.rate_tables[0].validity.first_day", "2015-02-01", None, "a gap"),
        ("$.fps_rules[0].validity.first_day", "2018-02-01", None, "$.rate_tables[2] has a post-parking charge"),
        ("$.fps_rules[1].validity.first_day", "2021-08-02", "$.fps_rules[0].validity.last_day", "a gap"),
        # who is priced
        (f"{Z1_IN_2018}.vehicles[0]", "carr", None, "carr"),
        (f"{Z1_IN_2018}.regime", "guest", None, "guest"),
        ("$.rate_tables[2].rate_line_collections[1].zones[0]", 7, None, "zone 7"),
        ("$.rate_tables[2].rate_line_collections[1].zones[0]", 1, "$.rate_tables[2].rate_line_collections[1]", "priced twice"),
        (f"{RESIDENT_IN_2018}.zones", [1], "$.rate_tables[2].rate_line_collections", "no price for resident, car in zone 2"),
        (RESIDENT_IN_2018, MISSING, "$.rate_tables[2].rate_line_collections", "no price for resident, car in zone 1"),
        (
            "$.rate_tables[5].rate_line_collections[5]",
            MISSING,
            "$.rate_tables[5].rate_line_collections",
            "visitor, heavy in zone 2",
        ),
        ("$.regimes[1].regime", "visitor", "$.regimes", "'visitor' is described 2 times"),
        ("$.vehicles[1].vehicle", "car", "$.vehicles", "'car' is described 2 times"),
        ("$.vehicles[2].mass.limits[1].energies[2]", "hybrid", "$.vehicles[2].mass.limits", "'hybrid' is described 2 times"),
        # prices
        (f"{Z1_IN_2018}.rate_lines[5]", MISSING, f"{Z1_IN_2018}.rate_lines", "20 units are priced, the max time is 24"),
        (f"{Z1_IN_2018}.max_time", 20, f"{Z1_IN_2018}.rate_lines", "24 units are priced, the max time is 20"),
        (f"{Z1_IN_2018}.rate_lines[3].cents", 700, None, "never cheaper"),
        (f"{Z1_IN_2018}.rate_lines[0].cents", 0, None, "what moves the end has a price"),
        (f"{Z1_IN_2018}.rate_lines[0].units", 2, f"{Z1_IN_2018}.rate_lines", "22 units"),
        (f"{Z1_IN_2018}.fps_cents", 4900, None, "not the price of the maximum stay, 5000"),
        (f"{Z1_IN_2018}.fps_cents", MISSING, None, "other visitor prices have a post-parking charge"),
        (f"{RESIDENT_IN_2018}.fps_cents", 900, None, "a visitor's maximum stay"),
        (f"{RESIDENT_IN_2018}.rate_lines[1].moves_end", True, f"{RESIDENT_IN_2018}.rate_lines[1].cents", "has a price"),
        ("$.decisions.rounding", None, "$.rate_tables[4].rate_line_collections[2].rate_lines[3].cents", "fractions of a cent"),
        # places and hours
        ("$.decisions.start_step_minutes", 7, None, "does not divide an hour"),
        ("$.zones[1].arrondissements[0]", 11, None, "in two zones"),
        ("$.zones[1].arrondissements[8]", MISSING, "$.zones", "[20]"),
        ("$.zones[1].zone", 1, None, "described twice"),
        ("$.zones[0].woods", ["Boulogne"], "$.zones", "'Boulogne' is described 2 times"),
        ("$.paid_hours.closes", "08:00:00", None, "not after the opening"),
        ("$.paid_hours.weekdays", [1, 1], None, "listed twice"),
        ("$.time_zone", "Europe/Lutece", None, "Europe/Lutece"),
        ("$.time_zone", "../../etc/passwd", None, "not honoured"),
        ("$.time_zone", "Europe/London", None, "'Europe/London' is not honoured"),
        ("$.zones[1].woods[1]", MISSING, "$.zones", "no zone has the wood Vincennes"),
        # lengths
        ("$.rate_tables[0].rate_line_collections[2].lengths[1]", 1, None, "1 is not between 1 and the max time, 7"),
        ("$.rate_tables[0].rate_line_collections[2].lengths[1]", 8, None, "8 is not between 1 and the max time, 7"),
        # the calendar
        ("$.calendar.holidays[1].date", "2015-01-01", None, "does not come after"),
        (
            "$.calendar.holidays[231]",
            {"date": "2036-01-01", "name": "?"},
            "$.calendar.holidays[231].date",
            "outside the calendar",
        ),
        ("$.calendar.last_day", "2014-01-01", None, "before the first day"),
        ("$.calendar.last_day", "2036-12-31", "$.calendar.holidays", "2036-01-01 (Jour de l'an) is missing"),
        ("$.calendar.holidays[2]", MISSING, "$.calendar.holidays", "2015-05-01 (Fête du Travail) is missing"),
        ("$.calendar.holidays[221].date", "2035-03-27", None, "2035-03-27 (Lundi de Pâques) is no public holiday"),
        # the law
        ("$.legal.fee.text.en", MISSING, "$.legal.fee.text", "missing in 'en'"),
    ],
)
def test_refused_with_the_place_and_the_reason(
    tmp_path: Path, path: str, value: object, where: str | None, reason: str
) -> None:
    refused = refusal(tmp_path, spoilt(path, value))
    assert reason in refused.reason
    assert refused.place == (where or path)


@pytest.mark.parametrize(
    ("first_day", "last_day", "where", "reason"),
    [
        ("2026-03-06", "2026-03-05", "[0].last_day", "before the first day"),
        ("2035-12-31", "2036-01-01", "[0]", "not inside the calendar"),
    ],
)
def test_an_exception_period_has_its_place(tmp_path: Path, first_day: str, last_day: str, where: str, reason: str) -> None:
    periods = [{"first_day": first_day, "last_day": last_day, "name": "?"}]
    refused = refusal(tmp_path, spoilt("$.calendar.exception_periods", periods))
    assert refused.place == f"$.calendar.exception_periods{where}"
    assert reason in refused.reason


def test_exception_periods_do_not_overlap(tmp_path: Path) -> None:
    periods = [{"first_day": "2026-03-05", "last_day": "2026-03-06", "name": "?"}] * 2
    assert "does not come after" in refusal(tmp_path, spoilt("$.calendar.exception_periods", periods)).reason


def test_quarters_are_priced_by_the_hour(tmp_path: Path) -> None:
    """Two lines of two quarters would print "1re heure" and "2e heure"."""
    halves = [{"units": 2, "cents": 200}, {"units": 2, "cents": 200}]
    whole = document()
    lines = whole["rate_tables"][2]["rate_line_collections"][0]["rate_lines"]
    lines[:1] = halves
    refused = refusal(tmp_path, msgspec.json.encode(whole))
    assert refused.place == f"{Z1_IN_2018}.rate_lines[0].units"


@pytest.mark.parametrize(
    ("once", "twice", "where"),
    [
        ('"fps_cents": 5000', '"fps_cents": 5000, "fps_cents": 4900', f"{Z1_IN_2018}.fps_cents"),
        ('"currency": "EUR"', '"currency": "EUR", "currency": "EUR"', "$.currency"),
        ('"decisions": {', '"decisions": {"rounding": null, ', "$.decisions.rounding"),
    ],
)
def test_a_key_given_twice_is_refused(tmp_path: Path, once: str, twice: str, where: str) -> None:
    text = TARIFF_FILE.read_text(encoding="utf-8")
    assert once in text
    refused = refusal(tmp_path, text.replace(once, twice, 1).encode())
    assert (refused.place, refused.reason) == (where, "this key is given twice")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "line 1: Input data was truncated"),
        (b'{\n  "format": 2,\n  oops\n}', "line 3: JSON is malformed"),
        (TARIFF_FILE.read_bytes()[:-3], "truncated"),
        (b'{"currency": "\xff"}', "not UTF-8"),
        (b"[]", "$: Expected `object`, got `array`"),
    ],
)
def test_what_is_not_json_is_refused_with_its_line(tmp_path: Path, data: bytes, message: str) -> None:
    assert message in str(refusal(tmp_path, data))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TariffError, match=r"nowhere\.json: cannot be read: No such file"):
        load_tariffs(tmp_path / "nowhere.json")


def test_opening_the_file_takes_less_than_20_ms() -> None:
    took = []
    for _ in range(9):
        before = time.process_time()  # what other processes take of this computer is not the loader's
        load_tariffs(TARIFF_FILE)
        took.append(time.process_time() - before)
    assert statistics.median(took) < 0.020
