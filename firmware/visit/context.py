"""All that a screen may know of the world.

`now` is the wall clock in Paris, for prices and people; deadlines are the machine's business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from firmware.domain.purchase import Purchase
from firmware.domain.site import Site
from firmware.ledger.ledger import FARTHEST_AHEAD, Ledger
from firmware.tariff import (
    NEW_STAY,
    Holding,
    Quote,
    RateKey,
    Stay,
    Street,
    Tariffs,
    again_at,
    ladder,
    regimes_here,
    stay_at,
    vehicle_choices,
)
from firmware.visit import sales_policy
from firmware.visit.health import Health
from firmware.visit.sales_policy import Sells

Catalogue = Callable[[str], str]
"""A French sentence -> the sentence in a language."""

FRENCH = "fr"
Holdings = Callable[[str], tuple[Holding, ...]]


def no_holdings(plate: str) -> tuple[Holding, ...]:
    """A station without a copy of the register: everybody is a visitor."""
    return ()


@dataclass(frozen=True)
class Context:
    """The station's surroundings at one instant."""

    now: datetime
    """Aware, Europe/Paris."""
    site: Site
    tariffs: Tariffs
    catalogues: Mapping[str, Catalogue]
    """By language, in the order LANG goes through them; French first."""
    ledger: Ledger = field(default_factory=Ledger)
    health: Health = field(default_factory=Health)
    language: str = FRENCH
    holdings: Holdings = no_holdings
    """What a plate is entitled to, by the copy of the register this station has."""

    def say(self, sentence: str, **values: object) -> str:
        """The French sentence in the motorist's language, its {names} filled in."""
        return self.catalogues[self.language](sentence).format(**values)

    @property
    def tariff(self) -> bool:
        """Whether a tariff is in force here, now."""
        return bool(ladder(self.tariffs, RateKey(self.site.zone), self.now))

    @property
    def selling(self) -> Sells:
        """What may begin now. Whatever may be paid for may be given too, so a visit begins wherever `free` is true."""
        return sales_policy.sells(self.health, tariff=self.tariff, stopped=self.ledger.stopped)

    @property
    def sells(self) -> bool:
        """Whether a payment may begin."""
        return self.selling.paid

    @property
    def code(self) -> str:
        """The fault code that keeps this machine from taking money; empty when it does."""
        return sales_policy.code(self.health, tariff=self.tariff, stopped=self.ledger.stopped)

    @property
    def free_now(self) -> bool:
        """Whether nothing is due at this minute: what is bought now starts later."""
        return self.tariffs.start(self.now) - self.now > timedelta(minutes=1)

    def regimes(self, plate: str) -> tuple[str, ...]:
        """The regimes this plate may use here, the visitor's last: it is everybody's."""
        street = Street(self.site.sector, self.site.street)
        found = regimes_here(self.tariffs, self.now, street, self.holdings(plate))
        usable = [each.regime for each in found if each.usable]
        return (*(regime for regime in usable if regime != "visitor"), "visitor")

    def vehicles(self, purchase: Purchase) -> tuple[str, ...]:
        """One vehicle class for each price there is, the light car first; a stay keeps the classes of its first minute."""
        return vehicle_choices(self.tariffs, self.site.zone, self.stay(purchase).begun or self.now, purchase.regime)

    def stay(self, purchase: Purchase) -> Stay:
        """The stay a purchase made now would continue; an empty one if it would begin one.

        A stay by the day is over at its end: whoever renews then has no gap in which nothing can be bought. One that begins far
        in the future was bought by a clock that was wrong, and holds up nobody.
        """
        stay = self.ledger.stay(purchase.plate, self.site.zone, purchase.regime)
        by_the_day = self.tariffs.regimes[purchase.regime].unit == "day"
        over = by_the_day and stay.end is not None and stay.end <= self.now
        misdated = stay.begun is not None and stay.begun - self.now > FARTHEST_AHEAD
        return NEW_STAY if over or misdated else stay_at(self.tariffs, stay, self.now)

    def again(self, purchase: Purchase, stay: Stay) -> datetime:
        """When parking can be bought again by a stay that has reached its maximum."""
        by_the_day = self.tariffs.regimes[purchase.regime].unit == "day"
        return stay.end if by_the_day and stay.end else again_at(self.tariffs, stay, self.now)

    def offers(self, purchase: Purchase) -> tuple[Quote, ...]:
        """What can be bought now, shortest first; empty when the maximum is reached, or nothing is in force."""
        stay = self.stay(purchase)
        steps = ladder(self.tariffs, purchase.rate_key(self.site.zone), self.now, stay)
        return tuple(quote for quote in steps if stay.end is None or quote.end > stay.end)

    def next_reference(self) -> str:
        """The number of the sale that would begin now."""
        return f"{self.site.station}-{self.ledger.sales + 1:06d}"


def card_reference(reference: str) -> str:
    """Our reference as the terminal carries it: its last 10 digits (the private field of Concert has 10 characters)."""
    return reference.replace("-", "")[-10:]
