"""The tools for the people who write tariffs: what they prove, show, compare and draw, and that they find what is wrong."""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import holidays
import msgspec
import pytest
from PIL import Image

from firmware.domain.rate_key import RateKey
from firmware.tariff import Tariffs, load_tariffs
from firmware.tariff.file import FreeDay, RateLine, TariffFile, Validity
from workshop.tariffs import commands
from workshop.tariffs.check import FlawError, Section, Span, prove
from workshop.tariffs.cli import add_parser
from workshop.tariffs.curves import curves, period
from workshop.tariffs.holidays import disagreements, easter, public_holidays
from workshop.tariffs.picture import Dot, Picture, Stroke, Words
from workshop.tariffs.plot import BOTTOM, LEFT, RIGHT, TOP, Heading, plot
from workshop.tariffs.probes import Subject

FILE = Path(__file__).parents[2] / "tariffs.json"
SVG = "{http://www.w3.org/2000/svg}"


def horodateur(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="horodateur")
    add_parser(parser.add_subparsers(required=True))
    arguments = parser.parse_args(["tariff", *words])
    status: int = arguments.run(arguments)
    return status


@pytest.fixture(scope="module")
def tariffs() -> Tariffs:
    return load_tariffs(FILE)


@pytest.fixture(scope="module")
def document() -> TariffFile:
    return msgspec.json.decode(FILE.read_bytes(), type=TariffFile)


def changed(folder: Path, change: Callable[[Any], object], name: str = "draft.json") -> str:
    whole = json.loads(FILE.read_text("utf-8"))
    change(whole)
    (folder / name).write_text(json.dumps(whole), "utf-8")
    return str(folder / name)


# Holidays


@pytest.mark.parametrize(
    "sunday", ["1818-03-22", "1943-04-25", "1954-04-18", "1981-04-19", "2000-04-23", "2008-03-23", "2026-04-05", "2038-04-25"]
)
def test_easter(sunday: str) -> None:
    assert easter(int(sunday[:4])) == date.fromisoformat(sunday)


def test_the_holidays_of_a_year() -> None:
    assert [f"{day.date} {day.name}" for day in public_holidays(2026)] == [
        "2026-01-01 Jour de l'an",
        "2026-04-06 Lundi de Pâques",
        "2026-05-01 Fête du Travail",
        "2026-05-08 Victoire 1945",
        "2026-05-14 Ascension",
        "2026-05-25 Lundi de Pentecôte",
        "2026-07-14 Fête nationale",
        "2026-08-15 Assomption",
        "2026-11-01 Toussaint",
        "2026-11-11 Armistice 1918",
        "2026-12-25 Noël",
    ]


def test_another_calendar_agrees() -> None:
    for year in range(2008, 2100):  # that one drops Whit Monday from 2005 to 2007
        assert [day.date for day in public_holidays(year)] == sorted(holidays.country_holidays("FR", years=year))


def test_two_holidays_on_one_day_are_one_line() -> None:
    assert [str(day.date) for day in public_holidays(2008)].count("2008-05-01") == 1
    assert public_holidays(2008)[2] == FreeDay(date(2008, 5, 1), "Ascension, Fête du Travail")


def test_a_wrong_list_is_told_day_by_day() -> None:
    listed = list(public_holidays(2025)) + list(public_holidays(2026))
    listed[12] = FreeDay(date(2026, 4, 5), "Lundi de Pâques")
    assert [(each.where, each.reason) for each in disagreements(listed, 2026)] == [
        (
            "$.calendar.holidays[12].date",
            "2026-04-05 (Lundi de Pâques) is no public holiday; a day the city frees is an exception period",
        ),
        ("$.calendar.holidays", "2026-04-06 (Lundi de Pâques) is missing"),
    ]
    assert list(disagreements(listed, 2025)) == []


