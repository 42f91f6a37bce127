"""Screens after the payment: paid, printing, ticket out, no ticket.

The right exists before any of these screens is up, and none of them can take it away.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from firmware.domain.parking_right import ParkingRight
from firmware.domain.plate import grouped
from firmware.domain.purchase import Purchase
from firmware.domain.short_code import spoken
from firmware.protocol.facts import TicketFailed, TicketPrinted
from firmware.screens.screen import Move, NoticeScreen, Screen, VisitOver, plate_and_amount, visit_view
from firmware.visit.context import Context
from firmware.visit.effects import AskPrinter, Beep, Print, Record
from firmware.visit.events import Event, TimedOut
from firmware.visit.receipts import may_print, shown_code
from firmware.visit.words import price, until
from hal.ports import Hint, Key, KeyPressed, Line, NotPrinted, Printed, PrinterIs, PrinterState, Size, Tone, View


class Paid(Screen, frozen=True):
    """Paid and written down; a ticket only for who asks, since the plate is what agents read."""

    name: ClassVar[str] = "approved"
    patience: ClassVar[float] = 12.0

    right: ParkingRight
    late: bool = False
    """The motorist had asked to cancel, and the bank had already said yes."""

    def on(self, event: Event, context: Context) -> Move:
        """OK prints, CANCEL or silence ends the visit; where nothing prints, OK and silence lead to the receipt."""
        match event:
            case KeyPressed(Key.OK) if context.health.prints:
                return print_ticket(self.right)
            case KeyPressed(Key.OK) | TimedOut() if not context.health.prints:
                return NoTicket(self.right), AskPrinter()
            case KeyPressed(Key.CANCEL) | TimedOut():
                return VisitOver()
        return self

    def view(self, context: Context) -> View:
        """Paid, until when, and the question of the ticket."""
        right, prints = self.right, context.health.prints
        wants = context.say("ticket") if prints else context.say("reçu à l’écran")
        leave = context.say("sans ticket") if prints else context.say("terminer")
        end = until(right.end, context)
        return visit_view(
            self,
            context,
            plate_and_amount(right, context),
            self._said(context),
            Line(end),
            hints=(Hint(Key.OK, wants), Hint(Key.CANCEL, leave)),
        )

    def _said(self, context: Context) -> Line:
        if self.late:
            return Line(context.say("Annulé trop tard. Payé jusqu’à"), Size.MEDIUM)
        paid = context.say("Payé jusqu’à") if self.right.cents else context.say("Jusqu’à")
        return Line(paid, beside=shown_code(self.right, context))


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
        """The ticket is coming; its code, for who has no ticket after a power cut."""
        code = spoken(context.receipts.code(self.right.reference))
        return visit_view(
            self,
            context,
            plate_and_amount(self.right, context),
            Line(context.say("Impression…")),
            Line(context.say("fin {end}", end=until(self.right.end, context)), Size.MEDIUM, beside=code),
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
            Line(context.say("jusqu’à {end}", end=until(self.right.end, context)), Size.MEDIUM),
            hints=(Hint(Key.OK, context.say("terminer")),),
        )


class NoTicket(Screen, frozen=True):
    """No ticket came out, or a code asks for one: the right stands, and its receipt is on the display.

    The receipt is a QR code, signed, and a short code that is typed in place of a plate when there is paper again. Whoever
    stands here when it comes back is offered the ticket, and needs no code.
    """

    name: ClassVar[str] = "no ticket"
    patience: ClassVar[float] = 15.0
    """From one look at the printer to the next."""

    right: ParkingRight
    doubtful: bool = False
    left: int = 60
    """Seconds until the visit is over: as long as a picture of the code takes."""

    def on(self, event: Event, context: Context) -> Move:
        """OK prints if the printer can, and otherwise asks it again how it is; so does time; CANCEL ends the visit."""
        match event:
            case KeyPressed(Key.OK) if may_print(self.right, context):
                return print_ticket(self.right, doubtful=self.doubtful)
            case KeyPressed(Key.OK) if not context.health.prints:
                return self, AskPrinter()
            case TimedOut() if self.left > self.patience:
                return replace(self, left=self.left - int(self.patience)), AskPrinter()
            case KeyPressed(Key.CANCEL) | TimedOut():
                return VisitOver()
            case PrinterIs(state) if state.prints:
                return self, Beep(Tone.WARNING)
        return self

    def view(self, context: Context) -> View:
        """What stands, the code to note, the code to photograph."""
        right = self.right
        return visit_view(
            self,
            context,
            Line(grouped(right.plate), Size.MEDIUM),
            Line(context.say("fin {end}", end=until(right.end, context)), Size.MEDIUM),
            Line(spoken(context.receipts.code(right.reference)), beside=price(right.cents, context)),
            hints=(*self._offer(context), Hint(Key.CANCEL, context.say("terminer"))),
            code=context.receipts.text(right, doubtful=self.doubtful),
        )

    def _offer(self, context: Context) -> tuple[Hint, ...]:
        """What OK would do; nothing where every duplicate is out."""
        if not context.health.prints:
            return (Hint(Key.OK, context.say("réessayer")),)
        if not may_print(self.right, context):
            return ()
        printed = context.ledger.receipts.of(self.right).printed
        return (Hint(Key.OK, context.say("duplicata") if printed else context.say("ticket")),)

    def priced_purchase(self) -> Purchase:
        """What was bought."""
        return Purchase(self.right.plate, self.right.regime, self.right.vehicle)

    def explain(self, context: Context) -> str:
        """What both codes are for."""
        return context.say(
            "Droit valable. Le QR est le reçu signé : prenez-le en photo. "
            "Ticket plus tard, à cette machine : tapez le code à la place de la plaque."
        )
