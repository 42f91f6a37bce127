"""Station names: the postal code of an arrondissement of Paris and a serial number, such as `75011-0042`."""

from __future__ import annotations

import re
from typing import Annotated

from msgspec import Meta

from firmware.domain.errors import FieldError

STATION_NAME = "^75(0(0[1-9]|1[0-9]|20)|116)-[0-9]{4}$"
"""A name as a regular expression that Python, JSON Schema (ECMAScript) and pydantic (Rust) read alike."""
StationName = Annotated[str, Meta(pattern=STATION_NAME.removesuffix("$") + r"\Z")]
"""A name in a document that msgspec decodes. `$` alone would let a newline follow in Python."""
WHAT_A_NAME_IS = "a postal code of Paris, a hyphen and four digits, such as 75011-0042"
_SECOND_CODE = ("75116", 16)
"""The 16th arrondissement has two postal codes: 75016 and 75116."""


def is_station_name(text: str) -> bool:
    """Whether a station can be called this."""
    return re.fullmatch(STATION_NAME, text) is not None


def check_station_name(text: str) -> str:
    """The name, unchanged. Raises FieldError for a name that no station can have."""
    if not is_station_name(text):
        raise FieldError("station", WHAT_A_NAME_IS)
    return text


def arrondissement_of_station(name: str) -> int:
    """The arrondissement a station stands in, 1 to 20. Raises FieldError for a name that no station can have."""
    code, _, _ = check_station_name(name).partition("-")
    return _SECOND_CODE[1] if code == _SECOND_CODE[0] else int(code[3:])
