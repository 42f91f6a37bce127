"""Remembers for a second what every request asks and hardly anybody changes: tokens, published tariffs.

The theory. What a worker changes itself it forgets at once; what another worker changed it sees no later than LAG after. So a
token that is revoked may be good for one second more, on the other workers, and no longer. What is not there is never
remembered: who is new is known at once. The memory belongs to the engine it was read through, and goes with it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

V = TypeVar("V")

LAG = timedelta(seconds=1)
"""How long a revocation, or a publication, may lag on a worker that did not make it."""
MOST = 10_000
"""Values remembered of one database: more tokens than that ask within a second nowhere."""


class Remembered(Generic[V]):
    """Values by key, for each database; used by many threads at once, whose worst is to read twice."""

    def __init__(self) -> None:
        self._of: WeakKeyDictionary[Engine, dict[Hashable, tuple[datetime, V]]] = WeakKeyDictionary()

    def get(self, store: Engine, key: Hashable, now: datetime, read: Callable[[], V | None]) -> V | None:
        """The value, read anew if it was not read within LAG before `now`."""
        known = self._of.setdefault(store, {})
        at, value = known.get(key, (None, None))
        if at is not None and timedelta(0) <= now - at < LAG:
            return value
        found = read()
        if found is not None:
            if len(known) >= MOST:
                known.clear()
            known[key] = (now, found)
        return found

    def forget(self, store: Engine) -> None:
        """Forget everything of a database: this worker changes it."""
        self._of.pop(store, None)
