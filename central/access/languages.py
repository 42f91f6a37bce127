"""The language that letters to somebody are written in: what the browser asked for, of those there are."""

from __future__ import annotations

import re

FRENCH = "fr"
LANGUAGES = (FRENCH, "en", "de", "es", "it")
_WANTED = re.compile(r"\s*([a-zA-Z]{2})(?:-[\w-]*)?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?", re.ASCII)
MOST = 50
"""Languages that are looked at, of one header."""


def language_in(header: str) -> str:
    """The language that an Accept-Language header (RFC 9110) wants most, of those there are; French if none."""
    wanted: dict[str, float] = {}
    for part in header.split(",")[:MOST]:
        if (found := _WANTED.fullmatch(part)) and found[1].lower() in LANGUAGES:
            wanted.setdefault(found[1].lower(), float(found[2] or 1))
    best = max(wanted, key=lambda each: wanted[each], default=FRENCH)
    return best if wanted.get(best, 0) > 0 else FRENCH
