"""Cuts what is too long for one statement into pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def chunks_of(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """The rows in lists of so many, the last one shorter; read as far as they are asked for."""
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some
