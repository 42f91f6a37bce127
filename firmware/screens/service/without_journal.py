"""Service menu of a station whose journal cannot be written: what may be read and carried away, nothing that must be recorded.

The theory. What a technician does is written down before it is done; here nothing can be. So the menu holds three entries that
change nothing (the alarms, the versions, a diagnostic bundle to a stick), and a wrong PIN, which costs no wait that would be
remembered, ends it until the program has started again; its lock-out is written with the rest when the journal can be. The
login's own screens are used: this screen stands around them, drops their facts and leads back to where the glass was.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from firmware.protocol.facts import PinRefused, ServiceOpened
from firmware.screens.screen import Move, Screen, VisitOver
from firmware.screens.service.alarm_pages import Alarms
from firmware.screens.service.assisted import export_bundle
from firmware.screens.service.login import open_login
from firmware.screens.service.menu import EntryList
from firmware.screens.service.readings import Versions
from firmware.screens.service.session import Session
from firmware.visit.context import Context
from firmware.visit.effects import Effect, Inspect, Record
from firmware.visit.events import Event, TimedOut
from hal.ports import View

NO_MORE = 9
"""Presses of CORRECT after a wrong PIN: the sequence is over until the program has started again."""


def open_without_journal(broken: Screen, code: str, no_more: Screen, context: Context) -> Move:
    """Open the login over the screen of a broken journal. `no_more`: that screen after a wrong PIN."""
    inner, effects = _split(open_login(context))
    return WithoutJournal(broken, no_more, code, inner), *effects


class WithoutJournal(Screen, frozen=True):
    """The login, and then the menu, around which nothing is written down."""

    name: ClassVar[str] = "service without journal"
    patience: ClassVar[float] = 1.0

    broken: Screen
    """What the glass showed: its end."""
    no_more: Screen
    """The same, after a wrong PIN."""
    code: str
    """The code that the glass showed."""
    inner: Screen
    waited: int = 0
    """Seconds for which the inner screen has not changed."""

    def on(self, event: Event, context: Context) -> Move:
        """The inner screen's next; time reaches it when its own patience ends."""
        if event == TimedOut() and self.waited + 1 < self.inner.patience:
            return replace(self, waited=self.waited + 1)
        inner, effects = _split(self.inner.on(event, context))
        facts = [effect.fact for effect in effects if isinstance(effect, Record)]
        if refused := [Record(fact) for fact in facts if isinstance(fact, PinRefused)]:
            return self.no_more, *refused
        if isinstance(inner, VisitOver):
            return self.broken
        for fact in facts:
            if isinstance(fact, ServiceOpened):
                inner = emergency_menu(fact.person, self.code)
        waited = self.waited if inner == self.inner else 0
        return replace(self, inner=inner, waited=waited), *(effect for effect in effects if not isinstance(effect, Record))

    def view(self, context: Context) -> View:
        """As the inner screen."""
        return self.inner.view(context)


def emergency_menu(person: str, code: str) -> EmergencyMenu:
    """The menu of this person. `code`: what the glass showed."""

    def back(session: Session) -> Move:
        return EmergencyMenu(session, code=code)

    return EmergencyMenu(Session(person, back, back), code=code)


class EmergencyMenu(EntryList, frozen=True):
    """What changes nothing."""

    name: ClassVar[str] = "service emergency"

    code: str = ""

    def entries(self, context: Context) -> tuple[str, ...]:
        """Three."""
        return context.say("Alarmes en cours"), context.say("Versions"), context.say("Diagnostic sur clé USB")

    def open_chosen(self, context: Context) -> Move:
        """Open it; the facts are dropped by `WithoutJournal`."""
        if self.chosen == 0:
            return Alarms(self.session, code=self.code)
        return export_bundle(self.session, context) if self.chosen == 2 else (Versions(self.session), Inspect())

    def on_cancel(self) -> Move:
        """Back to the glass as it was."""
        return VisitOver()


def _split(move: Move) -> tuple[Screen, tuple[Effect, ...]]:
    if isinstance(move, Screen):
        return move, ()
    screen, *effects = move
    return screen, tuple(effects)
