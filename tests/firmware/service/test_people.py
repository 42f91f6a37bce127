"""A PIN is believed for its scrypt hash, made by `horodateur pin`, and shown or kept nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from firmware.cli import main
from firmware.screens.service.login import Checking, PinEntry
from firmware.service.people import People, PeopleError, line_of, new_person, people_in
from firmware.station.state_folder import PEOPLE, load_people
from firmware.visit.effects import CheckPin

SALT = bytes(range(16))
MARTIN = new_person("07", "A. Martin", "402917", SALT)


def test_the_right_pin_of_the_right_person_and_no_other_is_right() -> None:
    people = people_in(line_of(MARTIN) + "\n\n" + line_of(new_person("08", "B. Petit", "771903", SALT)), "people.json")
    assert people.right("07", "402917")
    assert not people.right("07", "402918")
    assert not people.right("08", "402917")
    assert not people.right("00", "402917")
    assert not people.right("07", "")


def test_nobody_is_let_in_where_there_is_no_file(tmp_path: Path) -> None:
    people = load_people(tmp_path)
    assert people == People()
    assert not people.right("00", "000000")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "line 2: "),
        ('{"number":"7"}', "line 2: .*number"),
        (line_of(MARTIN).replace('"name"', '"nom"'), "line 2: .*nom"),
        (line_of(MARTIN).replace(SALT.hex(), "00"), "line 2: .*salt"),
        (
            line_of(MARTIN).replace('"07"', '"08"') + "\n" + line_of(MARTIN).replace('"07"', '"08"'),
            "number 08 stands there twice",
        ),
    ],
)
def test_a_file_that_is_wrong_anywhere_lets_nobody_in_and_names_the_line(tmp_path: Path, line: str, says: str) -> None:
    (tmp_path / PEOPLE).write_text(f"{line_of(MARTIN)}\n{line}\n")
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


def answers(monkeypatch: pytest.MonkeyPatch, *pins: str) -> None:
    left = iter(pins)
    monkeypatch.setattr("firmware.cli.pin.getpass", lambda prompt: next(left))


def test_the_command_prints_the_line_that_lets_this_person_in(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    answers(monkeypatch, "402917", "402917")
    assert main(["pin", "--number", "07", "--name", "A. Martin"]) == 0
    said = capsys.readouterr()
    (tmp_path / PEOPLE).write_text(said.out)
    assert load_people(tmp_path).right("07", "402917")
    assert "402917" not in said.out + said.err


@pytest.mark.parametrize(
    ("number", "pins", "says"),
    [("07", ("402917", "402971"), "second PIN"), ("7", ("402917",), "two digits|2 digits"), ("07", ("111111",), "first that")],
)
def test_the_command_refuses_and_prints_no_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: str, pins: tuple[str, ...], says: str
) -> None:
    answers(monkeypatch, *pins)
    assert main(["pin", "--number", number, "--name", "A. Martin"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert re.search(says, said.err)
