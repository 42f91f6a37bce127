"""The demonstration's plates: each is what the page says of it, at the machine of the demonstration, by its own tariffs."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from firmware.domain.plate import Series, classify, doubt
from firmware.domain.site import Site
from firmware.protocol.entitlements import body_of, copy_in
from firmware.tariff import Street, TariffError, load_tariffs, regimes_here
from hal.errors import BoardError
from hal.shipped import BOARDS, DEMO_STATION, ROOT, TARIFFS
from hal.time_zone import PARIS
from hal.toml import read_toml
from simulator.demonstration import demonstration_rights
from simulator.setting import setting_of

FILE = ROOT / "board/demo-rights.toml"
SHOWN = demonstration_rights(FILE)
COPY, PLATES = SHOWN.rights, SHOWN.plates
MIXED = Street("11D", "mixed")
WEDNESDAY = datetime(2026, 3, 4, 10, tzinfo=PARIS)

USABLE = {
    "RE-511-DT": {"visitor", "resident"},
    "RE-516-HB": {"visitor"},
    "RB-811-EV": {"visitor", "resident", "low_emission", "low_emission_resident"},
    "PS-211-MB": {"visitor", "pro_sedentary"},
    "PM-407-KT": {"visitor", "pro_mobile"},
    "PP-615-SD": {"visitor", "pro_public"},
    "BE-244-VN": {"visitor", "low_emission"},
    "CM-724-HS": {"visitor", "cmi_s"},
}


@pytest.mark.parametrize(("plate", "regimes"), USABLE.items())
def test_what_each_plate_may_use_here(plate: str, regimes: set[str]) -> None:
    tariffs = load_tariffs(ROOT / "tariffs.json")
    found = regimes_here(tariffs, WEDNESDAY, MIXED, COPY.holdings(plate, WEDNESDAY))
    assert {each.regime for each in found if each.usable} == regimes


def test_every_plate_is_described() -> None:
    assert [plate for plate, _ in PLATES] == list(USABLE)
    assert all(says[0].isupper() and len(says) <= 80 for _, says in PLATES)


def test_they_are_plates_of_today_that_nobody_doubts() -> None:
    assert {classify(plate) for plate, _ in PLATES} == {Series.SIV}
    assert not any(doubt(plate) for plate, _ in PLATES)


def test_the_copy_is_for_the_station_of_the_demonstration() -> None:
    assert COPY.sector == read_toml(ROOT / "board/demo-station.toml", Site).sector == "11D"
    assert copy_in(body_of(COPY), "the copy") == COPY


def test_the_same_file_gives_the_same_copy() -> None:
    assert demonstration_rights(FILE).rights == COPY


RESIDENT = """\
version = 1
sector = "11D"
[[plates]]
plate = "AB-123-CD"
says = "Résidente"
rights = [{ right = "resident", sectors = ["11D"] }]
"""


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ("version = 1", "version = 0", "version"),
        ('sector = "11D"\n[', "[", "sector"),
        ("says", "say", "plates[0]"),
        ('"Résidente"', "1", "plates[0].says"),
        ('{ right = "resident"', '{ wrong = "resident"', "plates[0].rights[0]"),
        ("AB-123-CD", "-", "plates[0].plate"),
        ("AB-123-CD", "ABCDEFGHIJK", "plates[0].plate"),
        (RESIDENT[RESIDENT.index("[[") :], RESIDENT[RESIDENT.index("[[") :] * 2, "plates[1].plate"),
        ("version = 1", "version = 1\ncolour = 2", "colour"),
    ],
)
def test_a_wrong_file_is_refused_by_name_and_place(tmp_path: Path, before: str, after: str, key: str) -> None:
    path = tmp_path / "rights.toml"
    path.write_text(RESIDENT)
    assert demonstration_rights(path).plates == (("AB-123-CD", "Résidente"),)
    path.write_text(RESIDENT.replace(before, after))
    with pytest.raises(BoardError) as caught:
        demonstration_rights(path)
    assert str(path) in str(caught.value)
    assert caught.value.place.startswith(key)


def test_a_desk_does_not_start_with_a_calendar_that_begins_later(tmp_path: Path) -> None:
    """It would sell nothing: P1."""
    document = json.loads(TARIFFS.read_bytes())
    calendar = document["calendar"]
    calendar |= {"first_day": "2027-01-01", "holidays": [day for day in calendar["holidays"] if day["date"] >= "2027"]}
    (tmp_path / "late.json").write_text(json.dumps(document))
    files = BOARDS / "demo-desk.toml", DEMO_STATION, tmp_path / "late.json", tmp_path
    with pytest.raises(TariffError, match=r"late\.json: \$\.calendar\.first_day: 2027-01-01 is too late"):
        setting_of(*files, datetime(2026, 12, 5, tzinfo=PARIS))
    assert setting_of(*files, datetime(2027, 1, 1, tzinfo=PARIS)).tariffs.calendar.first_day == date(2027, 1, 1)
