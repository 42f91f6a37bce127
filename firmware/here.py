"""All that a screen may know of the world. Knows no clock, no wire, no disk: everything is handed in.

`now` is the wall clock in Paris, for prices and people; deadlines are the machine's business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from firmware.health import Health
from firmware.ledger import Ledger
from firmware.site import Site
from firmware.tariff import Tariffs, ladder

Catalogue = Callable[[str], str]
"""A French sentence -> the sentence in a language."""

FRENCH = "fr"


@dataclass(frozen=True)
class Here:
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

    def say(self, sentence: str, **values: object) -> str:
        """The French sentence in the motorist's language, its {names} filled in."""
        return self.catalogues[self.language](sentence).format(**values)

    @property
    def sells(self) -> bool:
        """Whether a sale may begin: the terminal answers, and a tariff is in force here."""
        return self.health.sells and bool(ladder(self.tariffs, self.site.zone, self.now))

    @property
    def code(self) -> str:
        """The fault code that keeps this machine from selling; empty when it sells."""
        return "" if self.sells else self.health.code or "P1"

    @property
    def free_now(self) -> bool:
        """Whether nothing is due at this minute: what is bought now starts later."""
        return self.tariffs.start(self.now) - self.now > timedelta(minutes=1)

    def next_reference(self) -> str:
        """The number of the sale that would begin now."""
        return f"{self.site.station}-{self.ledger.sales + 1:06d}"


def card_reference(reference: str) -> str:
    """Our reference as the terminal carries it: its last 10 digits (the private field of Concert has 10 characters)."""
    return reference.replace("-", "")[-10:]
