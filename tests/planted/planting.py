"""Planting a defect in a source text: finds its fragment in exactly one place, however a formatter has wrapped the lines.

A fragment that stands there to the letter, once, is replaced as it is. In Python, one that does not is looked for word by word:
spaces, line ends and the comma before a closing bracket do not count, and the new lines are indented as the old ones are now.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tests.planted.defect import Defect

CLOSING = ")]}"


class PlantingError(Exception):
    """The fragment does not stand in exactly one place. The fault is the catalogue's: the source has moved on."""

    def __init__(self, defect: Defect, places: int) -> None:
        super().__init__(f"{defect.file}: {places} places for the defect {defect.what!r}")
        self.places = places


@dataclass(frozen=True)
class Word:
    """A name, a number or one sign, and where it stands."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def planted(source: str, defect: Defect) -> str:
    """The source with this defect in it. Raises PlantingError unless there is exactly one place for it."""
    places = source.count(defect.old)
    if places == 1:
        return source.replace(defect.old, defect.new)
    if places == 0 and defect.file.endswith(".py"):
        return _planted_by_words(source, defect)
    raise PlantingError(defect, places)


def words(text: str) -> tuple[Word, ...]:
    """The words of a text in order, without the comma that a formatter sets before a closing bracket."""
    found = [Word(match.group(), match.start()) for match in re.finditer(r"\w+|[^\w\s]", text)]
    following = [*found[1:], None]
    return tuple(word for word, after in zip(found, following, strict=True) if not (word.text == "," and _closes(after)))


def _closes(word: Word | None) -> bool:
    return word is not None and word.text in CLOSING


def _planted_by_words(source: str, defect: Defect) -> str:
    there, wanted = words(source), words(defect.old)
    texts, pattern = [word.text for word in there], [word.text for word in wanted]
    starts = [at for at in range(len(texts) - len(pattern) + 1) if pattern and texts[at : at + len(pattern)] == pattern]
    if len(starts) != 1:
        raise PlantingError(defect, len(starts))
    match = there[starts[0] : starts[0] + len(wanted)]
    start, end = _start(source, match[0].start, defect.old), _end(source, match[-1].end, defect.old)
    return source[:start] + _shifted(defect.new, _shift(source, match, defect.old, wanted)) + source[end:]


def _start(source: str, at: int, old: str) -> int:
    """Where the fragment starts in the source: as many line ends before its first word as the fragment has."""
    before = re.search(r"\s*\Z", source[:at])
    assert before
    lead = old[: len(old) - len(old.lstrip())]
    if not lead:
        return at
    lines = before.group().split("\n")
    return at - len("\n".join(lines[-1 - lead.count("\n") :]))


def _end(source: str, at: int, old: str) -> int:
    """Where the fragment ends in the source: as many line ends after its last word as the fragment has."""
    trail = old[len(old.rstrip()) :]
    if not trail:
        return at
    after = re.compile(rf"[^\S\n]*(?:\n[^\S\n]*){{0,{trail.count(chr(10))}}}").match(source, at)
    assert after
    return after.end() if not trail.endswith("\n") else at + len(after.group().rstrip(" "))


def _shift(source: str, match: Sequence[Word], old: str, wanted: Sequence[Word]) -> int:
    """By how many columns the fragment has moved: told by the first word that begins a line both here and there."""
    for here, there in zip(match, wanted, strict=True):
        now, then = _indent(source, here.start), _indent(old, there.start)
        if now is not None and then is not None:
            return now - then
    return 0


def _indent(text: str, at: int) -> int | None:
    """The column of a word that begins its line; None if it begins none, or if its line begins before the text."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    known = "\n" in text[:at] or line
    return len(line) if known and not line.strip() else None


def _shifted(new: str, columns: int) -> str:
    """Its lines so many columns to the right, or to the left; the first only if it begins with its own indentation."""
    if columns > 0:
        return re.sub(r"(?m)^( +)(?=\S)", lambda match: match.group() + " " * columns, new)
    return re.sub(rf"(?m)^ {{{-columns}}}( *)(?=\S)", r"\1", new) if columns else new
