"""Screens of the payment: card presented, authorising, refused, cancelled, unknown outcome.

The theory. Four things can be true of a payment and the screens never blur them: nothing was asked; the bank is being asked;
it is certain (paid, or not debited); nobody knows. `PaymentStarted` is written before the bank is asked; only the terminal's
answer ends a payment, never the motorist and never our patience. CANCEL only asks for it: if the terminal has the request, its
answer still decides, and a yes becomes a right.

Concert, the terminal's protocol, does not tell us that a card was taken. So "present your card" gives way to "payment in
progress" when the motorist asks to leave, or after as long as a card takes to find.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from firmware.domain.money import euros
from firmware.domain.parking_right import ParkingRight
from firmware.domain.plate import grouped
from firmware.domain.purchase import Purchase
from firmware.protocol.facts import InDoubt, PaymentRefused, PaymentStarted, RightSold, UnexpectedEvent
from firmware.screens.out_of_service import OutOfService
from firmware.screens.question import QuestionScreen
from firmware.screens.screen import Move, NoticeScreen, Screen, VisitOver, visit_view
from firmware.screens.ticket import Paid, print_ticket
from firmware.tariff import Quote
from firmware.visit.context import Context
from firmware.visit.effects import Beep, Charge, Record, Withdraw
from firmware.visit.events import Event, TimedOut
from firmware.visit.offers import continued_stay, next_reference
from firmware.visit.sales_policy import may_give_free_right, may_take_payment
from firmware.visit.words import until
from hal.ports import Approved, Declined, Hint, Key, KeyPressed, Line, Reason, Size, Tone, Unanswered, View


def pay(purchase: Purchase, quote: Quote, context: Context) -> Move:
    """Start the payment of this quote; a right that costs nothing is given at once, without a card."""
    if not may_sell(quote.cents, context):
        return OutOfService()
    stay = continued_stay(purchase, context)
    right = ParkingRight(
        reference=next_reference(context),
        plate=purchase.plate,
        zone=quote.zone,
        sector=context.site.sector,
        regime=quote.regime,
        vehicle=quote.vehicle,
        start=quote.start,
        end=quote.end,
        units=quote.units,
        cents=quote.cents,
        tariff=quote.tariff,
        unit=quote.unit,
        reached=stay.reached,
        begun=stay.begun,
    )
    if right.cents:
        return _start_payment(right, context)
    return Paid(right), Record(RightSold(right, clock=context.health.clock.quality)), Beep(Tone.ACCEPTED)


def may_sell(cents: int, context: Context) -> bool:
    """Whether a sale at this price may begin now."""
    return may_take_payment(context) if cents else may_give_free_right(context)


def _start_payment(right: ParkingRight, context: Context) -> Move:
    return Presenting(right), Record(PaymentStarted(right, context.health.clock.quality)), Charge(right)


class _RunningPayment(Screen, frozen=True):
    """Base of the two screens of a running payment: records the terminal's answer."""

    right: ParkingRight

    @property
    def awaits(self) -> str:
        """The reference of this payment."""
        return self.right.reference

    def on_answer(self, event: Event, context: Context, *, leaving: bool) -> Move:
        """The end of the payment, written down before it is shown."""
        right, clock = self.right, context.ledger.clock(self.right.reference)
        match event:
            case Approved(_, cents, contactless) if cents == right.cents:
                return Paid(right, late=leaving), Record(RightSold(right, contactless, clock)), Beep(Tone.ACCEPTED)
            case Approved() | Unanswered():
                return PaymentUnknown(right), Record(InDoubt(right, "unanswered", clock))
            case Declined(_, reason) if leaving or reason is Reason.WITHDRAWN:
                return Cancelled(), Record(PaymentRefused(right.reference, reason.value))
            case Declined(_, reason):
                return PaymentFailed(right, reason), Record(PaymentRefused(right.reference, reason.value)), Beep(Tone.IGNORED)
        return self


class Presenting(_RunningPayment, frozen=True):
    """The terminal is about to have, or has, the request; the motorist looks for a card."""

    name: ClassVar[str] = "present card"
    patience: ClassVar[float] = 15.0

    def on(self, event: Event, context: Context) -> Move:
        """CANCEL withdraws the charge; the terminal's answer ends the payment."""
        match event:
            case KeyPressed(Key.CANCEL):
                return Authorising(self.right, leaving=True), Withdraw()
            case TimedOut():
                return Authorising(self.right)
        return self.on_answer(event, context, leaving=False)

    def view(self, context: Context) -> View:
        """The amount, largest; whose, and until when."""
        right = self.right
        return visit_view(
            self,
            context,
            Line(grouped(right.plate), Size.SMALL, beside=context.say("jusqu’à {end}", end=until(right.end, context))),
            Line(euros(right.cents, context.language)),
            Line(context.say("Présentez votre carte et suivez le terminal"), Size.SMALL),
            hints=(Hint(Key.CANCEL, context.say("annuler")),),
        )


