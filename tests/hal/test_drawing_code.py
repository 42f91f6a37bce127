"""The QR code of a view: a real reader reads it from the memory of the simulated panel, pixel for pixel."""

from __future__ import annotations

from importlib import import_module

import pytest
from PIL import Image

from firmware.paper.receipt_signing import sign_receipt, verify_receipt
from hal.drawing import draw, overflows
from hal.drawing.code import HELD_L, HELD_M, code_square
from hal.drawing.sheet import BRIGHT, HEIGHT, WIDTH
from hal.ports import Hint, Key, Line, Size, View
from tests.builders import STATION_KEY, paris, right

QUIET = 4
"""Modules around a symbol that the standard wants."""
WEEK = (paris("2026-03-04T10:01"), paris("2026-03-11T10:01"))
LONGEST = right(reference="75011-0042.999-000813", plate="WW123456MM", cents=60_000, start=WEEK[0], end=WEEK[1])
RECEIPTS = [sign_receipt(right(), STATION_KEY), sign_receipt(LONGEST, STATION_KEY, doubtful=True)]


def view(code: str) -> View:
    lines = (Line("AB-123-CD", Size.SMALL, beside="6,00 €"), Line("Code K7M 2QX", Size.MEDIUM))
    return View("receipt", "Zone 1", "14:30", lines, (Hint(Key.OK, "ticket"), Hint(Key.CANCEL, "terminer")), code=code)


def read_codes(picture: Image.Image) -> list[str]:
    """What zxing-cpp reads in a picture."""
    return [found.text for found in import_module("zxingcpp").read_barcodes(picture)]


@pytest.mark.parametrize("receipt", RECEIPTS, ids=["usual", "longest"])
@pytest.mark.parametrize("enlarged", [1, 3])
def test_a_reader_finds_the_signed_receipt_on_the_glass(receipt: str, enlarged: int) -> None:
    glass = draw(view(receipt))
    assert read_codes(glass.resize((WIDTH * enlarged, HEIGHT * enlarged))) == [receipt]
    assert verify_receipt(receipt, STATION_KEY.public_key())


@pytest.mark.parametrize("receipt", RECEIPTS, ids=["usual", "longest"])
def test_its_quiet_zone_is_lit(receipt: str) -> None:
    square = code_square(receipt)
    assert square is not None
    assert square.size == (HEIGHT, HEIGHT)
    inside = square.point(lambda grey: 255 - grey).getbbox()
    assert inside is not None
    assert min(inside[0], inside[1], HEIGHT - inside[2], HEIGHT - inside[3]) >= QUIET


def test_texts_end_before_the_code() -> None:
    assert overflows(view(RECEIPTS[0])) == ()
    picture = draw(view(RECEIPTS[0])).crop((WIDTH - HEIGHT - 8, 0, WIDTH - HEIGHT, HEIGHT))
    assert picture.getbbox() is None


@pytest.mark.parametrize(("length", "modules"), [(HELD_M, 53), (HELD_M + 1, 49), (HELD_L, 53)])
def test_the_better_correction_is_taken_where_it_fits(length: int, modules: int) -> None:
    square = code_square("a" * length)
    assert square is not None
    inside = square.point(lambda grey: BRIGHT - grey).getbbox()
    assert inside is not None
    assert inside[2] - inside[0] == modules


def test_a_text_too_long_for_the_glass_is_not_drawn_and_counts_as_cut() -> None:
    assert code_square("a" * (HELD_L + 1)) is None
    assert overflows(view("a" * (HELD_L + 1))) == ("a" * (HELD_L + 1),)
