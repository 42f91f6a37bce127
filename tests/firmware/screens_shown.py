"""One of each screen, and a machine that shows it."""

from __future__ import annotations

from dataclasses import replace

from firmware.domain.plate import Doubt, doubt
from firmware.domain.purchase import Purchase
from firmware.machine import Machine
from firmware.screens.choice import Already, Full, RegimeChoice, VehicleChoice
from firmware.screens.duration import Ahead, Duration, NoPaper
from firmware.screens.idle import Idle
from firmware.screens.info import Info
from firmware.screens.payment import Authorising, Cancelled, NotKnown, Presenting, Sorry
from firmware.screens.plate import SecondLook, Typing
from firmware.screens.question import StillThere
from firmware.screens.screen import Screen
from firmware.screens.ticket import NoTicket, Paid, Printing, Take
from firmware.screens.trouble import Broken, OutOfService
from hal.ports import (
    Reason,
)
from tests.builders import WELL, context, paris, right

HERE = context()
RIGHT = right(end=paris("2026-03-04T11:01"), units=4, cents=600)

TYPED = Typing("AB1O3CD")
LENGTH = Duration(Purchase("AB123CD"), back=Typing("AB123CD"))


def _look() -> Doubt:
    found = doubt("AB1O3CD")
    assert found
    return found


LOOK = _look()
REGIME = RegimeChoice("AB123CD", TYPED, ("resident", "visitor"))
VEHICLE = VehicleChoice(Purchase("AB123CD"), TYPED, ("car", "two_wheeler", "heavy"), chosen=1)
ALREADY, FULL = Already(LENGTH), Full(Purchase("AB123CD"), TYPED)
SCREENS: tuple[Screen, ...] = (
    Idle(),
    Idle(2),
    TYPED,
    SecondLook(TYPED, LOOK),
    REGIME,
    VEHICLE,
    ALREADY,
    FULL,
    LENGTH,
    Ahead(LENGTH),
    NoPaper(LENGTH),
    StillThere(LENGTH, 4),
    Info(LENGTH),
    Presenting(RIGHT),
    Authorising(RIGHT, leaving=True, mark=2),
    Sorry(RIGHT, Reason.REFUSED),
    Cancelled(),
    NotKnown(RIGHT),
    Paid(RIGHT),
    Printing(RIGHT),
    Take(RIGHT),
    NoTicket(RIGHT),
    OutOfService(),
    Broken("J1"),
)


def on(screen: Screen, **members: object) -> Machine:
    """A machine that has shown this screen since instant 5."""
    return replace(Machine(screen, since=5.0, health=WELL), **members)  # type: ignore[arg-type]


def name(screen: Screen) -> str:
    return f"{screen.name} {getattr(screen, 'page', '')}".strip()
