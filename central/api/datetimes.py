"""A date and time in a request."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator

from central.core.fields import WHAT_A_DATE_IS, plausible


def datetime_said(value: object) -> datetime:
    """The date in an ISO text; a bare number is not taken for seconds since 1970. Raises ValueError for any other."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or not plausible(moment):
        raise ValueError(WHAT_A_DATE_IS)
    return moment


RequestDateTime = Annotated[AwareDatetime, BeforeValidator(datetime_said)]
"""With an offset, and of a year that a machine may see."""
