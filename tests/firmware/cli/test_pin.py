"""`horodateur pin`: the line that lets a person in, and the PINs it refuses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from firmware.cli import main
from firmware.station.state_folder import PEOPLE, load_people


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
    assert load_people(tmp_path).is_pin_of("07", "402917")
    assert "402917" not in said.out + said.err


@pytest.mark.parametrize(
    ("number", "pins", "says"),
    [
        ("07", ("402917", "402971"), "the two PINs differ"),
        ("7", ("402917",), "two digits|2 digits"),
        ("07", ("111111",), "too easy"),
    ],
)
def test_the_command_refuses_and_prints_no_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: str, pins: tuple[str, ...], says: str
) -> None:
    answers(monkeypatch, *pins)
    assert main(["pin", "--number", number, "--name", "A. Martin"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert re.search(says, said.err)
