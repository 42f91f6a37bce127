"""Texts that people write for people: plain, and of a length that somebody reads."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

from central.pages.pdf import shown

HTML_REFUSED = "has HTML in it: plain text only"
LINE_REFUSED = "is one line of characters that everybody can see"
OURS = (HTML_REFUSED, LINE_REFUSED)
"""What a rule here says of a text."""
UNSEEN = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")
"""Kinds of characters (Unicode) that end a line, turn the order of letters around, or cannot be seen at all."""
_MARKUP = re.compile(r"<[A-Za-z/!?]")


def _plain(text: str) -> str:
    """`2 < 3` is text, `<b>` is not: a letter or a page of another program may take it for more."""
    if _MARKUP.search(text):
        raise ValueError(HTML_REFUSED)
    return text


def _seen(text: str) -> str:
    """A name is read by clerks and printed on cards: what it shows is all that it is."""
    if any(unicodedata.category(each) in UNSEEN for each in text):
        raise ValueError(LINE_REFUSED)
    return _plain(text)


def _file_name(name: str) -> str:
    """A name without a folder: nothing that is written under it can land elsewhere."""
    if name.strip(". ") == "" or name[0] == "." or any(each in '/\\:<>"|?*' or not each.isprintable() for each in name):
        raise ValueError("is no plain name of a file: no folder, no leading dot, no mark such as / \\ : < >")
    return name


def _line(text: str) -> str:
    """One line that a letter can show: a line end makes another page of it, and nobody can read `?`."""
    if text != text.strip() or not text.isprintable() or shown(text) != text:
        raise ValueError("is not one line of characters that a letter can print")
    return _plain(text)


LineText = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_line)]
"""A place, a make: printed on a letter."""
NameText = Annotated[str, Field(max_length=120), AfterValidator(_seen)]
"""A name, an address, a trade: one line."""
FileName = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_file_name)]
"""What a document is called."""
PlainText = Annotated[str, Field(max_length=500), AfterValidator(_plain)]
"""A reason."""
LongText = Annotated[str, Field(max_length=10_000), AfterValidator(_plain)]
"""A statement of facts and grounds."""
