"""Prepositions between a day and an hour, which are said and not written: `vie. 9:00` is *el viernes a las 9*."""

from __future__ import annotations

import re

from msgspec import Struct

from firmware.domain.formats import FRENCH


class Prepositions(Struct, frozen=True):
    """What one language says around a day and its hour, each with the space after it; French writes its `à`."""

    at: str
    """Before an hour that follows a day."""
    since: str
    """Before the first of two hours that follow a day."""
    tomorrow: str = ""
    before_weekday: str = ""
    before_date: str = ""


PREPOSITIONS = {
    FRENCH: Prepositions("", "de "),
    "en": Prepositions("at ", "from ", "tomorrow"),
    "de": Prepositions("um ", "von ", "morgen"),
    "es": Prepositions("a ", "de ", "mañana", "el ", "el "),
    "it": Prepositions("a ", "da ", "domani", before_date="il "),
}
"""By language."""


def with_prepositions(text: str, language: str, weekday: str, month: str, time: str) -> str:
    """A text as it is written, with what is said between its days and hours. The last three are patterns of what is written."""
    said = PREPOSITIONS[language]
    date = rf"(?P<date>(?:{weekday} )?\d+(?:er|\.)? {month})"
    day = rf"(?<!\w)(?P<day>{date}|(?P<weekday>{weekday}){f'|{said.tomorrow}' if said.tomorrow else ''})"
    since = re.sub(rf"{day} (?={time}–)", rf"\g<day> {said.since}", text)
    return re.sub(rf"{day} (?={time})", lambda found: f"{_article(found, said)}{found['day']} {said.at}", since)


def _article(found: re.Match[str], said: Prepositions) -> str:
    if found["date"]:
        return said.before_date
    return said.before_weekday if found["weekday"] else ""
