"""Notices to be printed: what was fixed, the deadlines, and the rule they follow, for whoever may read it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from central.core import audit
from central.core.city import City
from central.notices.answers import NoticeAnswer, notice_answer
from central.notices.corrections import read_corrective
from central.notices.letter_codes import find_code
from central.notices.public import find_stored
from central.notices.store import CorrectiveNotice, StoredNotice, load_notice
from central.register.publications import active_tariffs
from central.rules.notices import NoticeEventKind, NoticeTerms
from firmware.tariff.file import FpsRule
from firmware.tariff.fps import increased_cents, rebated_cents


@dataclass(frozen=True)
class NoticeToPrint:
    """A notice, and what its letter says beside it."""

    answer: NoticeAnswer
    rule: FpsRule
    """In force at the control."""
    dated: datetime
    """When it was sent or, before that, issued; a corrective notice, when it was issued."""
    siret: str
    """Of the city."""
    vehicle: str
    """Its class, by the name that the tariffs give it."""
    corrective: CorrectiveNotice | None = None
    """What is printed, if it was asked for by the number of the corrective notice."""
    code: str | None = field(default=None, repr=False)
    """Which opens it on the city's page; None: the payment key does, and so it did when the letter was sent."""


def read_to_print(city: City, number: str, now: datetime) -> NoticeToPrint:
    """A notice, or a corrective one, by its number, for who works on it. Raises LookupError."""
    with city.store.begin() as connection:
        return _to_print(connection, city, number, load_notice(connection, city, number, now), now)


def print_letter(city: City, number: str, by: str, now: datetime) -> NoticeToPrint:
    """The same, and that it was read is noted: whoever has the letter has its code. Raises LookupError."""
    printed = read_to_print(city, number, now)
    with city.store.begin() as connection:
        audit.note(connection, now, by, "notice letter read", number)
    return printed


def find_to_print(city: City, number: str, plate: str, code: str, now: datetime) -> NoticeToPrint | None:
    """The same for the public, who knows number, plate and code; None without telling which is wrong."""
    with city.store.begin() as connection:
        stored = find_stored(connection, city, number, plate, code, now)
        return _to_print(connection, city, number, stored, now) if stored else None


def _to_print(connection: Connection, city: City, number: str, stored: StoredNotice, now: datetime) -> NoticeToPrint:
    corrective, answer = read_corrective(connection, number), notice_answer(stored, now)
    dated = corrective.issued_at if corrective else stored.notice.happened(NoticeEventKind.SENT, now) or stored.row.issued_at
    known = active_tariffs(city, connection, stored.row.control_at).vehicles.get(answer.vehicle)
    return NoticeToPrint(
        answer if corrective else _as_issued(answer, stored.notice.terms),
        stored.notice.terms.rule,
        dated,
        city.authority.siret,
        known.name if known else answer.vehicle,
        corrective,
        find_code(connection, city, number),
    )


def _as_issued(answer: NoticeAnswer, terms: NoticeTerms) -> NoticeAnswer:
    """The amounts as they were fixed (CGCT R.2333-120-10): what an appeal corrects, its own letter tells."""
    return replace(
        answer,
        due_cents=terms.due_cents,
        reduced_cents=terms.reduced_cents,
        increased_cents=increased_cents(terms.rule, terms.due_cents),
        rebated_cents=rebated_cents(terms.rule, terms.due_cents),
    )
