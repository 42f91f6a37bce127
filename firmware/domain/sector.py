"""Residential sectors: an arrondissement and a letter, such as `11D`."""

from __future__ import annotations

import re
from typing import Annotated

from msgspec import Meta

from firmware.domain.errors import FieldError

SECTOR = "^([1-9]|1[0-9]|20)[A-Z]$"
"""A sector as a regular expression that Python, JSON Schema (ECMAScript) and pydantic (Rust) read alike."""
Sector = Annotated[str, Meta(pattern=SECTOR.removesuffix("$") + r"\Z")]
"""A sector in JSON that msgspec decodes. `$` alone would let a newline follow in Python."""


def check_sector(text: str) -> str:
    """The sector, unchanged. Raises FieldError for text that is none."""
    if not re.fullmatch(SECTOR, text):
        raise FieldError("sector", "an arrondissement and a letter, such as 11D")
    return text


def arrondissement_of(sector: str) -> int:
    """The arrondissement a sector lies in, 1 to 20. Raises FieldError for text that is no sector."""
    return int(check_sector(sector)[:-1])
