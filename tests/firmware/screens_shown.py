"""One of each screen, and a machine that shows it."""

from __future__ import annotations

from dataclasses import replace

from firmware.domain.plate import Doubt, doubt
from firmware.domain.purchase import Purchase
from firmware.machine import Machine
from firmware.screens.choice import AlreadyCovered, MaximumReached, RegimeChoice, VehicleChoice
from firmware.screens.duration import Duration, NoPaper, PayAhead
from firmware.screens.idle import Idle, Resting
from firmware.screens.info import Info
from firmware.screens.out_of_service import Covered, JournalBroken, OutOfService
from firmware.screens.payment import Authorising, PayAgain, PaymentFailed, Presenting, Stopping
from firmware.screens.payment_ended import Cancelled, GivenBack, PaymentUnknown
from firmware.screens.plate import PlateEntry, SecondLook
from firmware.screens.question import StillThere
from firmware.screens.screen import Screen
from firmware.screens.ticket import NoTicket, Paid, Printing, TakeTicket
from hal.ports import (
    Reason,
)
from tests.builders import WELL, context, paris, right

HERE = context()
RIGHT = right(end=paris("2026-03-04T11:01"), units=4, cents=600)

TYPED = PlateEntry("AB1O3CD")
LENGTH = Duration(Purchase("AB123CD"), back=PlateEntry("AB123CD"))


def _look() -> Doubt:
    found = doubt("AB1O3CD")
    assert found
    return found


LOOK = _look()
REGIME = RegimeChoice("AB123CD", TYPED, ("resident", "visitor"))
VEHICLE = VehicleChoice(Purchase("AB123CD"), TYPED, ("car", "two_wheeler", "heavy"), chosen=1)
ALREADY, FULL = AlreadyCovered(LENGTH), MaximumReached(Purchase("AB123CD"), TYPED)
SCREENS: tuple[Screen, ...] = (
    Idle(),
    Idle(2),
    Resting(),
    TYPED,
    SecondLook(TYPED, LOOK),
    REGIME,
    VEHICLE,
    ALREADY,
    FULL,
    LENGTH,
    PayAhead(LENGTH),
    NoPaper(LENGTH),
    StillThere(LENGTH, 4),
    Info(LENGTH),
    Presenting(RIGHT),
    Authorising(RIGHT, waited=17),
    Stopping(RIGHT, waited=4),
    Stopping(RIGHT, sold=RIGHT),
    PaymentFailed(RIGHT, Reason.REFUSED),
    PayAgain(RIGHT),
    Cancelled(RIGHT),
    PaymentUnknown(RIGHT),
    GivenBack(RIGHT),
    Paid(RIGHT),
    Printing(RIGHT),
    TakeTicket(RIGHT),
    NoTicket(RIGHT),
    OutOfService(),
    Covered("AB123CD"),
    JournalBroken("J1"),
)


def on(screen: Screen, **members: object) -> Machine:
    """A machine that has shown this screen since instant 5."""
    return replace(Machine(screen, since=5.0, health=WELL), **members)  # type: ignore[arg-type]


def name(screen: Screen) -> str:
    return f"{screen.name} {getattr(screen, 'page', '')}".strip()
