"""Nobody is there: what the law wants shown, turning. Knows no clock, no wire, no disk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from firmware.effects import Look
from firmware.events import Event, TimedOut
from firmware.here import Here
from firmware.screens.plate import Typing
from firmware.screens.screen import Move, Over, Screen, framed
from firmware.screens.service.login import knocked
from firmware.screens.trouble import out_of_service
from firmware.words import fps, hour, law, scale, until
from hal.ports import DoorClosed, Hint, Key, Line, Pressed, Size, View

PAGES = 3
FREE_PAGE = 1
"""The page that says what is given all the same, where money cannot be taken."""
KNOCKS = 2
"""CORRECT so often, then INFO: the way to the service menu."""


@dataclass(frozen=True)
class Idle(Screen):
    """Three pages: what to do and when one pays; the price scale; the FPS and the law."""

    name: ClassVar[str] = "idle"
    patience: ClassVar[float] = 6.0

    page: int = 0
    knocks: int = 0
    """How much of a technician's key sequence was typed, the door being open."""

    def on(self, event: Event, here: Here) -> Move:
        """A letter or digit begins a plate with itself; time turns the page."""
        match event:
            case Pressed(key) if key.character and here.selling.free:
                return Typing(key.character), Look()
            case Pressed(Key.CORRECT) if here.health.door_open and self.knocks < KNOCKS:
                return replace(self, knocks=self.knocks + 1)
            case DoorClosed() if self.knocks:
                return replace(self, knocks=0)
            case Pressed(Key.INFO) if self._knocked(here):
                return knocked(here)
            case TimedOut():
                return Over() if self.page + 1 == PAGES else Idle(self.page + 1)
        return self

    def _knocked(self, here: Here) -> bool:
        """Whether INFO now asks for the service menu: CORRECT came twice before it, at an open door."""
        return self.knocks == KNOCKS and here.health.door_open is True

    def view(self, here: Here) -> View:
        """One page; or, when it cannot sell, what is wrong and where to go."""
        other = Hint(Key.LANG, here.say("English"))
        if not here.sells:
            middle = _only_free(here) if here.selling.free and self.page == FREE_PAGE else out_of_service(here)
            return framed(self, here, *middle, hints=(other,))
        middle = (_welcome, _scale, _law)[self.page](here)
        return framed(self, here, *middle, hints=(Hint(Key.INFO, here.say("aide")), other))

    def explain(self, here: Here) -> str:
        """The whole way, in one sentence; to who has knocked, nothing: INFO is then theirs."""
        if self._knocked(here):
            return ""
        if here.sells:
            return here.say("Plaque, OK, durée, OK, carte. C’est tout.")
        return here.say("Seuls les droits gratuits : plaque, OK.") if here.selling.free else ""


def _welcome(here: Here) -> tuple[Line, ...]:
    calendar = here.tariffs.calendar
    warning = (Line(_warning(here), Size.SMALL),) if _warning(here) else ()
    if here.free_now:
        free = here.say("Gratuit jusqu’à {end}", end=until(here.tariffs.start(here.now), here))
        return (Line(free), Line(here.say("Pour payer d’avance : tapez votre plaque"), Size.SMALL), *warning)
    opens, closes = hour(calendar.opens, here), hour(calendar.closes, here)
    paid = here.say("Payant lun.–sam. {open}–{close}", open=opens, close=closes)
    return (Line(here.say("Tapez votre plaque")), Line(paid, Size.SMALL), *warning)


def _only_free(here: Here) -> tuple[Line, ...]:
    return (
        Line(here.say("Droit gratuit : tapez votre plaque"), Size.MEDIUM),
        Line(here.say("Paiement hors service, code {code}", code=here.code), Size.SMALL),
    )


def _warning(here: Here) -> str:
    if here.health.stuck:
        keys = ", ".join(sorted(key.value for key in here.health.stuck))
        return here.say("Touche bloquée : {keys}", keys=keys)
    return "" if here.health.prints else here.say("Sans ticket pour le moment")


def _scale(here: Here) -> tuple[Line, ...]:
    return tuple(Line(line, Size.SMALL) for line in scale(here))


def _law(here: Here) -> tuple[Line, ...]:
    return tuple(Line(line, Size.SMALL) for line in (*fps(here), *law(here)))
