"""Named transaction lock; no-op on SQLite."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, func, select


def transaction_lock(connection: Connection, what: str) -> None:
    """Wait until no other transaction, of any worker, is about `what`; the next one then waits until ours ends.

    On SQLite there is nothing to wait for: a transaction is alone from its beginning.
    """
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], "big", signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(number)))
