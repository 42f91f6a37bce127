"""Text of docs/notices.md: the state machine of a notice, drawn from `TRANSITIONS`."""

from __future__ import annotations

from central.rules.notice_states import TRANSITIONS, NoticeDelay, NoticeState
from central.rules.state_diagram import diagram, table

HEAD = """\
# The life of a notice (FPS)

Drawn from `central/rules/notice_states.py` by `make docs`; never edited by hand. [Why it is so](decisions/0027-notices.md).

A payment is taken in every state. Which state it leads to is a question of money: what was paid, against what the notice cost
when it was paid. A delay runs out by itself: the state is worked out each time it is asked for.

With number and plate anybody reads state, dates, amounts and how the appeal stands. Place, receipt, payment key, letters,
reasons and the appeal itself are opened by the code on the letter, eight characters that nobody else is told
([decision 41](decisions/0041-letter-codes.md)).
"""


def notices_page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *diagram(TRANSITIONS), "", *table(NoticeState, TRANSITIONS, tuple(NoticeDelay)), ""])
