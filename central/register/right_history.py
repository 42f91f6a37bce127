"""History of a payment: every status its right has had, since when that was known, and which entry or resolution gave it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from central.db.tables import rights
from central.register.journals import read_journals
from central.register.resolutions import Resolution, read_resolutions
from central.rules.journals import entry_resolved, place_in


@dataclass(frozen=True)
class RightStep:
    """A status of a right, from an instant on."""

    known_from: datetime
    status: str
    """`no right`, where a resolution ended it."""
    generation: int
    entry: int
    """That gave it this status, or that left open what a resolution ended."""
    plate: str
    """Empty once it was deleted."""
    cents: int
    resolution: Resolution | None
    """That gave it this status; None: the entry did."""


def read_history(connection: Connection, station: str, reference: str) -> tuple[RightStep, ...]:
    """The steps of a payment, in the order in which they became known. Raises LookupError if the register never had it."""
    these = (rights.c.station == station) & (rights.c.reference == reference)
    rows = connection.execute(select(rights).where(these)).all()
    if not rows:
        raise LookupError(f"the register never had a right {reference} of station {station}")
    generations = {each.number: each.generation for each in read_journals(connection, station)}
    resolved = {each.seq: each for each in read_resolutions(connection, station, [reference])}
    there = {row.seq for row in rows}
    steps = []
    for row in rows:
        number, entry = place_in(row.seq)
        resolution = None if row.seq == entry_resolved(row.seq) else resolved.get(entry_resolved(row.seq))
        place = generations.get(number, 1), entry
        steps.append((row.known_from, row.seq, RightStep(row.known_from, row.status, *place, row.plate, row.cents, resolution)))
        ended = resolved.get(row.seq)
        if ended and not any(entry_resolved(seq) == row.seq != seq for seq in there):
            step = RightStep(ended.resolved_at, "no right", *place, row.plate, row.cents, ended)
            steps.append((ended.resolved_at, row.seq, step))
    return tuple(step for *_, step in sorted(steps, key=lambda each: each[:2]))
