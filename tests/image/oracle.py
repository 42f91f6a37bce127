"""Expected pictures of the display: the same station simulated in virtual time, at the same minute of the same day."""

from __future__ import annotations

import functools
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from simulator.desk.desk import Desk
from simulator.setting import demonstration, with_card


@functools.cache
def idle(at: datetime) -> bytes:
    """Picture of the idle screen."""
    with tempfile.TemporaryDirectory() as folder:
        return _desk(Path(folder), at).screen_grey()


@functools.cache
def paid(at: datetime, keys: tuple[str, ...]) -> bytes:
    """Picture after these keys and an approved card."""
    with tempfile.TemporaryDirectory() as folder:
        desk = _desk(Path(folder), at)
        for key in keys:
            desk.press(key)
        desk.advance(1)
        if not desk.card("contactless"):
            raise ValueError("the desk's terminal asks for no card after these keys")
        debits = desk.cabinet.terminal.core.ledger
        while not debits:
            desk.advance(0.1)
        desk.advance(3)
        return desk.screen_grey()


def around(at: datetime) -> tuple[datetime, ...]:
    """Minutes a slow emulator may be in."""
    return tuple(at.replace(second=0, microsecond=0) + timedelta(minutes=minutes) for minutes in range(-1, 5))


def _desk(folder: Path, at: datetime) -> Desk:
    desk = Desk(with_card(demonstration(folder, at), "concert"))
    desk.advance(10)
    return desk
