"""A board file with a front panel: what hangs on it, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from hal.board import Board, jobs_of, load_board
from hal.errors import BoardError
from hal.shipped import BOARDS

V2 = (BOARDS / "paris-v2.toml").read_text("utf-8")


def loaded(folder: Path, text: str) -> Board:
    file = folder / "board.toml"
    file.write_text(text, "utf-8")
    return load_board(file)


def test_keys_buzzer_door_and_mains_are_on_the_panel_and_their_lines_are_free() -> None:
    board = load_board(BOARDS / "paris-v2.toml")
    assert board.on_panel == {"keypad", "buzzer", "door", "mains"}
    assert board.simulated == frozenset()
    assert sorted(jobs_of(board)) == [2, 3, 8, 10, 11, 14, 15, 24, 25]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('buzzer = "panel"', "", "buzzer"),
        ('door = "panel"', 'door = "simulated"', ""),
        ("tamper = 27", "tamper = 22", "panel.pins: GP22 has two jobs"),
        ("tamper = 27", "tamper = 29", "panel.pins.tamper"),
        ("rows = [2, 3, 4, 5, 6, 7, 8]", "rows = [2, 3, 4, 5, 6, 7]", "panel.pins.rows"),
        ('["1", "2",', '["2", "2",', "layout must have every key once"),
        ('model = "pico"', 'model = "pico2"', "panel.model"),
        ('keypad = "panel"', 'keypad = "pannel"', "keypad"),
    ],
)
def test_what_does_not_fit_is_refused(old: str, new: str, says: str, tmp_path: Path) -> None:
    text = V2.replace(old, new, 1)
    assert text != V2
    if not says:
        assert loaded(tmp_path, text).simulated == {"door"}
        return
    with pytest.raises(BoardError, match=says):
        loaded(tmp_path, text)


def test_a_device_on_a_panel_that_is_not_there_is_refused(tmp_path: Path) -> None:
    start, end = V2.index("[panel]"), V2.index("[display]")
    with pytest.raises(BoardError, match=r"is \"panel\", and there is no table \[panel\]"):
        loaded(tmp_path, V2[:start] + V2[end:])


def test_a_contact_on_the_header_beside_a_panel_is_refused(tmp_path: Path) -> None:
    text = V2.replace('door = "panel"\n', "") + "\n[door]\npin = 7\n"
    with pytest.raises(BoardError, match='say "panel" for keypad, buzzer, door and mains'):
        loaded(tmp_path, text)