class Authorising(_RunningPayment, frozen=True):
    """The terminal has the request and only its answer ends this screen; the half seconds only move a mark."""

    name: ClassVar[str] = "authorising"
    patience: ClassVar[float] = 0.5

    leaving: bool = False
    mark: int = 0

    def on(self, event: Event, context: Context) -> Move:
        """No key does anything, and the screen says so."""
        if isinstance(event, TimedOut):
            return replace(self, mark=(self.mark + 1) % 4)
        return self.on_answer(event, context, leaving=self.leaving)

    def view(self, context: Context) -> View:
        """It works, and what it means to have asked to leave."""
        dots = "·" * self.mark + "•" + "·" * (3 - self.mark)
        said = context.say("Annulation demandée au terminal") if self.leaving else context.say("Paiement en cours")
        return visit_view(
            self,
            context,
            Line(said, Size.MEDIUM),
            Line(dots, Size.MEDIUM),
            Line(
                context.say("Pour arrêter : touche rouge du terminal.") if self.leaving else context.say("Suivez le terminal."),
                Size.SMALL,
            ),
        )


class PaymentFailed(QuestionScreen, frozen=True):
    """Refused, or never asked: certain, either way, that nothing was debited."""

    name: ClassVar[str] = "refused"

    right: ParkingRight
    """What was to be bought; it is bought again under a new number."""
    reason: Reason

    def on_answer(self, event: Event, context: Context) -> Move:
        """OK asks the bank again: the same price and the same end, under a new number."""
        match event:
            case KeyPressed(Key.OK) if may_take_payment(context):
                return _start_payment(replace(self.right, reference=next_reference(context)), context)
            case KeyPressed(Key.OK):
                return OutOfService()
        return self

    def view(self, context: Context) -> View:
        """Nothing is debited; what to do."""
        refused = self.reason is Reason.REFUSED
        said = context.say("Paiement refusé") if refused else context.say("Le terminal ne répond pas")
        advice = (
            context.say("Rien n’est débité. Essayez une autre carte.")
            if refused
            else context.say("Rien n’est débité. Réessayez.")
        )
        return visit_view(
            self,
            context,
            Line(said),
            Line(advice, Size.SMALL),
            hints=(Hint(Key.OK, context.say("réessayer")), Hint(Key.CANCEL, context.say("abandonner"))),
        )

    def explain(self, context: Context) -> str:
        """Who refused."""
        return context.say("Refusé par la banque ou le terminal, pas par la Ville.")


class Cancelled(NoticeScreen, frozen=True):
    """The motorist asked to leave, and it is certain that nothing was debited."""

    name: ClassVar[str] = "cancelled"
    patience: ClassVar[float] = 6.0

    def view(self, context: Context) -> View:
        """Nothing is debited."""
        return visit_view(
            self,
            context,
            Line(context.say("Annulé")),
            Line(context.say("Rien n’est débité."), Size.MEDIUM),
            hints=(Hint(Key.OK, context.say("terminer")),),
        )


class PaymentUnknown(Screen, frozen=True):
    """The terminal had the request and fell silent; the motorist is covered and must not pay again."""

    name: ClassVar[str] = "not known"
    patience: ClassVar[float] = 45.0

    right: ParkingRight

    @property
    def awaits(self) -> str:
        """A late answer ends the doubt while the motorist is still here."""
        return self.right.reference

    def on(self, event: Event, context: Context) -> Move:
        """OK prints a ticket that says what is known; a late answer is written down."""
        right = self.right
        match event:
            case Approved(_, cents, contactless) if cents == right.cents:
                sold = RightSold(right, contactless, context.ledger.clock(right.reference))
                return Paid(right), Record(sold), Beep(Tone.ACCEPTED)
            case Approved(reference, cents):
                return self, Record(
                    UnexpectedEvent(f"approval of {cents} cents for {reference}, which asked for {right.cents}")
                )
            case Declined(_, reason):
                return VisitOver(), Record(PaymentRefused(right.reference, reason.value))
            case KeyPressed(Key.OK) if context.health.prints:
                return print_ticket(right, doubtful=True)
            case KeyPressed(Key.OK | Key.CANCEL) | TimedOut():
                return VisitOver()
        return self

    def view(self, context: Context) -> View:
        """Do not pay twice; you are covered; the reference."""
        right = self.right
        ticket = (Hint(Key.OK, context.say("ticket")),) if context.health.prints else ()
        return visit_view(
            self,
            context,
            Line(context.say("La banque ne répond pas. Réf. {ref}", ref=right.reference), Size.SMALL),
            Line(context.say("Ne payez pas une seconde fois"), Size.MEDIUM),
            Line(context.say("Couvert jusqu’à {end}", end=until(right.end, context)), Size.SMALL),
            hints=(*ticket, Hint(Key.CANCEL, context.say("terminer"))),
        )
