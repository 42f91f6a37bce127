"""Numbers in requests: small enough for every JSON reader."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import BeforeValidator, Field

from central.appeals.report_figures import FIRST_YEAR
from central.core.fields import TariffZone
from firmware.protocol.genesis import LAST_GENERATION

Number = Annotated[int, Field(ge=0, lt=1 << 53)]
"""An id; greater ones would lose digits in JavaScript."""
NumberSaid = Annotated[int, Field(strict=True, ge=0, lt=1 << 53)]
"""The same in a body, where `true` and "1" are no number."""
Seq = Annotated[int, Field(ge=0, lt=1 << 40)]
"""The sequence number of an entry."""
JournalNumber = Annotated[int, Field(ge=0, lt=1 << 22)]
"""Which of a station's journals."""
GenerationSaid = Annotated[int, Field(ge=1, le=LAST_GENERATION)]
"""The generation of a station's journal."""


ReportYear = Annotated[int, Query(alias="year", ge=FIRST_YEAR, lt=2200)]
"""The year of a report on appeals."""


def _number(value: object) -> object:
    """In Python `True == 1`, and so a literal takes it."""
    if isinstance(value, bool | float):
        raise ValueError("is not a whole number")
    return value


ZoneSaid = Annotated[TariffZone, BeforeValidator(_number)]
"""A tariff zone."""
