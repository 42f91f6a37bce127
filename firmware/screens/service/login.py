"""Login to the service menu: person number, PIN, lock-out.

The theory. Whoever stands at an open door may be a technician or not. A wrong PIN is recorded before the screen says that it
was wrong, so cutting the power does not buy another try; how long to wait is the ledger's business (see
`firmware/ledger/lockout.py`). The digits of a PIN live in one screen and one effect; neither shows them, and no fact has a
place for them.
"""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import ClassVar

from msgspec.structs import replace

from firmware.ledger.lockout import MACHINE
from firmware.protocol.access_code import CODE_DIGITS
from firmware.protocol.facts import PinRefused, ServiceOpened
from firmware.screens.screen import Move, NoticeScreen, Screen, VisitOver, visit_view
from firmware.screens.service.menu import main_menu
from firmware.service.people import NUMBER_DIGITS, PIN_DIGITS
from firmware.visit.context import Context
from firmware.visit.effects import CheckPin, CountTechnicians, Record
from firmware.visit.events import Event, PinChecked, TechniciansCounted, TimedOut
from hal.ports import DoorClosed, Hint, Key, KeyPressed, Line, Size, View

CORRECTIONS = 2
"""Presses of CORRECT before INFO opens the service menu, at an open door."""


def open_login(context: Context) -> Move:
    """Open the login after the key sequence at an open door; a machine that is locked out shows the wait."""
    return (Locked(MACHINE) if context.ledger.lockout.wait(MACHINE, context.now) else PersonNumber()), CountTechnicians()


class _Login(Screen, frozen=True):
    """Base of the login screens: the door, CANCEL and time end the login."""

    patience: ClassVar[float] = 30.0

    def on(self, event: Event, context: Context) -> Move:
        """The door, CANCEL and time; everything else is the screen's own."""
        if isinstance(event, DoorClosed | TimedOut) or event == KeyPressed(Key.CANCEL):
            return VisitOver()
        return self.on_answer(event, context)

    def on_answer(self, event: Event, context: Context) -> Move:
        """The next screen, for any other event."""
        raise NotImplementedError


class PersonNumber(_Login, frozen=True):
    """Two digits that say who wants to come in."""

    name: ClassVar[str] = "service number"

    person: str = ""
    refused: bool = False
    """The last PIN was wrong."""

    def on_answer(self, event: Event, context: Context) -> Move:
        """The second digit leads on; whoever must wait is told so."""
        match event:
            case TechniciansCounted(0, error):
                return NoTechnician(error)
            case KeyPressed(Key.INFO):
                return CodeEntry()
            case KeyPressed(Key.CORRECT):
                return replace(self, person=self.person[:-1])
            case KeyPressed(key) if key.value.isdecimal():
                return after_number(replace(self, person=self.person + key.value, refused=False), context)
        return self

    def view(self, context: Context) -> View:
        """The question, and why it is asked again."""
        again = context.say("Code faux.") if self.refused else context.say("Accès réservé, chaque geste est enregistré.")
        return visit_view(
            self,
            context,
            Line(context.say("Service : votre numéro"), Size.SMALL),
            Line(self.person, cursor=True),
            Line(again, Size.SMALL),
            hints=(
                Hint(Key.CORRECT, context.say("effacer")),
                Hint(Key.INFO, context.say("code unique")),
                Hint(Key.CANCEL, context.say("quitter")),
            ),
        )


def after_number(number: PersonNumber, context: Context) -> Move:
    """The next screen: the PIN once both digits are there; the wait for a person who is locked out."""
    if len(number.person) < NUMBER_DIGITS:
        return number
    return Locked(number.person) if context.ledger.lockout.wait(number.person, context.now) else PinEntry(number.person)


class PinEntry(_Login, frozen=True):
    """Six digits nobody sees."""

    name: ClassVar[str] = "service pin"

    person: str
    pin: str = ""

    def __repr__(self) -> str:
        """Without the digits."""
        return f"PinEntry({self.person!r})"

    def on_answer(self, event: Event, context: Context) -> Move:
        """Digits, CORRECT, and OK once all are there."""
        match event:
            case KeyPressed(Key.CORRECT):
                return replace(self, pin=self.pin[:-1]) if self.pin else PersonNumber()
            case KeyPressed(Key.OK) if len(self.pin) == PIN_DIGITS:
                return Checking(self.person), CheckPin(self.person, self.pin)
            case KeyPressed(key) if key.value.isdecimal() and len(self.pin) < PIN_DIGITS:
                return replace(self, pin=self.pin + key.value)
        return self

    def view(self, context: Context) -> View:
        """As many dots as digits."""
        return visit_view(
            self,
            context,
            Line(context.say("Service {person} : votre code", person=self.person), Size.SMALL),
            Line("•" * len(self.pin), cursor=True),
            hints=(
                Hint(Key.CORRECT, context.say("effacer")),
                Hint(Key.CANCEL, context.say("quitter")),
                Hint(Key.OK, context.say("valider")),
            ),
        )


