"""Screens of a machine that cannot sell: covered all the same, out of service, broken journal."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from msgspec.structs import replace

from firmware.domain.parking_right import ParkingRight
from firmware.domain.plate import grouped
from firmware.domain.reference import bank_reference
from firmware.screens.payment_ended import end_words
from firmware.screens.screen import Move, NoticeScreen, Screen, below, plate_and_amount, visit_view
from firmware.screens.service.login import CORRECTIONS
from firmware.screens.service.without_journal import NO_MORE, open_without_journal
from firmware.screens.ticket import Paid
from firmware.visit.answers import same_purchase
from firmware.visit.context import Context
from firmware.visit.effects import Beep
from firmware.visit.events import Event
from firmware.visit.interrupted import asked_about, payable
from firmware.visit.offers import covered_until
from firmware.visit.sales_policy import BUSY, FREE_DESPITE, fault_code, may_give_free_right, may_take_payment
from firmware.visit.words import until
from hal.ports import DoorClosed, Hint, Key, KeyPressed, Line, Reason, Size, Tone, View

STARTING = "T0"
"""The code while the devices have not all spoken."""


def out_of_service(context: Context, recalled: ParkingRight | None = None) -> tuple[Line, ...]:
    """Lines that say what is out of service, where the next machine is, and the code that proves it in an appeal.

    Before all that, whose payment it is that the terminal may still ask a card for; or that is `recalled`.
    """
    code = fault_code(context)
    if payment := payable(context):
        return plate_and_amount(payment, context), *_no_card(context)
    if code == STARTING:
        return *_whose(recalled, context), Line(context.say("Mise en service…"))
    if code == BUSY and context.health.busy_until:
        return *_whose(recalled, context), *_no_card(context)
    out = context.say("Paiement en panne") if code in FREE_DESPITE else context.say("Machine hors service")
    return *_whose(recalled, context), Line(out), *go_elsewhere(code, context)


def _whose(right: ParkingRight | None, context: Context) -> tuple[Line, ...]:
    return (plate_and_amount(right, context),) if right else ()


def _no_card(context: Context) -> tuple[Line, ...]:
    """Lines that say why no card may be shown to a terminal that may ask for one, and how long, if that is known."""
    code = fault_code(context)
    if code == BUSY and (busy_until := context.health.busy_until):
        latest = until(busy_until + timedelta(minutes=1), context)
        return (
            Line(context.say("Terminal occupé")),
            Line(context.say("Ne présentez pas de carte."), Size.MEDIUM),
            Line(context.say("Jusqu’à {time} au plus. Code {code}", time=latest, code=code), Size.MEDIUM),
        )
    said = context.say("Paiement interrompu") if asked_about(context) else context.say("Machine hors service")
    return Line(said), no_payment(context)


def go_elsewhere(code: str, context: Context) -> tuple[Line, Line]:
    """The code and the station it is of, and the next machine; no code where nothing is out of service any more."""
    if code:
        go = context.say("Code {code} · {station} · allez au", code=code, station=context.site.station)
    else:
        go = context.say("{station} · allez au", station=context.site.station)
    return Line(go, Size.MEDIUM), Line(context.site.nearest, Size.MEDIUM)


def no_payment(context: Context) -> Line:
    """Line that says that nothing is sold by card now, and the code."""
    code = fault_code(context)
    if code == BUSY or payable(context):
        return Line(context.say("Ne présentez pas de carte. Code {code}", code=code), Size.MEDIUM)
    return Line(context.say("Paiement en panne. Code {code}", code=code), Size.MEDIUM)


def refused_sale(plate: str, context: Context) -> Screen:
    """The screen of a plate to which nothing can be sold now: how far it is covered, if it is, before why."""
    return Covered(plate) if covered_until(plate, context) and may_give_free_right(context) else OutOfService()


class Covered(NoticeScreen, frozen=True):
    """Nothing can be sold to this plate now, and it is covered: by a payment that was interrupted, perhaps."""

    name: ClassVar[str] = "covered"
    patience: ClassVar[float] = 15.0

    plate: str

    def view(self, context: Context) -> View:
        """Until when, and why there is no prolonging; whose payment a card would pay that is shown now."""
        end = covered_until(self.plate, context) or context.now
        closed = () if may_take_payment(context) else (*_whose(payable(context), context), no_payment(context))
        lines = (
            Line(context.say("{plate} couvert jusqu’à", plate=grouped(self.plate)), Size.MEDIUM),
            Line(until(end, context)),
            *closed,
        )
        return visit_view(self, context, *lines, hints=below(lines, Hint(Key.OK, context.say("terminer"))))


class OutOfService(NoticeScreen, frozen=True):
    """What is wanted cannot be sold now: nothing was asked, nothing is debited."""

    name: ClassVar[str] = "out of service"
    patience: ClassVar[float] = 15.0

    right: ParkingRight | None = None
    """The payment that was refused, and cannot be tried again."""

    def on_sold(self, sold: ParkingRight, context: Context) -> Move:
        """A yes after the no: it is paid."""
        return (Paid(sold), Beep(Tone.ACCEPTED)) if self.right and same_purchase(sold, self.right) else self

    def view(self, context: Context) -> View:
        """What is out and what to do."""
        lines = out_of_service(context, self.right)
        return visit_view(self, context, *lines, hints=below(lines, Hint(Key.OK, context.say("terminer"))))


class JournalBroken(Screen, frozen=True):
    """The journal cannot be written: nothing is sold until it can, or the process has left."""

    name: ClassVar[str] = "broken"

    code: str
    right: ParkingRight | None = None
    """What the motorist may have paid for."""
    charged: bool = False
    """The bank said yes to it."""
    refused: Reason | None = None
    """Why it was refused, or the money returned; nobody will know of it after a restart, if it is not written down before."""
    other_amount: bool = False
    """Another amount than asked was debited."""
    promised: bool = False
    """What covers him is on disk already."""
    corrections: int = 0
    """Presses of CORRECT so far, the door being open."""

    def on(self, event: Event, context: Context) -> Move:
        """Nothing ends this screen but the way into the menu: CORRECT, CORRECT, INFO at an open door."""
        match event:
            case KeyPressed(Key.CORRECT) if context.health.door_open and self.corrections < CORRECTIONS:
                return replace(self, corrections=self.corrections + 1)
            case KeyPressed(Key.INFO) if context.health.door_open and self.corrections == CORRECTIONS:
                again, no_more = replace(self, corrections=0), replace(self, corrections=NO_MORE)
                return open_without_journal(again, self.code, no_more, context)
            case DoorClosed() if 0 < self.corrections <= CORRECTIONS:
                return replace(self, corrections=0)
        return self

    def view(self, context: Context) -> View:
        """Out of service, with its code; or, where money may have moved, whose, how much, its end, not to pay again."""
        return visit_view(self, context, *(self._paid(self.right, context) if self.right else self._unpaid(context)))

    def _paid(self, right: ParkingRight, context: Context) -> tuple[Line, ...]:
        """What became of it as far as is known, its reference as the bank has it, and until when it covers or is in doubt."""
        end = until(right.end, context)
        sure = self.charged or self.promised
        covered = context.say("Couvert jusqu’à {end}", end=end) if sure else context.say("En doute jusqu’à {end}", end=end)
        first, last = plate_and_amount(right, context), Line(covered, Size.MEDIUM)
        if not right.cents:
            code = Line(context.say("Code {code}", code=self.code), Size.MEDIUM)
            return first, Line(context.say("Machine hors service")), last, code
        return (
            first,
            Line(self._outcome(context)),
            Line(f"{context.say('Ne repayez pas')} · {self.code}", Size.MEDIUM, beside=bank_reference(right.reference)),
            last,
        )

    def _outcome(self, context: Context) -> str:
        if self.refused:
            return end_words(self.refused, context)
        if self.other_amount:
            return context.say("Autre montant débité")
        return context.say("Débité") if self.charged else context.say("Non confirmé")

    def _unpaid(self, context: Context) -> tuple[Line, ...]:
        out = Line(context.say("Machine hors service"))
        if payment := payable(context):
            no_card = context.say("Ne présentez pas de carte. Code {code}", code=self.code)
            return plate_and_amount(payment, context), out, Line(no_card, Size.MEDIUM)
        return (out, *go_elsewhere(self.code, context))
