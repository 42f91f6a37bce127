"""After the money: the ticket, or why there is none. Knows no clock, no wire, no disk.

The right exists before any of these screens is up, and none of them can take it away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from firmware.effects import Look, Print, Record
from firmware.events import Event, TimedOut
from firmware.facts import TicketFailed, TicketPrinted
from firmware.here import Here
from firmware.plate import grouped
from firmware.right import Right
from firmware.screens.screen import Move, Notice, Over, Screen, framed
from firmware.words import until
from hal.ports import Hint, Key, Line, NotPrinted, Pressed, Printed, PrinterState, Size, View


@dataclass(frozen=True)
class Paid(Screen):
    """Paid and written down; a ticket only for who asks, since the plate is what agents read."""

    name: ClassVar[str] = "approved"
    patience: ClassVar[float] = 12.0

    right: Right
    late: bool = False
    """The motorist had asked to cancel, and the bank had already said yes."""

    def on(self, event: Event, here: Here) -> Move:
        """OK prints; CANCEL or silence ends the visit."""
        match event:
            case Pressed(Key.OK) if here.health.prints:
                return printing(self.right)
            case Pressed(Key.OK | Key.CANCEL) | TimedOut():
                return Over()
        return self

    def view(self, here: Here) -> View:
        """Paid, until when, and the question of the ticket."""
        paid = (
            here.say("Annulé trop tard : payé.")
            if self.late
            else here.say("Payé.")
            if self.right.cents
            else here.say("Gratuit.")
        )
        ask = here.say("Un ticket ?") if here.health.prints else here.say("Notez : {reference}", reference=self.right.reference)
        wants = here.say("ticket") if here.health.prints else here.say("terminer")
        hints = (Hint(Key.OK, wants), *((Hint(Key.CANCEL, here.say("sans ticket")),) if here.health.prints else ()))
        saved = here.say("{paid} Enregistré jusqu’à", paid=paid)
        return framed(
            self,
            here,
            Line(saved, Size.SMALL),
            Line(until(self.right.end, here)),
            Line(ask, Size.SMALL),
            hints=hints,
        )


def printing(right: Right, *, doubtful: bool = False) -> Move:
    """Begin printing the ticket of this right."""
    return Printing(right, doubtful), Print(right, doubtful)


@dataclass(frozen=True)
class Printing(Screen):
    """The printer has the ticket."""

    name: ClassVar[str] = "printing"
    patience: ClassVar[float] = 30.0
    """Longer than the driver's own limit: it always ends the printing first."""

    right: Right
    doubtful: bool = False
    """Nobody knows whether it is paid: no word here says so."""

    def on(self, event: Event, here: Here) -> Move:
        """What the printer says is written down before it is shown."""
        match event:
            case Printed(number) if number == self.right.reference:
                return Take(self.right, self.doubtful), Record(TicketPrinted(number))
            case NotPrinted(number, state) if number == self.right.reference:
                return NoTicket(self.right, self.doubtful), Record(TicketFailed(number, state.value)), Look()
            case TimedOut():
                silent = TicketFailed(self.right.reference, PrinterState.SILENT.value)
                return NoTicket(self.right, self.doubtful), Record(silent), Look()
        return self

    def view(self, here: Here) -> View:
        """The ticket is coming."""
        return framed(
            self,
            here,
            Line(here.say("Impression…")),
            Line(
                here.say("{plate} : jusqu’à {end}", plate=grouped(self.right.plate), end=until(self.right.end, here)),
                Size.SMALL,
            ),
        )


@dataclass(frozen=True)
class Take(Notice):
    """The ticket is out."""

    name: ClassVar[str] = "take ticket"
    patience: ClassVar[float] = 8.0

    right: Right
    doubtful: bool = False

    def view(self, here: Here) -> View:
        """Take it, and good-bye."""
        return framed(
            self,
            here,
            Line(here.say("Prenez votre ticket")),
            Line(
                here.say("{plate} : jusqu’à {end}", plate=grouped(self.right.plate), end=until(self.right.end, here)),
                Size.SMALL,
            ),
            hints=(Hint(Key.OK, here.say("terminer")),),
        )


@dataclass(frozen=True)
class NoTicket(Screen):
    """The ticket did not come out; the right stands, and its reference is the receipt."""

    name: ClassVar[str] = "no ticket"
    patience: ClassVar[float] = 20.0

    right: Right
    doubtful: bool = False

    def on(self, event: Event, here: Here) -> Move:
        """OK prints if the printer says it can, and otherwise asks it again how it is; CANCEL or time ends the visit."""
        match event:
            case Pressed(Key.OK) if here.health.prints:
                return printing(self.right, doubtful=self.doubtful)
            case Pressed(Key.OK):
                return self, Look()
            case Pressed(Key.CANCEL) | TimedOut():
                return Over()
        return self

    def view(self, here: Here) -> View:
        """What stands, and the code to keep."""
        return framed(
            self,
            here,
            Line(here.say("Ticket non imprimé. Vous êtes couvert jusqu’à"), Size.SMALL),
            Line(until(self.right.end, here)),
            Line(here.say("Notez : {reference}", reference=self.right.reference), Size.SMALL),
            hints=(Hint(Key.OK, here.say("réessayer")), Hint(Key.CANCEL, here.say("terminer"))),
        )
