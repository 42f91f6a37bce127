"""Screens of a payment that is over: cancelled, unknown outcome; and what the questions after a refusal have in common."""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from firmware.domain.parking_right import ParkingRight
from firmware.domain.short_code import spoken
from firmware.protocol.facts import MISMATCHED, InDoubt, PaymentRefused, TicketPrinted, UnexpectedEvent
from firmware.screens.payment_lines import stopping_lines
from firmware.screens.screen import Move, NoticeScreen, Screen, VisitOver, plate_and_amount, visit_view
from firmware.screens.ticket import NoTicket, Paid, Printing, TakeTicket, print_ticket
from firmware.visit.answers import right_sold, same_purchase
from firmware.visit.context import Context
from firmware.visit.effects import AskPrinter, Beep, Record
from firmware.visit.events import Event, TimedOut
from firmware.visit.words import until
from hal.ports import (
    Approved,
    Declined,
    Hint,
    Key,
    KeyPressed,
    Line,
    NotReversed,
    Printed,
    Reason,
    Size,
    Tone,
    Unanswered,
    View,
)

RETURNED_WITHIN = 60
"""Seconds for which a motorist waits for a debit to be given back that sold nothing, before it is a doubt."""


def end_words(reason: Reason, context: Context) -> str:
    """How a payment ended that debited nothing: words of its own for each reason, and nothing that the terminal did not say."""
    said = {
        Reason.REFUSED: context.say("Paiement non abouti"),
        Reason.BANK: context.say("La banque a refusé"),
        Reason.WRONG_PIN: context.say("Code faux"),
        Reason.CARD: context.say("Carte non acceptée"),
        Reason.CARD_OUT: context.say("Carte retirée"),
        Reason.NO_CARD: context.say("Aucune carte lue"),
        Reason.CANCELLED: context.say("Paiement abandonné"),
        Reason.NO_BANK: context.say("Banque injoignable"),
        Reason.REVERSED: context.say("Paiement annulé"),
        Reason.BUSY: context.say("Terminal occupé"),
        Reason.NOT_TAKEN: context.say("Demande non prise"),
        Reason.NOT_ASKED: context.say("Terminal muet"),
        Reason.WITHDRAWN: context.say("Annulé"),
    }
    return said[reason]


def failure_words(reason: Reason, context: Context) -> tuple[str, str]:
    """How it ended, and what to do. Not for what was withdrawn: that is no failure."""
    another, again = context.say("Autre carte ?"), context.say("Réessayez.")
    advice = {
        Reason.REFUSED: context.say("Voir terminal."),
        Reason.BANK: another,
        Reason.WRONG_PIN: another,
        Reason.CARD: another,
        Reason.NO_BANK: context.say("Patientez."),
        Reason.REVERSED: context.say("Somme rendue."),
    }
    if reason is Reason.BUSY:
        return end_words(reason, context), context.say("Pas de carte : attendez.")
    return end_words(reason, context), context.say("Rien n’est débité. {advice}", advice=advice.get(reason, again))


def why_ended(reason: Reason, context: Context, *, asked: bool) -> Reason:
    """Why a payment that was stopped ended: who asked for it knows; else nobody showed a card, if the terminal tells of one."""
    if asked:
        return Reason.WITHDRAWN
    by_station = reason in (Reason.CANCELLED, Reason.WITHDRAWN)
    return Reason.NO_CARD if by_station and context.capabilities.progress else reason


class _Counted(Screen, frozen=True, kw_only=True):
    """Base of screens that time ends in steps."""

    left: int = 30
    """Seconds until the visit is over, in steps of the patience."""


class BriefQuestion(_Counted, frozen=True):
    """Base of the questions after a refusal. Time ends them, with a warning; no key gives them back to the next motorist."""

    patience: ClassVar[float] = 10.0

    right: ParkingRight

    def on(self, event: Event, context: Context) -> Move:
        """CANCEL and time end the visit; everything else is the screen's own."""
        match event:
            case TimedOut() if self.left > self.patience:
                left = self.left - int(self.patience)
                return replace(self, left=left), Beep(Tone.WARNING)
            case TimedOut() | KeyPressed(Key.CANCEL):
                return VisitOver()
        return self.on_answer(event, context)

    def on_answer(self, event: Event, context: Context) -> Move:
        """The next screen, for any other event."""
        raise NotImplementedError

    def on_sold(self, sold: ParkingRight, context: Context) -> Move:
        """A yes after the no: it is paid, and nothing is asked again."""
        return (Paid(sold), Beep(Tone.ACCEPTED)) if same_purchase(sold, self.right) else self

    def leave_hint(self, context: Context) -> Hint:
        """CANCEL, and how long the question stands."""
        return Hint(Key.CANCEL, context.say("quitter ({left} s)", left=self.left))


