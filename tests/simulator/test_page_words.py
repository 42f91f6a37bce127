"""The page's one catalogue of sentences has every one: of the page, of the desk, of the station's alarms, of the journal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from firmware.protocol.facts import CONTRADICTED, MISMATCHED, POWER_CUT, UNANSWERED
from firmware.service.alarms import ALARMS, Loss
from hal.ports import PrinterState, Reason
from hal.shipped import BOARDS, ROOT
from simulator.demonstration import demonstration_rights
from simulator.desk.cabinet import Cabinet
from simulator.desk.terminals import CARD_FAULTS, CARDS

STATIC = ROOT / "simulator" / "web" / "static"
CATALOGUE = json.loads((STATIC / "catalogue.json").read_text("utf-8"))
TRANSLATED = ("en", "de", "es", "it")
FRENCH = CATALOGUE["fr"]
PLACE = re.compile(r"\{\d\}")


class Texts(HTMLParser):
    """The texts of the page's source."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._foreign = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self._foreign = "lang" in named or tag in ("title", "script", "kbd")
        self.found += [text for name in ("aria-label", "title") if (text := named.get(name))]

    def handle_endtag(self, tag: str) -> None:
        self._foreign = False

    def handle_data(self, data: str) -> None:
        if not self._foreign and re.search("[A-Za-zÀ-ÿ]{2}", data):
            self.found.append(data.strip())


def of_the_page() -> Iterator[str]:
    texts = Texts()
    texts.feed((STATIC / "index.html").read_text("utf-8").partition("<body>")[2])
    yield from texts.found
    for file in STATIC.glob("*.js"):
        yield from in_script(file.read_text("utf-8"))


def in_script(script: str) -> Iterator[str]:
    """Sentences of a script: what `say` and `plural` are given, and whatever else looks French."""
    code = re.sub(r"^\s*//.*|/\*.*?\*/", "", script, flags=re.MULTILINE | re.DOTALL)
    for call in re.findall(r"\b(?:say|plural)\(([^`]*?)\)[;,)\s}\]]", code):
        yield from re.findall(r'"([^"]*)"', call)
    for text in re.findall(r'"([^"\n]*)"', code):
        if re.search("[àâçéèêîôùœÀÉ’]", text) and text not in LANGUAGES:
            yield text


LANGUAGES = ("Français", "English", "Deutsch", "Español", "Italiano")


def of_the_desk() -> Iterator[str]:
    yield from CARDS.values()
    for faults in (*Cabinet.faults.values(), CARD_FAULTS):
        yield from faults.values()
    yield from (says for _, says in demonstration_rights(BOARDS / "demo-rights.toml").plates)
    yield from (loss.value for loss in Loss)
    for alarm in ALARMS:
        yield from (alarm.says, alarm.remedy)


def has(table: dict[str, str], text: str) -> bool:
    """The text itself, or a key it fits whose places hold names, figures or sentences that are said too."""
    return text in table or any(all(" " not in part or has(table, part) for part in parts) for parts in fits(table, text))


def fits(table: dict[str, str], text: str) -> Iterator[tuple[str, ...]]:
    for key in table:
        if "{0}" in key and (found := re.fullmatch("(.+?)".join(map(re.escape, PLACE.split(key))), text)):
            yield found.groups()


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("sentences", [of_the_page, of_the_desk])
def test_every_sentence_is_said_in_every_language(sentences: object, language: str) -> None:
    assert callable(sentences)
    missing = {text for text in sentences() if text and not has(CATALOGUE[language], text)}
    assert missing == set()


@pytest.mark.parametrize("language", TRANSLATED[1:])
def test_the_words_of_the_journal_are_said_in_every_language_and_nothing_else_is_kept(language: str) -> None:
    assert set(CATALOGUE[language]) == set(CATALOGUE["en"]) | set(FRENCH.values())


def test_every_word_of_the_journal_is_said_in_french() -> None:
    doubts = {UNANSWERED, POWER_CUT, CONTRADICTED, MISMATCHED}
    words = {reason.value for reason in Reason} | {state.value for state in PrinterState} | doubts
    assert words - FRENCH.keys() == set()


@pytest.mark.parametrize("language", [*TRANSLATED, "fr"])
def test_a_translation_fills_the_same_places(language: str) -> None:
    wrong = [key for key, value in CATALOGUE[language].items() if sorted(PLACE.findall(key)) != sorted(PLACE.findall(value))]
    assert wrong == []
