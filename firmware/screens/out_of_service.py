"""Screens of a machine that cannot sell: covered all the same, out of service, broken journal."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from msgspec.structs import replace

from firmware.domain.parking_right import ParkingRight
from firmware.domain.plate import grouped
from firmware.screens.screen import Move, NoticeScreen, Screen, plate_and_amount, visit_view
from firmware.screens.service.login import CORRECTIONS
from firmware.screens.service.without_journal import NO_MORE, open_without_journal
from firmware.visit.context import Context
from firmware.visit.events import Event
from firmware.visit.offers import covered_until
from firmware.visit.sales_policy import BUSY, FREE_DESPITE, fault_code, may_give_free_right, may_take_payment
from firmware.visit.words import until
from hal.ports import DoorClosed, Hint, Key, KeyPressed, Line, Size, View

STARTING = "T0"
"""The code while the devices have not all spoken."""


def out_of_service(context: Context) -> tuple[Line, ...]:
    """Lines that say what is out of service, where the next machine is, and the code that proves it in an appeal."""
    code = fault_code(context)
    if code == STARTING:
        return (Line(context.say("Mise en service…")),)
    if code == BUSY and (busy_until := context.health.busy_until):
        latest = until(busy_until + timedelta(minutes=1), context)
        return (
            Line(context.say("Terminal occupé")),
            Line(context.say("Ne présentez pas de carte."), Size.MEDIUM),
            Line(context.say("Jusqu’à {time} au plus. Code {code}", time=latest, code=code), Size.MEDIUM),
        )
    free = code in FREE_DESPITE
    out = context.say("Paiement en panne") if free else context.say("Machine hors service")
    return (Line(out), *go_elsewhere(code, context))


def go_elsewhere(code: str, context: Context) -> tuple[Line, Line]:
    """The code and the station it is of, and the next machine."""
    go = context.say("Code {code} · {station} · allez au", code=code, station=context.site.station)
    return Line(go, Size.MEDIUM), Line(context.site.nearest, Size.MEDIUM)


def no_payment(context: Context) -> Line:
    """Line that says that nothing is sold by card now, and the code."""
    code = fault_code(context)
    busy = context.say("Ne présentez pas de carte. Code {code}", code=code)
    return Line(busy if code == BUSY else context.say("Paiement en panne. Code {code}", code=code), Size.MEDIUM)


def refused_sale(plate: str, context: Context) -> Screen:
    """The screen of a plate to which nothing can be sold now: how far it is covered, if it is, before why."""
    return Covered(plate) if covered_until(plate, context) and may_give_free_right(context) else OutOfService()


class Covered(NoticeScreen, frozen=True):
    """Nothing can be sold to this plate now, and it is covered: by a payment that was interrupted, perhaps."""

    name: ClassVar[str] = "covered"
    patience: ClassVar[float] = 15.0

    plate: str

    def view(self, context: Context) -> View:
        """Until when, and why there is no prolonging."""
        end = covered_until(self.plate, context) or context.now
        return visit_view(
            self,
            context,
            Line(context.say("{plate} couvert jusqu’à", plate=grouped(self.plate)), Size.MEDIUM),
            Line(until(end, context)),
            *(() if may_take_payment(context) else (no_payment(context),)),
            hints=(Hint(Key.OK, context.say("terminer")),),
        )


class OutOfService(NoticeScreen, frozen=True):
    """What is wanted cannot be sold now: nothing was asked, nothing is debited."""

    name: ClassVar[str] = "out of service"
    patience: ClassVar[float] = 15.0

    def view(self, context: Context) -> View:
        """What is out and what to do."""
        return visit_view(self, context, *out_of_service(context), hints=(Hint(Key.OK, context.say("terminer")),))


class JournalBroken(Screen, frozen=True):
    """The journal cannot be written: nothing is sold until it can, or the process has left."""

    name: ClassVar[str] = "broken"

    code: str
    right: ParkingRight | None = None
    """What the motorist may have paid for."""
    charged: bool = False
    """The bank said yes to it."""
    refused: bool = False
    """The bank said no to it, which is not written down: after a restart nobody would know, so nothing certain is said yet."""
    corrections: int = 0
    """Presses of CORRECT so far, the door being open."""

    def on(self, event: Event, context: Context) -> Move:
        """Nothing ends this screen but the way into the menu: CORRECT, CORRECT, INFO at an open door."""
        match event:
            case KeyPressed(Key.CORRECT) if context.health.door_open and self.corrections < CORRECTIONS:
                return replace(self, corrections=self.corrections + 1)
            case KeyPressed(Key.INFO) if context.health.door_open and self.corrections == CORRECTIONS:
                again, no_more = replace(self, corrections=0), replace(self, corrections=NO_MORE)
                return open_without_journal(again, self.code, no_more, context)
            case DoorClosed() if 0 < self.corrections <= CORRECTIONS:
                return replace(self, corrections=0)
        return self

    def view(self, context: Context) -> View:
        """Out of service, with its code; or, where money may have moved, its reference, its end and not to pay again."""
        return visit_view(self, context, *(self._paid(self.right, context) if self.right else self._unpaid(context)))

    def _paid(self, right: ParkingRight, context: Context) -> tuple[Line, ...]:
        if self.refused:
            return (
                Line(context.say("Fin non enregistrée, panne {code}", code=self.code), Size.MEDIUM),
                plate_and_amount(right, context),
                Line(context.say("Attendez un instant")),
                Line(right.reference, Size.MEDIUM),
            )
        said = context.say("Débité, mais panne") if self.charged else context.say("Non confirmé, panne")
        covered = context.say("Couvert jusqu’à {end}", end=until(right.end, context))
        return (
            Line(f"{said} {self.code}", Size.MEDIUM),
            Line(context.say("Ne repayez pas")),
            Line(covered, Size.MEDIUM),
            Line(right.reference, Size.MEDIUM),
        )

    def _unpaid(self, context: Context) -> tuple[Line, ...]:
        return (Line(context.say("Machine hors service")), *go_elsewhere(self.code, context))
