"""Simulated keypad: a matrix of bare switches between row lines and column lines, no diodes.

A real contact bounces: it makes and breaks for a few milliseconds before it settles. A press or a release may be given
the instants of its bounces; they happen at `wake`, as with any device.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from hal.ports import NEVER, Instant


@dataclass(frozen=True, order=True)
class _Move:
    at: Instant
    row: int
    column: int
    closed: bool


class Contacts(Protocol):
    """The lines that contacts close between: those of a header, or of a board of the panel's own."""

    def join(self, one: int, other: int, /) -> None:
        """Close a contact between two lines."""

    def part(self, one: int, other: int, /) -> None:
        """Open it."""


class KeyMatrix:
    """Key switches of the panel. Rows and columns are lines, in the panel's order; a key is a (row, column) position."""

    def __init__(self, header: Contacts, rows: Sequence[int], columns: Sequence[int]) -> None:
        self._header = header
        self._rows, self._columns = tuple(rows), tuple(columns)
        self._moves: list[_Move] = []
        self.down: set[tuple[int, int]] = set()
        """The contacts closed at this moment."""

    def press(self, row: int, column: int, now: Instant = 0.0, bounce: Sequence[float] = ()) -> None:
        """Close a contact; `bounce`: seconds after `now` at which it opens, closes again, and so on. It ends closed."""
        self._begin(row, column, True, now, bounce)

    def release(self, row: int, column: int, now: Instant = 0.0, bounce: Sequence[float] = ()) -> None:
        """Open a contact, bouncing likewise. It ends open."""
        self._begin(row, column, False, now, bounce)

    @property
    def wake_at(self) -> Instant:
        """When the next bounce is due."""
        return self._moves[0].at if self._moves else NEVER

    def receive(self, data: bytes, now: Instant) -> bytes:
        """Ignore bytes: contacts receive none. Here so that the keypad is an `End`."""
        return b""

    def wake(self, now: Instant) -> bytes:
        """Do the bounces that are due."""
        while self._moves and self._moves[0].at <= now:
            move = self._moves.pop(0)
            self._set(move.row, move.column, move.closed)
        return b""

    def _begin(self, row: int, column: int, closed: bool, now: Instant, bounce: Sequence[float]) -> None:
        if not (0 <= row < len(self._rows) and 0 <= column < len(self._columns)):
            raise ValueError(f"no key at row {row}, column {column}: the matrix is {len(self._rows)} x {len(self._columns)}")
        self._moves = [move for move in self._moves if (move.row, move.column) != (row, column)]
        self._set(row, column, closed)
        for index, after in enumerate(bounce):
            self._moves.append(_Move(now + after, row, column, closed == bool(index % 2)))
        if len(bounce) % 2:
            self._moves.append(_Move(now + bounce[-1], row, column, closed))
        self._moves.sort(key=lambda move: move.at)

    def _set(self, row: int, column: int, closed: bool) -> None:
        if closed == ((row, column) in self.down):
            return
        if closed:
            self.down.add((row, column))
            self._header.join(self._rows[row], self._columns[column])
        else:
            self.down.discard((row, column))
            self._header.part(self._rows[row], self._columns[column])
