"""When the machine cannot sell, and says so. Knows no clock, no wire, no disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from firmware.events import Event
from firmware.here import Here
from firmware.screens.screen import Move, Notice, Screen, framed
from hal.ports import Hint, Key, Line, Size, View

STARTING = "T0"
"""The code while the devices have not all spoken."""


def out_of_service(here: Here) -> tuple[Line, ...]:
    """What is out, where the next machine is, and the code that proves it in an appeal."""
    if here.code == STARTING:
        return (Line(here.say("Mise en service…"), Size.MEDIUM),)
    return (
        Line(here.say("Paiement hors service") if here.selling.free else here.say("Machine hors service"), Size.MEDIUM),
        Line(here.say("Allez au {place}", place=here.site.nearest), Size.SMALL),
        Line(here.say("Code {code} · {station}", code=here.code, station=here.site.station), Size.SMALL),
    )


@dataclass(frozen=True)
class OutOfService(Notice):
    """What is wanted cannot be sold now: nothing was asked, nothing is debited."""

    name: ClassVar[str] = "trouble"
    patience: ClassVar[float] = 15.0

    def view(self, here: Here) -> View:
        """What is out and what to do."""
        return framed(self, here, *out_of_service(here), hints=(Hint(Key.OK, here.say("terminer")),))


@dataclass(frozen=True)
class Broken(Screen):
    """The journal cannot be written: nothing may be sold, and only a technician ends this."""

    name: ClassVar[str] = "broken"

    code: str

    def on(self, event: Event, here: Here) -> Move:
        """Nothing ends this screen."""
        return self

    def view(self, here: Here) -> View:
        """Out of service, with its code."""
        return framed(
            self,
            here,
            Line(here.say("Machine hors service"), Size.MEDIUM),
            Line(here.say("Allez au {place}", place=here.site.nearest), Size.SMALL),
            Line(here.say("Code {code} · {station}", code=self.code, station=here.site.station), Size.SMALL),
        )
