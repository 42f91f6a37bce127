"""Who is there? A number, then a PIN. Knows no clock, no wire, no disk.

The theory. Whoever stands at an open door may be a technician or not. A wrong PIN is written down before the screen says that
it was wrong, so cutting the power does not buy another try; what must be waited is the ledger's business (see
`firmware/lockout.py`). The digits of a PIN live in one screen and one effect; neither shows them, and no fact has a place for
them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import ceil
from typing import ClassVar

from firmware.effects import AskCrew, CheckPin, Record
from firmware.events import CrewIs, Event, PinIs, TimedOut
from firmware.facts import PinRefused, ServiceOpened
from firmware.here import Here
from firmware.lockout import MACHINE
from firmware.people import NUMBER_DIGITS, PIN_DIGITS
from firmware.screens.screen import Move, Notice, Over, Screen, framed
from firmware.screens.service.menu import main_menu
from hal.ports import DoorClosed, Hint, Key, Line, Pressed, Size, View


def knocked(here: Here) -> Move:
    """The key sequence was typed at an open door."""
    return (Locked(MACHINE) if here.ledger.lockout.wait(MACHINE, here.now) else Number()), AskCrew()


@dataclass(frozen=True)
class _Login(Screen):
    """Nobody is let in yet: the door, CANCEL and time lead away."""

    patience: ClassVar[float] = 30.0

    def on(self, event: Event, here: Here) -> Move:
        """The door, CANCEL and time; everything else is the screen's own."""
        if isinstance(event, DoorClosed | TimedOut) or event == Pressed(Key.CANCEL):
            return Over()
        return self.answered(event, here)

    def answered(self, event: Event, here: Here) -> Move:
        """The next screen, for any other event."""
        raise NotImplementedError


@dataclass(frozen=True)
class Number(_Login):
    """Two digits that say who wants to come in."""

    name: ClassVar[str] = "service number"

    person: str = ""
    refused: bool = False
    """The last PIN was wrong."""

    def answered(self, event: Event, here: Here) -> Move:
        """The second digit leads on; whoever must wait is told so."""
        match event:
            case CrewIs(0, trouble):
                return Nobody(trouble)
            case Pressed(Key.CORRECT):
                return replace(self, person=self.person[:-1])
            case Pressed(key) if key.value.isdecimal():
                return asked(replace(self, person=self.person + key.value, refused=False), here)
        return self

    def view(self, here: Here) -> View:
        """The question, and why it is asked again."""
        again = here.say("Code faux.") if self.refused else here.say("Accès réservé, chaque geste est enregistré.")
        return framed(
            self,
            here,
            Line(here.say("Service : votre numéro"), Size.SMALL),
            Line(self.person, cursor=True),
            Line(again, Size.SMALL),
            hints=(Hint(Key.CORRECT, here.say("effacer")), Hint(Key.CANCEL, here.say("quitter"))),
        )


def asked(number: Number, here: Here) -> Move:
    """On to the PIN once both digits are there, unless this person must wait."""
    if len(number.person) < NUMBER_DIGITS:
        return number
    return Locked(number.person) if here.ledger.lockout.wait(number.person, here.now) else Pin(number.person)


@dataclass(frozen=True)
class Pin(_Login):
    """Six digits nobody sees."""

    name: ClassVar[str] = "service pin"

    person: str
    pin: str = field(default="", repr=False)

    def answered(self, event: Event, here: Here) -> Move:
        """Digits, CORRECT, and OK once all are there."""
        match event:
            case Pressed(Key.CORRECT):
                return replace(self, pin=self.pin[:-1]) if self.pin else Number()
            case Pressed(Key.OK) if len(self.pin) == PIN_DIGITS:
                return Checking(self.person), CheckPin(self.person, self.pin)
            case Pressed(key) if key.value.isdecimal() and len(self.pin) < PIN_DIGITS:
                return replace(self, pin=self.pin + key.value)
        return self

    def view(self, here: Here) -> View:
        """As many dots as digits."""
        return framed(
            self,
            here,
            Line(here.say("Service {person} : votre code", person=self.person), Size.SMALL),
            Line("•" * len(self.pin), cursor=True),
            hints=(
                Hint(Key.CORRECT, here.say("effacer")),
                Hint(Key.CANCEL, here.say("quitter")),
                Hint(Key.OK, here.say("valider")),
            ),
        )


@dataclass(frozen=True)
class Checking(_Login):
    """The PIN is being looked at, for a moment."""

    name: ClassVar[str] = "service checking"
    patience: ClassVar[float] = 10.0

    person: str

    def answered(self, event: Event, here: Here) -> Move:
        """Right opens the menu; wrong is written down first, and may cost a wait."""
        match event:
            case PinIs(self.person, True):
                return main_menu(self.person), Record(ServiceOpened(self.person))
            case PinIs(self.person, False):
                wrong = PinRefused(self.person, here.now)
                costly = here.ledger.lockout.after(wrong).wait(self.person, here.now)
                return (Locked(self.person) if costly else Number(refused=True)), Record(wrong)
        return self

    def view(self, here: Here) -> View:
        """Wait."""
        return framed(self, here, Line(here.say("Vérification…"), Size.MEDIUM))


@dataclass(frozen=True)
class Locked(Screen):
    """Too many wrong PINs: the wait, counting down, seen for as long as anybody looks."""

    name: ClassVar[str] = "service locked"
    patience: ClassVar[float] = 1.0

    person: str
    left: int = 40
    """Seconds until the screen is idle again; the wait itself may be longer."""

    def on(self, event: Event, here: Here) -> Move:
        """Every second is another picture; the wait's end leads back to the number, CANCEL, the door and time away."""
        match event:
            case TimedOut() if self.left > 1 and here.ledger.lockout.wait(self.person, here.now):
                return replace(self, left=self.left - 1)
            case TimedOut() if self.left > 1:
                return Number()
            case TimedOut() | DoorClosed() | Pressed(Key.CANCEL):
                return Over()
            case CrewIs(0, trouble):
                return Nobody(trouble)
        return self

    def view(self, here: Here) -> View:
        """How long, largest."""
        wait = here.ledger.lockout.wait(self.person, here.now)
        return framed(
            self,
            here,
            Line(here.say("Service bloqué : trop de codes faux"), Size.SMALL),
            Line(counted_down(wait)),
            hints=(Hint(Key.CANCEL, here.say("quitter")),),
        )


def counted_down(wait: timedelta) -> str:
    """`0:30`, `10:00`, `23:59:59`."""
    minutes, seconds = divmod(ceil(wait.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


@dataclass(frozen=True)
class Nobody(Notice):
    """No person is known to this machine: the menu stays shut, and says why."""

    name: ClassVar[str] = "service shut"
    patience: ClassVar[float] = 20.0

    trouble: str = ""

    def view(self, here: Here) -> View:
        """What is missing, and the command that makes it."""
        why = here.say("Liste illisible : people.json") if self.trouble else here.say("Aucune personne inscrite : people.json")
        return framed(
            self,
            here,
            Line(here.say("Menu de service fermé"), Size.MEDIUM),
            Line(why, Size.SMALL),
            Line(here.say("À l’atelier : horodateur pin"), Size.SMALL),
            hints=(Hint(Key.OK, here.say("quitter")),),
        )
