"""Service menu: numbered entries, one of them chosen.

+ and − choose, the key before an entry jumps to it, OK opens, CANCEL goes back, and from the first menu ends the session.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from msgspec.structs import replace

from firmware.protocol.person import Role
from firmware.screens.screen import Move
from firmware.screens.service import readings, trials
from firmware.screens.service.acceptance import begin_acceptance
from firmware.screens.service.alarm_pages import Alarms
from firmware.screens.service.assisted import export_bundle
from firmware.screens.service.clock import ClockSetting
from firmware.screens.service.printing import print_diagnostic, print_statistics
from firmware.screens.service.roll import NewRoll
from firmware.screens.service.selling import Collecting, Selling, SpecimenSale
from firmware.screens.service.session import ServiceScreen, Session, close_session, service_fact, service_view
from firmware.screens.service.wording import trial_name
from firmware.visit.context import Context
from firmware.visit.events import Event
from hal.ports import Align, Hint, Key, KeyPressed, Line, Size, View

ROOM = 3
"""Entries that stand on the glass at once."""
JUMPS = "1234567890AB"
"""The keys that jump to an entry, in their order."""
COLLECTORS = "145689"
"""What a collector opens: tickets, paper, counters, alarms and versions."""
Open = Callable[[Session, Context], Move]


def main_menu(person: str, chosen: int = 0, role: Role = "technician") -> Menu:
    """The first menu of a session."""
    return Menu(Session(person, back_to_menu, back_to_menu, role=role), chosen)


def back_to_menu(session: Session) -> Move:
    """The menu again, which follows most entries."""
    return main_menu(session.person, role=session.role)


def back_to_trials(session: Session) -> Move:
    """The list of trials again, the next one chosen, which follows a single trial."""
    latest = [trials.ORDER.index(result.trial) for result in session.results[-1:] if result.trial in trials.ORDER]
    chosen = (latest[0] + 1) % len(trials.ORDER) if latest else 0
    return Trials(replace(session, results=()), chosen)


class EntryList(ServiceScreen, frozen=True):
    """Base of the menu's lists: entries, and the one OK would open."""

    chosen: int = 0

    def entries(self, context: Context) -> tuple[str, ...]:
        """What can be chosen."""
        raise NotImplementedError

    def open_chosen(self, context: Context) -> Move:
        """What the chosen entry leads to."""
        raise NotImplementedError

    def on_cancel(self) -> Move:
        """Where CANCEL leads."""
        raise NotImplementedError

    def on_answer(self, event: Event, context: Context) -> Move:
        """Choose, jump, open, leave."""
        count = len(self.entries(context))
        match event:
            case KeyPressed(Key.PLUS):
                return replace(self, chosen=(self.chosen + 1) % count)
            case KeyPressed(Key.MINUS):
                return replace(self, chosen=(self.chosen - 1) % count)
            case KeyPressed(key) if key.character and key.value in JUMPS[:count]:
                return replace(self, chosen=JUMPS.index(key.value))
            case KeyPressed(Key.OK):
                return self.open_chosen(context)
            case KeyPressed(Key.CANCEL):
                return self.on_cancel()
        return self

    def view(self, context: Context) -> View:
        """The chosen entry between its neighbours."""
        entries = self.entries(context)
        first = max(0, min(self.chosen - 1, len(entries) - ROOM))
        lines = [
            Line(f"{JUMPS[first + at]}  {text}", Size.SMALL, Align.LEFT, chosen=first + at == self.chosen)
            for at, text in enumerate(entries[first : first + ROOM])
        ]
        keys = (Hint(Key.MINUS, ""), Hint(Key.PLUS, context.say("choisir")), Hint(Key.CANCEL, context.say("quitter")))
        return service_view(self, context, *lines, hints=(*keys, Hint(Key.OK, context.say("ouvrir"))))


class Menu(EntryList, frozen=True):
    """All that a technician can do."""

    name: ClassVar[str] = "service menu"

    def entries(self, context: Context) -> tuple[str, ...]:
        """Twelve at most: each has a key of `JUMPS`."""
        names = self._names(context)
        if self.session.role == "technician":
            return names
        return tuple(name if JUMPS[at] in COLLECTORS else f"({name})" for at, name in enumerate(names))

    def _names(self, context: Context) -> tuple[str, ...]:
        return (
            context.say("Ticket de test et diagnostic"),
            context.say("Essais, un par un"),
            context.say("Contrôle complet (60 s)"),
            context.say("Changer le papier"),
            context.say("Ticket de statistiques"),
            context.say("Relevé des compteurs"),
            context.say("Vente de test à zéro"),
            context.say("Alarmes en cours"),
            context.say("Versions"),
            context.say("Remettre en vente") if context.ledger.stopped else context.say("Mettre hors vente"),
            context.say("Mettre l’horloge à l’heure"),
            context.say("Diagnostic sur clé USB"),
        )

    def open_chosen(self, context: Context) -> Move:
        """Open the chosen entry; functions in the order of the entries. What is not for this role stays shut."""
        if self.session.role == "collector" and JUMPS[self.chosen] not in COLLECTORS:
            return self
        opens: tuple[Open, ...] = (
            print_diagnostic,
            lambda session, context: Trials(replace(session, then=back_to_trials)),
            begin_acceptance,
            lambda session, context: NewRoll(session),
            print_statistics,
            lambda session, context: Collecting(session),
            lambda session, context: SpecimenSale(session),
            lambda session, context: (Alarms(session), service_fact(session, "alarms read")),
            readings.read_versions,
            lambda session, context: Selling(session),
            lambda session, context: ClockSetting(session),
            export_bundle,
        )
        return opens[self.chosen](self.session, context)

    def on_cancel(self) -> Move:
        """End the session."""
        return close_session(self.session)


class Trials(EntryList, frozen=True):
    """The trials of the devices, one by one."""

    name: ClassVar[str] = "service trials"

    def entries(self, context: Context) -> tuple[str, ...]:
        """In the order of the guided round."""
        return tuple(trial_name(trial, context) for trial in trials.ORDER)

    def open_chosen(self, context: Context) -> Move:
        """Start the chosen trial, alone."""
        return trials.begin_trial(trials.ORDER[self.chosen], self.session)

    def on_cancel(self) -> Move:
        """Back to the menu."""
        return main_menu(self.session.person, 1, self.session.role)
