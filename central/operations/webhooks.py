"""Webhooks: made, ended, listed; what waits in the outbox is sent, tried again with longer and longer waits, and given up.

The theory. A delivery is claimed before it is sent, by moving the instant of its next attempt ahead: a worker that dies while
sending leaves one that is tried again, and two workers do not send the same one together. A receiver may still be told twice,
and knows it by the id of the message. While a message is on its way no transaction is open.

A receiver that does not answer holds up whoever waits behind it. So each message is claimed by itself, and while one is on its
way to a receiver, or waits for its next attempt since nobody answered the last, that receiver is sent nothing else: silence
costs one wait for each attempt, not one for each message. A receiver that answers, with whatever status, is there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, RowMapping, exists, func, insert, select, update

from central.core import audit
from central.core.outbox import WebhookKind
from central.db.feed_tables import webhook_deliveries, webhooks
from central.rules.webhooks import next_attempt, signed_headers
from firmware.domain.errors import FieldError

LEASE = timedelta(minutes=2)
"""How long whoever claimed a delivery may take: longer than the longest wait for an answer."""
MOST = 20
"""Deliveries sent in one round."""
STATUS_LENGTH = 3
"""Of an HTTP status; what is longer says in words why there was none."""
SendMessage = Callable[[str, Mapping[str, str], str], str]
"""Address, headers, body -> the HTTP status, or in words why there was none."""


@dataclass(frozen=True)
class Webhook:
    """Where events are sent; its secret was told once."""

    id: int
    url: str
    kinds: tuple[WebhookKind, ...]
    created_at: datetime
    created_by: str
    ended_at: datetime | None


@dataclass(frozen=True)
class WebhookDelivery:
    """An event on its way to one webhook."""

    id: int
    webhook: int
    message: str
    kind: WebhookKind
    made_at: datetime
    attempts: int
    due_at: datetime | None
    """Of the next attempt."""
    delivered_at: datetime | None
    dead_at: datetime | None
    """When it was given up."""
    answer: str | None
    """Of the last attempt."""


def make_webhook(store: Engine, url: str, kinds: Collection[WebhookKind], secret: str, by: str, now: datetime) -> int:
    """Keep where events are sent: its number. Audited. The address was looked at by whoever calls."""
    values = {"url": url, "secret": secret, "kinds": sorted(kinds), "created_at": now, "created_by": by}
    with store.begin() as connection:
        number: int = connection.execute(insert(webhooks).values(values).returning(webhooks.c.id)).scalar_one()
        audit.note(connection, now, by, "webhook made", str(number), kinds=" ".join(sorted(kinds)))
    return number


def end_webhook(store: Engine, id: int, by: str, now: datetime) -> None:
    """End a webhook: what waits for it is not sent. Audited; a second time changes nothing. Raises LookupError."""
    with store.begin() as connection:
        known = connection.execute(select(webhooks.c.ended_at).where(webhooks.c.id == id)).one_or_none()
        if known is None:
            raise LookupError(f"no webhook {id}")
        if known.ended_at is None:
            connection.execute(update(webhooks).where(webhooks.c.id == id).values(ended_at=now))
            audit.note(connection, now, by, "webhook ended", str(id))


def list_webhooks(store: Engine) -> tuple[Webhook, ...]:
    """Every webhook there has been, oldest first."""
    columns = [webhooks.c[name] for name in Webhook.__dataclass_fields__]
    with store.begin() as connection:
        rows = connection.execute(select(*columns).order_by(webhooks.c.id)).mappings()
        return tuple(Webhook(**{**row, "kinds": tuple(map(WebhookKind, row["kinds"]))}) for row in rows)


def list_dead(store: Engine, after: int = 0, limit: int = 100) -> tuple[WebhookDelivery, ...]:
    """Deliveries that were given up, after the one with that number, oldest first."""
    columns = webhook_deliveries.c
    query = select(*(columns[name] for name in WebhookDelivery.__dataclass_fields__)).where(columns.id > after)
    with store.begin() as connection:
        rows = connection.execute(query.where(columns.dead_at.is_not(None)).order_by(columns.id).limit(limit)).mappings()
        return tuple(WebhookDelivery(**{**row, "kind": WebhookKind(row["kind"])}) for row in rows)


def retry_dead(store: Engine, id: int, by: str, now: datetime) -> None:
    """Begin anew with a delivery that was given up. Audited. Raises LookupError, FieldError for one that was not."""
    columns = webhook_deliveries.c
    with store.begin() as connection:
        row = connection.execute(select(columns.dead_at).where(columns.id == id)).one_or_none()
        if row is None:
            raise LookupError(f"no delivery {id}")
        if row.dead_at is None:
            raise FieldError("id", "was not given up")
        values = {"dead_at": None, "attempts": 0, "due_at": now}
        connection.execute(update(webhook_deliveries).where(columns.id == id).values(values))
        audit.note(connection, now, by, "webhook retried", str(id))


def deliver_due(store: Engine, send: SendMessage, clock: Callable[[], datetime]) -> int:
    """Send what is due, one message after the other: how many attempts were made."""
    for sent in range(MOST):
        at = clock()
        row = _claim(store, at)
        if row is None:
            return sent
        answer = send(row["url"], signed_headers(row["secret"], row["message"], row["body"], at), row["body"])
        _record(store, row, answer, clock())
    return MOST


def _claim(store: Engine, now: datetime) -> RowMapping | None:
    columns = webhook_deliveries.c
    wanted = (columns.id, columns.message, columns.body, columns.attempts, webhooks.c.url, webhooks.c.secret)
    due = (columns.due_at <= now) & webhooks.c.ended_at.is_(None) & ~_is_held_up(now)
    query = select(*wanted).join(webhooks).where(due).order_by(columns.due_at, columns.id).limit(1)
    with store.begin() as connection:
        row = connection.execute(query.with_for_update(of=webhook_deliveries, skip_locked=True)).mappings().one_or_none()
        if row:
            claimed = update(webhook_deliveries).where(columns.id == row["id"])
            connection.execute(claimed.values(due_at=now + LEASE, attempts=columns.attempts + 1))
    return row


def _is_held_up(now: datetime) -> ColumnElement[bool]:
    """Whether something is on its way to the same receiver, or waits since it did not answer."""
    other = webhook_deliveries.alias()
    silent = other.c.answer.is_(None) | (func.length(other.c.answer) != STATUS_LENGTH)
    waits = (other.c.attempts > 0) & (other.c.due_at > now) & silent
    return exists().where(other.c.webhook == webhook_deliveries.c.webhook, waits)


def _record(store: Engine, row: RowMapping, answer: str, now: datetime) -> None:
    attempts, done = row["attempts"] + 1, len(answer) == STATUS_LENGTH and answer.startswith("2")
    again = None if done else next_attempt(attempts, now)
    values = {
        "answer": answer[:200],
        "due_at": again,
        "delivered_at": now if done else None,
        "dead_at": None if done or again else now,
    }
    with store.begin() as connection:
        connection.execute(update(webhook_deliveries).where(webhook_deliveries.c.id == row["id"]).values(values))