class CodeEntry(_Login, frozen=True):
    """A number and a one-time code, which the city gives on the telephone; also while PINs are locked, or nobody has one."""

    name: ClassVar[str] = "service code"
    patience: ClassVar[float] = 60.0

    typed: str = ""

    def __repr__(self) -> str:
        """Without the digits."""
        return f"CodeEntry({len(self.typed)} digits)"

    def on_answer(self, event: Event, context: Context) -> Move:
        """Digits, CORRECT, and OK once all are there."""
        match event:
            case KeyPressed(Key.CORRECT):
                return replace(self, typed=self.typed[:-1])
            case KeyPressed(Key.OK) if len(self.typed) == NUMBER_DIGITS + CODE_DIGITS:
                person, code = self.typed[:NUMBER_DIGITS], self.typed[NUMBER_DIGITS:]
                return Checking(person), CheckPin(person, code)
            case KeyPressed(key) if key.value.isdecimal() and len(self.typed) < NUMBER_DIGITS + CODE_DIGITS:
                return replace(self, typed=self.typed + key.value)
        return self

    def view(self, context: Context) -> View:
        """The number is shown, the code too: it is worth nothing once it is used."""
        return visit_view(
            self,
            context,
            Line(context.say("Votre numéro, puis le code unique (10 chiffres)"), Size.SMALL),
            Line(f"{self.typed[:NUMBER_DIGITS]} {self.typed[NUMBER_DIGITS:]}".strip(), Size.MEDIUM, cursor=True),
            hints=(
                Hint(Key.CORRECT, context.say("effacer")),
                Hint(Key.CANCEL, context.say("quitter")),
                Hint(Key.OK, context.say("valider")),
            ),
        )


class Checking(_Login, frozen=True):
    """The PIN is being looked at, for a moment."""

    name: ClassVar[str] = "service checking"
    patience: ClassVar[float] = 10.0

    person: str

    def on_answer(self, event: Event, context: Context) -> Move:
        """Right opens the menu; wrong is written down first, and may cost a wait."""
        match event:
            case PinChecked(self.person, True, role, code) if (self.person, code) not in context.ledger.lockout.used:
                return main_menu(self.person, role=role), Record(ServiceOpened(self.person, code))
            case PinChecked(self.person):
                wrong = PinRefused(self.person, context.now)
                costly = context.ledger.lockout.after(wrong).wait(self.person, context.now)
                return (Locked(self.person) if costly else PersonNumber(refused=True)), Record(wrong)
        return self

    def view(self, context: Context) -> View:
        """Wait."""
        return visit_view(self, context, Line(context.say("Vérification…"), Size.MEDIUM))


class Locked(Screen, frozen=True):
    """Too many wrong PINs: the wait, counting down, seen for as long as anybody looks."""

    name: ClassVar[str] = "service locked"
    patience: ClassVar[float] = 1.0

    person: str
    left: int = 40
    """Seconds until the screen is idle again; the wait itself may be longer."""

    def on(self, event: Event, context: Context) -> Move:
        """Every second is another picture; the wait's end leads back to the number, CANCEL, the door and time away."""
        match event:
            case TimedOut() if self.left > 1 and context.ledger.lockout.wait(self.person, context.now):
                return replace(self, left=self.left - 1)
            case TimedOut() if self.left > 1:
                return PersonNumber()
            case TimedOut() | DoorClosed() | KeyPressed(Key.CANCEL):
                return VisitOver()
            case KeyPressed(Key.INFO):
                return CodeEntry()
            case TechniciansCounted(0, error):
                return NoTechnician(error)
        return self

    def view(self, context: Context) -> View:
        """How long, largest."""
        wait = context.ledger.lockout.wait(self.person, context.now)
        return visit_view(
            self,
            context,
            Line(context.say("Service bloqué : trop de codes faux"), Size.SMALL),
            Line(countdown_text(wait)),
            hints=(Hint(Key.INFO, context.say("code unique")), Hint(Key.CANCEL, context.say("quitter"))),
        )


def countdown_text(wait: timedelta) -> str:
    """`0:30`, `10:00`, `23:59:59`."""
    minutes, seconds = divmod(ceil(wait.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


class NoTechnician(NoticeScreen, frozen=True):
    """No person is known to this machine: the menu stays shut, and says why."""

    name: ClassVar[str] = "service shut"
    patience: ClassVar[float] = 20.0

    error: str = ""
    """Why the list of people cannot be read; empty where it is missing."""

    def on(self, event: Event, context: Context) -> Move:
        """INFO leads to a one-time code, which needs no list; all else ends it."""
        if event == KeyPressed(Key.INFO) and context.health.door_open:
            return CodeEntry()
        return VisitOver() if isinstance(event, DoorClosed) else super().on(event, context)

    def view(self, context: Context) -> View:
        """What is missing, and the command that makes it."""
        why = (
            context.say("Liste illisible : people.json")
            if self.error
            else context.say("Aucune personne inscrite : people.json")
        )
        return visit_view(
            self,
            context,
            Line(context.say("Menu de service fermé"), Size.MEDIUM),
            Line(why, Size.SMALL),
            Line(context.say("À l’atelier : horodateur pin"), Size.SMALL),
            hints=(Hint(Key.INFO, context.say("code unique")), Hint(Key.OK, context.say("quitter"))),
        )
