"""A case before the court for paid parking, over values: when its door closes, what it judged, and whether that is carried out.

The theory. The city records what the court was given and what it judged, and judges nothing itself: a case that was referred
too late is recorded, and said to be late. A judgment is carried out once nothing is left to be given back: that is a question
put to the money of the notice, and nobody has to remember to tick it off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from central.rules.appeal_law import law_at
from central.rules.appeal_states import AppealState, CourtState, Judgment
from firmware.domain.errors import FieldError
from firmware.tariff.fps import months_later


class CourtAgainst(StrEnum):
    """What is attacked before the court."""

    REFUSAL = "refusal"
    """Of an appeal: said, by silence, or as inadmissible."""
    CORRECTION = "correction"
    """The corrected notice of what was accepted in part: no second appeal is needed."""
    WARNING = "warning"
    """Of the increased charge: no appeal is needed."""


ATTACKED = {
    CourtAgainst.REFUSAL: (AppealState.REFUSED, AppealState.REFUSED_BY_SILENCE, AppealState.INADMISSIBLE),
    CourtAgainst.CORRECTION: (AppealState.PARTLY_ACCEPTED,),
}


@dataclass(frozen=True)
class CourtFacts:
    """What the register knows on the day of a referral."""

    appeal: AppealState | None
    """None: there is no appeal."""
    appeal_until: date | None
    """Until when its outcome can be attacked."""
    warned_on: date | None
    """When the warning counts as notified."""


def court_name(day: date) -> str:
    """What the court is called on a day."""
    return law_at(day).court


def court_in_sentence(day: date) -> str:
    """The same within a French sentence: without a capital, and without its letters."""
    name = court_name(day).partition(" (")[0]
    return name[0].lower() + name[1:]


def referral_until(against: CourtAgainst, facts: CourtFacts) -> date:
    """The last day to go to court. Raises FieldError if there is nothing of the kind to attack."""
    if against is CourtAgainst.WARNING and facts.warned_on:
        return months_later(facts.warned_on, law_at(facts.warned_on).court_months)
    if facts.appeal_until and facts.appeal in ATTACKED.get(against, ()):
        return facts.appeal_until
    raise FieldError("against", f"there is no {against.value} to go to court against")


def check_judgment(judgment: Judgment, cents: int, due_cents: int, referred_on: date, judged_on: date, today: date) -> None:
    """Raises FieldError for a judgment that cannot be: lowered to nothing is annulled."""
    if not referred_on <= judged_on <= today:
        raise FieldError("judged_on", "is before the case was referred, or in the future")
    if not (0 < cents < due_cents if judgment is Judgment.REDUCED else cents == 0):
        raise FieldError("due_cents", f"of a judgment that lowers the amount: more than nothing and less than {due_cents}")


def court_state(judgment: Judgment | None, surplus_cents: int) -> CourtState:
    """Where a case stands; `surplus_cents`: what is still to be given back of its notice."""
    if judgment is None:
        return CourtState.PENDING
    if judgment is Judgment.DISMISSED:
        return CourtState.DISMISSED
    return CourtState.TO_CARRY_OUT if surplus_cents else CourtState.CARRIED_OUT
