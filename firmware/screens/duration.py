"""Screens of the duration: price, end and the next step's price as + and − change them; no paper; paying ahead."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Protocol

from msgspec.structs import replace

from firmware.domain.money import NO_BREAK_SPACE
from firmware.domain.purchase import Purchase
from firmware.screens.out_of_service import OutOfService, out_of_service
from firmware.screens.payment import may_sell, pay
from firmware.screens.question import QuestionScreen
from firmware.screens.screen import Move, Screen, visit_view
from firmware.tariff import Quote
from firmware.visit.context import Context
from firmware.visit.events import Event
from firmware.visit.offers import continued_stay, is_free_now, next_purchase_at, quotes_for
from firmware.visit.words import (
    counted,
    hour_beside_amount,
    hour_of_stay,
    length,
    minutes_between,
    pay_words,
    price,
    unit_name,
    until,
)
from hal.ports import Hint, Key, KeyPressed, Line, PrinterState, Size, Stretch, Strip, View

NIGHT = 60
"""Minutes a free stretch is drawn as, however long it is."""


class PlateScreen(Protocol):
    """The plate screen as the next ones need it: where CORRECT goes back to."""

    @property
    def units(self) -> int:
        """How long was chosen before CORRECT; 0 for nothing yet."""

    def with_units(self, units: int) -> Screen:
        """That screen, with the length chosen here."""


class Duration(QuestionScreen, frozen=True):
    """A number of quarters of an hour, hours or days, its price and its end."""

    name: ClassVar[str] = "duration"

    purchase: Purchase
    back: PlateScreen
    units: int = 8

    def priced_purchase(self) -> Purchase:
        """What is bought here."""
        return self.purchase

    def quote(self, context: Context) -> Quote | None:
        """The quote OK would buy: of the chosen length, or of the longest stay if that has become shorter."""
        return self._of(quotes_for(self.purchase, context))

    def _of(self, offers: tuple[Quote, ...]) -> Quote | None:
        return offers[_chosen(offers, self.units)] if offers else None

    def on_answer(self, event: Event, context: Context) -> Move:
        """+ and − a unit, a digit whole hours or days, MAX the longest stay; OK pays."""
        offers = quotes_for(self.purchase, context)
        chosen = _chosen(offers, self.units)
        match event:
            case KeyPressed(Key.OK):
                return _pay_or_warn_no_paper(self, context)
            case KeyPressed(Key.CORRECT):
                return self.back_to_plate(context)
            case KeyPressed(Key.PLUS):
                return self._with_offer(offers[chosen + 1 : chosen + 2])
            case KeyPressed(Key.MINUS):
                return self._with_offer(offers[:chosen][-1:])
            case KeyPressed(Key.MAX):
                return self._with_offer(offers[-1:])
            case KeyPressed(key) if offers and key.value in "1234567":
                units = int(key.value) * UNITS_OF_A_DIGIT[offers[0].unit]
                return self._with_offer(tuple(offer for offer in offers if offer.units == units))
        return self

    def back_to_plate(self, context: Context) -> Screen:
        """The plate screen, with the quarters chosen here. Days are dropped: three of them are not three quarters."""
        offers = quotes_for(self.purchase, context)
        return self.back.with_units(self.units if offers and offers[0].unit == "quarter" else 0)

    def _with_offer(self, found: tuple[Quote, ...]) -> Duration:
        return replace(self, units=found[0].units) if found else self

    def view(self, context: Context) -> View:
        """The end and the price, largest; the length and what more would cost; today, the hours bought."""
        offers = quotes_for(self.purchase, context)
        quote = self._of(offers)
        if quote is None:
            return visit_view(self, context, *out_of_service(context), hints=(Hint(Key.CANCEL, context.say("terminer")),))
        end, amount = until(quote.end, context), price(quote.cents, context)
        bought, hints = length(quote.unit, quote.units, context), _hints(offers, quote, context)
        more = Line(reason(self.purchase, offers, quote.units, context), Size.MEDIUM)
        if quote.end.date() != context.now.date():
            return visit_view(self, context, Line(bought, beside=amount), Line(end), more, hints=hints)
        today = hour_beside_amount(quote.end.time(), context)
        whole = Line(context.say("Fin {end}", end=today), beside=amount)
        return visit_view(self, context, whole, more, hints=hints, strip=strip(quote, offers[-1], context))

    def explain(self, context: Context) -> str:
        """How the price is made."""
        quote = self.quote(context)
        if quote is None:
            return ""
        steps = [f"{counted(quote, line, context)} × {price(line.unit_cents, context)}" for line in quote.lines]
        if not quote.cents:
            bought = length(quote.unit, quote.units, context)
            return context.say("{length} : {price}", length=bought, price=price(quote.cents, context))
        return ", ".join(step.replace(" ", NO_BREAK_SPACE) for step in steps) + (
            f" ={NO_BREAK_SPACE}{price(quote.cents, context)}"
        )


def _chosen(offers: tuple[Quote, ...], units: int) -> int:
    """Which offer a length stands for: its own, or the longest that is not longer."""
    return max(sum(offer.units <= units for offer in offers) - 1, 0)


UNITS_OF_A_DIGIT = {"quarter": 4, "hour": 1, "day": 1}
"""A digit key means whole hours, or days."""
FIRST_SHOWN = {"quarter": 8, "hour": 1, "day": 1}
"""The length that is offered first: two hours, so that they take three keys after the plate; one key changes it."""


def _hints(offers: tuple[Quote, ...], quote: Quote, context: Context) -> tuple[Hint, ...]:
    unit = quote.unit
    step = Hint(Key.PLUS, context.say("¼ h") if unit == "quarter" else unit_name(unit, context))
    most = offers[-1].units // UNITS_OF_A_DIGIT[unit]
    digits = context.say("à {most} j", most=most) if unit == "day" else context.say("à {most} h", most=most)
    whole = (Hint(Key.D1, digits),) if most > 1 else ()
    choose = (Hint(Key.MINUS, ""), step, *whole, Hint(Key.MAX, "")) if len(offers) > 1 else ()
    return (*choose, Hint(Key.OK, _go(quote, context)))


def _go(quote: Quote, context: Context) -> str:
    """What OK does; that there will be no ticket is said here already."""
    if not context.health.prints:
        return context.say("ss ticket")
    return context.say("payer") if quote.cents else context.say("valider")


def reason(purchase: Purchase, offers: tuple[Quote, ...], units: int, context: Context) -> str:
    """The length, and the price of one unit more; at the maximum, that it is one, and when one may buy again."""
    unit, chosen = offers[0].unit, _chosen(offers, units)
    bought = length(unit, units, context)
    if chosen == len(offers) - 1:
        again = next_purchase_at(purchase, continued_stay(purchase, context).after(offers[-1]), context)
        return context.say("Nouveau ticket : {time}", time=until(again, context))
    now, then = offers[chosen].lines[-1], offers[chosen + 1].lines[-1]
    if offers[chosen + 1].units > units + 1:
        more = length(unit, offers[chosen + 1].units, context)
        return context.say(
            "{length} · {more} : {price}", length=bought, more=more, price=price(offers[chosen + 1].cents, context)
        )
    if unit != "quarter":
        return context.say(
            "{length} · encore 1 {unit} : {price}",
            length=bought,
            unit=unit_name(unit, context),
            price=_next_unit_price(offers, chosen, context),
        )
    if then.unit_cents == now.unit_cents:
        return context.say("{length} · encore ¼ h : {price}", length=bought, price=_next_unit_price(offers, chosen, context))
    hour = hour_of_stay(then.step, context)
    return context.say(
        "{length} · {hour} : {price} le ¼ h", length=bought, hour=hour, price=_next_unit_price(offers, chosen, context)
    )


def _next_unit_price(offers: tuple[Quote, ...], chosen: int, context: Context) -> str:
    return price(offers[chosen + 1].cents - offers[chosen].cents, context)


def strip(quote: Quote, longest: Quote, context: Context) -> Strip:
    """The hours from now to the end of the longest stay: free, bought, still to buy. A night is drawn as one hour."""
    parts: list[tuple[Stretch, int]] = []
    for period in context.tariffs.calendar.stretches(context.now, longest.end):
        if not period.paid:
            parts.append((Stretch.FREE, min(period.minutes, NIGHT)))
            continue
        bought = min(max(0, minutes_between(period.start, quote.end)), period.minutes)
        parts.append((Stretch.BOUGHT, bought))
        parts.append((Stretch.OPEN, period.minutes - bought))
    return Strip(tuple((what, minutes) for what, minutes in parts if minutes), _ticks(quote, longest, context))


def _ticks(quote: Quote, longest: Quote, context: Context) -> tuple[tuple[int, str], ...]:
    """The hours that matter on the strip, the most important first: where a label finds no room it is left out."""
    ends = (quote.end, longest.end, quote.start)
    return tuple((_drawn_at(at, context), until(at, context)) for at in ends)


def _drawn_at(at: datetime, context: Context) -> int:
    """Where on the strip an instant stands, in minutes from its left end."""
    periods = context.tariffs.calendar.stretches(context.now, at)
    return sum(period.minutes if period.paid else min(period.minutes, NIGHT) for period in periods)


class PayAhead(QuestionScreen, frozen=True):
    """Parking is free now: no money is needed, and none is taken unless the motorist wants to pay for later."""

    name: ClassVar[str] = "closed"

    length: Duration

    def on_answer(self, event: Event, context: Context) -> Move:
        """OK goes on to pay ahead."""
        match event:
            case KeyPressed(Key.OK):
                return self.length
            case KeyPressed(Key.CORRECT):
                return self.length.back_to_plate(context)
        return self

    def view(self, context: Context) -> View:
        """Free until when, and the question; once paid hours have begun, what OK leads to."""
        if not is_free_now(context):
            return self.length.view(context)
        opening = until(context.tariffs.start(context.now), context)
        return visit_view(
            self,
            context,
            Line(context.say("Gratuit jusqu’à"), Size.MEDIUM),
            Line(opening),
            Line(context.say("Payer d’avance à partir de là ?"), Size.MEDIUM),
            hints=(Hint(Key.CANCEL, context.say("non")), Hint(Key.OK, context.say("payer d’avance"))),
        )

    def priced_purchase(self) -> Purchase:
        """What would be paid ahead."""
        return self.length.purchase

    def explain(self, context: Context) -> str:
        """What paying ahead is."""
        return context.say("Le temps payé ne court que pendant les heures payantes.")


class NoPaper(QuestionScreen, frozen=True):
    """Said before paying: there will be no ticket, and the right does not need one."""

    name: ClassVar[str] = "no paper"

    length: Duration

    def on_answer(self, event: Event, context: Context) -> Move:
        """OK pays without a ticket."""
        match event:
            case KeyPressed(Key.OK):
                return _pay(self.length, context)
            case KeyPressed(Key.CORRECT):
                return self.length
        return self

    def view(self, context: Context) -> View:
        """Why, that the right does not need one, and what there is instead."""
        out = context.health.printer is PrinterState.OUT
        why = context.say("plus de papier") if out else context.say("imprimante en panne")
        quote = self.length.quote(context)
        go = context.say("continuer") if quote and not quote.cents else pay_words(context)
        return visit_view(
            self,
            context,
            Line(context.say("Sans ticket")),
            Line(why, Size.MEDIUM),
            Line(context.say("Votre plaque suffit. Reçu à l’écran."), Size.MEDIUM),
            hints=(Hint(Key.CANCEL, context.say("annuler")), Hint(Key.OK, go)),
        )

    def priced_purchase(self) -> Purchase:
        """What would be bought."""
        return self.length.purchase

    def explain(self, context: Context) -> str:
        """Why a ticket is not needed."""
        return context.say("Votre droit est attaché à la plaque, pas au papier.")


def _pay_or_warn_no_paper(length: Duration, context: Context) -> Move:
    if context.health.prints:
        return _pay(length, context)
    quote = length.quote(context)
    return NoPaper(length) if quote and may_sell(quote.cents, context) else _pay(length, context)


def _pay(length: Duration, context: Context) -> Move:
    quote = length.quote(context)
    return pay(length.purchase, quote, context) if quote else OutOfService()
