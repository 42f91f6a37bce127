"""What can be offered to a plate now: regimes, vehicle classes, the stay it continues, quotes, the reference of the sale."""

from __future__ import annotations

from datetime import datetime, timedelta

from firmware.domain.purchase import Purchase
from firmware.domain.reference import SaleNumber, bank_reference, reference_of
from firmware.ledger.ledger import FARTHEST_AHEAD
from firmware.tariff import NEW_STAY, Quote, Stay, Street, again_at, ladder, regimes_here, stay_at
from firmware.tariff import vehicle_choices as tariff_vehicles
from firmware.visit.context import Context
from firmware.visit.interrupted import asked_about


def is_free_now(context: Context) -> bool:
    """Whether nothing is due at this minute: what is bought now starts later."""
    return context.tariffs.start(context.now) - context.now > timedelta(minutes=1)


def regimes_of(plate: str, context: Context) -> tuple[str, ...]:
    """The regimes this plate may use here, the visitor's last: it is everybody's."""
    street = Street(context.site.sector, context.site.street)
    found = regimes_here(context.tariffs, context.now, street, context.holdings(plate))
    usable = [each.regime for each in found if each.usable]
    return (*(regime for regime in usable if regime != "visitor"), "visitor")


def vehicle_choices(purchase: Purchase, context: Context) -> tuple[str, ...]:
    """One vehicle class for each price there is, the light car first; a stay keeps the classes of its first minute."""
    begun = continued_stay(purchase, context).begun
    return tariff_vehicles(context.tariffs, context.site.zone, begun or context.now, purchase.regime)


def continued_stay(purchase: Purchase, context: Context) -> Stay:
    """The stay a purchase made now would continue; an empty one if it would begin one.

    A stay by the day is over at its end: whoever renews then has no gap in which nothing can be bought. One that begins far
    in the future was bought by a clock that was wrong, and holds up nobody.
    """
    stay = context.ledger.stay(purchase.plate, context.site.zone, purchase.regime)
    over = _by_the_day(purchase, context) and stay.end is not None and stay.end <= context.now
    misdated = stay.begun is not None and stay.begun - context.now > FARTHEST_AHEAD
    return NEW_STAY if over or misdated else stay_at(context.tariffs, stay, context.now)


def covered_until(plate: str, context: Context) -> datetime | None:
    """Until when this plate is covered here by what it bought, or may have bought when the power went; None if it is not."""
    cut = asked_about(context)
    ends = [continued_stay(Purchase(plate, regime), context).end for regime in regimes_of(plate, context)]
    ends += [cut.end] if cut and cut.plate == plate else []
    return max((end for end in ends if end is not None and end > context.now), default=None)


def next_purchase_at(purchase: Purchase, stay: Stay, context: Context) -> datetime:
    """When parking can be bought again by a stay that has reached its maximum."""
    return stay.end if _by_the_day(purchase, context) and stay.end else again_at(context.tariffs, stay, context.now)


def quotes_for(purchase: Purchase, context: Context) -> tuple[Quote, ...]:
    """What can be bought now, shortest first; empty when the maximum is reached, or no tariff is in force."""
    stay = continued_stay(purchase, context)
    steps = ladder(context.tariffs, purchase.rate_key(context.site.zone), context.now, stay)
    return tuple(quote for quote in steps if stay.end is None or quote.end > stay.end)


def next_reference(context: Context) -> str:
    """The reference of the sale that would begin now: the station, its generation and the next of its sales."""
    return reference_of(SaleNumber(context.site.station, context.ledger.generation, context.ledger.sales + 1))


def card_reference(reference: str) -> str:
    """Our reference as the terminal carries it (the private field of Concert has 10 characters); empty for none."""
    return bank_reference(reference) if reference else ""


def _by_the_day(purchase: Purchase, context: Context) -> bool:
    return context.tariffs.regimes[purchase.regime].unit == "day"
