"""Laws of large text: every screen has its pages, in every language, nothing is cut, and nothing is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from firmware.screens.large_text import large_pages
from hal.drawing import capital, overflows, text_sizes
from hal.ports import Size, View
from hal.ports.display import CAPITALS, PITCH_MM
from tests.laws.test_reading_laws import BUYING
from tests.laws.test_visit_display_laws import WIDE, stretched
from tests.laws.walk import HERE, Walk

SIGNS = re.compile(r"[\s·-]+")
"""What a page does not keep of a line, or adds to it: spaces, the points between facts, the hyphen of a word that is parted."""


Paged = tuple[tuple[View, tuple[View, ...]], ...]


@pytest.fixture(scope="session")
def paged(walk: Walk) -> Paged:
    return tuple(pictures(walk))


def pictures(walk: Walk) -> Iterator[tuple[View, tuple[View, ...]]]:
    """Every different picture a motorist sees, in every language, with its pages; and those with the longest of everything."""
    seen: set[View] = set()
    for machine in walk.pictured:
        for here in (walk.context, WIDE):
            screen = machine.screen if here is walk.context else stretched(machine.screen)
            for language in HERE.catalogues:
                context = replace(here, language=language, health=machine.health)
                view = screen.view(context)
                if view not in seen and view.rest is None and not view.screen.startswith("service"):
                    seen.add(view)
                    yield view, large_pages(view, context)


def test_no_page_is_cut_and_none_is_smaller_than_it_must_be(paged: Paged) -> None:
    assert CAPITALS[Size.ENLARGED] * PITCH_MM > 7.1
    screens, pages = set(), set[View]()
    for view, drawn in paged:
        screens.add(view.screen)
        pages.update(drawn)
    assert screens >= BUYING
    for page in pages:
        assert overflows(page) == (), page
        assert all(capital(px) >= CAPITALS[Size.ENLARGED] for text, px in text_sizes(page).items() if text), page


def test_nothing_of_a_picture_is_on_none_of_its_pages(paged: Paged) -> None:
    """Every word of its lines and of its keys, every amount, the square code, the zone and the clock."""
    for view, pages in paged:
        shown = _joined(f"{line.text}" for page in pages for line in page.middle)
        wanted = [text for line in view.middle for text in (*line.text.split(" · "), line.beside)]
        wanted += [hint.label for hint in view.hints] + [view.left, view.right]
        assert [text for text in wanted if _joined([text]) not in shown] == [], (view, pages)
        assert {page.code for page in pages} - {""} == {view.code} - {""}
        assert {hint.key for page in pages for hint in page.hints} == {hint.key for hint in view.hints}


def test_whose_and_how_much_stand_on_the_first_page_while_a_card_is_asked_for(paged: Paged) -> None:
    asking = {"present card", "authorising", "pay again"}
    assert asking <= {view.screen for view, _ in paged}
    for view, pages in paged:
        if view.screen in asking and len(view.middle[0].text) < 10:
            assert view.middle[0].text in _texts(pages[0]), (view, pages)
            assert any("€" in text for text in _texts(pages[0])), (view, pages)


def _texts(page: View) -> list[str]:
    return [line.text.replace("\N{NO-BREAK SPACE}", " ") for line in page.middle]


def _joined(texts: Iterator[str] | list[str]) -> str:
    return SIGNS.sub("", "".join(texts))
