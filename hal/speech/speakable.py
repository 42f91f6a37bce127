"""What an engine is given to say: characters it has, the names of some it has not; the rest left out and counted."""

from __future__ import annotations

import unicodedata

MARKS = " .,:;!?'’-/%&+"
"""What stands between words and changes how they are said."""
NAMED = {"€": "euro", "$": "dollar", "@": "at", "=": "=", "×": "x", "’": "'", "–": "-", "—": "-", "…": "."}
"""Characters that engines read wrong, and what they are given instead."""


def speakable(text: str) -> tuple[str, int]:
    """The text in letters of Latin, digits and marks, and how many characters were left out.

    A letter of another alphabet is left out; one with an accent that the engine may not have keeps its letter.
    """
    said = [_said(character) for character in unicodedata.normalize("NFC", text)]
    return " ".join("".join(part for part in said if part is not None).split()), said.count(None)


def _said(character: str) -> str | None:
    if character in NAMED:
        return NAMED[character]
    if character in MARKS or (character.isascii() and character.isalnum()) or character in "¡¿":
        return character
    if character.isspace():
        return " "
    if "LATIN" in unicodedata.name(character, "") and ord(character) < 0x180:
        return character
    plain = unicodedata.normalize("NFKD", character)
    kept = "".join(part for part in plain if part.isascii() and (part.isalnum() or part in MARKS))
    return kept or None
