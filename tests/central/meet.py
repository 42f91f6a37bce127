"""A race that is met every time: a second one comes while the first is in the middle of its transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from sqlalchemy import Engine, text

Result = TypeVar("Result")
WAITS = text("SELECT 1 FROM pg_locks WHERE NOT granted LIMIT 1")


@contextmanager
def met_in(
    patch: pytest.MonkeyPatch, module: object, function: str, store: Engine, second: Callable[[], Result]
) -> Iterator[list[Future[Result]]]:
    """Inside, the first call of that function is where the second comes; afterwards the list holds how it ended."""
    original = getattr(module, function)
    ended: list[Future[Result]] = []

    def interrupted(*arguments: Any) -> Any:
        patch.setattr(module, function, original)
        ended.append(threads.submit(second))
        _until_it_waits(store, ended[0])
        return original(*arguments)

    patch.setattr(module, function, interrupted)
    with ThreadPoolExecutor(1) as threads:
        yield ended
    assert len(ended) == 1, f"{function} was not called"


def _until_it_waits(store: Engine, second: Future[Any]) -> None:
    """Until it waits for the first, or has ended without doing so. On SQLite it waits from its beginning."""
    if store.dialect.name == "postgresql":
        with store.connect() as observer:
            while not second.done() and observer.scalar(WAITS) is None:
                observer.rollback()
