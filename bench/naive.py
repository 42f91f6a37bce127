"""The obvious way to price a visitor's stay: walk the clock minute by minute, and feed a meter. Only to be compared with."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from hal.shipped import ROOT

MINUTE = timedelta(minutes=1)
HOURLY = (600, 600, 1200, 1500, 1800, 1800)
"""Zone 1, a car, since August 2021: cents for each successive hour."""


@cache
def _free_days(file: Path) -> frozenset[str]:
    return frozenset(day["date"] for day in json.loads(file.read_text("utf-8"))["calendar"]["holidays"])


def naive_quote(at: datetime, quarters: int) -> tuple[int, datetime]:
    """Cents and end of a stay that begins at the next whole minute; `at` is of Paris."""
    free = _free_days(ROOT / "tariffs.json")
    now = at.replace(second=0, microsecond=0) + (MINUTE if at.second or at.microsecond else timedelta())
    parked = cents = 0
    while parked < quarters * 15:
        if 9 <= now.hour < 20 and now.isoweekday() != 7 and now.date().isoformat() not in free:
            if parked % 15 == 0:
                cents += HOURLY[parked // 60] // 4
            parked += 1
        now += MINUTE
    return cents, now
