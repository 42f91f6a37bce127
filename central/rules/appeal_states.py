"""States of an appeal (RAPO) and of a case before the court, and what leads from one to another.

docs/appeals.md is drawn from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, StrEnum

from central.rules.transitions import Transition, events_taken


class AppealState(Enum):
    """Where an appeal stands."""

    RECEIVED = "received"
    ASKED = "documents asked for"
    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "accepted in part"
    REFUSED = "refused"
    INADMISSIBLE = "inadmissible"
    REFUSED_BY_SILENCE = "refused by silence"


class AppealEventKind(StrEnum):
    """What happens to an appeal."""

    ASKED = "documents asked for"
    SUPPLIED = "documents supplied"
    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "accepted in part"
    REFUSED = "refused"
    INADMISSIBLE = "inadmissible"


class AppealDelay(StrEnum):
    """A delay that has run out."""

    DECISION = "a month after reception"


DECISIONS = {
    AppealEventKind.ACCEPTED: AppealState.ACCEPTED,
    AppealEventKind.PARTLY_ACCEPTED: AppealState.PARTLY_ACCEPTED,
    AppealEventKind.REFUSED: AppealState.REFUSED,
    AppealEventKind.INADMISSIBLE: AppealState.INADMISSIBLE,
}
"""What decides an appeal, and how it then stands."""
OPEN = (AppealState.RECEIVED, AppealState.ASKED)
EXAMINED = (AppealState.ACCEPTED, AppealState.PARTLY_ACCEPTED, AppealState.REFUSED)
"""Decided on its merits: somebody found that whoever filed it is concerned."""


AppealTransition = Transition[AppealState, AppealEventKind | AppealDelay]


def _appeal_arrows() -> Iterator[AppealTransition]:
    state, event = AppealState, AppealEventKind
    for before in OPEN:
        yield AppealTransition(before, event.ASKED, state.ASKED)
        yield AppealTransition(before, event.SUPPLIED, state.RECEIVED)
        yield from (AppealTransition(before, cause, after) for cause, after in DECISIONS.items())
        yield AppealTransition(before, AppealDelay.DECISION, state.REFUSED_BY_SILENCE)
    yield AppealTransition(state.ASKED, event.SUPPLIED, state.ASKED)
    for cause in (event.ACCEPTED, event.PARTLY_ACCEPTED):  # late, and still right
        yield AppealTransition(state.REFUSED_BY_SILENCE, cause, DECISIONS[cause])


APPEAL_TRANSITIONS = tuple(_appeal_arrows())
"""Every way from one state of an appeal to another, and every event that is taken in each."""


def permitted_in(state: AppealState) -> frozenset[AppealEventKind]:
    """The events that are taken in a state."""
    return events_taken(APPEAL_TRANSITIONS, state, AppealEventKind)


class CourtState(Enum):
    """Where a case stands."""

    PENDING = "before the court"
    DISMISSED = "dismissed"
    TO_CARRY_OUT = "to be carried out"
    """The judgment gives money back that was not given back yet."""
    CARRIED_OUT = "carried out"


class Judgment(StrEnum):
    """What the court decided."""

    DISMISSED = "dismissed"
    ANNULLED = "annulled"
    REDUCED = "reduced"


class CourtChange(StrEnum):
    """What happens to the money of a notice after the judgment."""

    REFUNDED = "all that is owed was given back"
    PAID = "a payment came"


CourtTransition = Transition[CourtState, Judgment | CourtChange]
COURT_TRANSITIONS = (
    CourtTransition(CourtState.PENDING, Judgment.DISMISSED, CourtState.DISMISSED),
    *(
        CourtTransition(CourtState.PENDING, judged, after)
        for judged in (Judgment.ANNULLED, Judgment.REDUCED)
        for after in (CourtState.TO_CARRY_OUT, CourtState.CARRIED_OUT)
    ),
    CourtTransition(CourtState.TO_CARRY_OUT, CourtChange.REFUNDED, CourtState.CARRIED_OUT),
    CourtTransition(CourtState.CARRIED_OUT, CourtChange.PAID, CourtState.TO_CARRY_OUT),
)
"""Every way from one state of a case to another."""
