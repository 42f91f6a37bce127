"""Notices to be printed: what was fixed, the deadlines, and the rule they follow, for whoever may read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from central.core.city import City
from central.notices.answers import NoticeAnswer, notice_answer
from central.notices.public import find_stored
from central.notices.store import StoredNotice, load_notice
from central.rules.notices import NoticeEventKind
from firmware.tariff.file import FpsRule


@dataclass(frozen=True)
class NoticeToPrint:
    """A notice, and what its letter says beside it."""

    answer: NoticeAnswer
    rule: FpsRule
    """In force at the control."""
    dated: datetime
    """When it was sent or, before that, issued."""
    siret: str
    """Of the city."""


def read_to_print(city: City, number: str, now: datetime) -> NoticeToPrint:
    """A notice by its number, for who works on it. Raises LookupError."""
    with city.store.begin() as connection:
        return _to_print(city, load_notice(connection, city, number, now), now)


def find_to_print(city: City, number: str, plate: str, key: str, now: datetime) -> NoticeToPrint | None:
    """The notice, for the public, who knows number, plate and key; None without telling which is wrong."""
    with city.store.begin() as connection:
        stored = find_stored(connection, city, number, plate, key, now)
        return _to_print(city, stored, now) if stored else None


def _to_print(city: City, stored: StoredNotice, now: datetime) -> NoticeToPrint:
    dated = stored.notice.happened(NoticeEventKind.SENT, now) or stored.row.issued_at
    return NoticeToPrint(notice_answer(stored, now), stored.notice.terms.rule, dated, city.authority.siret)
