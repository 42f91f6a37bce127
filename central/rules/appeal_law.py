"""The law of appeals by date: how long the city and the court's door are open, and what the court is called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class AppealLaw:
    """What holds for appeals received, and cases referred, from a day on."""

    since: date
    decision_months: int
    """Until silence is a refusal, from the reception (CGCT L.2333-87 and R.2333-120-13)."""
    court_months: int
    """To go to court, from the refusal, the correction or the notification of the warning."""
    court: str


LAWS = (
    AppealLaw(date(2018, 1, 1), 1, 1, "Commission du contentieux du stationnement payant (CCSP)"),
    AppealLaw(date(2025, 1, 1), 1, 1, "Tribunal du stationnement payant"),
)


def law_at(day: date) -> AppealLaw:
    """The law in force on a day; before there was any, the first."""
    return next((law for law in reversed(LAWS) if law.since <= day), LAWS[0])
