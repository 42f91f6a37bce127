"""Invariant of what a station knows, I16: it is what its journals add up to, from their first entry. Pure.

A start reads a checkpoint and what was written since; a station that was never switched off has read nothing. Both must come
to what a reading of every entry comes to, whatever somebody did to the card meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta

import msgspec

from firmware.ledger.ledger import Ledger
from firmware.ledger.plates import KEPT
from firmware.protocol.entry import EntryContent
from simulator.invariants.evidence import InvariantFindings, StationEvidence

WRONG_BY = timedelta(hours=2)
"""By which the clock may have been ahead when a checkpoint left out what was over."""


def added_up(before: Ledger, contents: Sequence[EntryContent]) -> Ledger:
    """What entries add up to, after those that came to `before`."""
    for content in contents:
        before = before.after(content.fact, content.at)
    return before


def station_knows_its_journals(evidence: StationEvidence) -> InvariantFindings:
    """I16, while nothing waits to be written: payments, doubts, stays, tickets, counters, wrong PINs and debits to be given
    back are those of the journals, dated as they are there. What was over long ago may be forgotten."""
    if evidence.station is None or evidence.station.ledger is None or evidence.station.unwritten or evidence.ledger is None:
        return
    latest = max((each.generation for each in evidence.written), default=1)
    if evidence.station.ledger.generation != latest:
        yield f"the station numbers as in generation {evidence.station.ledger.generation}, and writes generation {latest}"
    over = evidence.wall - KEPT + WRONG_BY
    known, written = (each.without_ended(over) for each in (evidence.station.ledger, evidence.ledger))
    for each in fields(Ledger):
        here, there = (getattr(ledger, each.name) for ledger in (known, written))
        if here != there:
            here, there = (msgspec.to_builtins(values, order="sorted") for values in (here, there))
            yield f"the station knows of {each.name}: {here}; and its journals say {there}"
