"""Named transaction lock, and a lock that one process at a time has for longer; no-op on SQLite."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator

from sqlalchemy import Connection, Engine, func, select


class LockTakenError(Exception):
    """Another process has the lock."""


def transaction_lock(connection: Connection, what: str) -> None:
    """Wait until no other transaction, of any worker, is about `what`; the next one then waits until ours ends.

    On SQLite there is nothing to wait for: a transaction is alone from its beginning.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_number(what))))


@contextlib.contextmanager
def process_lock(store: Engine, what: str) -> Iterator[None]:
    """Be the one process that is about `what`, over many transactions (PostgreSQL). Raises LockTakenError at once.

    Nobody waits: a statement that waits has a snapshot, which an index that is made CONCURRENTLY waits for in turn.
    """
    with store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(select(func.pg_try_advisory_lock(_number(what)))):
            raise LockTakenError(what)
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(_number(what))))


def _number(what: str) -> int:
    return int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], "big", signed=True)
