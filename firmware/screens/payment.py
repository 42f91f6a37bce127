"""Screens of a running or refused payment: card presented, authorising, stopping, refused, pay again.

The theory. Four things can be true of a payment and the screens never blur them: nothing was asked; the bank is being asked;
it is certain (paid, or not debited); nobody knows. `PaymentStarted` is written before the bank is asked; only the terminal's
answer ends a payment, never the motorist and never our patience. A yes becomes a right, whatever was pressed before it.

A terminal may ask whoever stands there for a card, for as long as it waits for one: every screen of a payment names the plate
and the amount. Where its protocol can take a request back, CANCEL does, and so does the station when nobody has shown a card
for long; elsewhere who wants to stop is sent to the terminal's own red key.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from firmware.domain.money import euros
from firmware.domain.parking_right import ParkingRight
from firmware.domain.plate import grouped
from firmware.domain.purchase import Purchase
from firmware.protocol.facts import MISMATCHED, UNANSWERED, InDoubt, PaymentRefused, PaymentStarted, RightSold
from firmware.screens.out_of_service import OutOfService, out_of_service
from firmware.screens.payment_ended import BriefQuestion, Cancelled, PaymentUnknown, Returning, failure_words, why_ended
from firmware.screens.payment_lines import MARKS, cancel_hint, follow_lines, present_lines, progress_line, stopping_lines
from firmware.screens.screen import Move, Screen, below, plate_and_amount, visit_view
from firmware.screens.ticket import Paid
from firmware.tariff import Quote
from firmware.visit.answers import right_sold, same_purchase
from firmware.visit.context import Context
from firmware.visit.effects import Abort, Beep, Charge, Record
from firmware.visit.events import DebitReturning, Event, TimedOut
from firmware.visit.offers import continued_stay, next_reference, quotes_for
from firmware.visit.sales_policy import may_give_free_right, may_take_payment
from firmware.visit.words import pay_words, until
from hal.ports import (
    Approved,
    Declined,
    Hint,
    Key,
    KeyPressed,
    Line,
    Progress,
    Reason,
    Size,
    Step,
    Tone,
    Unanswered,
    View,
)

NO_CARD_FOR, NO_WORD_FOR = 45, 60
"""Seconds after which a payment that nobody attends to is taken back: by a terminal that would tell of a card; by another."""
LONGEST_COUNT = NO_WORD_FOR + len(MARKS) - 1
"""Where the seconds are counted to; then the last four again, and the mark still moves."""


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
        return Presenting(right), Record(PaymentStarted(right, context.health.clock.quality)), Charge(right)
    return Paid(right), Record(RightSold(right, clock=context.health.clock.quality)), Beep(Tone.ACCEPTED)


def may_sell(cents: int, context: Context) -> bool:
    """Whether a sale at this price may begin now."""
    return may_take_payment(context) if cents else may_give_free_right(context)


class _RunningPayment(Screen, frozen=True):
    """Base of the three screens of a running payment: records the terminal's answer, and shows how long it can take."""

    patience: ClassVar[float] = 1.0

    right: ParkingRight
    waited: int = 0
    """Seconds so far; beyond NO_WORD_FOR only the mark moves."""

    @property
    def awaits(self) -> str:
        """The reference of this payment."""
        return self.right.reference

    def on(self, event: Event, context: Context) -> Move:
        """CANCEL takes the payment back, or says how to stop; a second passes; the terminal's answer ends the payment."""
        match event:
            case KeyPressed(Key.CANCEL):
                return Stopping(self.right, self.waited), Abort(self.right)
            case TimedOut():
                overdue = self.waited >= LONGEST_COUNT
                return replace(self, waited=LONGEST_COUNT - len(MARKS) + 1 if overdue else self.waited + 1)
        return self.on_answer(event, context)

    def on_answer(self, event: Event, context: Context, *, late: bool = False) -> Move:
        """The end of the payment, written down before it is shown. `late`: the motorist had asked to stop."""
        right, clock = self.right, context.ledger.clock(self.right.reference)
        match event:
            case Approved(_, cents) if cents == right.cents:
                return Paid(right, late=late), Record(right_sold(right, event, context)), Beep(Tone.ACCEPTED)
            case DebitReturning():
                return Returning(right)
            case Approved():
                return PaymentUnknown(right), Record(InDoubt(right, MISMATCHED, clock))
            case Unanswered():
                return PaymentUnknown(right), Record(InDoubt(right, UNANSWERED, clock))
            case Declined(_, Reason.WITHDRAWN as reason):
                return Cancelled(right), Record(PaymentRefused(right.reference, reason.value))
            case Declined(_, reason):
                return PaymentFailed(right, reason), Record(PaymentRefused(right.reference, reason.value)), Beep(Tone.IGNORED)
        return self

    def on_sold(self, sold: ParkingRight, context: Context) -> Move:
        """What is being paid was paid before: nobody may present a card now."""
        if not same_purchase(sold, self.right):
            return self
        asked = isinstance(self, Stopping) and self.asked
        return Stopping(self.right, self.waited, sold, asked), Abort(self.right)


class Presenting(_RunningPayment, frozen=True):
    """The terminal is about to have, or has, the request; the motorist looks for a card."""

    name: ClassVar[str] = "present card"
    patience: ClassVar[float] = 15.0

    def on(self, event: Event, context: Context) -> Move:
        """After as long as a card takes to find, the next screen counts down; or tells what the terminal tells."""
        match event:
            case TimedOut():
                return Authorising(self.right, int(self.patience))
            case Progress(_, step):
                return Authorising(self.right, self.waited, step)
        return super().on(event, context)

    def view(self, context: Context) -> View:
        """The amount, largest; whose, and until when."""
        right = self.right
        return visit_view(
            self,
            context,
            Line(grouped(right.plate), Size.MEDIUM, beside=context.say("jusqu’à")),
            Line(euros(right.cents, context.language), beside=until(right.end, context)),
            *present_lines(context),
            hints=cancel_hint(context),
        )


