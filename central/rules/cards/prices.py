"""Prices of the lines of a request, each with the article it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from central.rules.cards.application import CHANGES, CardApplication, CardLine, CardReason
from central.rules.cards.products import CardEdition, CardProduct, CardTerm, HirePrice
from firmware.domain.errors import FieldError

SEMESTER = 6
"""Months."""


@dataclass(frozen=True)
class PricedCard:
    """What a price has to know of the card that is made again."""

    free: bool
    """It cost nothing."""
    duplicates: tuple[date, ...] = ()
    """The days on which duplicates of it were granted."""


@dataclass(frozen=True)
class LinePrice:
    """What one line costs, and by which article."""

    cents: int
    postage_cents: int
    source: str
    free: bool = False
    """The card is free, or its duplicate."""

    @property
    def total_cents(self) -> int:
        """With its postage."""
        return self.cents + self.postage_cents


def price_lines(
    edition: CardEdition, application: CardApplication, replaced: Mapping[int, PricedCard], day: date
) -> tuple[LinePrice, ...]:
    """The price of each line. `replaced`: the cards that lines name, by number. Raises FieldError for one that is not there."""
    product = edition.named(application.product)
    found = []
    for index, line in enumerate(application.lines):
        card = replaced.get(line.replaces) if line.replaces is not None else None
        if line.replaces is not None and card is None:
            raise FieldError(f"lines[{index}].replaces", "there is no such card, or it has ended")
        cents, source = _price(product, line, card, day)
        postage = 0 if line.reason is CardReason.RENOUNCE else edition.postage.cents(application.dispatch)
        found.append(LinePrice(cents, postage, source, cents == 0))
    return tuple(found)


def term_months(product: CardProduct, line: CardLine) -> int:
    """How many months a new card is good for."""
    if line.term is CardTerm.HIRE:
        return line.hire_months
    return next(each.months for each in product.terms if each.term is line.term)


def hire_cents(prices: Sequence[HirePrice], months: int) -> tuple[int, str]:
    """The price of a card for a vehicle hired for so many months; a semester that has begun is due. Raises FieldError."""
    for each in prices:
        if months <= each.up_to_months:
            semesters = -(-months // SEMESTER)
            return each.cents or semesters * each.cents_per_semester, each.source
    raise FieldError("hire_months", "no card is good for so long")


def duplicate_cents(product: CardProduct, card: PricedCard, day: date) -> int:
    """The price of a duplicate: the first one of a free card costs nothing, in its period."""
    price = product.duplicate
    if price is None:
        raise FieldError("reason", "no deliberation gives a price for a duplicate of this product")
    before = [each for each in card.duplicates if price.free == "validity" or each.year == day.year]
    return 0 if card.free and not before else price.cents


def _price(product: CardProduct, line: CardLine, card: PricedCard | None, day: date) -> tuple[int, str]:
    if line.reason in CHANGES and product.change:
        return product.change.cents, product.change.source
    if line.reason is CardReason.DUPLICATE and card and product.duplicate:
        return duplicate_cents(product, card, day), product.duplicate.source
    if line.reason is CardReason.RENOUNCE:
        return 0, product.source
    return _new_card(product, line)


def _new_card(product: CardProduct, line: CardLine) -> tuple[int, str]:
    if line.gratuity is not None:
        return 0, product.source
    if line.term is CardTerm.HIRE:
        return hire_cents(product.hire, line.hire_months)
    found = next((each for each in product.terms if each.term is line.term), None)
    if found is None:
        raise FieldError("term", "is not sold")
    return found.cents, found.source