class Cancelled(NoticeScreen, frozen=True):
    """It is certain that nothing is debited: the motorist asked to stop, or a doubt ended so before his eyes."""

    name: ClassVar[str] = "cancelled"
    patience: ClassVar[float] = 6.0

    right: ParkingRight
    asked: bool = True
    """The motorist asked for it."""
    reason: Reason = Reason.WITHDRAWN
    """Why it ended, where nobody asked for it."""

    def on_sold(self, sold: ParkingRight, context: Context) -> Move:
        """A yes after the no: it was too late to stop, if anybody wanted to."""
        return (Paid(sold, late=self.asked), Beep(Tone.ACCEPTED)) if same_purchase(sold, self.right) else self

    def view(self, context: Context) -> View:
        """Nothing is debited."""
        return visit_view(
            self,
            context,
            plate_and_amount(self.right, context),
            Line(end_words(Reason.WITHDRAWN if self.asked else self.reason, context)),
            Line(context.say("Rien n’est débité")),
            hints=(Hint(Key.OK, context.say("terminer")),),
        )


class Returning(Screen, frozen=True):
    """Another amount than asked was debited, and is being given back: until that is told, nobody is told to go."""

    name: ClassVar[str] = "giving back"
    patience: ClassVar[float] = 1.0

    right: ParkingRight
    waited: int = 0

    @property
    def awaits(self) -> str:
        """The reference of this payment."""
        return self.right.reference

    def on(self, event: Event, context: Context) -> Move:
        """Given back, nothing is debited; what is not given back in time, or not at all, is a doubt."""
        right = self.right
        match event:
            case Approved(_, cents) if cents == right.cents:
                return Paid(right), Record(right_sold(right, event, context)), Beep(Tone.ACCEPTED)
            case Declined(_, why):
                return Cancelled(right, asked=False, reason=why), Record(PaymentRefused(right.reference, why.value))
            case TimedOut() if self.waited + 1 < RETURNED_WITHIN:
                return replace(self, waited=self.waited + 1)
            case TimedOut() | NotReversed() | Unanswered():
                return PaymentUnknown(right), Record(InDoubt(right, MISMATCHED, context.ledger.clock(right.reference)))
        return self

    def view(self, context: Context) -> View:
        """Whose, how much, how long it can take, and that no card may be shown meanwhile."""
        middle = stopping_lines(None, RETURNED_WITHIN - self.waited, context)
        return visit_view(self, context, plate_and_amount(self.right, context), *middle)


class PaymentUnknown(Screen, frozen=True):
    """The terminal had the request and gave no result; the motorist is covered and must not pay again."""

    name: ClassVar[str] = "not known"
    patience: ClassVar[float] = 45.0

    right: ParkingRight

    @property
    def awaits(self) -> str:
        """A late answer ends the doubt while the motorist is still here."""
        return self.right.reference

    def on(self, event: Event, context: Context) -> Move:
        """OK prints a ticket that says what is known; a late answer is written down, and the screen follows it."""
        right = self.right
        match event:
            case Approved(_, cents) if cents == right.cents:
                return Paid(right), Record(right_sold(right, event, context)), Beep(Tone.ACCEPTED)
            case Approved(reference, cents):
                return self, Record(
                    UnexpectedEvent(f"approval of {cents} cents for {reference}, which asked for {right.cents}")
                )
            case Declined(_, reason):
                return Cancelled(right, asked=False, reason=reason), Record(PaymentRefused(right.reference, reason.value))
            case KeyPressed(Key.OK) if context.health.prints:
                return print_ticket(right, doubtful=True)
            case KeyPressed(Key.OK):
                return NoTicket(right, doubtful=True), AskPrinter()
            case KeyPressed(Key.CANCEL) | TimedOut():
                return VisitOver()
        return self

    def view(self, context: Context) -> View:
        """Whose payment, how much, the code of its receipt; do not pay twice; you are covered."""
        right = self.right
        ticket = context.say("ticket") if context.health.prints else context.say("reçu à l’écran")
        return visit_view(
            self,
            context,
            plate_and_amount(right, context),
            Line(context.say("Ne repayez pas"), beside=spoken(context.receipts.code(right.reference))),
            Line(context.say("Couvert jusqu’à {end}", end=until(right.end, context)), Size.MEDIUM),
            hints=(Hint(Key.OK, ticket), Hint(Key.CANCEL, context.say("terminer"))),
        )


def after_given_back(screen: Screen, reference: str) -> Screen:
    """The screen once the money of this right was returned; another where the motorist was told that he is covered."""
    match screen:
        case Paid(right) | Printing(right) | TakeTicket(right) | NoTicket(right) if right.reference == reference:
            return GivenBack(right)
    return screen


class GivenBack(NoticeScreen, frozen=True):
    """What was sold a moment ago was returned by the bank: the motorist, who may still be there, is not covered."""

    name: ClassVar[str] = "given back"
    patience: ClassVar[float] = 30.0

    right: ParkingRight

    def on(self, event: Event, context: Context) -> Move:
        """The ticket may be on its way out: that it is out is written down all the same."""
        if event == Printed(self.right.reference):
            return self, Record(TicketPrinted(self.right.reference))
        return super().on(event, context)

    def view(self, context: Context) -> View:
        """Whose, how much; the money is returned, and nothing covers the car."""
        return visit_view(
            self,
            context,
            plate_and_amount(self.right, context),
            Line(context.say("Paiement annulé")),
            Line(context.say("Vous n’êtes pas couvert."), Size.MEDIUM),
            hints=(Hint(Key.OK, context.say("terminer")),),
        )
