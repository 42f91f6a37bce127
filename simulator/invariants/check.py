"""Every invariant of a desk at rest, in one sentence."""

from __future__ import annotations

from simulator.desk.desk import Desk
from simulator.invariants.agents import what_agents_were_told, wrong_leaves, wrong_refusals
from simulator.invariants.catalogue import REFUSALS, violations
from simulator.invariants.gather import JournalCopy, evidence_of


def broken_at_rest(desk: Desk) -> str:
    """The first invariant that does not hold, and what was found; empty if all do. `desk` has come to rest."""
    journal = JournalCopy(desk)
    found = [
        f"{each.invariant} does not hold: {each.found}"
        for each in violations(evidence_of(desk, journal, city=True), resting=True)
    ]
    told = (*wrong_refusals(desk, journal), *wrong_leaves(desk, journal), *what_agents_were_told(desk, journal))
    refused = (f"{REFUSALS} does not hold: {each}" for each in told)
    return next(iter((*found, *refused)), "")
