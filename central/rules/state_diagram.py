"""A state machine as text: a Mermaid diagram, and a table of what happens in each state and where it leads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import Enum

from central.rules.transitions import Transition


def diagram(arrows: Sequence[Transition[Enum, Enum]]) -> Iterator[str]:
    """One line for a pair of states, with all that leads over; what leaves a state as it is stands in the table only."""
    yield from ("```mermaid", "stateDiagram-v2")
    for before, after in dict.fromkeys((arrow.before, arrow.after) for arrow in arrows if arrow.before is not arrow.after):
        causes = (str(arrow.cause.value) for arrow in arrows if (arrow.before, arrow.after) == (before, after))
        yield f"    {before.name} --> {after.name}: {', '.join(dict.fromkeys(causes))}"
    yield "```"


def table(states: Iterable[Enum], arrows: Sequence[Transition[Enum, Enum]], delays: Collection[Enum]) -> Iterator[str]:
    """What happens in each state; a delay that runs out by itself is written in italics."""
    yield from ("| state | what happens | then |", "|-|-|-|")
    for state in states:
        leaving = [arrow for arrow in arrows if arrow.before is state]
        for cause in dict.fromkeys(arrow.cause for arrow in leaving):
            said = f"*{cause.value}*" if cause in delays else cause.value
            after = dict.fromkeys(str(arrow.after.value) for arrow in leaving if arrow.cause is cause)
            yield f"| {state.value} | {said} | {' or '.join(after)} |"
