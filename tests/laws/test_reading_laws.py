"""Laws of reading: how high every text stands, and what a motorist must be able to read to buy."""

from __future__ import annotations

from math import atan, degrees

import pytest

from hal.drawing import capital, text_sizes
from hal.ports import Size, View
from hal.ports.display import CAPITALS, DISTANCE_MM, PITCH_MM
from tests.laws.walk import Walk

BUYING = {
    *("idle", "plate", "second look", "regime", "vehicle", "already paid", "cap", "duration", "no paper"),
    *("present card", "authorising", "stopping", "refused", "pay again", "cancelled", "not known", "approved", "take ticket"),
}
"""The screens on the way from the first key to the ticket, and those that say why it ends."""


def test_the_sizes_are_those_of_the_reading_distance() -> None:
    """EN 301 549, 5.1.4: 0.7 degrees, which are 4.9 mm at 40 cm; 16 whole pixels are the nearest. 10 are 3.0 mm."""
    assert round(degrees(atan(CAPITALS[Size.LARGE] * PITCH_MM / DISTANCE_MM)), 1) == 0.7
    assert CAPITALS[Size.MEDIUM] * PITCH_MM >= 3.0


def _too_low(view: View) -> list[str]:
    large = {line.text for line in view.middle if line.size is Size.LARGE}
    return [
        text
        for text, px in text_sizes(view).items()
        if text and capital(px) < CAPITALS[Size.LARGE if text in large else Size.MEDIUM]
    ]


def test_every_text_a_motorist_reads_is_as_high_as_it_must_be(walk: Walk) -> None:
    for view in walk.views():
        if not view.screen.startswith("service"):
            assert not view.near, view
            assert _too_low(view) == [], view


def test_each_screen_on_the_way_says_in_large_letters_what_it_is_about(walk: Walk) -> None:
    seen = {view.screen: view for view in walk.views()}
    assert seen.keys() >= BUYING
    for view in walk.views():
        if view.screen in BUYING:
            assert any(line.size is Size.LARGE for line in view.middle), view


@pytest.mark.parametrize("screen", ["duration", "present card", "pay again"])
def test_the_amount_is_in_large_letters_before_it_is_paid(walk: Walk, screen: str) -> None:
    for view in walk.views():
        amounts = [text for text in text_sizes(view) if "€" in text and len(text) < 9]
        if view.screen == screen and amounts:
            assert max(capital(text_sizes(view)[amount]) for amount in amounts) >= CAPITALS[Size.LARGE], view


def test_what_to_do_stands_on_every_page_of_an_idle_station_that_takes_money(walk: Walk) -> None:
    catalogues = walk.context.catalogues.values()
    said = {catalogue.sentence("Tapez votre plaque") for catalogue in catalogues}
    turns = tuple(catalogue.sentence("aide") for catalogue in catalogues)
    views = [view for view in walk.views() if view.screen == "idle" and view.hints and view.hints[0].label.startswith(turns)]
    assert len(views) > 6
    for view in views:
        assert {line.text for line in view.middle} & said, view
