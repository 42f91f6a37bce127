"""Invariant of what the city claims to have, I12: it is true when it is said, and is not unsaid. Pure."""

from __future__ import annotations

from bisect import bisect_left
from datetime import timedelta
from itertools import accumulate, pairwise

from simulator.invariants.evidence import InvariantFindings, StationEvidence

ROUNDING = timedelta(seconds=1)
"""The clocks of a street's stations, of which the one that speaks is the city's too, are a step apart at most."""


def complete_is_complete(evidence: StationEvidence) -> InvariantFindings:
    """I12, at rest: what the city called complete until an instant got no entry later that was written before it.

    Of a station whose clock was wrong nothing is said: it dates its entries, and its word of how far they go, by it.
    """
    if evidence.city is None or evidence.clock_was_wrong:
        return
    claims = [(claim.at, claim.complete_until) for claim in evidence.city.claims if claim.complete_until]
    moments = [at for at, _ in claims]
    farthest = list(accumulate((until for _, until in claims), max))
    for each in evidence.city.entries:
        received = evidence.city.received.get(each.entry.hash)
        before = bisect_left(moments, received) if received else 0
        if before and each.content.at < farthest[before - 1]:
            yield (
                f"entry {each.entry.seq} of generation {each.generation}, written {each.content.at.isoformat()}, came after "
                f"the city had called its data complete until {farthest[before - 1].isoformat()}"
            )


def nothing_to_come_is_complete(evidence: StationEvidence) -> InvariantFindings:
    """I12, at rest: nothing was called complete beyond the moment at which it was said, whatever clock a station has."""
    for claim in evidence.city.claims if evidence.city else ():
        if claim.complete_until and claim.complete_until > claim.at + ROUNDING:
            yield f"at {claim.at.isoformat()} the city called its data complete until {claim.complete_until.isoformat()}"


def taken_is_kept(evidence: StationEvidence) -> InvariantFindings:
    """I12, at rest: the entry that the city wants next of a journal is never one that it had."""
    for before, after in pairwise(evidence.city.claims if evidence.city else ()):
        for number, wanted in before.wanted.items():
            if after.wanted.get(number, 0) < wanted:
                yield f"of journal {number} the city wanted entry {wanted}, then {after.wanted.get(number)}"
