"""A text put together of its letters is the text that Pillow draws at once: as wide, with the same edges, pixel for pixel."""

from itertools import product
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from hal.drawing.sheet import drawable, text_edges, text_stencil, typeface, width

CODES = (*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2040), 0x20AC)
LETTERS = [letter for letter in map(chr, CODES) if drawable(letter)]
SIZES = (*range(6, 37), 60, 68, 72)

letters = st.text(st.sampled_from(LETTERS) | st.characters(codec="utf-8"), max_size=12)


@given(letters, st.sampled_from(SIZES))
def test_a_text_is_its_letters_side_by_side(text: str, px: int) -> None:
    shown = "".join(" " if ord(character) < 32 or ord(character) == 127 else character for character in text)
    left, top, right, bottom = (int(edge) for edge in typeface(px).getbbox(shown, anchor="ls"))
    at_once = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(at_once).text((-left, -top), shown, fill=255, font=typeface(px), anchor="ls")
    stencil, corner = text_stencil(text, px)
    assert width(text, px) == ceil(typeface(px).getlength(shown))
    assert text_edges(text, px) == (left, top, right, bottom)
    assert (corner, stencil.size) == ((left, top), at_once.size)
    assert stencil.tobytes() == at_once.tobytes()


@pytest.mark.parametrize("px", [11, 34])
def test_no_two_letters_stand_closer_or_farther_than_others(px: int) -> None:
    """Of either cut: what a letter takes does not hang on the next one, and is whole pixels."""
    takes = {letter: typeface(px).getlength(letter) for letter in LETTERS}
    assert all(length == int(length) for length in takes.values())
    assert all(typeface(px).getlength(one + other) == takes[one] + takes[other] for one, other in product(LETTERS, LETTERS))
