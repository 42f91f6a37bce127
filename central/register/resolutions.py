"""Resolutions: payments whose end nobody knew, ended by the acquirer's statement, with who said so and why.

A resolution does to a right what the missing entry would have done: `sold` makes it sold, `not debited` makes a provisional
right a promised one, and ends one that was only started. The row it adds to the register is followed like any other, so checks,
completeness and re-opened refusals see a late sale.

An entry that arrives later and says the opposite changes the register as it always would, for a station never takes `sold` back
and a motorist is never left without what he paid for; it also waits for a person, as a dead letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from central.core import audit
from central.db.among import is_among, json_list
from central.db.prepared import FetchedRow, fetch
from central.db.tables import resolutions, rights
from central.rules.differences import ResolutionOutcome
from central.rules.evidence import RightStatus
from central.rules.journals import resolved_position
from firmware.protocol.entry import EntryContent
from firmware.protocol.facts import PaymentRefused, RightSold


@dataclass(frozen=True)
class Resolution:
    """How one payment ended, who said so, when and why."""

    station: str
    reference: str
    seq: int
    """The place of the entry that left it open."""
    outcome: ResolutionOutcome
    day: str
    """The day that was reconciled, `2026-03-04`."""
    file: str
    """The statement's name, without its folder."""
    sha256: str
    """Of the statement."""
    line: int | None
    """Of the statement; None: the whole of it, which has no debit of this payment."""
    resolved_at: datetime
    resolved_by: str


_NAMES = tuple(field.name for field in fields(Resolution))
_ALL = select(*(resolutions.c[name] for name in _NAMES)).order_by(resolutions.c.resolved_at)
_THESE = _ALL.where(resolutions.c.station == bindparam("of"), is_among(resolutions.c.reference, "references"))


def read_resolutions(connection: Connection, station: str, references: Iterable[str]) -> tuple[Resolution, ...]:
    """Those of some payments of a station, the oldest first."""
    return tuple(map(_resolution, fetch(connection, _THESE, {"of": station, "references": json_list(references)})))


def read_all_resolutions(connection: Connection) -> tuple[Resolution, ...]:
    """All that there ever were, the oldest first: a few a day."""
    return tuple(map(_resolution, fetch(connection, _ALL, {})))


def status_after(status: RightStatus, outcome: ResolutionOutcome) -> RightStatus | None:
    """The status of an open right once it is resolved; None is no right. One that is not open stays as it is."""
    match status, outcome:
        case ((RightStatus.STARTED | RightStatus.PROVISIONAL), ResolutionOutcome.SOLD):
            return RightStatus.SOLD
        case RightStatus.STARTED, ResolutionOutcome.NOT_DEBITED:
            return None
        case RightStatus.PROVISIONAL, ResolutionOutcome.NOT_DEBITED:
            return RightStatus.PROMISED
    return status


def resolve(connection: Connection, resolution: Resolution) -> bool:
    """Let a resolution change the register, once; False if the right is no longer as it was when the statement was read.

    The station's row must be locked: its entries would change the same right.
    """
    station, reference, seq, now = resolution.station, resolution.reference, resolution.seq, resolution.resolved_at
    present = (rights.c.station == station) & (rights.c.reference == reference) & (rights.c.seq == seq)
    present &= rights.c.known_until.is_(None)
    row = connection.execute(select(rights).where(present)).mappings().one_or_none()
    before = RightStatus(row["status"]) if row else None
    if row is None or before is None or status_after(before, resolution.outcome) is before:
        return False
    after = status_after(before, resolution.outcome)
    connection.execute(update(rights).where(present).values(known_until=now))
    if after:
        new = {"seq": resolved_position(seq), "status": after.value, "known_from": now, "known_until": None}
        connection.execute(insert(rights).values({**row, **new}))
    connection.execute(insert(resolutions).values({**vars(resolution), "outcome": resolution.outcome.value}))
    _note(connection, resolution, before)
    return True


def _resolution(row: FetchedRow) -> Resolution:
    station, reference, seq, outcome, *how = row
    return Resolution(station, reference, seq, ResolutionOutcome(outcome), *how)


def _note(connection: Connection, resolution: Resolution, before: RightStatus) -> None:
    detail: dict[str, str | int] = {
        "reference": resolution.reference,
        "before": before.value,
        "outcome": resolution.outcome.value,
        "day": resolution.day,
        "file": resolution.file,
        "sha256": resolution.sha256,
    }
    if resolution.line is not None:
        detail["line"] = resolution.line
    audit.note(connection, resolution.resolved_at, resolution.resolved_by, "resolve", resolution.station, **detail)


def contradicted(connection: Connection, station: str, records: Sequence[EntryContent]) -> dict[int, str]:
    """The entries, by number, that say the opposite of a resolution, and what is wrong."""
    said = {
        content.seq: (content.fact.right.reference, ResolutionOutcome.NOT_DEBITED)
        if isinstance(content.fact, RightSold)
        else (content.fact.reference, ResolutionOutcome.SOLD)
        for content in records
        if isinstance(content.fact, RightSold | PaymentRefused)
    }
    if not said:
        return {}
    there = read_resolutions(connection, station, {reference for reference, _ in said.values()})
    days = {(each.reference, each.outcome): each.day for each in there}
    return {
        seq: f"contradicts the reconciliation of {days[opposite]}, which resolved {opposite[0]} as {opposite[1].value}"
        for seq, opposite in said.items()
        if opposite in days
    }
