"""Reading order: what stands in columns is heard, and read page by page, as a person would say it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmware.screens.info import Info
from firmware.screens.payment import Presenting
from firmware.screens.reading_order import in_reading_order, read_on_page
from firmware.screens.spoken import Speaking
from firmware.screens.ticket import Paid
from firmware.visit.as_said import as_said
from firmware.visit.effects import Speak
from firmware.visit.voice import Voice
from firmware.visit.words import READING_COLUMNS
from hal.ports import Key, KeyPressed, Line
from tests.firmware.screens_shown import HERE, RIGHT, VEHICLE, on

CARD = {
    "fr": ["votre plaque, 6 euros", "jusqu’à 11 heures 1"],
    "en": ["your plate, 6 euros", "until 11 oh 1 AM"],
    "de": ["Ihr Kennzeichen, 6 Euro", "bis 11 Uhr 1"],
    "es": ["su matrícula, 6 euros", "hasta las 11 y 1"],
    "it": ["la sua targa, 6 euro", "fino alle ore 11 e 1"],
}


@pytest.mark.parametrize("language", CARD)
def test_at_the_card_the_amount_is_said_with_whose_it_is_and_the_end_with_until(language: str) -> None:
    """The glass has them in two columns: read across they would be "until six euros"."""
    context = replace(HERE, language=language)
    said = list(Speaking(Presenting(RIGHT), context, Voice(on=True)).of_view(Presenting(RIGHT).view(context)))
    assert said[:2] == CARD[language]


def test_after_payment_the_code_follows_the_end() -> None:
    said = list(Speaking(Paid(RIGHT), HERE, Voice(on=True)).of_view(Paid(RIGHT).view(HERE)))
    at = said.index("11 heures 1")
    assert said[at - 1].endswith("usqu’à")
    assert said[at + 1].startswith("Code ")


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        ([Line("a"), Line("b")], ["a", "b"]),
        ([Line("a", beside="1,00 €"), Line("b")], ["a|1,00 €", "b"]),
        ([Line("a", beside="gratuit"), Line("b")], ["a|gratuit", "b"]),
        ([Line("a", beside="c"), Line("b")], ["a", "b", "c"]),
        ([Line("a", beside="c"), Line("b", beside="d")], ["a", "b", "c|d"]),
        ([Line("a"), Line("b", beside="c")], ["a", "b", "|c"]),
        ([Line("a", beside="c"), Line("1,00 €", beside="d"), Line("b")], ["a|1,00 €", "c d", "b"]),
        ([], []),
    ],
)
def test_nothing_is_lost_and_each_fact_is_a_line(lines: list[Line], read: list[str]) -> None:
    found = [f"{line.text}|{line.beside}".removesuffix("|") for line in in_reading_order(lines, HERE)]
    assert [each for each in found if each] == read


@pytest.mark.parametrize("language", CARD)
def test_the_help_is_said_in_sentences_and_its_scale_row_by_row(language: str) -> None:
    """What is wrapped to the glass is one text; a pause at the end of each line would cut it into pieces."""
    context = replace(HERE, language=language)
    info = Info(VEHICLE)
    said = Speaking(info, context, Voice(on=True)).of_view(info.view(context))
    assert as_said(VEHICLE.explain(context), language).startswith(next(said))
    rows = ("1 h 6,00 €   2 h 12,00 €", "3 h 18,00 €")
    assert list(read_on_page(rows, range(2), READING_COLUMNS)) == list(rows)
    law = ("La redevance de stationnement", "payant est payée soit dès le", "début.")
    assert list(read_on_page(law, range(3), READING_COLUMNS)) == [" ".join(law)]
    parted = ("by a post-", "parking charge", "(FPS)")
    assert list(read_on_page(parted, range(3), 14)) == ["by a post-parking charge (FPS)"]
    assert list(read_on_page((), range(0), READING_COLUMNS)) == []


@pytest.mark.parametrize(
    ("page", "read"),
    [
        (range(2), ["Un deux trois quatre cinq."]),
        (range(2, 4), ["Un deux trois quatre cinq.", "Six sept huit neuf."]),
        (range(4, 5), ["Six sept huit neuf."]),
    ],
)
def test_of_what_goes_over_several_pages_each_sentence_is_read_whole(page: range, read: list[str]) -> None:
    lines = ("Un deux", "trois quatre", "cinq. Six", "sept huit", "neuf.")
    assert list(read_on_page(lines, page, 12)) == read


@pytest.mark.parametrize("language", CARD)
def test_no_page_of_the_help_says_half_a_sentence(language: str) -> None:
    """The statement of the law goes over pages: as INFO turns them each of its sentences is heard from beginning to end."""
    context = replace(HERE, language=language)
    statement = HERE.tariffs.legal.fee.text[language]
    machine, heard = replace(on(Info(VEHICLE), voice=Voice(on=True)), language=language), set[str]()
    while isinstance(machine.screen, Info):
        machine, effects = machine.feed(KeyPressed(Key.INFO), 6.0, context)
        (said,) = (effect.utterance.phrases for effect in effects if isinstance(effect, Speak))
        heard.update(said)
    sentences = [as_said(f"{sentence.removesuffix('.')}.", language) for sentence in statement.split(". ")]
    assert len(sentences) == 2
    parts = {phrase for phrase in heard if len(phrase) > 20 and phrase in as_said(statement, language)}
    assert parts == set(sentences)