def test_the_command_for_holidays(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert horodateur("holidays", "2026") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:3] == [
        "2026: 11 public holidays; Easter is on 2026-04-05",
        "  jeudi     2026-01-01  Jour de l'an",
        "  lundi     2026-04-06  Lundi de Pâques",
    ]
    wrong = changed(tmp_path, lambda whole: whole["calendar"]["holidays"][1].update(date="2015-04-07"))
    assert horodateur("holidays", "2015", "--tariffs", wrong) == 1
    assert "draft.json: $.calendar.holidays[1].date: 2015-04-07 (Lundi de Pâques) is no" in capsys.readouterr().err


def test_a_year_that_the_file_lacks_is_given_to_paste(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert horodateur("holidays", "2036") == 1
    told = capsys.readouterr()
    assert "$.calendar: the calendar, 2015-01-01 to 2035-12-31, lacks 2036" in told.err
    assert horodateur("holidays", "2036", "--json") == 0
    assert capsys.readouterr().out == told.out

    def pasted(whole: Any) -> None:
        whole["calendar"]["last_day"] = "2036-12-31"
        whole["calendar"]["holidays"] += json.loads(f"[{told.out}]")

    assert horodateur("check", changed(tmp_path, pasted), "--years", "2035-2036") == 0


# Check


def proved(document: TariffFile, tariffs: Tariffs, first: int, last: int) -> list[Section]:
    return list(prove(Subject(document, tariffs), Span(first, last), ("fr", "en"), lambda what, number, total: None))


def test_the_shipped_file_has_nothing_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("check") == 0
    *said, last = capsys.readouterr().out.splitlines()
    assert [line[2:16].strip() for line in said] == [
        *("versions", "zones", "holidays", "prices", "FPS", "legal texts", "maximum stays", "probes")
    ]
    assert "5; each of 7670 days is in exactly one" in said[0]
    assert "each of 20 arrondissements and 2 woods" in said[1]
    assert "231, as computed from Easter" in said[2]
    assert "14 charges" in said[4]
    assert all(kind in said[7] for kind in ("opening", "closing", "version", "holiday", "clock change"))
    assert "tariffs.json: nothing is wrong" in last


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
        lambda tariffs: with_first_day(tariffs, 2, date(2021, 8, 2)),
        "$.rate_tables[2].validity",
        "the engine sells by 2018-01-01 at 2021-08-01",
    ),
    "zones are swapped": (
        lambda tariffs: replace(tariffs, zones={1: tariffs.zones[2], 2: tariffs.zones[1]}),
        "$.zones",
        "arrondissement 1 is in the zones [1]",
    ),
    "a wood has moved": (lambda tariffs: replace(tariffs, woods={**tariffs.woods, "Boulogne": 1}), "$.zones", "Boulogne"),
    "the prices of the zones are swapped": (
        lambda tariffs: with_grid(tariffs, 2, CAR_1, rate_lines=tariffs.rate_tables[2].grids[RateKey(2)].rate_lines),
        "$.rate_tables[2].rate_line_collections[0].fps_cents",
        "7500 is not the price of the maximum stay, 5000",
    ),
    "a resident pays ten cents more": (
        lambda tariffs: with_grid(tariffs, 2, RateKey(1, "resident"), rate_lines=(RateLine(6, 960), RateLine(1, 0, False))),
        "$.rate_tables[2].rate_line_collections[2].rate_lines",
        "resident, car, zone 1, 0 + 6 days on 2021-08-02: costs 960 cents; the file says 900",
    ),
    "a cap of 25": (
        lambda tariffs: with_grid(tariffs, 2, CAR_1, rate_lines=(*LINES, RateLine(1, 450))),
        "$.rate_tables[2].rate_line_collections[0].max_time",
        "25 lengths are offered",
    ),
    "a cap of 20": (lambda tariffs: with_grid(tariffs, 2, CAR_1, rate_lines=LINES[:5]), "max_time", "20 lengths are offered"),
    "the fourth hour pays back": (
        lambda tariffs: with_grid(tariffs, 2, CAR_1, rate_lines=(*LINES[:3], RateLine(4, -400), *LINES[4:])),
        "$.rate_tables[2].rate_line_collections[0].rate_lines",
        "13 quarters cost less, or end earlier, than 12",
    ),
    "the charge is not the maximum stay": (
        lambda tariffs: with_grid(tariffs, 2, CAR_1, fps_cents=7400),
        "$.rate_tables[2].rate_line_collections[0].fps_cents",
        "7400 is not the price of the maximum stay, 7500",
    ),
    "hours run through the night": (
        lambda tariffs: with_grid(tariffs, 2, RateKey(2, "pro_mobile"), clock="plain_hours"),
        "$.rate_tables[2].rate_line_collections[4]",
        "pro_mobile, car, zone 2",
    ),
    "two hours cost what one does": (
        lambda tariffs: with_grid(tariffs, 2, RateKey(2, "pro_mobile"), rate_lines=(RateLine(7, 350),), unit="day"),
        "$.rate_tables[2].rate_line_collections[4]",
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


def spoilt(document: TariffFile, version: int, validity: Validity) -> TariffFile:
    tables = list(document.rate_tables)
    tables[version] = msgspec.structs.replace(tables[version], validity=validity)
    return msgspec.structs.replace(document, rate_tables=tuple(tables))


def test_an_engine_without_summer_time_is_found(document: TariffFile, tariffs: Tariffs) -> None:
    with pytest.raises(FlawError) as found:
        proved(document, with_calendar(tariffs, zone=ZoneInfo("Etc/GMT-1")), 2026, 2026)
    assert "bought 2026-03-28 19:59: it ends 2026-03-30 10:14; the file says 2026-03-30 09:14" in str(found.value)


def test_a_day_in_no_version_or_in_two(document: TariffFile, tariffs: Tariffs) -> None:
    gap = spoilt(document, 1, Validity(date(2018, 1, 1), date(2021, 7, 30)))
    with pytest.raises(FlawError, match=r"\$\.rate_tables: 0 versions are in force on 2021-07-31"):
        proved(gap, tariffs, 2021, 2021)
    overlap = spoilt(document, 1, Validity(date(2018, 1, 1), date(2021, 8, 1)))
    with pytest.raises(FlawError, match=r"\$\.rate_tables: 2 versions are in force on 2021-08-01"):
        proved(overlap, tariffs, 2021, 2021)


def test_years_that_the_calendar_lacks(document: TariffFile, tariffs: Tariffs) -> None:
    with pytest.raises(FlawError, match=r"\$\.calendar\.last_day: 2036-01-01 is outside 2015-01-01 to 2035-12-31"):
        proved(document, tariffs, 2035, 2036)
    with pytest.raises(FlawError, match=r"\$\.calendar\.first_day: 2014-01-01 is outside"):
        proved(document, tariffs, 2014, 2015)


def test_a_language_of_the_machine_without_the_sentences_of_the_law(document: TariffFile, tariffs: Tariffs) -> None:
    with pytest.raises(FlawError, match=r"\$\.legal\.fee\.text: the sentence is missing in 'de'"):
        list(prove(Subject(document, tariffs), Span(2026, 2026), ("fr", "en", "de"), lambda what, number, total: None))


def test_the_first_and_the_last_day_of_the_calendar_are_edges(document: TariffFile, tariffs: Tariffs) -> None:
    assert len(proved(document, tariffs, 2015, 2015)) == len(proved(document, tariffs, 2035, 2035)) == 8


def test_a_free_period_is_an_edge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def polluted(whole: Any) -> None:
        whole["calendar"]["exception_periods"] = [{"first_day": "2026-06-30", "last_day": "2026-07-01", "name": "Pollution"}]

    assert horodateur("check", changed(tmp_path, polluted), "--years", "2026") == 0
    assert "free period" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda whole: whole["calendar"]["holidays"].pop(1), "$.calendar.holidays: 2015-04-06 (Lundi de Pâques) is missing"),
        (
            lambda whole: whole["calendar"]["holidays"][2].update(date="2015-05-02"),
            "$.calendar.holidays[2].date: 2015-05-02 (Fête du Travail) is no public holiday",
        ),
        (
            lambda whole: whole["rate_tables"][1]["validity"].update(last_day="2021-07-30"),
            "$.rate_tables[1].validity.last_day: a gap",
        ),
        (
            lambda whole: whole["rate_tables"][1]["rate_line_collections"][0].update(fps_cents=4900),
            "$.rate_tables[1].rate_line_collections[0].fps_cents: 4900",
        ),
        (
            lambda whole: whole["legal"]["placing"]["text"].update(en=" "),
            "$.legal.placing.text: the sentence is missing in 'en'",
        ),
        (lambda whole: whole["zones"][0]["arrondissements"].pop(), "$.zones: no zone has the arrondissements [11]"),
        (lambda whole: whole["zones"][1]["woods"].pop(), "$.zones: the wood Vincennes is in the zones []"),
        (lambda whole: whole["calendar"].update(first_day="2014-12-31"), "$."),
    ],
)
def test_a_bad_file_is_named_with_its_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: Callable[[Any], object], said: str
) -> None:
    path = changed(tmp_path, change)
    assert horodateur("check", path) == 1
    told = capsys.readouterr()
    assert told.err.startswith(f"{path}: {said}")
    assert "nothing is wrong" not in told.out


