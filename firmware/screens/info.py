"""INFO: one more sentence about the screen, the whole price scale, the law. Knows no clock, no wire, no disk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from textwrap import wrap
from typing import ClassVar

from firmware.events import Event, TimedOut
from firmware.here import Here
from firmware.screens.screen import Move, Screen, framed
from firmware.words import DISPLAY_COLUMNS, scale, whole_law
from hal.ports import Hint, Key, Line, Pressed, Size, View

LINES = 3
"""Small lines on a page."""


@dataclass(frozen=True)
class Info(Screen):
    """Lies over the screen it explains; gives it back unchanged."""

    name: ClassVar[str] = "info"
    patience: ClassVar[float] = 20.0

    before: Screen
    page: int = 0

    def on(self, event: Event, here: Here) -> Move:
        """INFO turns the page; the last page, any other key, and time give the screen back."""
        match event:
            case Pressed(Key.INFO) if self.page + 1 < len(self._pages(here)):
                return replace(self, page=self.page + 1)
            case Pressed() | TimedOut():
                return self.before
        return self

    def view(self, here: Here) -> View:
        """One page."""
        pages = self._pages(here)
        page = min(self.page, len(pages) - 1)
        more = (Hint(Key.INFO, here.say("suite")),) if page + 1 < len(pages) else ()
        return framed(self, here, *pages[page], hints=(*more, Hint(Key.OK, here.say("retour"))))

    def _pages(self, here: Here) -> tuple[tuple[Line, ...], ...]:
        """What this screen asks for, the whole scale, the whole statement of the law."""
        texts = (wrap(self.before.explain(here), DISPLAY_COLUMNS), scale(here), whole_law(here))
        cut = (text[at : at + LINES] for text in texts for at in range(0, len(text), LINES))
        return tuple(tuple(Line(line, Size.SMALL) for line in page) for page in cut)
