"""Numbers in requests: small enough for every JSON reader."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Number = Annotated[int, Field(ge=0, lt=1 << 53)]
"""An id; greater ones would lose digits in JavaScript."""
Seq = Annotated[int, Field(ge=0, lt=1 << 40)]
"""The sequence number of an entry."""
JournalNumber = Annotated[int, Field(ge=0, lt=1 << 22)]
"""Which of a station's journals."""
