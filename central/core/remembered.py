"""Remembers for a second what every request asks and hardly anybody changes: tokens, published tariffs.

The theory. What a worker changes itself it forgets at once; what another worker changed it sees no later than LAG after. So a
token that is revoked may be good for one second more, on the other workers, and no longer. What is not there is never
remembered: who is new is known at once. The memory belongs to the engine it was read through, and goes with it. Threads share
it; the worst that two at once do is to read twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

V = TypeVar("V")

LAG = timedelta(seconds=1)
"""How long a revocation, or a publication, may lag on a worker that did not make it."""
_READ: WeakKeyDictionary[Engine, dict[str, tuple[datetime, object]]] = WeakKeyDictionary()


def remember(store: Engine, name: str, now: datetime, read: Callable[[], V | None]) -> V | None:
    """What `read` gives, read anew unless it was read within LAG before `now`. `name`: of that value, in this database."""
    known = _READ.setdefault(store, {})
    at, value = known.get(name, (None, None))
    if _is_fresh(at, now):
        return cast(V, value)
    found = read()
    if found is not None:
        known[name] = (now, found)
    return found


def is_remembered(store: Engine, name: str, now: datetime) -> bool:
    """Whether the next question would be answered without reading."""
    at, _ = _READ.get(store, {}).get(name, (None, None))
    return _is_fresh(at, now)


def _is_fresh(at: datetime | None, now: datetime) -> bool:
    return at is not None and timedelta(0) <= now - at < LAG


def forget(store: Engine) -> None:
    """Forget everything of a database: this worker has changed it."""
    _READ.pop(store, None)
