"""Numbers in requests: small enough for every JSON reader."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Number = Annotated[int, Field(ge=0, lt=1 << 53)]
"""An id or a sequence number; greater ones would lose digits in JavaScript."""
