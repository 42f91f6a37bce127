"""Text of docs/notices.md: the state machine of a notice, drawn from `TRANSITIONS`."""

from __future__ import annotations

from collections.abc import Iterator

from central.rules.notices import TRANSITIONS, NoticeDelay, NoticeState, NoticeTransition

HEAD = """\
# The life of a notice (FPS)

Drawn from `central/rules/notices.py` by `make docs`; never edited by hand. [Why it is so](decisions/0027-notices.md).

A payment is taken in every state. Which state it leads to is a question of money: what was paid, against what the notice cost
when it was paid. A delay runs out by itself: the state is worked out each time it is asked for.
"""


def notices_page() -> str:
    """The whole page."""
    return "\n".join([HEAD, "```mermaid", "stateDiagram-v2", *_diagram(), "```", "", *_table(), ""])


def _diagram() -> Iterator[str]:
    """One arrow from a state to another, with all that leads there; what leaves a state as it is stands in the table only."""
    for before, after in dict.fromkeys((arrow.before, arrow.after) for arrow in TRANSITIONS if arrow.before is not arrow.after):
        causes = (arrow.cause.value for arrow in TRANSITIONS if (arrow.before, arrow.after) == (before, after))
        yield f"    {before.name} --> {after.name}: {', '.join(dict.fromkeys(causes))}"


def _table() -> Iterator[str]:
    yield "| state | what happens | then |"
    yield "|-|-|-|"
    for state in NoticeState:
        arrows = [arrow for arrow in TRANSITIONS if arrow.before is state]
        for cause in dict.fromkeys(arrow.cause for arrow in arrows):
            yield f"| {state.value} | {_said(cause)} | {' or '.join(_after(arrows, cause))} |"


def _said(cause: object) -> str:
    return f"*{cause}*" if isinstance(cause, NoticeDelay) else str(cause)


def _after(arrows: list[NoticeTransition], cause: object) -> Iterator[str]:
    return (arrow.after.value for arrow in arrows if arrow.cause == cause)
