"""The display of a desk: the panel with its pixels, or the words alone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench.desk import MORNING, buy, screen
from simulator.desk.desk import Desk
from simulator.glass import GlassMaker, PixelGlass, WordGlass
from simulator.setting import demonstration


@contextlib.contextmanager
def desk_with(glass: GlassMaker, folder: Path) -> Iterator[Desk]:
    with contextlib.closing(Desk(replace(demonstration(folder, MORNING), glass=glass))) as desk:
        desk.advance(3.0)
        yield desk


def test_words_show_the_picture_that_pixels_do(tmp_path: Path) -> None:
    """At every key of a visit."""
    with desk_with(PixelGlass, tmp_path / "pixels") as pixels, desk_with(WordGlass, tmp_path / "words") as words:
        seen = set[tuple[str, bool]]()

        def press(key: str) -> None:
            for desk in (pixels, words):
                desk.press(key)
            seen.add((screen(words), pixels.screen_grey() == words.screen_grey()))

        for key in ("A", "B", "1", "2", "3", "C", "D", "OK", "OK", "PLUS", "LANG", "INFO", "CANCEL"):
            press(key)
    assert all(same for _, same in seen)
    assert {"plate", "vehicle", "duration"} <= {name for name, _ in seen}


def test_with_words_nothing_but_the_display_leaves_the_wire(tmp_path: Path) -> None:
    lines = {}
    for glass in (PixelGlass, WordGlass):
        with desk_with(glass, tmp_path / glass.__name__) as desk:
            buy(desk, "AB123CD", ("PLUS",), desk.press)
            assert len(desk.tickets()) == 1
            lines[glass] = {transfer.line for transfer in desk.trace.after()}
    assert lines[PixelGlass] - lines[WordGlass] == {"display"}


def test_a_power_cut_clears_the_words(tmp_path: Path) -> None:
    with desk_with(WordGlass, tmp_path) as desk:
        assert isinstance(glass := desk.cabinet.panel, WordGlass)
        assert glass.view
        assert glass.view.screen == "idle"
        desk.power(False)
        assert glass.view is None
        assert desk.screen().getextrema() == (0, 0)


@pytest.mark.parametrize("glass", [PixelGlass, WordGlass])
def test_every_fault_of_a_display_can_be_made(glass: GlassMaker, tmp_path: Path) -> None:
    with desk_with(glass, tmp_path) as desk:
        for fault in desk.faults["display"]:
            desk.fault("display", fault, True)
            desk.fault("display", fault, False)
        desk.advance(60.0)
        assert desk.running
