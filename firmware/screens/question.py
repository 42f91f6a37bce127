"""Screens that wait for a motorist's answer, and the warning before they give up. Knows no clock, no wire, no disk.

EN 301 549 (9.2.2.1): a time limit warns before it ends and can be extended by one key. Nothing typed is lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from firmware.effects import Beep
from firmware.events import Event, TimedOut
from firmware.here import Here
from firmware.screens.screen import Move, Over, Screen, framed
from hal.ports import Hint, Key, Line, Pressed, Size, Tone, View


@dataclass(frozen=True)
class Question(Screen):
    """A screen the motorist can answer, leave by CANCEL, or forget."""

    patience: ClassVar[float] = 20.0

    def on(self, event: Event, here: Here) -> Move:
        """CANCEL ends the visit, silence asks "still there?", everything else is the screen's own."""
        match event:
            case TimedOut():
                return StillThere(self), Beep(Tone.WARNING)
            case Pressed(Key.CANCEL):
                return Over()
        return self.answered(event, here)

    def answered(self, event: Event, here: Here) -> Move:
        """The next screen, for any other event."""
        raise NotImplementedError


@dataclass(frozen=True)
class StillThere(Screen):
    """Counts down aloud; any key brings back exactly what was there."""

    name: ClassVar[str] = "more time"
    patience: ClassVar[float] = 1.0

    before: Question
    left: int = 10
    """Seconds until the visit is forgotten."""

    def on(self, event: Event, here: Here) -> Move:
        """Any key returns; a second passes; nothing left ends the visit."""
        match event:
            case Pressed():
                return self.before
            case TimedOut() if self.left > 1:
                return replace(self, left=self.left - 1), Beep(Tone.WARNING)
            case TimedOut():
                return Over()
        return self

    def view(self, here: Here) -> View:
        """The countdown, large."""
        return framed(
            self,
            here,
            Line(here.say("Encore là ? {left}", left=self.left)),
            Line(here.say("Une touche : rien n’est perdu."), Size.SMALL),
            hints=(Hint(Key.OK, here.say("continuer")),),
        )
