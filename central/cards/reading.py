"""What is read of requests beside the answers: documents, whose a request is, the clerks' queue as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from central.cards.counter import Counter
from central.cards.drafting import folder_of
from central.cards.instruction import queue
from central.cards.store import documents_of, load_card_request
from central.core import audit
from central.core.spreadsheet_cells import csv_text
from central.rules.cards.states import CardEventKind

HEAD = ("Numéro", "Déposée le", "Produit", "Demandeur", "Véhicules")


@dataclass(frozen=True)
class OpenedDocument:
    """A document, to be read once."""

    name: str
    size: int
    data: Iterator[bytes]


def owner_of_request(counter: Counter, number: int) -> str:
    """Whose a request is. Raises LookupError."""
    with counter.city.store.begin() as connection:
        owner: str = load_card_request(connection, number).row.owner
        return owner


def whose_to_read(counter: Counter, number: int, who: str, *, clerk: bool) -> str | None:
    """Whose a request must be for somebody to read it: a clerk reads everybody's (None), once it was submitted.

    A draft is its owner's: the city has been told nothing yet. Raises LookupError.
    """
    with counter.city.store.begin() as connection:
        submitted = load_card_request(connection, number).request.last(CardEventKind.SUBMITTED)
    return None if clerk and submitted else who


def open_document(counter: Counter, number: int, seq: int, owner: str | None, by: str, now: datetime) -> OpenedDocument:
    """A document of a request; that somebody else than its owner reads it is noted. Raises LookupError."""
    with counter.city.store.begin() as connection:
        load_card_request(connection, number, owner)
        found = next((each for each in documents_of(connection, number) if each.seq == seq), None)
        if found is None or not folder_of(counter).holds(found.stored_as):
            raise LookupError("there is no such document")
        if owner is None:
            audit.note(connection, now, by, "card document read", str(number), document=seq)
    return OpenedDocument(found.name, found.size, folder_of(counter).read(found.stored_as))


def queue_csv(counter: Counter, now: datetime) -> str:
    """The requests that wait for a clerk, as CSV."""
    rows = []
    for each in queue(counter, now):
        submitted = each.request.last(CardEventKind.SUBMITTED)
        plates = " ".join(line.plate for line in each.application.lines)
        at = submitted.at.strftime("%d/%m/%Y %H:%M") if submitted else ""
        rows.append((str(each.number), at, each.row.product, each.application.applicant.name, plates))
    return csv_text([HEAD, *rows])
