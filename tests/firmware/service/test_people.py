"""Technicians and their PINs: a file of scrypt hashes, believed whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmware.screens.service.login import Checking, PinEntry
from firmware.service.people import People, PeopleError, new_person, parse_people, people_line
from firmware.station.state_folder import PEOPLE, load_people
from firmware.visit.effects import CheckPin

SALT = bytes(range(16))
MARTIN = new_person("07", "A. Martin", "402917", SALT)


def test_the_right_pin_of_the_right_person_and_no_other_is_right() -> None:
    people = parse_people(
        people_line(MARTIN) + "\n\n" + people_line(new_person("08", "B. Petit", "771903", SALT)), "people.json"
    )
    assert people.is_pin_of("07", "402917")
    assert not people.is_pin_of("07", "402918")
    assert not people.is_pin_of("08", "402917")
    assert not people.is_pin_of("00", "402917")
    assert not people.is_pin_of("07", "")


def test_nobody_is_let_in_where_there_is_no_file(tmp_path: Path) -> None:
    people = load_people(tmp_path)
    assert people == People()
    assert not people.is_pin_of("00", "000000")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "line 2: "),
        ('{"number":"7"}', "line 2: .*number"),
        (people_line(MARTIN).replace("{", '{"number":"08",', 1), "line 2: number: given twice"),
        (people_line(MARTIN).replace('"name"', '"nom"'), "line 2: .*nom"),
        (people_line(MARTIN).replace(SALT.hex(), "00"), "line 2: .*salt"),
        (
            people_line(MARTIN).replace('"07"', '"08"') + "\n" + people_line(MARTIN).replace('"07"', '"08"'),
            "number 08 is listed twice",
        ),
    ],
)
def test_a_file_that_is_wrong_anywhere_lets_nobody_in_and_names_the_line(tmp_path: Path, line: str, says: str) -> None:
    (tmp_path / PEOPLE).write_text(f"{people_line(MARTIN)}\n{line}\n")
    with pytest.raises(PeopleError, match=says):
        load_people(tmp_path)


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "12345a", "٤٠٢٩١٧", "000000", "123456", "987654", "121212", "407407"])
def test_a_pin_that_is_none_or_that_anybody_would_try_is_refused(pin: str) -> None:
    with pytest.raises(ValueError, match="PIN"):
        new_person("07", "A. Martin", pin, SALT)


def test_the_same_pin_twice_leaves_two_different_hashes() -> None:
    assert new_person("08", "B. Petit", "402917", bytes(16)).hash != MARTIN.hash


def test_no_repr_shows_a_pin() -> None:
    assert "402917" not in repr((CheckPin("07", "402917"), PinEntry("07", "402917"), Checking("07"), MARTIN))
