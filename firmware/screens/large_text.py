"""Large text: one fact of a picture at a time, in capitals of 7.2 mm, page after page.

The theory. A mode is a function from a `View` to `View`s, as speech is one from a `View` to phrases: a screen that is drawn has
its pages without anybody thinking of it, and neither can say what the other does not. In the order of speech: what is chosen,
then each line as it stands; the square code; each key with what it does; of the strip of hours the end of the longest stay;
last the zone and the clock. Of the strip nothing else is left out that the lines do not say.

Pages turn by time, as those of an idle station do: + and − set the volume of the voice that comes with this mode. A page that
somebody's key has changed begins again; a count of seconds does not turn pages back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import normalize

from msgspec import Struct
from msgspec.structs import replace

from firmware.screens.idle import Idle
from firmware.screens.reading_order import in_reading_order
from firmware.screens.screen import Screen
from firmware.screens.spoken import LONGEST_OF_STRIP
from firmware.visit.context import Context
from firmware.visit.events import Event, TimedOut
from hal.ports import Hint, Instant, Key, Line, Size, View

PAGE_SECONDS = 4.0
"""How long a page stands: two dozen letters, for somebody who reads half as fast as most."""
COLUMNS, WORD, CAPITALS = 12, 13.3, 7
"""Characters that surely fit a line of it; those of a word that stands alone there; those of one that is all capitals."""
WIDER, FIGURE, HYPHENS = 0.7, 0.05, ("-", "–")
NO_BREAK, MIDDOT = "\N{NO-BREAK SPACE}", " · "
TOGETHER = re.compile(r"(?<=[\d¼]) (?=\w)|(?<=\bh) (?=\d)|(?<=\b[A-Z\d]{3}) (?=[A-Z\d]{3}\b)| (?=[:;?!]( |$))")
"""Spaces at which no line ends: after a number, in a time, in the code of a receipt, before a sign of the end of a sentence.
"""
LINES = 2
"""Lines of a page."""
COUNT_OF_SECONDS = 1.0
"""The patience of a screen that counts: it ends when its count does, however many pages it has."""


class Reading(Struct, frozen=True):
    """Where somebody is who reads a screen page by page."""

    page: int = 0
    pages: int = 1
    since: Instant = 0.0
    """When this page came up."""

    def turned(self, now: Instant) -> Reading:
        """The next page, after the last the first."""
        return Reading((self.page + 1) % self.pages, self.pages, now)

    def of(self, pages: int) -> Reading:
        """The same page of a picture that now has so many."""
        return replace(self, page=self.page % pages, pages=pages)


def extra_patience(screen: Screen, pages: int) -> float:
    """Seconds that a screen waits longer so that each of its pages is read."""
    return 0.0 if screen.patience <= COUNT_OF_SECONDS else (pages - 1) * PAGE_SECONDS


def stays_on_page(event: Event, before: Screen, after: Screen) -> bool:
    """Whether who reads goes on where he was: the screen is what it was, or time alone has changed it, as a countdown."""
    counted = isinstance(event, TimedOut) and type(before) is type(after) and not isinstance(after, Idle)
    return before == after or counted


def large_pages(view: View, context: Context) -> tuple[View, ...]:
    """A picture as pages of one fact each; itself where it is a pattern, a technician's, or that of a station at rest."""
    if view.pattern or view.near or view.rest is not None or view.screen.startswith("service"):
        return (view,)
    return tuple(_pages(view, context)) or (view,)


def _pages(view: View, context: Context) -> Iterator[View]:
    blank = replace(view, left="", right="", middle=(), hints=(), strip=None, code="")
    yield from (replace(blank, middle=page) for fact in _facts(view.middle, context) for page in _cut(fact))
    if view.code:
        yield replace(blank, middle=(_enlarged(""),), code=view.code)
    for hints in _groups(view.hints):
        caps = tuple(replace(hint, label="") for hint in hints)
        labels = wrapped(hints[-1].label) or ("",)
        yield from (replace(blank, middle=(_enlarged(label),), hints=caps) for label in labels)
    if view.strip and len(view.strip.ticks) > LONGEST_OF_STRIP:
        longest = context.say("Au plus jusqu’à {end}", end=view.strip.ticks[LONGEST_OF_STRIP][1])
        yield from (replace(blank, middle=page) for page in _cut(_lines(longest)))
    yield from (replace(blank, middle=page) for page in _cut(_lines(view.left, view.right)))


def _facts(middle: tuple[Line, ...], context: Context) -> Iterator[tuple[Line, ...]]:
    """The lines of each fact, what is chosen first."""
    for line in in_reading_order(sorted(middle, key=lambda line: not line.chosen), context):
        *first, last = line.text.split(MIDDOT)
        yield from (_lines(each, chosen=line.chosen) for each in first)
        yield _lines(last, line.beside, chosen=line.chosen, cursor=line.cursor)


def _lines(*texts: str, chosen: bool = False, cursor: bool = False) -> tuple[Line, ...]:
    parts = [part for text in texts for part in wrapped(text)]
    if cursor:
        *before, typed = parts or [""]
        return (*map(_enlarged, before), replace(_enlarged(typed), cursor=True))
    return tuple(_enlarged(part, chosen=chosen) for part in parts)


def _cut(lines: tuple[Line, ...]) -> Iterator[tuple[Line, ...]]:
    """As many lines as a page has, page after page; one that begins with a capital under an accent needs the room of two."""
    page: tuple[Line, ...] = ()
    for line in lines:
        if page and (len(page) == LINES or _is_tall(page[0].text)):
            yield page
            page = ()
        page += (line,)
    if page:
        yield page


def _is_tall(text: str) -> bool:
    return any(character.isupper() and len(normalize("NFD", character)) > 1 for character in text)


def _enlarged(text: str, *, chosen: bool = False) -> Line:
    return Line(text, Size.ENLARGED, chosen=chosen)


def _groups(hints: tuple[Hint, ...]) -> Iterator[tuple[Hint, ...]]:
    """Keys without a label share the next one's."""
    shared: list[Hint] = []
    for hint in hints:
        shared.append(hint)
        if hint.label or hint.key is Key.MAX:
            yield tuple(shared)
            shared = []


def wrapped(text: str) -> tuple[str, ...]:
    """A text in lines of words; one that is longer than a line stands alone, or is parted."""
    lines: list[str] = []
    for word in TOGETHER.sub(NO_BREAK, text).split(" "):
        for number, part in enumerate(_parts(word)):
            joint = "" if number and lines[-1].endswith(HYPHENS) else " "
            if lines and columns(joined := lines[-1] + joint + part) <= COLUMNS:
                lines[-1] = joined
            elif part:
                lines.append(part)
    return tuple(lines)


def columns(text: str) -> float:
    """How wide a text is, in small letters; capitals and dots are wider, which tells in a plate, figures a little."""
    return len(text) + sum(
        WIDER if character.isupper() or character == "…" else FIGURE * character.isdecimal() for character in text
    )


def _parts(word: str) -> tuple[str, ...]:
    """A word in parts where it is longer than the glass is wide: after its hyphens, at its fixed spaces, or anywhere."""
    if columns(word) <= WORD:
        return (word,)
    if len(parts := re.findall("[^-–]+[-–]?", word)) > 1 or len(parts := word.split(NO_BREAK)) > 1:
        return tuple(part for each in parts for part in _parts(each))
    parts = [word[at : at + CAPITALS] for at in range(0, len(word), CAPITALS)]
    hyphen = "" if word.upper() == word else "-"  # a plate has none that its car does not bear
    return (*(part + hyphen for part in parts[:-1]), parts[-1])
