"""The data a screen decides with, at one instant; what may be sold and offered is decided in `sales_policy` and `offers`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from firmware.domain.parking_right import ParkingRight
from firmware.domain.site import Site
from firmware.ledger.ledger import Ledger
from firmware.tariff import Holding, Tariffs
from firmware.visit.health import Health
from hal.ports import Capabilities

Catalogue = Callable[[str], str]
"""A French sentence -> the sentence in a language."""

FRENCH = "fr"
Holdings = Callable[[str], tuple[Holding, ...]]
"""A plate -> what it is entitled to."""


def no_holdings(plate: str) -> tuple[Holding, ...]:
    """The holdings of a station without a copy of the register: every plate is a visitor's."""
    return ()


class ReceiptSource(Protocol):
    """What a motorist takes along who has no ticket: of the same right, always the same."""

    def text(self, right: ParkingRight, *, doubtful: bool = False) -> str:
        """The signed receipt, as the QR code of a ticket carries it."""

    def code(self, reference: str) -> str:
        """The short code of a sale; no two of one station are likely the same."""


class NoReceipts:
    """The receipts of a station without a key: none."""

    def text(self, right: ParkingRight, *, doubtful: bool = False) -> str:
        """No text: nothing is drawn."""
        return ""

    def code(self, reference: str) -> str:
        """No code: nothing that is typed is one."""
        return ""


@dataclass(frozen=True)
class Context:
    """Time, place, prices, ledger, device health and language of a visit, at one instant."""

    now: datetime
    """The wall clock, for prices and people: aware, Europe/Paris. Deadlines are the machine's business."""
    site: Site
    tariffs: Tariffs
    catalogues: Mapping[str, Catalogue]
    """By language, in the order LANG goes through them; French first."""
    ledger: Ledger = field(default_factory=Ledger)
    health: Health = field(default_factory=Health)
    language: str = FRENCH
    holdings: Holdings = no_holdings
    """What a plate is entitled to, by the copy of the register this station has."""
    capabilities: Capabilities = field(default_factory=Capabilities)
    """What the protocol of the card terminal has; the same for ever."""
    ends_in: int | None = None
    """Seconds within which the payment under way has its end, as its terminal's driver says; None if it does not say."""

    receipts: ReceiptSource = field(default_factory=NoReceipts)
    """Signs receipts and names them by short codes."""

    def say(self, sentence: str, **values: object) -> str:
        """The French sentence in the motorist's language, its {names} filled in."""
        return self.catalogues[self.language](sentence).format(**values)
