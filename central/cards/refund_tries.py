"""Gives back what is owed, one bounded try at a time, outside of other people's requests; and what a person has to look at.

The theory. A bank that does not answer takes its time, so nobody's request waits for it: what is owed is a row, and whoever
runs this loop claims one row, asks once, and writes the answer down. Asked again under the same key, the provider gives
nothing twice. What it does not answer is tried later, the longer the older it is; what it refuses for good is tried no more,
and is shown to an operator, who has it tried again or says how it was given back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, select, update

from central.cards.counter import Counter
from central.cards.refunds import waiting_refunds
from central.cards.store import StoredRow
from central.core import audit
from central.db.card_tables import card_refunds
from central.db.locks import transaction_lock
from central.payments.port import ProviderAwayError, ProviderRefusedError
from firmware.domain.errors import FieldError

LEASE = timedelta(minutes=2)
"""Within which whoever claimed a refund has asked: longer than a provider may take."""
SOONEST, LATEST = timedelta(seconds=10), timedelta(hours=6)
"""Between two tries of a refund: as long as it has been owed, and no less or more than this."""
LONGEST_NOTE = 500


@dataclass(frozen=True)
class OwedRefund:
    """A refund that was not given back yet."""

    id: int
    request: int
    transaction: str
    cents: int
    reason: str
    owed_at: datetime
    due_at: datetime | None
    """When it is tried again; none: at once, or never if it was refused."""
    refused_at: datetime | None
    answer: str
    """The last one."""


def try_next_refund(counter: Counter, by: str, now: datetime) -> bool:
    """Ask the provider once for one refund that is due; False if there is none, or nobody to ask."""
    provider = counter.provider
    if provider is None or (claimed := _claim(counter.city.store, now)) is None:
        return False
    try:
        provider.refund(claimed.transaction, claimed.cents, f"refund-{claimed.id}")
    except ProviderRefusedError as error:
        _write(counter.city.store, claimed, by, now, "card refund refused", refused_at=now, answer=str(error))
    except ProviderAwayError as error:
        wait = max(SOONEST, min(LATEST, now - claimed.owed_at))
        with counter.city.store.begin() as connection:
            this = waiting_refunds() & (card_refunds.c.id == claimed.id)
            connection.execute(update(card_refunds).where(this).values(due_at=now + wait, answer=str(error)))
    else:
        _write(counter.city.store, claimed, by, now, "card payment refunded", done_at=now)
    return True


def list_owed(store: Engine) -> tuple[OwedRefund, ...]:
    """What is owed and was not given back: what was refused for good first, then the oldest."""
    with store.begin() as connection:
        rows = connection.execute(select(card_refunds).where(waiting_refunds()).order_by(card_refunds.c.id))
        found = [_owed(row) for row in rows]
    return tuple(sorted(found, key=lambda each: (each.refused_at is None, each.id)))


def retry_refund(store: Engine, id: int, by: str, now: datetime) -> None:
    """Have a refund tried again that the provider had refused. Raises LookupError if there is none of this number."""
    _decide(store, id, by, now, "card refund tried again", refused_at=None, due_at=now)


def settle_refund(store: Engine, id: int, note: str, by: str, now: datetime) -> None:
    """Say how a refused refund was given back: by a transfer, say. Raises LookupError; FieldError for no word about it."""
    if not 1 <= len(note.strip()) <= LONGEST_NOTE:
        raise FieldError("note", f"must have 1 to {LONGEST_NOTE} characters")
    _decide(store, id, by, now, "card refund settled by hand", done_at=now, answer=note.strip())


def _claim(store: Engine, now: datetime) -> StoredRow | None:
    """The refund that is due first; nobody else gets it until the lease ends."""
    columns = card_refunds.c
    due = waiting_refunds() & columns.refused_at.is_(None) & (columns.due_at.is_(None) | (columns.due_at <= now))
    with store.begin() as connection:
        transaction_lock(connection, "card refunds")
        first = select(card_refunds).where(due).order_by(columns.due_at.is_(None).desc(), columns.due_at, columns.id).limit(1)
        row = connection.execute(first).one_or_none()
        if row is not None:
            connection.execute(update(card_refunds).where(columns.id == row.id).values(due_at=now + LEASE))
        return row


def _write(store: Engine, row: StoredRow, by: str, now: datetime, action: str, **values: object) -> None:
    """Write down what came of a try, unless somebody else has: with one audit line."""
    with store.begin() as connection:
        this = waiting_refunds() & (card_refunds.c.id == row.id)
        if connection.execute(update(card_refunds).where(this).values(due_at=None, **values)).rowcount:
            audit.note(connection, now, by, action, str(row.request), cents=row.cents, refund=row.id)


def _decide(store: Engine, id: int, by: str, now: datetime, action: str, **values: object) -> None:
    """What a person decides about a refund that the provider refused."""
    with store.begin() as connection:
        row = _refused(connection, id)
        connection.execute(update(card_refunds).where(card_refunds.c.id == id).values(values))
        audit.note(connection, now, by, action, str(row.request), cents=row.cents, refund=id)


def _refused(connection: Connection, id: int) -> StoredRow:
    transaction_lock(connection, "card refunds")
    this = waiting_refunds() & card_refunds.c.refused_at.is_not(None) & (card_refunds.c.id == id)
    row = connection.execute(select(card_refunds).where(this)).one_or_none()
    if row is None:
        raise LookupError("there is no such refund that was refused")
    return row


def _owed(row: StoredRow) -> OwedRefund:
    names = ("id", "request", "transaction", "cents", "reason", "owed_at", "due_at", "refused_at")
    return OwedRefund(**{name: getattr(row, name) for name in names}, answer=row.answer or "")
