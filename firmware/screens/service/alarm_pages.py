"""Alarms that are up, as a technician reads them: code, what is wrong and what to do, from the catalogue, a page at a time."""

from __future__ import annotations

from textwrap import wrap
from typing import ClassVar

from msgspec.structs import replace

from firmware.screens.screen import Move
from firmware.screens.service.session import ServiceScreen, service_view
from firmware.service.alarms import Alarm, alarm_named, alarms_by_code, most_urgent_first
from firmware.visit.context import Context
from firmware.visit.events import Event
from firmware.visit.sales_policy import fault_code
from hal.ports import Align, Hint, Key, KeyPressed, Line, Size, View

ROWS = 3
"""Lines of text on a page."""
COLUMNS = 40
"""Characters of a line."""


class Alarms(ServiceScreen, frozen=True):
    """What is wrong now and what to do about it, the most urgent first."""

    name: ClassVar[str] = "service alarms"

    page: int = 0
    code: str = ""
    """One more code that was on the glass: that of a journal that cannot be written."""

    def on_answer(self, event: Event, context: Context) -> Move:
        """+ and − turn the page, any other key goes back."""
        pages = len(self.pages(context))
        match event:
            case KeyPressed(Key.PLUS):
                return replace(self, page=(self.page + 1) % pages)
            case KeyPressed(Key.MINUS):
                return replace(self, page=(self.page - 1) % pages)
            case KeyPressed():
                return self.session.then(self.session)
        return self

    def pages(self, context: Context) -> tuple[tuple[str, ...], ...]:
        """The lines of each page; an alarm begins a page of its own."""
        up = [page for alarm in alarms_up(context, self.code) for page in _alarm_pages(alarm)]
        return tuple(up) or ((context.say("Aucune alarme"),),)

    def view(self, context: Context) -> View:
        """One page, and which of how many."""
        pages = self.pages(context)
        at = self.page % len(pages)
        view = service_view(
            self,
            context,
            *(Line(line, Size.SMALL, Align.LEFT) for line in pages[at]),
            hints=(Hint(Key.MINUS, ""), Hint(Key.PLUS, context.say("tourner")), Hint(Key.OK, context.say("retour"))),
        )
        return replace(view, left=f"{view.left} · {at + 1}/{len(pages)}")


def alarms_up(context: Context, code: str = "") -> tuple[Alarm, ...]:
    """The alarms of the devices, and the code that the glass shows motorists, which may be of no device."""
    raised = [alarm_named(name) for name in sorted(context.health.alarms)]
    codes = {fault_code(context), code} - {alarm.code for alarm in raised}
    return most_urgent_first((*raised, *(alarm for alarm in alarms_by_code() if alarm.code in codes)))


def _alarm_pages(alarm: Alarm) -> list[tuple[str, ...]]:
    """Code and what is wrong, then the remedy, cut between words."""
    lines = (*wrap(f"{alarm.code}  {alarm.says}", COLUMNS), *wrap(alarm.remedy.replace("`", ""), COLUMNS))
    return [lines[at : at + ROWS] for at in range(0, len(lines), ROWS)]
