"""Texts that people write for people: plain, and of a length that somebody reads."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

_MARKUP = re.compile(r"<[A-Za-z/!?]")


def _plain(text: str) -> str:
    """`2 < 3` is text, `<b>` is not: a letter or a page of another program may take it for more."""
    if _MARKUP.search(text):
        raise ValueError("has HTML in it: plain text only")
    return text


PlainText = Annotated[str, Field(max_length=500), AfterValidator(_plain)]
"""A reason."""
LongText = Annotated[str, Field(max_length=10_000), AfterValidator(_plain)]
"""A statement of facts and grounds."""
