"""Screens that wait for a motorist's answer, and the warning before they give up.

EN 301 549 (9.2.2.1): a time limit warns before it ends and can be extended by one key. Nothing typed is lost.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from firmware.screens.not_taken import NotTaken
from firmware.screens.screen import Move, Screen, VisitOver, visit_view
from firmware.visit.context import Context
from firmware.visit.effects import Beep
from firmware.visit.events import Event, TimedOut
from hal.ports import Hint, Key, KeyPressed, Line, Size, Tone, View


class QuestionScreen(Screen, frozen=True):
    """A screen the motorist can answer, leave by CANCEL, or forget."""

    patience: ClassVar[float] = 20.0

    def on(self, event: Event, context: Context) -> Move:
        """CANCEL ends the visit, silence asks "still there?", everything else is the screen's own."""
        match event:
            case TimedOut():
                return StillThere(self), Beep(Tone.WARNING)
            case KeyPressed(Key.CANCEL):
                return VisitOver()
        return self.on_answer(event, context)

    def on_answer(self, event: Event, context: Context) -> Move:
        """The next screen, for any other event."""
        raise NotImplementedError


class StillThere(Screen, frozen=True):
    """Counts down aloud; any key brings back exactly what was there, and does nothing else: a letter is not typed into it.

    Where nothing was there but an idle screen, a letter or digit begins a plate (`Screen.uncovered`). Elsewhere who types one
    may be the next motorist: it is said not to be taken, so that the rest of his plate is not typed into another's.
    """

    name: ClassVar[str] = "more time"
    patience: ClassVar[float] = 1.0

    before: Screen
    left: int = 20
    """Seconds until the visit is forgotten: as many as WCAG (2.2.1) wants for one simple action."""

    def on(self, event: Event, context: Context) -> Move:
        """Any key returns; a second passes; nothing left ends the visit."""
        match event:
            case KeyPressed(key):
                under = self.before.uncovered(event, context)
                return NotTaken(self.before) if under is self.before and self._may_be_of_a_plate(key) else under
            case TimedOut() if self.left > 1:
                return replace(self, left=self.left - 1), Beep(Tone.WARNING)
            case TimedOut():
                return VisitOver()
        return self

    def _may_be_of_a_plate(self, key: Key) -> bool:
        """Whether a key may belong to another plate; a digit chooses, but where a plate is typed."""
        return key.character.isalpha() or (bool(key.character) and self.before.name == "plate")

    def view(self, context: Context) -> View:
        """The countdown, large."""
        return visit_view(
            self,
            context,
            Line(context.say("Encore là ? {left}", left=self.left)),
            Line(context.say("Une touche : l’écran revient tel quel"), Size.MEDIUM),
            hints=(Hint(Key.OK, context.say("continuer")),),
        )
