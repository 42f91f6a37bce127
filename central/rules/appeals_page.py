"""Text of docs/appeals.md: the state machines of an appeal and of a case before the court."""

from __future__ import annotations

from central.rules.appeal_states import APPEAL_TRANSITIONS, COURT_TRANSITIONS, AppealDelay, AppealState, CourtState
from central.rules.state_diagram import diagram, table

HEAD = """\
# The life of an appeal (RAPO)

Drawn from `central/rules/appeal_states.py` by `make docs`; never edited by hand. [Why it is so](decisions/0029-appeals.md).

Silence is a refusal from the day after the month: the state is worked out each time it is asked for. What was refused by
silence can still be accepted. An appeal suspends nothing: [the notice](notices.md) goes its own way meanwhile.
"""
COURT = """\
## Before the court

A judgment is carried out once nothing is left to be given back: that follows from the money of the notice.
"""


def appeals_page() -> str:
    """The whole page."""
    appeal = (*diagram(APPEAL_TRANSITIONS), "", *table(AppealState, APPEAL_TRANSITIONS, tuple(AppealDelay)), "")
    court = (*diagram(COURT_TRANSITIONS), "", *table(CourtState, COURT_TRANSITIONS, ()), "")
    return "\n".join([HEAD, *appeal, COURT, *court])
