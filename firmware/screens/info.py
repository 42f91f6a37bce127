"""The help screen of INFO: one more sentence about the screen, the whole price scale, the law."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import ClassVar

from msgspec.structs import replace

from firmware.screens.plate import PlateEntry
from firmware.screens.question import StillThere
from firmware.screens.reading_order import read_on_page
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
        """INFO turns the page; the last page and any other key give the screen back; silence asks whether anybody is there.

        Who was typing a plate may read and type on.
        """
        match event:
            case KeyPressed(Key.INFO) if self.page + 1 < len(self._pages(context)):
                return replace(self, page=self.page + 1)
            case KeyPressed(key) if key.character and isinstance(self.before, PlateEntry):
                return self.before.on(event, context)
            case KeyPressed():
                return self.before.uncovered(event, context)
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

    def read(self, context: Context) -> tuple[Line, ...]:
        """The page as it is said: in whole sentences, also where one ends on the next page."""
        cut = [(text, page) for text in self._texts(context) for page in _pages_of(text)]
        text, page = cut[min(self.page, len(cut) - 1)]
        return tuple(Line(each, Size.MEDIUM) for each in read_on_page(text, page, READING_COLUMNS))

    def _pages(self, context: Context) -> tuple[tuple[Line, ...], ...]:
        cut = (text[page.start : page.stop] for text in self._texts(context) for page in _pages_of(text))
        return tuple(tuple(Line(line, Size.MEDIUM) for line in page) for page in cut)

    def _texts(self, context: Context) -> tuple[Sequence[str], ...]:
        """What this screen asks for, the whole scale that applies, the whole statement of the law, in lines."""
        explained = wrap(self.before.explain(context), READING_COLUMNS)
        purchase = self.before.priced_purchase()
        return explained, scale_of(purchase, context), whole_law(purchase, context)


def _pages_of(text: Sequence[str]) -> Iterator[range]:
    """The lines of each page of a text."""
    return (range(at, min(at + LINES, len(text))) for at in range(0, len(text), LINES))
