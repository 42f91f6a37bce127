"""The menu: numbered entries, one of them chosen. Knows no clock, no wire, no disk.

+ and − choose, a digit jumps, OK opens, CANCEL goes back, and from the first menu ends the session.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from firmware.events import Event
from firmware.here import Here
from firmware.screens.screen import Move
from firmware.screens.service import readings, trials
from firmware.screens.service.acceptance import begun
from firmware.screens.service.printing import diagnostic, statistics
from firmware.screens.service.roll import NewRoll
from firmware.screens.service.selling import Collecting, Selling, SpecimenSale
from firmware.screens.service.session import Served, Session, closed, noted, panel, trial_name
from hal.ports import Align, Hint, Key, Line, Pressed, Size, View

ROOM = 3
"""Entries that stand on the glass at once."""
Open = Callable[[Session, Here], Move]


def main_menu(person: str, chosen: int = 0) -> Menu:
    """The first menu of a session."""
    return Menu(Session(person, back_to_menu, back_to_menu), chosen)


def back_to_menu(session: Session) -> Move:
    """What follows most things: the menu again."""
    return main_menu(session.person)


def back_to_trials(session: Session) -> Move:
    """What follows a trial that is one of no round: the list, the next one chosen."""
    tried = [trials.ORDER.index(result.trial) for result in session.results[-1:] if result.trial in trials.ORDER]
    chosen = (tried[0] + 1) % len(trials.ORDER) if tried else 0
    return Trials(replace(session, results=()), chosen)


@dataclass(frozen=True)
class _List(Served):
    """Entries, and the one OK would open."""

    chosen: int = 0

    def entries(self, here: Here) -> tuple[str, ...]:
        """What can be chosen."""
        raise NotImplementedError

    def opened(self, here: Here) -> Move:
        """What the chosen entry leads to."""
        raise NotImplementedError

    def left(self) -> Move:
        """Where CANCEL leads."""
        raise NotImplementedError

    def answered(self, event: Event, here: Here) -> Move:
        """Choose, jump, open, leave."""
        count = len(self.entries(here))
        match event:
            case Pressed(Key.PLUS):
                return replace(self, chosen=(self.chosen + 1) % count)
            case Pressed(Key.MINUS):
                return replace(self, chosen=(self.chosen - 1) % count)
            case Pressed(key) if key.value.isdecimal() and (int(key.value) - 1) % 10 < count:
                return replace(self, chosen=(int(key.value) - 1) % 10)
            case Pressed(Key.OK):
                return self.opened(here)
            case Pressed(Key.CANCEL):
                return self.left()
        return self

    def view(self, here: Here) -> View:
        """The chosen entry between its neighbours."""
        entries = self.entries(here)
        first = max(0, min(self.chosen - 1, len(entries) - ROOM))
        lines = [
            Line(f"{(first + at + 1) % 10}  {text}", Size.SMALL, Align.LEFT, chosen=first + at == self.chosen)
            for at, text in enumerate(entries[first : first + ROOM])
        ]
        keys = (Hint(Key.MINUS, ""), Hint(Key.PLUS, here.say("choisir")), Hint(Key.CANCEL, here.say("quitter")))
        return panel(self, here, *lines, hints=(*keys, Hint(Key.OK, here.say("ouvrir"))))


@dataclass(frozen=True)
class Menu(_List):
    """All that a technician can do."""

    name: ClassVar[str] = "service menu"

    def entries(self, here: Here) -> tuple[str, ...]:
        """Ten at most: each has a digit."""
        return (
            here.say("Ticket de test et diagnostic"),
            here.say("Essais, un par un"),
            here.say("Contrôle complet (60 s)"),
            here.say("Changer le papier"),
            here.say("Ticket de statistiques"),
            here.say("Relevé des compteurs"),
            here.say("Vente de test à zéro"),
            here.say("Alarmes en cours"),
            here.say("Versions"),
            here.say("Remettre en vente") if here.ledger.stopped else here.say("Mettre hors vente"),
        )

    def opened(self, here: Here) -> Move:
        """In the order of the entries."""
        opens: tuple[Open, ...] = (
            diagnostic,
            lambda session, here: Trials(replace(session, then=back_to_trials)),
            begun,
            lambda session, here: NewRoll(session),
            statistics,
            lambda session, here: Collecting(session),
            lambda session, here: SpecimenSale(session),
            lambda session, here: (readings.Alarms(session), noted(session, "alarms read")),
            readings.versions,
            lambda session, here: Selling(session),
        )
        return opens[self.chosen](self.session, here)

    def left(self) -> Move:
        """Out."""
        return closed(self.session)


@dataclass(frozen=True)
class Trials(_List):
    """The trials of the devices, one by one."""

    name: ClassVar[str] = "service trials"

    def entries(self, here: Here) -> tuple[str, ...]:
        """In the order of the guided round."""
        return tuple(trial_name(trial, here) for trial in trials.ORDER)

    def opened(self, here: Here) -> Move:
        """The trial, alone."""
        return trials.tried(trials.ORDER[self.chosen], self.session)

    def left(self) -> Move:
        """Back to the menu."""
        return main_menu(self.session.person, 1)
