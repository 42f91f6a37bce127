"""Screens of a machine that cannot sell: out of service, broken journal."""

from __future__ import annotations

from typing import ClassVar

from firmware.screens.screen import Move, NoticeScreen, Screen, visit_view
from firmware.visit.context import Context
from firmware.visit.events import Event
from firmware.visit.sales_policy import FREE_DESPITE, fault_code
from hal.ports import Hint, Key, Line, Size, View

STARTING = "T0"
"""The code while the devices have not all spoken."""


def out_of_service(context: Context) -> tuple[Line, ...]:
    """Lines that say what is out of service, where the next machine is, and the code that proves it in an appeal."""
    code = fault_code(context)
    if code == STARTING:
        return (Line(context.say("Mise en service…"), Size.MEDIUM),)
    free = code in FREE_DESPITE
    return (
        Line(context.say("Paiement hors service") if free else context.say("Machine hors service"), Size.MEDIUM),
        Line(context.say("Allez au {place}", place=context.site.nearest), Size.SMALL),
        Line(context.say("Code {code} · {station}", code=code, station=context.site.station), Size.SMALL),
    )


class OutOfService(NoticeScreen, frozen=True):
    """What is wanted cannot be sold now: nothing was asked, nothing is debited."""

    name: ClassVar[str] = "out of service"
    patience: ClassVar[float] = 15.0

    def view(self, context: Context) -> View:
        """What is out and what to do."""
        return visit_view(self, context, *out_of_service(context), hints=(Hint(Key.OK, context.say("terminer")),))


class JournalBroken(Screen, frozen=True):
    """The journal cannot be written: nothing may be sold, and only a technician ends this."""

    name: ClassVar[str] = "broken"

    code: str

    def on(self, event: Event, context: Context) -> Move:
        """Nothing ends this screen."""
        return self

    def view(self, context: Context) -> View:
        """Out of service, with its code."""
        return visit_view(
            self,
            context,
            Line(context.say("Machine hors service"), Size.MEDIUM),
            Line(context.say("Allez au {place}", place=context.site.nearest), Size.SMALL),
            Line(context.say("Code {code} · {station}", code=self.code, station=context.site.station), Size.SMALL),
        )
