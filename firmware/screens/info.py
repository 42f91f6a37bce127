"""The help screen of INFO: one more sentence about the screen, the whole price scale, the law."""

from __future__ import annotations

from textwrap import wrap
from typing import ClassVar

from msgspec.structs import replace

from firmware.screens.screen import Move, Screen, visit_view
from firmware.visit.context import Context
from firmware.visit.events import Event, TimedOut
from firmware.visit.words import DISPLAY_COLUMNS, scale, whole_law
from hal.ports import Hint, Key, KeyPressed, Line, Size, View

LINES = 3
"""Small lines on a page."""


class Info(Screen, frozen=True):
    """Lies over the screen it explains; gives it back unchanged."""

    name: ClassVar[str] = "info"
    patience: ClassVar[float] = 20.0

    before: Screen
    page: int = 0

    def on(self, event: Event, context: Context) -> Move:
        """INFO turns the page; the last page, any other key, and time give the screen back."""
        match event:
            case KeyPressed(Key.INFO) if self.page + 1 < len(self._pages(context)):
                return replace(self, page=self.page + 1)
            case KeyPressed() | TimedOut():
                return self.before
        return self

    def view(self, context: Context) -> View:
        """One page."""
        pages = self._pages(context)
        page = min(self.page, len(pages) - 1)
        more = (Hint(Key.INFO, context.say("suite")),) if page + 1 < len(pages) else ()
        return visit_view(self, context, *pages[page], hints=(*more, Hint(Key.OK, context.say("retour"))))

    def _pages(self, context: Context) -> tuple[tuple[Line, ...], ...]:
        """What this screen asks for, the whole scale, the whole statement of the law."""
        texts = (wrap(self.before.explain(context), DISPLAY_COLUMNS), scale(context), whole_law(context))
        cut = (text[at : at + LINES] for text in texts for at in range(0, len(text), LINES))
        return tuple(tuple(Line(line, Size.SMALL) for line in page) for page in cut)
