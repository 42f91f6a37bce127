"""Screens of a machine that cannot sell: out of service, broken journal."""

from __future__ import annotations

from typing import ClassVar

from firmware.domain.parking_right import ParkingRight
from firmware.screens.screen import Move, NoticeScreen, Screen, visit_view
from firmware.visit.context import Context
from firmware.visit.events import Event
from firmware.visit.sales_policy import FREE_DESPITE, fault_code
from firmware.visit.words import until
from hal.ports import Hint, Key, Line, Size, View

STARTING = "T0"
"""The code while the devices have not all spoken."""


def out_of_service(context: Context) -> tuple[Line, ...]:
    """Lines that say what is out of service, where the next machine is, and the code that proves it in an appeal."""
    code = fault_code(context)
    if code == STARTING:
        return (Line(context.say("Mise en service…")),)
    free = code in FREE_DESPITE
    out = context.say("Paiement en panne") if free else context.say("Machine hors service")
    return (Line(out), *go_elsewhere(code, context))


def go_elsewhere(code: str, context: Context) -> tuple[Line, Line]:
    """The code and the station it is of, and the next machine."""
    go = context.say("Code {code} · {station} · allez au", code=code, station=context.site.station)
    return Line(go, Size.MEDIUM), Line(context.site.nearest, Size.MEDIUM)


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
    """The bank said no to the last payment."""

    def on(self, event: Event, context: Context) -> Move:
        """Nothing ends this screen."""
        return self

    def view(self, context: Context) -> View:
        """Out of service, with its code; or, where money may have moved, its reference, its end and not to pay again."""
        return visit_view(self, context, *(self._paid(self.right, context) if self.right else self._unpaid(context)))

    def _paid(self, right: ParkingRight, context: Context) -> tuple[Line, ...]:
        said = context.say("Débité, mais panne") if self.charged else context.say("Non confirmé, panne")
        covered = context.say("Couvert jusqu’à {end}", end=until(right.end, context))
        return (
            Line(f"{said} {self.code}", Size.MEDIUM),
            Line(context.say("Ne repayez pas")),
            Line(covered, Size.MEDIUM),
            Line(right.reference, Size.MEDIUM),
        )

    def _unpaid(self, context: Context) -> tuple[Line, ...]:
        nothing = (Line(context.say("Rien n’est débité."), Size.MEDIUM),) if self.refused else ()
        return (Line(context.say("Machine hors service")), *nothing, *go_elsewhere(self.code, context))
