"""What is said of a unit, alone and in lists: every mistake is named by line and field."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from firmware.domain.errors import FieldError
from workshop.common.errors import MisuseError
from workshop.flash.batch import rows_in, to_do
from workshop.flash.register import RegisterLine, add, proven_cards, read
from workshop.flash.unit import StationUnit, UnitReferences, enrol_line, site_text, unit_of

KEY = "A" * 43
SAID = {
    "station": "75011-0042",
    "zone": "1",
    "sector": "11D",
    "address": "12 rue Oberkampf",
    "central": "https://central.example/api",
    "central_key": KEY,
}


def test_a_unit_is_what_was_said(references: UnitReferences) -> None:
    unit = unit_of(SAID, references)
    assert (unit.site.station, unit.site.zone, unit.site.arrondissement, unit.site.sector) == ("75011-0042", 1, 11, "11D")
    assert (unit.site.street, unit.board) == ("mixed", "paris-v1")
    assert enrol_line(unit, KEY) == f"75011-0042 1 11D {KEY}"


@pytest.mark.parametrize(
    ("field", "word", "reason"),
    [
        ("station", "", "is missing"),
        ("station", "75011-42", "is no station"),
        ("station", "75021-0001", "is no station"),
        ("station", "69001-0001", "is no station"),
        ("zone", "3", "is no tariff zone: 1, 2"),
        ("zone", "one", "is no tariff zone"),
        ("zone", "2", "sector 11D is in tariff zone 1, not 2"),
        ("sector", "11d", "is no residential sector"),
        ("sector", "21A", "is no residential sector"),
        ("sector", "12D", "is not in the arrondissement of station 75011-0042"),
        ("address", "x" * 33, "has 33 characters, at most 32 fit"),
        ("address", "12 rue\tOberkampf", "characters that cannot be printed"),
        ("nearest", "x" * 35, "has 35 characters, at most 34 fit"),
        ("street", "busy", "is no kind of street"),
        ("central", "http://central.example", "is no https address"),
        ("central", "https://", "is no https address"),
        ("central_key", "abc", "is not the city's key"),
        ("board", "paris-v0", "is no board: there are"),
        ("board", "../board/paris-v1", "is no board"),
        ("board", "demo-desk", "has simulated devices"),
        ("board", "demo-station", "cannot be used"),
    ],
)
def test_a_wrong_word_is_named_by_its_field(references: UnitReferences, field: str, word: str, reason: str) -> None:
    with pytest.raises(FieldError, match=reason) as refusal:
        unit_of({**SAID, field: word}, references)
    assert refusal.value.field == field


def test_the_woods_have_their_own_zone(references: UnitReferences) -> None:
    assert unit_of({**SAID, "station": "75116-0007", "sector": "16A", "zone": "2"}, references).site.arrondissement == 16


@pytest.mark.parametrize("word", ['12 rue "des Écoles"', "back\\slash", "l’impasse – 3½", "# no comment"])
def test_any_address_survives_its_file(references: UnitReferences, word: str) -> None:
    unit = unit_of({**SAID, "address": word}, references)
    assert tomllib.loads(site_text(unit.site))["address"] == word


# --- lists --------------------------------------------------------------------------------------------------------

HEAD = "station,zone,sector,address,device"
USUAL = {"central": SAID["central"], "central_key": KEY}


def listed(tmp_path: Path, *lines: str, head: str = HEAD) -> Path:
    file = tmp_path / "units.csv"
    file.write_text("\n".join((head, *lines)) + "\n", "utf-8")
    return file


def test_a_list_of_units(tmp_path: Path, references: UnitReferences) -> None:
    file = listed(tmp_path, '75011-0042,1,11D,"12, rue Oberkampf",', "", "75012-0001, 2 ,12A,3 avenue Daumesnil,/dev/sdc")
    first, second = rows_in(file, USUAL, references, {})
    assert (first.unit.site.address, first.device) == ("12, rue Oberkampf", "")
    assert (second.unit.site.zone, second.device) == (2, "/dev/sdc")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_list_that_a_spreadsheet_saved(tmp_path: Path, references: UnitReferences, encoding: str, separator: str) -> None:
    file = tmp_path / "units.csv"
    lines = (HEAD, "75011-0042,1,11D,12 rue Édith-Piaf,/dev/sdb")
    file.write_bytes("\r\n".join(line.replace(",", separator) for line in lines).encode(encoding))
    [row] = rows_in(file, USUAL, references, {})
    assert (row.unit.site.address, row.device) == ("12 rue Édith-Piaf", "/dev/sdb")


def test_a_list_in_another_encoding_is_refused_with_its_line_and_a_hint(tmp_path: Path, references: UnitReferences) -> None:
    file = tmp_path / "units.csv"
    file.write_bytes(f"{HEAD}\n75011-0042,1,11D,12 rue Édith-Piaf,\n".encode("cp1252"))
    with pytest.raises(MisuseError, match="line 2: is not UTF-8: save it again as UTF-8"):
        rows_in(file, USUAL, references, {})


def test_every_mistake_of_a_list_is_told_by_line_and_field(tmp_path: Path, references: UnitReferences) -> None:
    file = listed(
        tmp_path, "75011-0042,1,11D,a,", "75011-0042,1,11D,b,", "75011-0043,7,11D,c,", "75011-0044,1,11D,d,", "x,1,11D,e,"
    )
    with pytest.raises(MisuseError) as refusal:
        rows_in(file, USUAL, references, {})
    assert str(refusal.value).splitlines() == [
        f"{file}, line 3: station: '75011-0042' stands in line 2 already",
        f"{file}, line 4: zone: '7' is no tariff zone: 1, 2",
        f"{file}, line 6: station: 'x' is no station: a postal code of Paris, a hyphen and four digits, such as 75011-0042",
    ]


@pytest.mark.parametrize(
    ("head", "line", "reason"),
    [
        ("station,zone,secteur,address", "a", "line 1: 'secteur' is no column: station, zone, sector"),
        ("zone,sector", "a", "line 1: the column station is missing"),
        ("station,zone,zone", "a", "line 1: 'zone' is given twice"),
        (HEAD, "75011-0042,1,11D", "line 2: has 3 fields, the first line names 5"),
        (HEAD, "", "there is no unit in it"),
        (HEAD, '75011-0042,1,11D,"12 rue', "unexpected end of data"),
    ],
)
def test_a_malformed_list_is_refused(tmp_path: Path, references: UnitReferences, head: str, line: str, reason: str) -> None:
    with pytest.raises(MisuseError, match=reason):
        rows_in(listed(tmp_path, line, head=head), USUAL, references, {})


def test_a_list_that_is_not_there_or_not_text_is_refused(tmp_path: Path, references: UnitReferences) -> None:
    with pytest.raises(MisuseError, match="No such file"):
        rows_in(tmp_path / "none.csv", USUAL, references, {})
    (tmp_path / "latin.csv").write_bytes("station,address\n75011-0042,12 allée\n".encode("latin-1"))
    with pytest.raises(MisuseError, match="line 2: is not UTF-8"):
        rows_in(tmp_path / "latin.csv", USUAL, references, {})


# --- the register -------------------------------------------------------------------------------------------------


def line(unit: StationUnit, outcome: str) -> RegisterLine:
    return RegisterLine("2026-03-02T09:00:00+00:00", unit.site.station, "1", unit.site.sector, KEY, "x", "card", "61", outcome)


def test_what_is_proven_is_not_made_again(tmp_path: Path, references: UnitReferences) -> None:
    register = tmp_path / "cards.csv"
    assert read(register) == ()
    add(register, line(unit_of(SAID, references), "proven"))
    add(register, line(unit_of({**SAID, "station": "75011-0043"}, references), "WriteError: it broke, at once"))
    done = proven_cards(read(register))
    rows = rows_in(listed(tmp_path, "75011-0042,1,11D,a,", "75011-0043,1,11D,b,"), USUAL, references, done)
    assert [row.unit.site.station for row in to_do(rows, done)] == ["75011-0043"]


def test_a_list_that_contradicts_a_card_already_made_is_refused(tmp_path: Path, references: UnitReferences) -> None:
    add(tmp_path / "cards.csv", line(unit_of(SAID, references), "proven"))
    done = proven_cards(read(tmp_path / "cards.csv"))
    with pytest.raises(MisuseError, match="line 2: sector: a card of 75011-0042 was made for zone 1, sector 11D"):
        rows_in(listed(tmp_path, "75011-0042,1,11E,a,"), USUAL, references, done)


def test_another_file_is_no_register(tmp_path: Path) -> None:
    file = listed(tmp_path, "75011-0042,1,11D,a,")
    with pytest.raises(MisuseError, match="is no register of cards"):
        read(file)