def test_a_terminal_is_told_how_far_it_is(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("check", "--years", "2026") == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(commands, "PATIENCE", -1.0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert horodateur("check", "--years", "2026") == 0
    assert "asking the engine, opening: 0 %" in capsys.readouterr().err


# Table

SEED_2018_ZONE_1 = [
    *(100, 200, 300, 400, 500, 600, 700, 800, 1000, 1200, 1400, 1600),
    *(1850, 2100, 2350, 2600, 2900, 3200, 3500, 3800, 4100, 4400, 4700, 5000),
]


def test_the_table_of_the_deliberation(capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("table", "--zone", "1", "--on", "2018-01-01", "--vehicle", "car", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert [step["total_cents"] for step in answer["steps"]] == SEED_2018_ZONE_1
    assert answer["steps"][8] == {"units": 9, "minutes": 135, "cents": 200, "total_cents": 1000}
    assert (answer["tariff"], answer["last_day"], answer["fps_cents"]) == ("2018-01-01", "2021-07-31", 5000)


def test_the_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--zone", "2", "--on", "2026-05-01", "--vehicle", "two_wheeler", "--regime", "resident")
    assert horodateur("table", *words) == 0
    said = capsys.readouterr().out.replace("\u00a0", " ").splitlines()
    assert said[0] == "zone 2, resident (Résident), two_wheeler (Deux-roues motorisé), tariff from 2024-10-01 on"
    assert said[2].split() == ["1", "1", "jour", "0,75", "€", "0,75", "€"]
    assert said[7].split() == ["6", "6", "jours", "0,75", "€", "4,50", "€"]
    assert said[8].split() == ["7", "7", "jours", "0,00", "€", "4,50", "€"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--zone", "3", "--on", "2018-01-01"), "unknown zone"),
        (("--zone", "1", "--on", "2014-12-31"), "no tariff in force"),
        (("--zone", "1", "--on", "2036-01-01"), "no tariff in force"),
        (("--zone", "1", "--on", "2018-01-01", "--vehicle", "heavy"), "unknown vehicle class"),
        (("--zone", "1", "--on", "2018-01-01", "--vehicle", "two_wheeler"), "vehicle class parks free"),
        (("--zone", "1", "--on", "2018-01-01", "--regime", "guest"), "unknown regime"),
    ],
)
def test_a_table_of_nothing(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], reason: str) -> None:
    assert horodateur("table", *words, "--json") == 2
    assert json.loads(capsys.readouterr().out)["refused"] == reason
    assert horodateur("table", *words) == 2
    assert capsys.readouterr().out.startswith(f"not sold: {reason} (")


# Diff


def dearer(version: int) -> Callable[[Any], None]:
    """The first hour of a visitor's car costs 40 cents more in zone 2."""

    def change(whole: Any) -> None:
        collection = whole["rate_tables"][version]["rate_line_collections"][1]
        for line in collection["rate_lines"]:
            line["cents"] += 40
        collection["fps_cents"] += 240

    return change


def test_two_equal_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    other = changed(tmp_path, lambda whole: whole["rate_tables"][0].update(sources=["Autre"]))
    assert horodateur("diff", str(FILE), other) == 0
    assert capsys.readouterr().out == "nobody pays anything else\n"


def test_a_price_that_changes_in_two_versions_is_told_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def change(whole: Any) -> None:
        dearer(3)(whole)
        dearer(4)(whole)

    assert horodateur("diff", str(FILE), changed(tmp_path, change)) == 1
    said = capsys.readouterr().out.replace("\u00a0", " ").splitlines()
    assert said[:2] == ["from 2022-09-01 to 2035-12-31", "visitor, car, zone 2"]
    assert [line.split("  ")[-1].strip() for line in said[3:10]] == [
        *("+0,40 €", "+0,80 €", "+1,20 €", "+1,60 €", "+2,00 €", "+2,40 €", "+2,40 €")
    ]
    assert said[3].split() == ["1", "h", "4,00", "€", "4,40", "€", "+0,40", "€"]
    assert said[10:] == [""]


def test_what_does_not_depend_on_a_version(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def change(whole: Any) -> None:
        whole["paid_hours"]["closes"] = "22:00:00"
        whole["zones"][1]["arrondissements"].append(whole["zones"][0]["arrondissements"].pop())
        whole["calendar"]["exception_periods"] = [{"first_day": "2026-06-30", "last_day": "2026-06-30", "name": "Pollution"}]
        whole["fps_rules"][1]["reduction_percent"] = 40
        whole["decisions"]["stay_continuation_minutes"] = 30

    assert horodateur("diff", str(FILE), changed(tmp_path, change)) == 1
    said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    for line in (
        "everybody",
        "paid hours 09:00-20:00 09:00-22:00",
        "arrondissement 11 zone 1 zone 2",
        "Tue 2026-06-30 paid free",
        "a stay continues after at most 15 min 30 min",
        "from 2021-08-01 to 2035-12-31",
        "reduction 30 % 40 %",
    ):
        assert line in said


def test_two_days_of_one_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("diff", "--on", "2021-07-31", "--on", "2021-08-01") == 1
    said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert said[:3] == ["visitor, car, zone 1", "2021-07-31 2021-08-01", "1 h 4,00 € 6,00 € +2,00 €"]
    assert said[-2] == "reduced 96 h from the issue 9 days from the sending"
    assert not any("resident" in line for line in said)


def test_who_parked_free_and_who_had_no_price(capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("diff", "--on", "2022-08-31", "--on", "2024-10-01") == 1
    said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert said[said.index("visitor, two_wheeler, zone 1") + 2] == "1 h free 3,00 €"
    assert said[said.index("visitor, heavy, zone 1") + 2] == "1 h – 18,00 €"
    at = said.index("resident, heavy, zone 1")
    assert said[at + 1] == "resident, heavy, zone 2"


def test_who_pays_in_another_regime_did_not_park_free(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    draft = changed(
        tmp_path, lambda whole: whole["rate_tables"][4]["rate_line_collections"][9]["vehicles"].append("two_wheeler")
    )
    assert horodateur("diff", str(FILE), draft) == 1
    said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert said[said.index("pro_mobile, two_wheeler, zone 2") + 2] == "1 h – 0,50 €"


def test_one_day_of_two_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    draft = changed(tmp_path, dearer(3))
    assert horodateur("diff", str(FILE), draft, "--on", "2022-08-31") == 0
    assert horodateur("diff", str(FILE), draft, "--on", "2022-09-01") == 1
    assert horodateur("diff", str(FILE), draft, "--on", "2022-08-31", "--on", "2022-08-30") == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "compare two files, or one file on two days"),
        (("--on", "2026-01-01"), "compare two files, or one file on two days"),
        (("a", "b", "c"), "compare two files"),
        (("a.json", "b.json"), "a.json: cannot be read"),
        (("--on", "2026-01-01", "--on", "2036-01-01"), "2036-01-01 is outside the calendar"),
    ],
)
def test_a_comparison_of_nothing(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str) -> None:
    assert horodateur("diff", *words) == 2
    assert message in capsys.readouterr().err


# Plot


@pytest.mark.parametrize(
    ("first", "last", "french"),
    [
        ("2015-01-01", "2017-12-31", "de 2015 à 2017"),
        ("2018-01-01", "2021-07-31", "de 2018 à juillet 2021"),
        ("2021-08-01", "2024-02-29", "d’août 2021 à février 2024"),
        ("2024-10-01", None, "depuis octobre 2024"),
        ("2020-05-15", "2020-06-01", "du 15 mai 2020 au 1er juin 2020"),
        ("2020-05-15", None, "depuis le 15 mai 2020"),
        ("2015-01-01", None, "depuis 2015"),
    ],
)
def test_periods_in_french(first: str, last: str | None, french: str) -> None:
    assert period(date.fromisoformat(first), date.fromisoformat(last) if last else None) == french


def test_equal_prices_share_a_curve(tariffs: Tariffs) -> None:
    assert [(curve.names, curve.total.replace("\u00a0", " ")) for curve in curves(tariffs, 1, "resident")] == [
        (("Voiture, depuis 2015", "Voiture lourde, depuis octobre 2024"), "9,00 € pour 7 jours"),
        (("Deux-roues motorisé, depuis septembre 2022",), "4,50 € pour 7 jours"),
    ]
    assert [curve.names for curve in curves(tariffs, 2, "visitor", ["car"], [date(2018, 5, 1), date(2024, 10, 1)])] == [
        ("Voiture, de 2018 à juillet 2021",),
        ("Voiture, depuis octobre 2024",),
    ]
    assert [curve.names for curve in curves(tariffs, 1, "visitor", ["car"], [date(2021, 9, 1), date(2024, 10, 1)])] == [
        ("Voiture, d’août 2021 à août 2022", "Voiture, depuis octobre 2024"),  # what lies between was not asked for
    ]


def drawn(tariffs: Tariffs, zone: int, regime: str) -> Picture:
    return plot(curves(tariffs, zone, regime), tariffs.regimes[regime].unit, Heading("Titre", "Lieu", "Source"))


def test_a_curve_is_where_its_prices_are(tariffs: Tariffs) -> None:
    curve = next(mark for mark in drawn(tariffs, 1, "visitor").marks if isinstance(mark, Stroke) and len(mark.points) == 25)
    third_hour = curve.points[12]  # 2018, drawn first of those with 24 quarters: 16 € of 250 € after 3 of 6 hours
    assert third_hour == pytest.approx(((LEFT + RIGHT) / 2, BOTTOM - (BOTTOM - TOP) * 16 / 250))


@pytest.mark.parametrize("zone", [1, 2])
def test_names_neither_overlap_nor_leave_the_page(tariffs: Tariffs, zone: int) -> None:
    for regime in tariffs.regimes:
        picture = drawn(tariffs, zone, regime)
        words = [mark for mark in picture.marks if isinstance(mark, Words)]
        names = sorted(mark.at[1] for mark in words if mark.at[0] > RIGHT)
        assert all(later - earlier >= 25 for earlier, later in pairwise(names))
        for mark in words:
            assert 0 < mark.at[1] < picture.height
            assert mark.anchor != "start" or mark.at[0] + len(mark.text) * mark.size * 0.5 < picture.width
            assert mark.size >= 16


def test_a_svg_is_xml_with_its_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("plot", str(tmp_path / "prices.svg")) == 0
    assert "prices.svg: 5 prices drawn" in capsys.readouterr().out
    root = ElementTree.fromstring((tmp_path / "prices.svg").read_text("utf-8"))
    words = [(each.text or "").replace("\u00a0", " ") for each in root.iter(f"{SVG}text")]
    assert words[0] == "Prix du stationnement à Paris : visiteur, zone 1"
    for said in ("250 €", "6 h", "Voiture, de 2015 à 2017", "8,00 € pour 2 h", "Voiture lourde, depuis octobre 2024"):
        assert said in words
    assert len({each.get("stroke") for each in root.iter(f"{SVG}polyline")}) == 2 + 5


def test_a_png_has_every_curve_in_its_colour(tmp_path: Path, tariffs: Tariffs) -> None:
    assert horodateur("plot", str(tmp_path / "prices.PNG"), "--zone", "2") == 0
    data = (tmp_path / "prices.PNG").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    image = Image.open(BytesIO(data)).convert("RGB")
    assert image.size == (1600, 1000)
    for dot in (mark for mark in drawn(tariffs, 2, "visitor").marks if isinstance(mark, Dot)):
        pixel = image.getpixel((round(dot.at[0]), round(dot.at[1])))
        assert dot.colour == "#ffffff" or pixel == tuple(bytes.fromhex(dot.colour[1:]))
    ink = image.crop((1044, 0, 1600, 1000)).getcolors(1_000_000)
    assert ink is not None
    assert sum(count for count, colour in ink if colour != (255, 255, 255)) > 5_000  # the names are there


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (("--zone", "3"), 2, "there are the zones 1, 2; the classes car, two_wheeler, heavy; the regimes visitor,"),
        (("--regime", "guest"), 2, "zone 1, guest, any class"),
        (("--vehicle", "heavy", "--on", "2020-01-01"), 2, "nothing to draw"),
        (("--tariffs", "nowhere.json"), 1, "nowhere.json: cannot be read"),
    ],
)
def test_a_plot_of_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], status: int, message: str
) -> None:
    assert horodateur("plot", str(tmp_path / "x.svg"), *words) == status
    assert message in capsys.readouterr().err
    assert not (tmp_path / "x.svg").exists()


