"""Products of the counter as dated data: what is sold from which day, at which price, by which article.

Read from `central/cards/data/products.toml` and `annexes.toml`; the code knows no price.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from firmware.domain.errors import FieldError

CardCents = Annotated[int, Meta(ge=0, le=1_000_000)]
CardMonths = Annotated[int, Meta(ge=1, le=36)]
"""14-1° article 9: three years at most."""
ArticleName = Annotated[str, Meta(min_length=1)]
"""The article or document a line comes from."""


class CardTerm(StrEnum):
    """How long a card is asked for."""

    ONE_YEAR = "1 year"
    THREE_YEARS = "3 years"
    PROVISIONAL = "provisional"
    """One month, once: the provisional registration certificate cannot be shown yet."""
    HIRE = "hire"
    """As long as the contract of a hired vehicle."""


class CardGratuity(StrEnum):
    """Why a card costs nothing."""

    ZERO_TAX = "zero tax"
    """No income tax, before reductions and credits."""
    LOW_EMISSION = "low emission"
    """The vehicle holds a low emission card."""


class CardDispatch(StrEnum):
    """How a card is sent."""

    SIMPLE = "simple"
    TRACKED = "tracked"
    REGISTERED = "registered"


class _Data(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    source: ArticleName


class TermPrice(_Data, frozen=True, kw_only=True):
    """The price of a card of so many months."""

    term: CardTerm
    months: CardMonths
    cents: CardCents


class HirePrice(_Data, frozen=True, kw_only=True):
    """The price of a card for a vehicle hired for so many months at most: one amount, or one for each semester begun."""

    up_to_months: CardMonths
    cents: CardCents = 0
    cents_per_semester: CardCents = 0


class ChangePrice(_Data, frozen=True, kw_only=True):
    """The price of a card with the same end for another vehicle or address."""

    cents: CardCents


class DuplicatePrice(_Data, frozen=True, kw_only=True):
    """The price of a duplicate, and in which period the first one of a free card costs nothing."""

    cents: CardCents
    free: Literal["validity", "calendar year"]


class CardRefund(_Data, frozen=True, kw_only=True):
    """What is given back for a vehicle that is given up."""

    of_months: CardMonths
    """Cards of this length only."""
    cents_per_month: CardCents
    due_months: CardMonths
    """Months that are due whatever happens."""
    most_cents: CardCents


class CardQuota(_Data, frozen=True, kw_only=True):
    """How many cards of a product an establishment holds at most."""

    establishment: Annotated[int, Meta(ge=1)]
    individual: Annotated[int, Meta(ge=1)] | None = None
    """Of whoever asks in person: VRP, health professionals."""
    staff_step: Annotated[int, Meta(ge=1)] | None = None
    """One more card for each so many employees; none: never more."""
    reading: Literal["per started ten", "per full ten"] = "per started ten"
    """Of 14-3° article 9, which can be read two ways: see `central/rules/cards/quotas.py`."""


class CardProduct(_Data, frozen=True, kw_only=True):
    """A product of the counter."""

    id: Annotated[str, Meta(pattern=r"^[a-z_]{1,40}\Z")]
    label: ArticleName
    """As the counter names it, without its price."""
    holding: str | None = None
    """What its plate is entitled to in the register; none: the card is no parking right."""
    home: bool = False
    """Whether it is good in sectors around an address, and nowhere else."""
    terms: Annotated[tuple[TermPrice, ...], Meta(min_length=1)]
    hire: tuple[HirePrice, ...] = ()
    gratuities: tuple[CardGratuity, ...] = ()
    change: ChangePrice | None = None
    duplicate: DuplicatePrice | None = None
    refund: CardRefund | None = None
    quota: CardQuota | None = None
    departments: tuple[str, ...] = ()
    """Where the establishment must be; empty: anywhere."""
    vehicle_departments: tuple[str, ...] = ()
    """Where the vehicle must be registered; empty: anywhere."""
    activities: str | None = None
    """The list of activity codes (NAF) that are eligible."""
    trades: tuple[str, ...] = ()
    """Eligible whatever their code."""
    bodies: tuple[str, ...] = ()
    """The public bodies that are eligible; empty: not asked."""
    energies: bool = False
    """Whether the vehicle must have an engine of annex 3."""


class CardPostage(Struct, frozen=True, forbid_unknown_fields=True):
    """The price of sending one card."""

    simple: CardCents
    tracked: CardCents
    registered: CardCents

    def cents(self, dispatch: CardDispatch) -> int:
        """Of one way of sending."""
        amount: int = getattr(self, dispatch.value)
        return amount


class CardEdition(_Data, frozen=True, kw_only=True):
    """What is sold from a day on."""

    valid_from: date
    postage: CardPostage
    no_vat: ArticleName
    product: tuple[CardProduct, ...]

    def named(self, id: str) -> CardProduct:
        """The product of this name. Raises FieldError."""
        found = next((each for each in self.product if each.id == id), None)
        if found is None:
            raise FieldError("product", f"no such product; there are: {', '.join(each.id for each in self.product)}")
        return found


class ActivityList(_Data, frozen=True, kw_only=True):
    """The activity codes (NAF) of one annex."""

    list: str
    valid_from: date
    complete: bool
    """False: a code that is not on it is not refused, a clerk looks."""
    codes: tuple[Annotated[str, Meta(pattern=r"^[0-9]{2}\.[0-9]{2}[A-Z]\Z")], ...]


class EligibleEngine(_Data, frozen=True, kw_only=True):
    """An engine of annex 3."""

    energy: str
    below_co2: int | None = None
    """Grams a kilometre; none: whatever it emits."""


class EngineList(_Data, frozen=True, kw_only=True):
    """The engines of annex 3 of 14-2°."""

    valid_from: date
    complete: bool
    engines: tuple[EligibleEngine, ...]


class CardCatalogue(Struct, frozen=True):
    """Everything the counter sells, and who is eligible, by day."""

    editions: tuple[CardEdition, ...]
    activities: tuple[ActivityList, ...]
    engines: tuple[EngineList, ...]

    def on(self, day: date) -> CardEdition:
        """What is sold on a day. Raises FieldError for one before the first edition."""
        return _newest(self.editions, day)

    def activities_on(self, name: str, day: date) -> ActivityList:
        """An annex on a day. Raises FieldError."""
        return _newest([each for each in self.activities if each.list == name], day)

    def engines_on(self, day: date) -> EngineList:
        """Annex 3 on a day. Raises FieldError."""
        return _newest(self.engines, day)


class _Products(Struct, frozen=True, forbid_unknown_fields=True):
    edition: tuple[CardEdition, ...]


class _Annexes(Struct, frozen=True, forbid_unknown_fields=True):
    activities: tuple[ActivityList, ...]
    vehicles: tuple[EngineList, ...]


_Dated = TypeVar("_Dated", CardEdition, ActivityList, EngineList)


def catalogue_in(products: str, annexes: str) -> CardCatalogue:
    """The catalogue in two TOML texts. Raises FieldError naming the place."""
    sold, lists = _read(products, _Products), _read(annexes, _Annexes)
    _check(sold.edition, lists.activities)
    return CardCatalogue(sold.edition, lists.activities, lists.vehicles)


_Document = TypeVar("_Document", _Products, _Annexes)


def _read(text: str, kind: type[_Document]) -> _Document:
    try:
        return msgspec.convert(tomllib.loads(text), kind)
    except (msgspec.ValidationError, tomllib.TOMLDecodeError) as error:
        reason, _, place = str(error).partition(" - at `")
        raise FieldError(place.rstrip("`"), reason) from error


def _check(editions: Iterable[CardEdition], lists: Iterable[ActivityList]) -> None:
    """What the types do not say: names given once, a list for each product that asks for one, hire prices in order."""
    known = {each.list for each in lists}
    for edition in editions:
        names = [product.id for product in edition.product]
        if len(set(names)) < len(names):
            raise FieldError("$.edition.product.id", "a name is given twice")
        for product in edition.product:
            if product.activities and product.activities not in known:
                raise FieldError(f"$.edition.product.{product.id}.activities", f"there is no list {product.activities!r}")
            months = [each.up_to_months for each in product.hire]
            if months != sorted(set(months)):
                raise FieldError(f"$.edition.product.{product.id}.hire", "the shortest contract comes first")


def _newest(dated: Iterable[_Dated], day: date) -> _Dated:
    found = max((each for each in dated if each.valid_from <= day), key=lambda each: each.valid_from, default=None)
    if found is None:
        raise FieldError("at", f"nothing was sold at the counter on {day.isoformat()}")
    return found