class Authorising(_RunningPayment, frozen=True):
    """The terminal has the request, and only its answer ends this screen."""

    name: ClassVar[str] = "authorising"

    step: Step | None = None
    """What the motorist did last at the terminal, if it tells."""

    def on(self, event: Event, context: Context) -> Move:
        """A step at the terminal is told; a payment that nobody attends to is taken back."""
        match event:
            case Progress(_, step):
                return replace(self, step=step)
            case TimedOut() if self.step is None and self.waited + 1 == _abandoned_after(context):
                return Stopping(self.right, self.waited + 1, asked=False), Abort(self.right)
        return super().on(event, context)

    def view(self, context: Context) -> View:
        """Whose payment it is, largest: the terminal may still be asking for a card, and another motorist be there."""
        return visit_view(
            self,
            context,
            plate_and_amount(self.right, context),
            progress_line(self.step, self.waited, context),
            *follow_lines(context),
            hints=cancel_hint(context),
        )


def _abandoned_after(context: Context) -> int | None:
    """Seconds without a sign of a card after which a payment is taken back; None where it cannot be."""
    if not context.capabilities.aborts:
        return None
    return NO_CARD_FOR if context.capabilities.progress else NO_WORD_FOR


class Stopping(_RunningPayment, frozen=True):
    """The payment is to be stopped, or what it buys is paid already: only the terminal can end its request."""

    name: ClassVar[str] = "stopping"

    sold: ParkingRight | None = None
    """What an earlier payment, thought refused, bought after all: this one would pay it again."""
    asked: bool = True
    """The motorist wants to stop; else the station took back what nobody attended to, or what would be paid twice."""

    def on(self, event: Event, context: Context) -> Move:
        """CANCEL has said all it can; the answer is that of who asked to stop."""
        return replace(self, asked=True) if event == KeyPressed(Key.CANCEL) else super().on(event, context)

    def on_answer(self, event: Event, context: Context, *, late: bool = False) -> Move:
        """A no is what was wanted."""
        match event:
            case Declined(_, reason):
                why = why_ended(reason, context, asked=self.asked)
                end = Paid(self.sold) if self.sold else Cancelled(self.right, self.asked, why)
                return end, Record(PaymentRefused(self.right.reference, reason.value))
        return super().on_answer(event, context, late=late or self.asked)

    def view(self, context: Context) -> View:
        """What stops it, how long it can take, and that no card may be shown meanwhile."""
        middle = stopping_lines(self.sold, context.ends_in, context)
        return visit_view(self, context, plate_and_amount(self.right, context), *middle)


class PaymentFailed(BriefQuestion, frozen=True):
    """Refused, or never asked: certain, either way, that nothing was debited."""

    name: ClassVar[str] = "refused"

    reason: Reason

    def on_answer(self, event: Event, context: Context) -> Move:
        """OK asks whether to pay again; no card is asked for yet."""
        match event:
            case KeyPressed(Key.OK) if may_take_payment(context):
                return PayAgain(self.right)
            case KeyPressed(Key.OK):
                return OutOfService(self.right)
        return self

    def view(self, context: Context) -> View:
        """What is known of the reason; nothing is debited; what to do."""
        said, advice = failure_words(self.reason, context)
        return visit_view(
            self,
            context,
            plate_and_amount(self.right, context),
            Line(said),
            Line(advice, Size.MEDIUM),
            hints=(Hint(Key.OK, context.say("réessayer")), self.leave_hint(context)),
        )


class PayAgain(BriefQuestion, frozen=True):
    """The same plate and length, priced as of now: what OK asks a card for."""

    name: ClassVar[str] = "pay again"

    @property
    def purchase(self) -> Purchase:
        """Who wanted to park, and as what."""
        return Purchase(self.right.plate, self.right.regime, self.right.vehicle)

    def quote(self, context: Context) -> Quote | None:
        """The quote OK would buy: as long as before, or the longest there still is; its start has not passed."""
        offers = quotes_for(self.purchase, context)
        return next((quote for quote in offers if quote.units >= self.right.units), offers[-1] if offers else None)

    def on_answer(self, event: Event, context: Context) -> Move:
        """OK asks the bank, under a new number."""
        if event != KeyPressed(Key.OK):
            return self
        quote = self.quote(context)
        sells = quote is not None and may_sell(quote.cents, context)
        return pay(self.purchase, quote, context) if quote and sells else OutOfService(self.right)

    def view(self, context: Context) -> View:
        """Whose, how much, from when until when."""
        quote = self.quote(context)
        if quote is None:
            lines = out_of_service(context, self.right)
            return visit_view(self, context, *lines, hints=below(lines, self.leave_hint(context)))
        start, end = until(quote.start, context), until(quote.end, context)
        return visit_view(
            self,
            context,
            Line(grouped(self.right.plate), Size.MEDIUM, beside=context.say("jusqu’à")),
            Line(euros(quote.cents, context.language), beside=end),
            Line(context.say("À partir de {start} ?", start=start), Size.MEDIUM),
            hints=(self.leave_hint(context), Hint(Key.OK, pay_words(context))),
        )
