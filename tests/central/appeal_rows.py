"""An appeal in a register, for tests: against a notice that was issued and sent on 4 March, notified on the 9th."""

from __future__ import annotations

from datetime import date, datetime

from central.appeals.answers import AppealAnswer
from central.appeals.decisions import AppealDecision, decide_appeal
from central.appeals.filing import AppealFiling, file_appeal
from central.core.city import City
from central.rules.appeal_documents import AppealDocument, AppealWay, Appellant, DocumentKind
from central.rules.appeal_states import AppealEventKind
from tests.central.notice_rows import issue, send
from tests.central.register_rows import PARIS

WHOLE = (DocumentKind.NOTICE, DocumentKind.REGISTRATION)
NINTH = datetime(2026, 3, 9, 12, 0, tzinfo=PARIS)
"""Notified: an appeal can be filed until 9 April."""


def sent_notice(city: City, plate: str = "AB123CD") -> str:
    """The number of a notice that was sent on 4 March; 75 euros are due."""
    number = issue(city, plate).number
    send(city, number)
    return number


def documents(at: datetime, *kinds: DocumentKind) -> tuple[AppealDocument, ...]:
    return tuple(AppealDocument(kind, f"{kind.name.lower()}.pdf", 1000, f"{seq:064x}", at) for seq, kind in enumerate(kinds, 1))


def filing(at: datetime = NINTH, *kinds: DocumentKind, **more: object) -> AppealFiling:
    """Online, with these documents: all that are needed if none is named."""
    base = {"way": AppealWay.ONLINE, "appellant": Appellant.HOLDER, "resident": True, "statement": "J’avais payé."}
    return AppealFiling(**{**base, "received_at": at, "documents": documents(at, *(kinds or WHOLE)), **more})  # type: ignore[arg-type]


def filed(city: City, number: str, at: datetime = NINTH, *kinds: DocumentKind, **more: object) -> AppealAnswer:
    """An appeal that was filed online."""
    return file_appeal(city, number, filing(at, *kinds, **more), "the public", at).appeal


def decide(
    city: City, id: int, outcome: AppealEventKind, at: datetime, cents: int = 0, by: str = "examiner", **more: object
) -> AppealAnswer:
    return decide_appeal(city, id, AppealDecision(outcome, "because", cents, **more), by, at)  # type: ignore[arg-type]


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, 0, tzinfo=PARIS)
