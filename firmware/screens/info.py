"""The help screen of INFO: one more sentence about the screen, the whole price scale, the law."""

from __future__ import annotations

from textwrap import wrap
from typing import ClassVar

from msgspec.structs import replace

from firmware.screens.question import StillThere
from firmware.screens.screen import Move, Screen, visit_view
from firmware.visit.context import Context
from firmware.visit.effects import Beep
from firmware.visit.events import Event, TimedOut
from firmware.visit.words import READING_COLUMNS, numbered, scale_of, whole_law
from hal.ports import Hint, Key, KeyPressed, Line, Size, Tone, View

LINES = 3
"""Lines on a page."""


class Info(Screen, frozen=True):
    """Lies over the screen it explains; gives it back unchanged."""

    name: ClassVar[str] = "info"
    patience: ClassVar[float] = 20.0

    before: Screen
    page: int = 0

    def on(self, event: Event, context: Context) -> Move:
        """INFO turns the page; the last page and any other key give the screen back; silence asks whether anybody is there."""
        match event:
            case KeyPressed(Key.INFO) if self.page + 1 < len(self._pages(context)):
                return replace(self, page=self.page + 1)
            case KeyPressed():
                return self.before
            case TimedOut():
                return StillThere(self.before), Beep(Tone.WARNING)
        return self

    def view(self, context: Context) -> View:
        """One page, and which of how many."""
        pages = self._pages(context)
        page = min(self.page, len(pages) - 1)
        last = page + 1 == len(pages)
        turn = Hint(Key.INFO, numbered(context.say("retour") if last else context.say("suite"), page, len(pages)))
        return visit_view(self, context, *pages[page], hints=(turn, Hint(Key.OK, context.say("retour"))))

    def _pages(self, context: Context) -> tuple[tuple[Line, ...], ...]:
        """What this screen asks for, the whole scale that applies, the whole statement of the law."""
        explained = wrap(self.before.explain(context), READING_COLUMNS)
        texts = (explained, scale_of(self.before.priced_purchase(), context), whole_law(context))
        cut = (text[at : at + LINES] for text in texts for at in range(0, len(text), LINES))
        return tuple(tuple(Line(line, Size.MEDIUM) for line in page) for page in cut)
