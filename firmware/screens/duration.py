"""How long: the price and the end, live, and why the next quarter costs what it costs. Knows no clock, no wire, no disk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from firmware.events import Event
from firmware.here import Here
from firmware.money import euros
from firmware.plate import grouped
from firmware.screens.payment import pay
from firmware.screens.question import Question
from firmware.screens.screen import Move, Screen, framed
from firmware.screens.trouble import OutOfService
from firmware.tariff import Quote, ladder
from firmware.words import hour_of_stay, length, minutes_between, until
from hal.ports import Hint, Key, Line, Pressed, PrinterState, Size, Stretch, Strip, View

WHOLE_HOURS = {Key.D1: 4, Key.D2: 8, Key.D3: 12, Key.D4: 16, Key.D5: 20, Key.D6: 24}
"""The digit keys on this screen, in quarters of an hour."""


@dataclass(frozen=True)
class Duration(Question):
    """A number of quarters of an hour, its price and its end."""

    name: ClassVar[str] = "duration"

    plate: str
    back: Screen
    """Where CORRECT goes: the plate as it was typed."""
    quarters: int = 4

    def offers(self, here: Here) -> tuple[Quote, ...]:
        """What can be bought now: one quarter, two, … up to the maximum stay."""
        return ladder(here.tariffs, here.site.zone, here.now)

    def quote(self, here: Here) -> Quote:
        """What OK would buy."""
        return self.offers(here)[self.quarters - 1]

    def answered(self, event: Event, here: Here) -> Move:
        """+ and − a quarter, a digit whole hours, MAX the longest stay; OK pays."""
        most = len(self.offers(here))
        match event:
            case Pressed(Key.OK):
                return _paid_with_or_without_paper(self, here)
            case Pressed(Key.CORRECT):
                return self.back
            case Pressed(Key.PLUS):
                return self._of(self.quarters + 1, most)
            case Pressed(Key.MINUS):
                return self._of(self.quarters - 1, most)
            case Pressed(Key.MAX):
                return self._of(most, most)
            case Pressed(key) if key in WHOLE_HOURS:
                return self._of(WHOLE_HOURS[key], most)
        return self

    def _of(self, quarters: int, most: int) -> Duration:
        return replace(self, quarters=quarters) if 1 <= quarters <= most else self

    def view(self, here: Here) -> View:
        """The end, largest, the price beside it; the reason; the hours bought."""
        offers = self.offers(here)
        quote = offers[self.quarters - 1]
        return framed(
            self,
            here,
            Line(here.say("jusqu’à {end}", end=until(quote.end, here)), beside=euros(quote.cents, here.language)),
            Line(reason(offers, self.quarters, here), Size.SMALL),
            hints=(
                Hint(Key.MINUS, ""),
                Hint(Key.PLUS, here.say("¼ h")),
                Hint(Key.D1, here.say("à 6 : heures")),
                Hint(Key.MAX, ""),
                Hint(Key.OK, here.say("payer")),
            ),
            strip=strip(quote, offers[-1], here),
        )

    def explain(self, here: Here) -> str:
        """How the price is made."""
        quote = self.quote(here)
        return " + ".join(f"{line.quarters} × {euros(line.unit_cents, here.language)}" for line in quote.lines)


def reason(offers: tuple[Quote, ...], quarters: int, here: Here) -> str:
    """How long that is, and why the next quarter costs what it costs."""
    bought = length(quarters)
    if quarters == len(offers):
        return here.say("{length} : le maximum", length=bought)
    now, then = offers[quarters - 1].lines[-1], offers[quarters].lines[-1]
    price = euros(then.unit_cents, here.language)
    if then.unit_cents == now.unit_cents:
        return here.say("{length} · encore ¼ h : {price}", length=bought, price=price)
    hour = hour_of_stay(then.hour, here)
    return here.say("{length} · {hour} : le ¼ h passe à {price}", length=bought, hour=hour, price=price)


def strip(quote: Quote, longest: Quote, here: Here) -> Strip:
    """The hours from now to the end of the longest stay: free, bought, still to buy."""
    parts: list[tuple[Stretch, int]] = []
    for period in here.tariffs.calendar.stretches(here.now, longest.end):
        if not period.paid:
            parts.append((Stretch.FREE, period.minutes))
            continue
        bought = min(max(0, minutes_between(period.start, quote.end)), period.minutes)
        parts.append((Stretch.BOUGHT, bought))
        parts.append((Stretch.OPEN, period.minutes - bought))
    return Strip(tuple((what, minutes) for what, minutes in parts if minutes), _ticks(quote, longest, here))


def _ticks(quote: Quote, longest: Quote, here: Here) -> tuple[tuple[int, str], ...]:
    """The hours that matter on the strip, the most important first: where a label finds no room it is left out."""
    instants = (longest.end, quote.start, quote.end)
    return tuple((max(0, minutes_between(here.now, at)), f"{at:%H:%M}") for at in instants)


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
                return self.length.back
        return self

    def view(self, here: Here) -> View:
        """Free until when, and the question."""
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
    """Said before paying: there will be no ticket. The right does not need one."""

    name: ClassVar[str] = "no paper"

    length: Duration

    def answered(self, event: Event, here: Here) -> Move:
        """OK pays without a ticket."""
        match event:
            case Pressed(Key.OK):
                return pay(self.length.plate, self.length.quote(here), here)
            case Pressed(Key.CORRECT):
                return self.length
        return self

    def view(self, here: Here) -> View:
        """Why, and that it does not matter."""
        out = here.health.printer is PrinterState.OUT
        why = here.say("plus de papier") if out else here.say("imprimante en panne")
        return framed(
            self,
            here,
            Line(here.say("Sans ticket : {why}", why=why), Size.MEDIUM),
            Line(here.say("{plate} sera en règle : l’agent lit la plaque.", plate=grouped(self.length.plate)), Size.SMALL),
            hints=(Hint(Key.CANCEL, here.say("annuler")), Hint(Key.OK, here.say("payer sans ticket"))),
        )

    def explain(self, here: Here) -> str:
        """Why a ticket is not needed."""
        return here.say("Votre droit est attaché à la plaque, pas au papier.")


def _paid_with_or_without_paper(length: Duration, here: Here) -> Move:
    if not here.sells:
        return OutOfService()
    if not here.health.prints:
        return NoPaper(length)
    return pay(length.plate, length.quote(here), here)
