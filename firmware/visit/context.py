"""The data a screen decides with, at one instant; what may be sold and offered is decided in `sales_policy` and `offers`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from firmware.domain.formats import FORMATS, FRENCH, Format
from firmware.domain.parking_right import ParkingRight
from firmware.domain.site import Site
from firmware.ledger.ledger import Ledger
from firmware.tariff import Holding, Tariffs
from firmware.visit.health import Health
from hal.ports import Capabilities


def _in_french(sentence: str) -> str:
    return sentence


def _counted_in_french(one: str, many: str, count: int) -> str:
    """French counts nothing as one: `0 jour`, `1 jour`, `2 jours`."""
    return one if count < 2 else many


@dataclass(frozen=True)
class Catalogue:
    """The sentences of one language, by their French; without functions it is French itself."""

    sentence: Callable[[str], str] = _in_french
    counted: Callable[[str, str, int], str] = _counted_in_french
    """The sentence of one, that of many, and how many -> the sentence."""


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
        return self.catalogues[self.language].sentence(sentence).format(**values)

    def say_count(self, one: str, many: str, count: int, **values: object) -> str:
        """The same of a number of things, in the form that the language has for as many; {count} is filled in too."""
        return self.catalogues[self.language].counted(one, many, count).format(count=count, **values)

    @property
    def format(self) -> Format:
        """How the motorist's language writes amounts, times and dates."""
        return FORMATS[self.language]

    @property
    def other_languages(self) -> tuple[str, ...]:
        """The languages LANG leads to, the next one first."""
        languages = tuple(self.catalogues)
        at = languages.index(self.language)
        return languages[at + 1 :] + languages[:at]
