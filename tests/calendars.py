"""The shipped tariff file with a calendar that begins later or ends sooner, for tests of what may go into use."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

SHIPPED = Path(__file__).parents[1] / "tariffs.json"


def with_calendar(first: date | None = None, last: date | None = None) -> bytes:
    """The file, its holidays those of the days that are left. None: as shipped."""
    document = json.loads(SHIPPED.read_bytes())
    calendar = document["calendar"]
    begins, ends = (str(day) if day else calendar[name] for name, day in (("first_day", first), ("last_day", last)))
    holidays = [each for each in calendar["holidays"] if begins <= each["date"] <= ends]
    document["calendar"] = {**calendar, "first_day": begins, "last_day": ends, "holidays": holidays}
    return json.dumps(document).encode()
