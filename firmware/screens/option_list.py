"""Base of the questions with a list: numbered options with their first prices, and the one that OK takes."""

from __future__ import annotations

from msgspec.structs import replace

from firmware.domain.money import euros
from firmware.domain.purchase import Purchase
from firmware.screens.duration import UNITS_OF_A_DIGIT
from firmware.screens.question import QuestionScreen
from firmware.screens.screen import Move, Screen, visit_view
from firmware.tariff import Quote
from firmware.visit.context import Context
from firmware.visit.events import Event
from firmware.visit.offers import quotes_for
from firmware.visit.words import length, numbered
from hal.ports import Align, Hint, Key, KeyPressed, Line, Size, View

ROOM = 2
"""Options that stand on the glass at once."""


class ChoiceScreen(QuestionScreen, frozen=True, kw_only=True):
    """Base of the questions with a list: numbered options, and the one that OK takes."""

    chosen: int = 0

    def purchases(self) -> tuple[Purchase, ...]:
        """What each option would buy."""
        raise NotImplementedError

    def option(self, purchase: Purchase, context: Context) -> tuple[str, str]:
        """The name of an option, and what it means, for a line below the list."""
        raise NotImplementedError

    def asked(self, context: Context) -> str:
        """What is chosen, in a word."""
        raise NotImplementedError

    def after(self, purchase: Purchase, context: Context) -> Move:
        """The next screen, once it is chosen."""
        raise NotImplementedError

    def corrected(self) -> Screen:
        """Where CORRECT leads."""
        raise NotImplementedError

    def priced_purchase(self) -> Purchase:
        """The chosen option's."""
        return self.purchases()[self.chosen]

    def on_answer(self, event: Event, context: Context) -> Move:
        """+, − and digits choose, OK takes, CORRECT goes back to the plate."""
        count = len(self.purchases())
        match event:
            case KeyPressed(Key.PLUS | Key.MINUS as key):
                return replace(self, chosen=next_option(self.chosen, key, count))
            case KeyPressed(key) if key.value.isdecimal() and 0 < int(key.value) <= count:
                return replace(self, chosen=int(key.value) - 1)
            case KeyPressed(Key.CORRECT):
                return self.corrected()
            case KeyPressed(Key.OK):
                return self.after(self.priced_purchase(), context)
        return self

    def view(self, context: Context) -> View:
        """The chosen option and its neighbour, with their digits and first prices; what the chosen one means; how many."""
        options = self.purchases()
        first = max(0, min(self.chosen, len(options) - ROOM))
        lines = [
            Line(
                f"{number + 1} {self.option(options[number], context)[0]}",
                align=Align.LEFT,
                beside=_price(options[number], context),
                chosen=number == self.chosen,
            )
            for number in range(first, min(first + ROOM, len(options)))
        ]
        meaning = (_per(options[self.chosen], context), self.option(options[self.chosen], context)[1])
        which = Hint(Key.PLUS, numbered(self.asked(context), self.chosen, len(options)))
        hints = (Hint(Key.MINUS, ""), which, Hint(Key.CORRECT, context.say("plaque")), Hint(Key.OK, context.say("valider")))
        return visit_view(self, context, *lines, Line(" · ".join(filter(None, meaning)), Size.MEDIUM), hints=hints)


def next_option(chosen: int, key: Key, count: int) -> int:
    """Index of the next option for +, of the previous one for −, cyclic."""
    return (chosen + (1 if key is Key.PLUS else -1)) % count


def _price(purchase: Purchase, context: Context) -> str:
    """The price to compare options by: an hour's or a day's, or that of what is left where that is less."""
    offers = quotes_for(purchase, context)
    if not offers:
        return ""
    first = _first(offers)
    return euros(first.cents, context.language) if first.cents else context.say("0 €")


def _per(purchase: Purchase, context: Context) -> str:
    """What that price is of: `1 h`, `1 jour`, `30 min`."""
    offers = quotes_for(purchase, context)
    if not offers:
        return ""
    first = _first(offers)
    if first.cents == 0:
        return context.say("gratuit")
    return length(first.unit, first.units, context)


def _first(offers: tuple[Quote, ...]) -> Quote:
    return offers[min(UNITS_OF_A_DIGIT[offers[0].unit], len(offers)) - 1]
