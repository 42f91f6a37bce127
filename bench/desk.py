"""What is measured on: a whole desk in virtual time, and a motorist who buys there."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from hal.shipped import ROOT
from hal.time_zone import PARIS
from simulator.desk.desk import Desk
from simulator.glass import GlassMaker, PixelGlass
from simulator.setting import demonstration

MORNING = datetime(2026, 3, 4, 10, 0, tzinfo=PARIS)
"""A Wednesday, all of the longest stay inside its paid hours."""


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A folder on the disk the project is on: /tmp may be in memory, where a durable write costs nothing."""
    (ROOT / "out").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "out") as folder:
        yield Path(folder)


@contextlib.contextmanager
def opened_desk(glass: GlassMaker = PixelGlass) -> Iterator[Desk]:
    """A desk whose devices have been found."""
    with scratch() as folder, contextlib.closing(Desk(replace(demonstration(folder, MORNING), glass=glass))) as desk:
        desk.advance(3.0)
        yield desk


def buy(desk: Desk, plate: str, choice: tuple[str, ...], press: Callable[[str], None]) -> None:
    """A whole visit, every key by `press`: plate, vehicle, `choice` of a duration, card, ticket.

    Raises RuntimeError where it stops: a plate that is used again goes on from what it has bought, up to the maximum.
    """
    for key in (*plate, "OK"):
        press(key)
    while screen(desk) in ("second look", "vehicle", "already paid", "closed"):
        press("OK")
    for key in (*choice, "OK"):
        press(key)
    desk.advance(0.3)
    desk.card("approved")
    _wait(desk, "approved")
    press("OK")
    _wait(desk, "take ticket")
    press("OK")


def screen(desk: Desk) -> str:
    """The name of the screen that is up."""
    assert desk.running
    return desk.running.station.machine.screen.name


def _wait(desk: Desk, name: str) -> None:
    give_up = desk.time.now + 60
    while screen(desk) != name:
        if desk.time.now > give_up:
            raise RuntimeError(f"the visit should come to {name!r}; it stands at {screen(desk)!r}")
        desk.advance(0.1)
