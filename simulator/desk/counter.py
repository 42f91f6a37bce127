"""Counter of a desk's city: documents in its folder, a sandbox for payments, and a request in each state to begin with."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import exists, select

from central.cards.counter import Counter
from central.cards.document_folder import DocumentFolder
from central.cards.drafting import add_document, make_draft, submit
from central.cards.instruction import accept_request, reject_request, send_cards
from central.cards.payment import take_capture
from central.core.city import City
from central.db.card_tables import card_requests
from central.payments.http_provider import HttpProvider
from central.payments.port import PaymentCapture
from central.payments.sandbox import Sandbox
from central.rules.cards.application import CardApplicant, CardApplication, CardLine, ResidentCase
from central.rules.cards.eligibility import wanted_documents
from central.rules.cards.products import CardTerm
from simulator.desk.city import ACCOUNTS

APPLICANT = ACCOUNTS["applicant"].email
BY_APPLICANT, BY_CLERK = "Demandeuse (démonstration)", "Guichet (démonstration)"
PDF = b"%PDF-1.4\n% a document of the demonstration\n"
ANNE = CardApplicant("Anne Dupont", "15 rue de la Roquette", "75011", ("3B", "11A", "11C", "11D"), ResidentCase.PARIS)
STEPS = {
    "AA-101-AA": (),
    "BB-202-BB": ("submit",),
    "CC-303-CC": ("submit", "accept"),
    "DD-404-DD": ("submit", "accept", "pay"),
    "EE-505-EE": ("submit", "accept", "pay", "send"),
    "FF-606-FF": ("submit", "reject"),
}
"""A plate for each state, and what happened to its request."""


def open_counter(city: City, folder: Path, url: str, clock: Callable[[], datetime]) -> tuple[Counter, Sandbox]:
    """The counter of a city, and the sandbox that it is to be paid at. `url`: where the desk's page is, with its last slash."""
    key, secret = secrets.token_urlsafe(16), secrets.token_bytes(32)
    notify = f"{url}central/v1/payments/notifications"
    sandbox = Sandbox(clock, "/bank", notify, key, secret, back="/central/counter/{order}")
    provider = HttpProvider(f"{url}bank", key)
    counter = Counter(city, folder=DocumentFolder(folder / "documents", city.draw), provider=provider, secret=secret)
    fill_counter(counter, clock())
    return counter, sandbox


def fill_counter(counter: Counter, now: datetime) -> None:
    """Put a request in each state there, once."""
    with counter.city.store.begin() as connection:
        begun = connection.scalar(select(exists().select_from(card_requests)))
    if not begun:
        for day, (plate, steps) in enumerate(STEPS.items()):
            _request(counter, plate.replace("-", ""), steps, now - timedelta(days=len(STEPS) - day))


def _request(counter: Counter, plate: str, steps: tuple[str, ...], at: datetime) -> None:
    application = CardApplication("resident", ANNE, (CardLine(plate, term=CardTerm.ONE_YEAR, department="75"),))
    number = make_draft(counter, APPLICANT, application, BY_APPLICANT, at)
    product = counter.catalogue.on(at.date()).named("resident")
    for kind in wanted_documents(product, application) if steps else ():
        add_document(counter, APPLICANT, number, kind, f"{kind.name.lower()}.pdf", io.BytesIO(PDF), BY_APPLICANT, at)
    does: dict[str, Callable[[datetime], None]] = {
        "submit": lambda now: submit(counter, APPLICANT, number, BY_APPLICANT, now),
        "accept": lambda now: accept_request(counter, number, "", BY_CLERK, now),
        "reject": lambda now: reject_request(counter, number, "Le certificat d’immatriculation manque.", BY_CLERK, now),
        "pay": lambda now: take_capture(counter, PaymentCapture(f"demo-{number}", str(number), 4500, now), now),
        "send": lambda now: send_cards(counter, number, BY_CLERK, now),
    }
    for hour, step in enumerate(steps, 1):
        does[step](at + timedelta(hours=hour))
