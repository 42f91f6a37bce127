"""A date and time in the body of a request."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator

from central.register.parking_rights import plausible


def _moment(value: object) -> datetime:
    """The date in an ISO text; a bare number is not taken for seconds since 1970."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    if moment is None or not plausible(moment):
        raise ValueError("a date and time with an offset, such as 2026-03-04T10:00:00+01:00")
    return moment


RequestDateTime = Annotated[AwareDatetime, BeforeValidator(_moment)]
"""With an offset, and of a year that a machine may see."""
