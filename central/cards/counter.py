"""The counter: the city, what it sells, where documents are kept, who scans them, and who takes the money, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from central.cards.document_folder import DocumentFolder
from central.core.city import City
from central.payments.port import PaymentProvider
from central.rules.cards.products import CardCatalogue, catalogue_in
from central.rules.cards.requests import CardPolicy

DATA = Path(__file__).parent / "data"


@lru_cache
def load_catalogue() -> CardCatalogue:
    """The products and annexes that come with this software. Raises FieldError for a file that is none."""
    return catalogue_in((DATA / "products.toml").read_text("utf-8"), (DATA / "annexes.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Counter:
    """A counter over a city's register."""

    city: City
    catalogue: CardCatalogue = field(default_factory=load_catalogue)
    policy: CardPolicy = field(default_factory=CardPolicy)
    folder: DocumentFolder | None = None
    """None: no document can be taken."""
    provider: PaymentProvider | None = None
    """None: nothing can be paid."""
    secret: bytes = field(default=b"", repr=False)
    """What the provider signs its notifications with; empty: none is taken."""
    mail_page: str = ""
    """The address of the page that letters to applicants name; empty: none is written, for no relay takes any."""
