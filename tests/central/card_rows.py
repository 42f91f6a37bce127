"""A counter for tests: an application, its documents, a provider in memory, and a request in each state."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from central.cards.answers import read_card_request
from central.cards.counter import Counter
from central.cards.document_folder import DocumentFolder
from central.cards.drafting import add_document, make_draft, submit
from central.cards.instruction import accept_request
from central.cards.payment import take_capture
from central.core.city import City
from central.payments.port import OpenedOrder, PaymentCapture, PaymentOrder, ProviderAwayError, ProviderRefusedError
from central.rules.cards.application import CardApplicant, CardApplication, CardLine, CardReason, ResidentCase
from central.rules.cards.products import CardDispatch, CardTerm
from tests.central.register_rows import TEN

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
SECRET = b"a secret of thirty-two bytes, or so"
BAKER, RESIDENT, PLUMBER = "martin@boulangerie.example", "dupont@example.org", "durand@plomberie.example"
OF_RESIDENT = CardApplicant("Anne Dupont", "15 rue de la Roquette", "75011", ("11D", "11C"), ResidentCase.PARIS)
OF_BAKER = CardApplicant("Boulangerie Martin", "3 rue Oberkampf", "75011", ("11D",), siret="12345678900012", activity="10.71C")
OF_PLUMBER = CardApplicant("Durand", "1 avenue Foch", "94300", siret="98765432100011", activity="43.22A", staff=9)


@dataclass
class MemoryProvider:
    """A provider that takes and gives back what a test tells it to."""

    orders: dict[str, PaymentOrder] = field(default_factory=dict)
    captures: list[PaymentCapture] = field(default_factory=list)
    refunds: dict[str, tuple[str, int]] = field(default_factory=dict)
    away: bool = False
    refuses: bool = False
    asked: int = 0
    """How often something was to be given back."""

    def open_order(self, order: PaymentOrder) -> OpenedOrder:
        if self.away:
            raise ProviderAwayError("the provider does not answer")
        assert self.orders.setdefault(order.key, order) == order, "another order under one number"
        return OpenedOrder(f"http://bank/pay/{order.key}", tuple(each for each in self.captures if each.order == order.key))

    def refund(self, transaction: str, cents: int, key: str) -> None:
        self.asked += 1
        if self.refuses:
            raise ProviderRefusedError("the provider refuses it: 409")
        if self.away:
            raise ProviderAwayError("the provider does not answer")
        assert self.refunds.setdefault(key, (transaction, cents)) == (transaction, cents)

    def take(self, number: int, cents: int, at: datetime) -> PaymentCapture:
        made = PaymentCapture(f"tx-{len(self.captures) + 1}", str(number), cents, at)
        self.captures.append(made)
        return made

    @property
    def kept_cents(self) -> int:
        return sum(each.cents for each in self.captures) - sum(cents for _, cents in self.refunds.values())


def counter_of(city: City, folder: Path, provider: MemoryProvider | None = None) -> Counter:
    return Counter(city, folder=DocumentFolder(folder, city.draw), provider=provider or MemoryProvider(), secret=SECRET)


def line(plate: str = "AB123CD", term: CardTerm | None = CardTerm.ONE_YEAR, **more: object) -> CardLine:
    return CardLine(plate, **{"term": term, "category": "N1", "department": "75", **more})  # type: ignore[arg-type]


def replacing(card: int, reason: CardReason, plate: str = "AB123CD") -> CardLine:
    return line(plate, None, reason=reason, replaces=card)


def resident(*lines: CardLine, dispatch: CardDispatch = CardDispatch.SIMPLE, **more: object) -> CardApplication:
    return CardApplication("resident", replace(OF_RESIDENT, **more), lines or (line(),), dispatch)  # type: ignore[arg-type]


THREE_YEARS = resident(line(term=CardTerm.THREE_YEARS))


def baker(*lines: CardLine) -> CardApplication:
    return CardApplication("pro_sedentary", OF_BAKER, lines or (line(),))


def plumber(*lines: CardLine, staff: int = 9) -> CardApplication:
    return CardApplication("pro_mobile", replace(OF_PLUMBER, staff=staff), lines or (line(),))


def low_emission(*plates: str) -> CardApplication:
    lines = tuple(line(plate, CardTerm.THREE_YEARS, energy="electric") for plate in plates)
    return CardApplication("low_emission", CardApplicant("Anne Dupont", "", "75011"), lines)


def drafted(counter: Counter, owner: str, application: CardApplication, at: datetime = TEN) -> int:
    """A draft with every document it needs."""
    number = make_draft(counter, owner, application, owner, at)
    for kind in read_card_request(counter, number, owner, at).missing:
        add_document(counter, owner, number, kind, f"{kind.name.lower()}.pdf", io.BytesIO(PDF), owner, at)
    return number


def submitted(counter: Counter, owner: str, application: CardApplication, at: datetime = TEN) -> int:
    number = drafted(counter, owner, application, at)
    submit(counter, owner, number, owner, at)
    return number


def accepted(counter: Counter, owner: str, application: CardApplication, at: datetime = TEN) -> int:
    number = submitted(counter, owner, application, at)
    accept_request(counter, number, "", "clerk", at)
    return number


def paid(counter: Counter, owner: str, application: CardApplication, at: datetime = TEN, cents: int = 4500) -> int:
    """A request that was accepted, and paid with this."""
    number = accepted(counter, owner, application, at)
    provider = counter.provider
    assert isinstance(provider, MemoryProvider)
    take_capture(counter, provider.take(number, cents, at), at)
    return number


def plates(lines: Iterable[CardLine]) -> list[str]:
    return [each.plate for each in lines]
