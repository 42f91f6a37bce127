"""What a flashed SD card says it is: its board file."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmware.station.flashed_card import board_of
from hal.errors import BoardError
from tests.builders import ROOT


@pytest.mark.parametrize("name", ["paris-v1.toml", "paris-v1\n"])
def test_a_card_names_its_board(card: Path, name: str) -> None:
    (card / "board").write_text(name)
    assert board_of(card).samefile(ROOT / "board" / "paris-v1.toml")


@pytest.mark.parametrize(
    "name", ["", "../board/paris-v1.toml", "/etc/passwd", "paris-v9.toml", "paris-v1.toml\nparis-v1.toml", "."]
)
def test_a_name_that_is_no_shipped_board_is_refused_by_file_and_name(card: Path, name: str) -> None:
    (card / "board").write_text(name)
    with pytest.raises(BoardError) as refused:
        board_of(card)
    assert str(refused.value).startswith(f"{card / 'board'}: there is no board file ")