def test_a_picture_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("plot", str(tmp_path / "no" / "x.svg")) == 1
    assert "x.svg: cannot be written: No such file or directory" in capsys.readouterr().err


# The command line


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (("check", "--years", "2030-2020"), "the first year is after the last"),
        (("check", "--years", "MMXX"), "'MMXX' is not a year"),
        (("table", "--on", "2018-01-01"), "--zone"),
        (("table", "--zone", "1", "--on", "hier"), "'hier' is not a day such as"),
        (("plot", "prices.jpg"), "'prices.jpg' ends neither in .png nor in .svg"),
        (("holidays", "1981"), "'1981' is not a year from 1982"),
        ((), "COMMAND"),
    ],
)
def test_a_wrong_command_line(capsys: pytest.CaptureFixture[str], wrong: tuple[str, ...], message: str) -> None:
    with pytest.raises(SystemExit) as leaving:
        horodateur(*wrong)
    assert leaving.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "table", "diff", "plot", "holidays"])
def test_help_shows_examples_and_exit_statuses(capsys: pytest.CaptureFixture[str], command: str) -> None:
    with pytest.raises(SystemExit):
        horodateur(command, "--help")
    said = capsys.readouterr().out
    assert f"horodateur tariff {command}" in said.split("examples:")[1]
    assert "exit status" in said


def test_the_station_starts_without_the_tools() -> None:
    asked = "import sys, firmware.cli; sys.exit(any(name.startswith('workshop.tariffs') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
