"""A new roll of paper. Knows no clock, no wire, no disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from firmware.effects import Look, Record
from firmware.events import Event
from firmware.facts import PaperChanged
from firmware.here import Here
from firmware.papers import PaperTest
from firmware.screens.screen import Move
from firmware.screens.service.printing import printed, state_name
from firmware.screens.service.session import Served, joined, panel, small
from hal.ports import Hint, Key, Line, Pressed, Size, View


@dataclass(frozen=True)
class NewRoll(Served):
    """Once the roll is in and the cover closed, a short test; the count of what is left begins again with it."""

    name: ClassVar[str] = "service roll"

    def answered(self, event: Event, here: Here) -> Move:
        """OK: it is a new roll, and the printer can print; until it can, it is asked again."""
        match event:
            case Pressed(Key.OK) if here.health.prints:
                changed = Record(PaperChanged(self.session.person))
                return joined(printed(self.session, PaperTest(), "paper test", here), changed)
            case Pressed(Key.OK):
                return self, Look()
            case Pressed(Key.CANCEL):
                return self.session.then(self.session)
        return self

    def view(self, here: Here) -> View:
        """What hands do, and how the printer is meanwhile."""
        return panel(
            self,
            here,
            Line(state_name(here.health.printer, here), Size.MEDIUM),
            *small(here.say("Rouleau neuf en place, capot fermé ?"), here.say("OK : essai court, compteur remis à neuf")),
            hints=(Hint(Key.CANCEL, here.say("retour")), Hint(Key.OK, here.say("rouleau neuf"))),
        )
