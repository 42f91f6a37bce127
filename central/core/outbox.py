"""Outbox of webhooks: an event is written down with what it tells of, in one transaction, and sent afterwards.

Neither is kept without the other: nobody is told of what was rolled back, and what was committed is told, if it takes a day. No
plate goes in here, and no name: who receives an event asks for the rest with a token.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import Connection, insert, select

from central.db.feed_tables import webhook_deliveries, webhooks


class WebhookKind(StrEnum):
    """What may be told."""

    NOTICE_ISSUED = "notice.issued"
    ALARM_RAISED = "alarm.raised"


def emit(connection: Connection, kind: WebhookKind, subject: str, data: Mapping[str, str | int], now: datetime) -> None:
    """Write an event down for every webhook that wants its kind. `subject`: what tells it from all others of the kind."""
    wanted = connection.execute(select(webhooks.c.id, webhooks.c.kinds).where(webhooks.c.ended_at.is_(None)))
    numbers = [row.id for row in wanted if kind in row.kinds]
    if not numbers:
        return
    message = "msg_" + hashlib.sha256(f"{kind}\n{subject}".encode()).hexdigest()[:32]
    body = msgspec.json.encode({"type": kind.value, "timestamp": now.isoformat(), "data": data}).decode()
    common = {"message": message, "kind": kind.value, "body": body, "made_at": now, "attempts": 0, "due_at": now}
    connection.execute(insert(webhook_deliveries), [{**common, "webhook": number} for number in numbers])
