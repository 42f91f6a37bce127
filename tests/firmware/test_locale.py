"""Translations: every sentence of the code is in every catalogue, with the same fields, and compiled."""

from __future__ import annotations

import ast
import gettext
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from firmware.locale import DOMAIN, TRANSLATED, catalogues
from tests.builders import ROOT

FIRMWARE = ROOT / "firmware"
LOCALE = FIRMWARE / "locale"


def sayings() -> Iterator[tuple[Path, ast.Call]]:
    """Every `….say(…)` in the firmware."""
    for path in sorted(FIRMWARE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "say":
                yield path, node


def sentences() -> set[str]:
    return {str(call.args[0].value) for _, call in sayings() if isinstance(call.args[0], ast.Constant)}


def messages(language: str) -> dict[str, Message]:
    """The catalogue, by French sentence, without its heading."""
    with (LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return {str(message.id): message for message in read_po(file) if message.id}


def names(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


def test_the_code_says_something() -> None:
    assert "Tapez votre plaque" in sentences()
    assert len(sentences()) > 250


def test_every_sentence_is_a_literal_that_can_be_found_and_names_what_it_fills_in() -> None:
    for path, call in sayings():
        where = f"{path.name}:{call.lineno}"
        sentence = call.args[0]
        assert isinstance(sentence, ast.Constant), where
        assert isinstance(sentence.value, str), where
        assert names(sentence.value) == {keyword.arg for keyword in call.keywords}, where


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_of_the_code_is_translated_and_nothing_else_is_kept(language: str) -> None:
    known = messages(language)
    assert set(known) == sentences()
    assert [text for text, message in known.items() if not message.string or message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_fills_in_the_same_names(language: str) -> None:
    for text, message in messages(language).items():
        assert names(str(message.string)) == names(text), text


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    compiled = gettext.translation(DOMAIN, LOCALE, [language])
    for text, message in messages(language).items():
        assert compiled.gettext(text) == message.string
    assert isinstance(compiled, gettext.GNUTranslations)
    held = set(compiled._catalog) - {""}  # type: ignore[attr-defined]  # gettext has no public list of its sentences
    assert held == set(messages(language))


def test_french_comes_first_and_needs_no_catalogue() -> None:
    assert list(catalogues()) == ["fr", "en"]
    assert catalogues()["fr"]("Tapez votre plaque") == "Tapez votre plaque"
    assert catalogues()["en"]("Tapez votre plaque") == "Type your plate"
