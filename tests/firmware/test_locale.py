"""Translations: every sentence of the code is in every catalogue, with the same fields, and compiled."""

from __future__ import annotations

import ast
import gettext
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from firmware.locale import DOMAIN, TRANSLATED, CatalogueError, catalogues, sentences_of
from tests.builders import ROOT, context

FIRMWARE = ROOT / "firmware"
LOCALE = FIRMWARE / "locale"
SAY = {"say": 1, "say_count": 2}
"""The functions that say something, and how many of their first arguments are sentences."""


def sayings() -> Iterator[tuple[Path, ast.Call]]:
    """Every `….say(…)` and `….say_count(…)` in the firmware."""
    for path in sorted(FIRMWARE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SAY:
                yield path, node


def sentences() -> set[str]:
    return {str(call.args[0].value) for _, call in sayings() if isinstance(call.args[0], ast.Constant)}


def texts(words: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """The forms of a sentence: one, or as many as the language has for a number of things; an empty one for none."""
    return (words or "",) if isinstance(words, str) or words is None else tuple(words)


def messages(language: str) -> dict[str, Message]:
    """The catalogue, by French sentence, without its heading."""
    with (LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return {texts(message.id)[0]: message for message in read_po(file) if message.id}


def names(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


def test_the_code_says_something() -> None:
    assert "Tapez votre plaque" in sentences()
    assert len(sentences()) > 250


def test_every_sentence_is_a_literal_that_can_be_found_and_names_what_it_fills_in() -> None:
    for path, call in sayings():
        where = f"{path.name}:{call.lineno}"
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        filled = {keyword.arg for keyword in call.keywords} | ({"count"} if name == "say_count" else set())
        for sentence in call.args[: SAY[name]]:
            assert isinstance(sentence, ast.Constant), where
            assert isinstance(sentence.value, str), where
            assert names(sentence.value) == filled, where


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_of_the_code_is_translated_and_nothing_else_is_kept(language: str) -> None:
    known = messages(language)
    assert set(known) == sentences()
    assert [text for text, message in known.items() if not all(texts(message.string)) or message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_fills_in_the_same_names(language: str) -> None:
    for text, message in messages(language).items():
        assert all(names(form) == names(text) for form in texts(message.string)), text


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    compiled = gettext.translation(DOMAIN, LOCALE, [language])
    for text, message in messages(language).items():
        forms = texts(message.string)
        if len(forms) == 1:
            assert compiled.gettext(text) == forms[0]
        else:
            assert (compiled.ngettext(text, "", 1), compiled.ngettext(text, "", 2)) == forms
    assert sentences_of((LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.mo").read_bytes()) == set(messages(language))


def test_french_comes_first_and_needs_no_catalogue() -> None:
    assert list(catalogues()) == ["fr", "en", "de", "es", "it"]
    said = [catalogue.sentence("Tapez votre plaque") for catalogue in catalogues().values()]
    assert said == ["Tapez votre plaque", "Type your plate", "Kennzeichen tippen", "Teclee su matrícula", "Digitare la targa"]


@pytest.mark.parametrize(
    ("language", "days"),
    [
        ("fr", ["0 jour", "1 jour", "2 jours"]),
        ("en", ["0 days", "1 day", "2 days"]),
        ("de", ["0 Tage", "1 Tag", "2 Tage"]),
        ("es", ["0 días", "1 día", "2 días"]),
        ("it", ["0 giorni", "1 giorno", "2 giorni"]),
    ],
)
def test_a_number_of_things_is_said_in_the_form_the_language_has_for_it(language: str, days: list[str]) -> None:
    here = replace(context(), language=language)
    assert [here.say_count("{count} jour", "{count} jours", count) for count in range(3)] == days


def copied(folder: Path) -> Path:
    """The catalogues, as they are shipped, in a folder of the test's own."""
    for language in TRANSLATED:
        shutil.copytree(LOCALE / language, folder / language)
    return folder


def test_the_catalogues_are_found_in_another_folder(tmp_path: Path) -> None:
    assert list(catalogues(copied(tmp_path))) == list(catalogues())


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_without_one_sentence_is_refused_and_the_sentence_named(tmp_path: Path, language: str) -> None:
    """One that a motorist pays by, and one that has a form for many."""
    for sentence in ("Présentez votre carte", "{count} jour"):
        path = copied(tmp_path / sentence[:3]) / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
        with path.with_suffix(".po").open("rb") as file:
            catalog = read_po(file, locale=language)
        catalog.delete(sentence)
        with path.open("wb") as compiled:
            write_mo(compiled, catalog)
        with pytest.raises(CatalogueError, match=re.escape(f"{path}: {sentence!r}: not translated (1 missing)")):
            catalogues(tmp_path / sentence[:3])
