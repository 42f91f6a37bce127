"""Takes e-mail addresses out of rows that outlive them: the audit trail, the history of requests, tokens that have ended.

An address that names a token is its holder's: applicants have such tokens. Rows of before were written with the address; they
are given the number of the token, as new ones are (central/access/tokens.py). Who, what and when stay; whose number it is, the
table of tokens tells as long as it may.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Connection, Text, cast, func, or_, select, update

from central.access.tokens import token_actor
from central.db.card_tables import card_documents, card_events
from central.db.tables import audit, tokens

ACTORS: tuple[Column[str], ...] = (audit.c.who, card_events.c.by, card_documents.c.recorded_by)
"""Where whoever did something is named, and an applicant may be."""
DELETED = "(deleted)"
AuditDetail = tuple[int, Mapping[str, str | int]]
"""A line's id, and what it says beside."""
_NAMED = re.compile(r".*@.* \(([0-9a-f]{12}|account [0-9]+)\)", re.DOTALL)


def count_addresses(connection: Connection) -> int:
    """How many rows name somebody by an address."""
    named = sum(
        connection.execute(select(func.count()).where(column == name)).scalar_one() for column, name, _ in _names(connection)
    )
    return named + len(_grants(connection))


def replace_addresses(connection: Connection) -> None:
    """Put the number of the token or of the account in the place of each address."""
    for column, name, left in _names(connection):
        connection.execute(update(column.table).where(column == name).values({column.name: left}))
    for line, detail in _grants(connection):
        kept = {name: value for name, value in detail.items() if name != "to"}
        connection.execute(update(audit).where(audit.c.id == line).values(detail=kept))


def old_tokens(ended_before: datetime) -> ColumnElement[bool]:
    """Tokens that still name somebody by an address and ended before then."""
    ended = or_(tokens.c.expires_at < ended_before, tokens.c.revoked_at < ended_before)
    return tokens.c.who.like("%@%") & ended


def _names(connection: Connection) -> Iterator[tuple[Column[str], str, str]]:
    """Each column and name with an address, and what is left of the name: its token's or its account's number."""
    for column in ACTORS:
        for name in connection.scalars(select(column).where(column.like("%@%(%)")).distinct()).all():
            if found := _NAMED.fullmatch(name):
                yield column, name, found[1] if " " in found[1] else token_actor("", found[1])


def _grants(connection: Connection) -> Sequence[AuditDetail]:
    """The lines of tokens that were issued to an address."""
    issued = (audit.c.action == "token issued") & cast(audit.c.detail, Text).like("%@%")
    rows = connection.execute(select(audit.c.id, audit.c.detail).where(issued))
    return [(row.id, row.detail) for row in rows if "@" in str(row.detail.get("to", ""))]
