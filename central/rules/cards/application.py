"""What is asked for at the counter, as values: who asks, for which vehicles, and for what reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from central.rules.cards.products import CardDispatch, CardGratuity, CardTerm


class CardReason(StrEnum):
    """Why a line is asked for."""

    ADD = "add"
    """A card: a first one, or one that follows another."""
    CHANGE_VEHICLE = "change of vehicle"
    CHANGE_ADDRESS = "change of address"
    DUPLICATE = "duplicate"
    """After a loss or a theft."""
    RENOUNCE = "renounce"
    """The vehicle is given up: the card ends, and of some there is money to be given back."""


CHANGES = (CardReason.CHANGE_VEHICLE, CardReason.CHANGE_ADDRESS)
MADE = (CardReason.ADD, *CHANGES)
"""Reasons that make a card with a right of its own."""


class ResidentCase(StrEnum):
    """The cases of a resident (14-1° article 6)."""

    PARIS = "1"
    """Main home in Paris."""
    BORDERING = "2"
    """Main home in a bordering town, in a street at the edge of Paris."""
    HIRE = "3"
    """One of these two, with a vehicle hired for a month or more."""


class CardDocumentKind(StrEnum):
    """What a document is."""

    HOME = "main home"
    REGISTRATION = "registration certificate"
    HIRE_CONTRACT = "hire contract"
    TAX_NOTICE = "tax notice"
    EXISTENCE = "company register extract"
    """K-bis or D1."""
    ACTIVITY = "proof of activity"
    LICENCE = "licence to practise"
    USE = "proof of use"
    """Of the vehicle, for the activity."""
    STAFF = "size of the company"
    MISSION = "public mission"
    LOSS = "declaration of loss or theft"
    TRANSFER = "vehicle given up"
    BANK_DETAILS = "bank details"
    """For what the public accountant gives back."""
    OTHER = "other"


@dataclass(frozen=True)
class CardApplicant:
    """Who asks, and where the cards are at home."""

    name: str
    address: str
    postcode: str
    """Five digits."""
    sectors: tuple[str, ...] = ()
    """The sectors around the address, `11D`; one in case 2."""
    case: ResidentCase | None = None
    """Of a resident."""
    siret: str = ""
    """Of an establishment: 14 digits."""
    activity: str = ""
    """Its code (NAF), `10.71C`."""
    trade: str = ""
    """One that is eligible by itself."""
    staff: int = 0
    individual: bool = False
    """Whether somebody of an eligible trade asks in person."""
    body: str = ""
    """The public body."""


@dataclass(frozen=True)
class CardLine:
    """One vehicle of a request."""

    plate: str
    """Normalised."""
    reason: CardReason = CardReason.ADD
    category: str = "M1"
    """Of its registration certificate (code de la route R311-1)."""
    department: str = ""
    """Where it is registered."""
    term: CardTerm | None = None
    """Of a card that is added."""
    hire_months: int = 0
    """Of the contract of a hired vehicle."""
    replaces: int | None = None
    """The card that is changed, made again or given up."""
    gratuity: CardGratuity | None = None
    energy: str = ""
    co2: int | None = None
    """Grams a kilometre."""


@dataclass(frozen=True)
class CardApplication:
    """What one request asks for."""

    product: str
    applicant: CardApplicant
    lines: tuple[CardLine, ...]
    dispatch: CardDispatch = CardDispatch.SIMPLE
