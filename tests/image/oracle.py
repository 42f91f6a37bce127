"""What the glass must show: the same station at the desk, in virtual time, at the same minute of the same day."""

from __future__ import annotations

import functools
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from simulator.desk.desk import Desk
from simulator.setting import demonstration


@functools.cache
def idle(at: datetime) -> bytes:
    """While nobody is there."""
    with tempfile.TemporaryDirectory() as folder:
        return _desk(Path(folder), at).screen_grey()


@functools.cache
def paid(at: datetime, keys: tuple[str, ...]) -> bytes:
    """After these keys and a card the bank liked."""
    with tempfile.TemporaryDirectory() as folder:
        desk = _desk(Path(folder), at)
        for key in keys:
            desk.press(key)
        desk.advance(1)
        if not desk.card("contactless"):
            raise ValueError("the desk's terminal asks for no card after these keys")
        debits = desk.cabinet.terminal.ledger
        while not debits:
            desk.advance(0.1)
        desk.advance(3)
        return desk.screen_grey()


def around(at: datetime) -> tuple[datetime, ...]:
    """The minutes a slow emulator may be in by now."""
    return tuple(at.replace(second=0, microsecond=0) + timedelta(minutes=minutes) for minutes in range(-1, 5))


def _desk(folder: Path, at: datetime) -> Desk:
    desk = Desk(demonstration(folder, at))
    desk.advance(10)
    return desk
