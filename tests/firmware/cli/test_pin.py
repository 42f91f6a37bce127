"""`horodateur pin`: the line that lets a person in, and the PINs it refuses."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from firmware.cli import main
from firmware.station.state_folder import PEOPLE, load_people


def answers(monkeypatch: pytest.MonkeyPatch, *pins: str) -> None:
    left = iter(pins)
    monkeypatch.setattr("firmware.cli.pin.ask_pin", lambda prompt: next(left))


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
        ("7", (), "two digits|2 digits"),
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


def test_a_name_is_refused_before_the_pin_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers(monkeypatch)
    assert main(["pin", "--number", "07", "--name", "x" * 41]) == 1
    assert capsys.readouterr().err == "horodateur: name: must have 1 to 40 characters\n"


def test_a_pin_comes_from_a_pipe_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("402917\n402917\n"))
    assert main(["pin", "--number", "07", "--name", "A. Martin"]) == 0
    assert capsys.readouterr().err == ""


def test_a_pipe_that_ends_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("402917\n"))
    assert main(["pin", "--number", "07", "--name", "A. Martin"]) == 1
    assert capsys.readouterr().err == "horodateur: standard input: ended where an answer was expected\n"
