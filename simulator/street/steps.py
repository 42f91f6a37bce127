"""Steps of a street: what motorists and troubles do to a desk, in the words of visit files, and as a visit file does it."""

from __future__ import annotations

import shlex

from simulator.desk.desk import Desk
from simulator.visit_files.expectations import screen_name
from simulator.visit_files.verbs import VERBS
from simulator.visit_files.words import ExpectationError


def do_step(desk: Desk, step: str) -> str:
    """Do a step; the step as a visit file must say it: a card that the terminal did not ask for is `ignored`.

    What cannot be done (a code where nothing is sold, a card that this terminal does not know) is an empty step.
    """
    verb, *words = shlex.split(step)
    if verb == "wait":
        desk.advance(float(words[0]))
        return step
    if verb == "card":
        words = words[:1]
    try:
        for _ in VERBS[verb].of(words)(desk):
            pass
    except ExpectationError:
        return f"card {words[0]} ignored" if verb == "card" and words[0] in desk.cards else ""
    return " ".join((verb, *words)) if verb == "card" else step


def screen_of(desk: Desk) -> str:
    """The name of the screen; `off` without power."""
    return screen_name(desk)
