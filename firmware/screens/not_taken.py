"""Notice that what is being typed is not taken: a part of a plate would be another plate.

The theory. Keys come in bursts: seven of a plate, then OK. A visit ends in the midst of one, and what was typed before its end
had nowhere to go. So what is typed is taken whole, from its first letter or digit on, or not at all: once one was not taken,
those that follow it within `BURST` seconds are not either (`firmware/machine.py`), and this screen says so. Any other key, or
that long without a letter or digit, and it can be typed again.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from firmware.screens.screen import Move, Screen, VisitOver, visit_view
from firmware.visit.context import Context
from firmware.visit.events import Event, TimedOut
from hal.ports import Hint, Key, KeyPressed, Line, Size, View

BURST = 5.0
"""Seconds from one letter or digit to the next, within which they are of one plate: the slow type one in two or three."""


class NotTaken(Screen, frozen=True):
    """What is being typed is not taken; then comes the screen of before, or an idle one."""

    name: ClassVar[str] = "not taken"
    patience: ClassVar[float] = BURST

    before: Screen | None = None
    """What a countdown lay over; None after a visit."""
    again: bool = False
    """Changes with each letter or digit that is not taken, so that the time begins anew."""

    def on(self, event: Event, context: Context) -> Move:
        """Letters and digits are not taken, and begin the time anew; any other key, or time, goes on."""
        match event:
            case KeyPressed(key) if key.character:
                return replace(self, again=not self.again)
            case KeyPressed() | TimedOut():
                return self.before or VisitOver()
        return self

    def view(self, context: Context) -> View:
        """That it is not taken, and what to do."""
        if self.before:
            said, then = context.say("Touche non prise"), context.say("L’écran revient tel quel.")
        else:
            said, then = context.say("Plaque non prise"), context.say("Retapez-la en entier.")
        hints = (Hint(Key.OK, context.say("continuer")),)
        return visit_view(self, context, Line(said), Line(then, Size.MEDIUM), hints=hints)
