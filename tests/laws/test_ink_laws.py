"""Laws of ink: no two lines touch on the taller glass; on the usual one what hangs may meet accents, letters do not.

The usual glass has 64 rows. EN 301 549 wants capitals of 16 of them for what must be read, so where four lines stand there is
no free row for both what hangs below one and the accents of the next.
"""

from __future__ import annotations

from itertools import groupby, pairwise
from operator import attrgetter

import pytest
from PIL import Image, ImageChops

from hal.drawing import PlacedText, capital, placed_texts
from hal.ports import TALL_GLASS, USUAL_GLASS, GlassSize, Line, View
from tests.hal.test_display_tall import views
from tests.laws.walk import Walk

LIT = 0x44
"""Ink that is seen: the faintest grey that the station draws with. Below, it is the smoothing of an edge."""


def lines_of(view: View, glass: GlassSize) -> list[list[PlacedText]]:
    """The texts of each base line, top to bottom."""
    texts = sorted((text for text in placed_texts(view, glass) if text.text), key=attrgetter("row"))
    return [list(line) for _, line in groupby(texts, key=attrgetter("row"))]


def ink(line: list[PlacedText], glass: GlassSize) -> Image.Image:
    """What is lit of a line: 255 there, 0 elsewhere."""
    lit = Image.new("L", (glass.width, glass.height))
    for text in line:
        stencil, corner = text.ink()
        lit.paste(255, corner, stencil.point(lambda value: 255 * (value >= LIT)))
    return lit


def touching(view: View, glass: GlassSize) -> list[tuple[str, str]]:
    """Pairs of neighbouring lines of which a pixel lies on, or right above, one of the other."""
    return [(upper[0].text, lower[0].text) for upper, lower in pairwise(lines_of(view, glass)) if _touch(upper, lower, glass)]


def _touch(upper: list[PlacedText], lower: list[PlacedText], glass: GlassSize) -> bool:
    end = max(top + stencil.height for stencil, (_, top) in (text.ink() for text in upper))
    if end < min(top for _, (_, top) in (text.ink() for text in lower)):
        return False  # no need to draw what a whole row separates
    over, under = ink(upper, glass), ink(lower, glass)
    raised = ImageChops.lighter(under, ImageChops.offset(under, 0, -1))
    return ImageChops.multiply(over, raised).getbbox() is not None


def crossing(view: View, glass: GlassSize) -> list[tuple[str, str]]:
    """Pairs of neighbouring lines of which the capitals of the lower reach above the base line of the upper."""
    pairs = pairwise(lines_of(view, glass))
    return [(a[0].text, b[0].text) for a, b in pairs if min(each.row - capital(each.px) for each in b) < a[0].row]


def test_no_two_lines_touch_on_the_taller_glass(walk: Walk) -> None:
    assert {(view.screen, *found) for view in walk.views() if (found := touching(view, TALL_GLASS))} == set()


@pytest.mark.parametrize("language", ["fr", "en", "de", "es", "it"])
def test_nor_with_the_longest_of_everything_and_in_large_text(language: str) -> None:
    assert {(view.screen, *found) for view in views(language) if (found := touching(view, TALL_GLASS))} == set()


@pytest.mark.parametrize("glass", [USUAL_GLASS, TALL_GLASS])
def test_no_letter_stands_in_the_line_above(walk: Walk, glass: GlassSize) -> None:
    assert {(view.screen, *found) for view in walk.views() if (found := crossing(view, glass))} == set()


def test_lines_that_touch_are_seen() -> None:
    crowded = View("x", "", "", tuple(Line(text) for text in ("pq", "ÉÉ", "pq", "ÉÉ")))
    assert touching(crowded, USUAL_GLASS)
    assert not touching(crowded, TALL_GLASS)
    assert not crossing(crowded, TALL_GLASS)
