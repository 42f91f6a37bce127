"""`horodateur tariff check`: a file with nothing wrong, and every kind of problem it finds in a file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from firmware.tariff import Tariffs
from firmware.tariff.file import TariffFile, Validity
from firmware.tariff.holidays import public_holidays
from tests.workshop.tariffs.tool import changed, horodateur, proved
from workshop.tariffs import commands
from workshop.tariffs.check import FlawError, check_tariffs, years
from workshop.tariffs.probes import Subject


def test_the_shipped_file_has_nothing_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("check") == 0
    *said, last = capsys.readouterr().out.splitlines()
    assert [line[2:16].strip() for line in said] == [
        *("scope", "versions", "zones", "holidays", "prices", "FPS", "legal texts", "maximum stays", "probes")
    ]
    assert "2015-01-01 to 2035-12-31, the whole calendar" in said[0]
    assert "6; each of 7670 days is in exactly one" in said[1]
    assert "each of 20 arrondissements and 2 woods" in said[2]
    assert "231 from 2015-01-01 to 2035-12-31, as computed from Easter" in said[3]
    assert "14 charges" in said[5]
    assert all(kind in said[8] for kind in ("opening", "closing", "version", "holiday", "clock change"))
    assert "tariffs.json: nothing is wrong" in last


def spoilt(document: TariffFile, version: int, validity: Validity) -> TariffFile:
    tables = list(document.rate_tables)
    tables[version] = msgspec.structs.replace(tables[version], validity=validity)
    return msgspec.structs.replace(document, rate_tables=tuple(tables))


def test_a_day_in_no_version_or_in_two(document: TariffFile, tariffs: Tariffs) -> None:
    gap = spoilt(document, 2, Validity(date(2018, 1, 1), date(2021, 7, 30)))
    with pytest.raises(FlawError, match=r"\$\.rate_tables: 0 versions are in force on 2021-07-31"):
        proved(gap, tariffs, 2021, 2021)
    overlap = spoilt(document, 2, Validity(date(2018, 1, 1), date(2021, 8, 1)))
    with pytest.raises(FlawError, match=r"\$\.rate_tables: 2 versions are in force on 2021-08-01"):
        proved(overlap, tariffs, 2021, 2021)


def test_years_that_the_calendar_lacks(document: TariffFile, tariffs: Tariffs) -> None:
    with pytest.raises(FlawError, match=r"\$\.calendar\.last_day: 2036-12-31 is outside 2015-01-01 to 2035-12-31"):
        proved(document, tariffs, 2035, 2036)
    with pytest.raises(FlawError, match=r"\$\.calendar\.first_day: 2014-01-01 is outside"):
        proved(document, tariffs, 2014, 2015)


def test_a_language_of_the_machine_without_the_sentences_of_the_law(document: TariffFile, tariffs: Tariffs) -> None:
    with pytest.raises(FlawError, match=r"\$\.legal\.fee\.text: the sentence is missing in 'nl'"):
        list(check_tariffs(Subject(document, tariffs), years(2026, 2026), ("fr", "en", "nl"), lambda what, number, total: None))


def test_the_first_and_the_last_day_of_the_calendar_are_edges(document: TariffFile, tariffs: Tariffs) -> None:
    assert len(proved(document, tariffs, 2015, 2015)) == len(proved(document, tariffs, 2035, 2035)) == 9


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
            lambda whole: whole["rate_tables"][2]["validity"].update(last_day="2021-07-30"),
            "$.rate_tables[2].validity.last_day: a gap",
        ),
        (
            lambda whole: whole["rate_tables"][2]["rate_line_collections"][0].update(fps_cents=4900),
            "$.rate_tables[2].rate_line_collections[0].fps_cents: 4900",
        ),
        (
            lambda whole: whole["legal"]["placing"]["text"].update(en=" "),
            "$.legal.placing.text: the sentence is missing in 'en'",
        ),
        (lambda whole: whole["zones"][0]["arrondissements"].pop(), "$.zones: no zone has the arrondissements [11]"),
        (lambda whole: whole["zones"][1]["woods"].pop(), "$.zones: no zone has the wood Vincennes"),
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


def longer(whole: Any) -> None:
    whole["calendar"]["last_day"] = "2036-12-31"
    whole["calendar"]["holidays"] += [{"date": str(day.date), "name": day.name} for day in public_holidays(2036)]


@pytest.mark.parametrize(
    ("holiday", "date", "said"),
    [
        ("Lundi de Pâques", "2036-04-21", "2036-04-21 (Lundi de Pâques) is no public holiday"),
        ("Fête du Travail", None, "2036-05-01 (Fête du Travail) is missing"),
    ],
)
def test_every_year_of_the_calendar_is_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], holiday: str, date: str | None, said: str
) -> None:
    def wrong(whole: Any) -> None:
        longer(whole)
        days = whole["calendar"]["holidays"]
        place = next(index for index in range(231, len(days)) if days[index]["name"] == holiday)
        if date:
            days[place]["date"] = date
        else:
            del days[place]

    assert horodateur("check", changed(tmp_path, wrong), "--years", "2026") == 1
    assert said in capsys.readouterr().err


def test_it_checks_exactly_the_calendar_of_the_file_and_says_which(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("check", changed(tmp_path, longer)) == 0
    assert "2015-01-01 to 2036-12-31, the whole calendar" in capsys.readouterr().out
    assert horodateur("check", "--years", "2026") == 0
    assert "2026-01-01 to 2026-12-31, a part of the calendar, 2015-01-01 to 2035-12-31" in capsys.readouterr().out


def test_a_calendar_that_is_soon_over_is_refused_unless_it_is_meant(capsys: pytest.CaptureFixture[str]) -> None:
    draft = ("check", "--years", "2026", "--from")
    assert horodateur(*draft, "2034-11-26") == 0
    assert horodateur(*draft, "2034-11-27") == 1
    assert "$.calendar.last_day: 2035-12-31 is 399 days after 2034-11-27; 400 are needed" in capsys.readouterr().err
    assert horodateur(*draft, "2034-11-27", "--accept-short-calendar") == 0
    assert horodateur(*draft, "2036-01-01", "--accept-short-calendar") == 1
    assert "2035-12-31 is before 2036-01-01" in capsys.readouterr().err


def test_a_calendar_that_begins_after_it_comes_into_force_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    draft = ("check", "--years", "2026", "--from")
    assert horodateur(*draft, "2015-04-11") == 0
    assert horodateur(*draft, "2015-04-10") == 1
    assert "$.calendar.first_day: 2015-01-01 is too late: the calendar lacks the 100 days before" in capsys.readouterr().err
    assert horodateur(*draft, "2015-01-01", "--accept-short-calendar") == 0
    assert horodateur(*draft, "2014-12-31", "--accept-short-calendar") == 1


def test_a_terminal_is_told_how_far_it_is(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("check", "--years", "2026") == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(commands, "PATIENCE", -1.0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert horodateur("check", "--years", "2026") == 0
    assert "asking the engine, opening: 0 %" in capsys.readouterr().err
