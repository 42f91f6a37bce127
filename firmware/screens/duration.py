"""How long: the price and the end, live, and why the next quarter costs what it costs. Knows no clock, no wire, no disk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Protocol

from firmware.events import Event
from firmware.here import Here
from firmware.screens.payment import may_begin, pay
from firmware.screens.question import Question
from firmware.screens.screen import Move, Screen, framed
from firmware.screens.trouble import OutOfService, out_of_service
from firmware.tariff import Quote
from firmware.wish import Wish
from firmware.words import counted, hour_of_stay, length, minutes_between, price, unit_name, until
from hal.ports import Hint, Key, Line, Pressed, PrinterState, Size, Stretch, Strip, View

NIGHT = 60
"""Minutes a free stretch is drawn as, however long it is."""


class Typed(Protocol):
    """The plate screen, as far as the next ones know it: where CORRECT goes back to."""

    @property
    def units(self) -> int:
        """How long was chosen before CORRECT; 0 for nothing yet."""

    def remembering(self, units: int) -> Screen:
        """That screen, knowing how long was chosen here."""


@dataclass(frozen=True)
class Duration(Question):
    """A number of quarters of an hour, hours or days, its price and its end."""

    name: ClassVar[str] = "duration"

    wish: Wish
    back: Typed
    units: int = 4

    def quote(self, here: Here) -> Quote | None:
        """What OK would buy: what was chosen, or the longest stay if the clock has made that one too long."""
        offers = here.offers(self.wish)
        return offers[min(self.units, len(offers)) - 1] if offers else None

    def answered(self, event: Event, here: Here) -> Move:
        """+ and − a unit, a digit whole hours or days, MAX the longest stay; OK pays."""
        offers = here.offers(self.wish)
        most = len(offers)
        chosen = min(self.units, most)
        match event:
            case Pressed(Key.OK):
                return _paid_with_or_without_paper(self, here)
            case Pressed(Key.CORRECT):
                return self.corrected(here)
            case Pressed(Key.PLUS):
                return self._of(chosen + 1, most)
            case Pressed(Key.MINUS):
                return self._of(chosen - 1, most)
            case Pressed(Key.MAX):
                return self._of(most, most)
            case Pressed(key) if offers and key.value in "1234567":
                return self._of(int(key.value) * UNITS_OF_A_DIGIT[offers[0].unit], most)
        return self

    def corrected(self, here: Here) -> Screen:
        """The plate again, knowing the quarters chosen here. Days are forgotten: three of them are not three quarters."""
        offers = here.offers(self.wish)
        return self.back.remembering(self.units if offers and offers[0].unit == "quarter" else 0)

    def _of(self, units: int, most: int) -> Duration:
        return replace(self, units=units) if 1 <= units <= most else self

    def view(self, here: Here) -> View:
        """The end, largest, the price beside it; the reason; the hours bought."""
        offers, quote = here.offers(self.wish), self.quote(here)
        if quote is None:
            return framed(self, here, *out_of_service(here), hints=(Hint(Key.CANCEL, here.say("terminer")),))
        return framed(
            self,
            here,
            Line(here.say("jusqu’à {end}", end=until(quote.end, here)), beside=price(quote.cents, here)),
            Line(reason(self.wish, offers, quote.units, here), Size.SMALL),
            hints=_keys(offers, quote, here),
            strip=strip(quote, offers[-1], here),
        )

    def explain(self, here: Here) -> str:
        """How the price is made."""
        quote = self.quote(here)
        if quote is None:
            return ""
        steps = [f"{counted(quote, line, here)} × {price(line.unit_cents, here)}" for line in quote.lines]
        return f"{', '.join(steps)} = {price(quote.cents, here)}"


UNITS_OF_A_DIGIT = {"quarter": 4, "hour": 1, "day": 1}
"""A digit key means whole hours, or days."""


def _keys(offers: tuple[Quote, ...], quote: Quote, here: Here) -> tuple[Hint, ...]:
    unit = quote.unit
    step = Hint(Key.PLUS, here.say("¼ h") if unit == "quarter" else unit_name(unit, here))
    most = len(offers) // UNITS_OF_A_DIGIT[unit]
    digits = here.say("à {most} : jours", most=most) if unit == "day" else here.say("à {most} : heures", most=most)
    whole = (Hint(Key.D1, digits),) if most > 1 else ()
    choose = (Hint(Key.MINUS, ""), step, *whole, Hint(Key.MAX, "")) if len(offers) > 1 else ()
    return (*choose, Hint(Key.OK, here.say("payer") if quote.cents else here.say("valider")))


def reason(wish: Wish, offers: tuple[Quote, ...], units: int, here: Here) -> str:
    """How long that is, and why the next unit costs what it costs; at the maximum, when one may buy again."""
    unit = offers[0].unit
    bought = length(unit, units, here)
    if units == len(offers):
        again = here.again(wish, here.stay(wish).after(offers[-1]))
        return here.say("{length} : le maximum · à nouveau {time}", length=bought, time=until(again, here))
    now, then = offers[units - 1].lines[-1], offers[units].lines[-1]
    if unit != "quarter":
        return here.say(
            "{length} · 1 {unit} de plus : {price}", length=bought, unit=unit_name(unit, here), price=_next(offers, units, here)
        )
    if then.unit_cents == now.unit_cents:
        return here.say("{length} · encore ¼ h : {price}", length=bought, price=_next(offers, units, here))
    hour = hour_of_stay(then.step, here)
    return here.say("{length} · {hour} : le ¼ h passe à {price}", length=bought, hour=hour, price=_next(offers, units, here))


def _next(offers: tuple[Quote, ...], units: int, here: Here) -> str:
    return price(offers[units].cents - offers[units - 1].cents, here)


def strip(quote: Quote, longest: Quote, here: Here) -> Strip:
    """The hours from now to the end of the longest stay: free, bought, still to buy. A night is drawn as one hour."""
    parts: list[tuple[Stretch, int]] = []
    for period in here.tariffs.calendar.stretches(here.now, longest.end):
        if not period.paid:
            parts.append((Stretch.FREE, min(period.minutes, NIGHT)))
            continue
        bought = min(max(0, minutes_between(period.start, quote.end)), period.minutes)
        parts.append((Stretch.BOUGHT, bought))
        parts.append((Stretch.OPEN, period.minutes - bought))
    return Strip(tuple((what, minutes) for what, minutes in parts if minutes), _ticks(quote, longest, here))


def _ticks(quote: Quote, longest: Quote, here: Here) -> tuple[tuple[int, str], ...]:
    """The hours that matter on the strip, the most important first: where a label finds no room it is left out."""
    return tuple((_drawn_at(at, here), f"{at:%H:%M}") for at in (quote.end, longest.end, quote.start))


def _drawn_at(at: datetime, here: Here) -> int:
    """Where on the strip an instant stands, in minutes from its left end."""
    periods = here.tariffs.calendar.stretches(here.now, at)
    return sum(period.minutes if period.paid else min(period.minutes, NIGHT) for period in periods)


@dataclass(frozen=True)
class Ahead(Question):
    """Parking is free now: no money is needed, and none is taken unless the motorist wants to pay for later."""

    name: ClassVar[str] = "closed"

    length: Duration

    def answered(self, event: Event, here: Here) -> Move:
        """OK goes on to pay ahead."""
        match event:
            case Pressed(Key.OK):
                return self.length
            case Pressed(Key.CORRECT):
                return self.length.corrected(here)
        return self

    def view(self, here: Here) -> View:
        """Free until when, and the question; once paid hours have begun, what OK leads to."""
        if not here.free_now:
            return self.length.view(here)
        opening = until(here.tariffs.start(here.now), here)
        return framed(
            self,
            here,
            Line(here.say("Gratuit jusqu’à {end}", end=opening)),
            Line(here.say("Payer d’avance à partir de cette heure ?"), Size.SMALL),
            hints=(Hint(Key.CANCEL, here.say("non")), Hint(Key.OK, here.say("payer d’avance"))),
        )

    def explain(self, here: Here) -> str:
        """What paying ahead is."""
        return here.say("Le temps payé ne court que pendant les heures payantes.")


@dataclass(frozen=True)
class NoPaper(Question):
    """Said before paying: there will be no ticket, and the right does not need one."""

    name: ClassVar[str] = "no paper"

    length: Duration

    def answered(self, event: Event, here: Here) -> Move:
        """OK pays without a ticket."""
        match event:
            case Pressed(Key.OK):
                return _pay(self.length, here)
            case Pressed(Key.CORRECT):
                return self.length
        return self

    def view(self, here: Here) -> View:
        """Why, and that it does not matter."""
        out = here.health.printer is PrinterState.OUT
        why = here.say("plus de papier") if out else here.say("imprimante en panne")
        quote = self.length.quote(here)
        go = here.say("continuer") if quote and not quote.cents else here.say("payer sans ticket")
        return framed(
            self,
            here,
            Line(here.say("Sans ticket : {why}", why=why), Size.MEDIUM),
            Line(here.say("Vous serez en règle : l’agent lit la plaque."), Size.SMALL),
            hints=(Hint(Key.CANCEL, here.say("annuler")), Hint(Key.OK, go)),
        )

    def explain(self, here: Here) -> str:
        """Why a ticket is not needed."""
        return here.say("Votre droit est attaché à la plaque, pas au papier.")


def _paid_with_or_without_paper(length: Duration, here: Here) -> Move:
    quote = length.quote(here)
    if quote and may_begin(quote.cents, here) and not here.health.prints:
        return NoPaper(length)
    return _pay(length, here)


def _pay(length: Duration, here: Here) -> Move:
    quote = length.quote(here)
    return pay(length.wish, quote, here) if quote else OutOfService()
