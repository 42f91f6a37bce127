"""Change of the paper roll, with a paper test."""

from __future__ import annotations

from typing import ClassVar

from firmware.protocol.facts import PaperChanged
from firmware.screens.screen import Move
from firmware.screens.service.printing import print_job
from firmware.screens.service.session import ServiceScreen, prepend_effects, service_view, small
from firmware.screens.service.wording import state_name
from firmware.service.print_jobs import PaperTest
from firmware.visit.context import Context
from firmware.visit.effects import AskPrinter, Record
from firmware.visit.events import Event
from hal.ports import Hint, Key, KeyPressed, Line, Size, View


class NewRoll(ServiceScreen, frozen=True):
    """Once the roll is in and the cover closed, a short test; the count of what is left begins again with it."""

    name: ClassVar[str] = "service roll"

    def on_answer(self, event: Event, context: Context) -> Move:
        """OK: it is a new roll, and the printer can print; until it can, it is asked again."""
        match event:
            case KeyPressed(Key.OK) if context.health.prints:
                changed = Record(PaperChanged(self.session.person))
                return prepend_effects(print_job(self.session, PaperTest(), "paper test", context), changed)
            case KeyPressed(Key.OK):
                return self, AskPrinter()
            case KeyPressed(Key.CANCEL):
                return self.session.then(self.session)
        return self

    def view(self, context: Context) -> View:
        """What hands do, and how the printer is meanwhile."""
        return service_view(
            self,
            context,
            Line(state_name(context.health.printer, context), Size.MEDIUM),
            *small(context.say("Rouleau neuf en place, capot fermé ?"), context.say("OK : essai court, compteur remis à neuf")),
            hints=(Hint(Key.CANCEL, context.say("retour")), Hint(Key.OK, context.say("rouleau neuf"))),
        )
