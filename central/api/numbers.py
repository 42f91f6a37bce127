"""Numbers in requests: small enough for every JSON reader."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from central.core.fields import TariffZone
from firmware.protocol.genesis import LAST_GENERATION

Number = Annotated[int, Field(ge=0, lt=1 << 53)]
"""An id; greater ones would lose digits in JavaScript."""
Seq = Annotated[int, Field(ge=0, lt=1 << 40)]
"""The sequence number of an entry."""
JournalNumber = Annotated[int, Field(ge=0, lt=1 << 22)]
"""Which of a station's journals."""
GenerationSaid = Annotated[int, Field(ge=1, le=LAST_GENERATION)]
"""The generation of a station's journal."""


def _number(value: object) -> object:
    """In Python `True == 1`, and so a literal takes it."""
    if isinstance(value, bool | float):
        raise ValueError("is not a whole number")
    return value


ZoneSaid = Annotated[TariffZone, BeforeValidator(_number)]
"""A tariff zone."""
