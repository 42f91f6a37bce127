"""Screens after the payment: paid, printing, ticket out, no ticket.

The right exists before any of these screens is up, and none of them can take it away.
"""

from __future__ import annotations

from typing import ClassVar

from firmware.domain.parking_right import ParkingRight
from firmware.protocol.facts import TicketFailed, TicketPrinted
from firmware.screens.screen import Move, NoticeScreen, Screen, VisitOver, plate_and_amount, visit_view
from firmware.visit.context import Context
from firmware.visit.effects import AskPrinter, Print, Record
from firmware.visit.events import Event, TimedOut
from firmware.visit.words import until
from hal.ports import Hint, Key, KeyPressed, Line, NotPrinted, Printed, PrinterState, Size, View


class Paid(Screen, frozen=True):
    """Paid and written down; a ticket only for who asks, since the plate is what agents read."""

    name: ClassVar[str] = "approved"
    patience: ClassVar[float] = 12.0

    right: ParkingRight
    late: bool = False
    """The motorist had asked to cancel, and the bank had already said yes."""

    def on(self, event: Event, context: Context) -> Move:
        """OK prints; CANCEL or silence ends the visit."""
        match event:
            case KeyPressed(Key.OK) if context.health.prints:
                return print_ticket(self.right)
            case KeyPressed(Key.OK | Key.CANCEL) | TimedOut():
                return VisitOver()
        return self

    def view(self, context: Context) -> View:
        """Paid, until when, and the question of the ticket."""
        right, prints = self.right, context.health.prints
        wants = context.say("ticket") if prints else context.say("terminer")
        hints = (Hint(Key.OK, wants), *((Hint(Key.CANCEL, context.say("sans ticket")),) if prints else ()))
        end = until(right.end, context)
        return visit_view(
            self,
            context,
            plate_and_amount(right, context),
            Line(context.say("Payé jusqu’à {end}", end=end) if right.cents else context.say("jusqu’à {end}", end=end)),
            Line(self._question(context), Size.SMALL),
            hints=hints,
        )

    def _question(self, context: Context) -> str:
        if not context.health.prints:
            return context.say("Notez : {reference}", reference=self.right.reference)
        return context.say("Annulé trop tard. Un ticket ?") if self.late else context.say("Enregistré. Un ticket ?")


def print_ticket(right: ParkingRight, *, doubtful: bool = False) -> Move:
    """Start printing the ticket of this right."""
    return Printing(right, doubtful), Print(right, doubtful)


class Printing(Screen, frozen=True):
    """The printer has the ticket."""

    name: ClassVar[str] = "printing"
    patience: ClassVar[float] = 30.0
    """Longer than the driver's own limit: it always ends the printing first."""

    right: ParkingRight
    doubtful: bool = False
    """Nobody knows whether it is paid: no word here says so."""

    def on(self, event: Event, context: Context) -> Move:
        """What the printer says is written down before it is shown."""
        match event:
            case Printed(number) if number == self.right.reference:
                return TakeTicket(self.right, self.doubtful), Record(TicketPrinted(number))
            case NotPrinted(number, state) if number == self.right.reference:
                return NoTicket(self.right, self.doubtful), Record(TicketFailed(number, state.value)), AskPrinter()
            case TimedOut():
                silent = TicketFailed(self.right.reference, PrinterState.SILENT.value)
                return NoTicket(self.right, self.doubtful), Record(silent), AskPrinter()
        return self

    def view(self, context: Context) -> View:
        """The ticket is coming."""
        return visit_view(
            self,
            context,
            plate_and_amount(self.right, context),
            Line(context.say("Impression…")),
            Line(context.say("jusqu’à {end}", end=until(self.right.end, context)), Size.SMALL),
        )


class TakeTicket(NoticeScreen, frozen=True):
    """The ticket is out."""

    name: ClassVar[str] = "take ticket"
    patience: ClassVar[float] = 8.0

    right: ParkingRight
    doubtful: bool = False

    def view(self, context: Context) -> View:
        """Take it, and good-bye."""
        return visit_view(
            self,
            context,
            plate_and_amount(self.right, context),
            Line(context.say("Prenez votre ticket")),
            Line(context.say("jusqu’à {end}", end=until(self.right.end, context)), Size.SMALL),
            hints=(Hint(Key.OK, context.say("terminer")),),
        )


class NoTicket(Screen, frozen=True):
    """The ticket did not come out; the right stands, and its reference is the receipt."""

    name: ClassVar[str] = "no ticket"
    patience: ClassVar[float] = 20.0

    right: ParkingRight
    doubtful: bool = False

    def on(self, event: Event, context: Context) -> Move:
        """OK prints if the printer says it can, and otherwise asks it again how it is; CANCEL or time ends the visit."""
        match event:
            case KeyPressed(Key.OK) if context.health.prints:
                return print_ticket(self.right, doubtful=self.doubtful)
            case KeyPressed(Key.OK):
                return self, AskPrinter()
            case KeyPressed(Key.CANCEL) | TimedOut():
                return VisitOver()
        return self

    def view(self, context: Context) -> View:
        """What stands, and the code to keep."""
        return visit_view(
            self,
            context,
            plate_and_amount(self.right, context),
            Line(context.say("Couvert jusqu’à {end}", end=until(self.right.end, context)), Size.MEDIUM),
            Line(context.say("Ticket non imprimé. Notez : {reference}", reference=self.right.reference), Size.SMALL),
            hints=(Hint(Key.OK, context.say("réessayer")), Hint(Key.CANCEL, context.say("terminer"))),
        )
