"""The register's side of the exchange with the national agency: the fines that were sent, and the events that come back.

The theory. Each event is recorded by itself: money that arrived is a fact, whatever stands in the line after it. An event that
is there already changes nothing, so the same file can be taken twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from central.core import audit
from central.core.city import City
from central.db.notice_tables import notice_events
from central.notices.agency_file import Fine, FineEvent, fine_of
from central.notices.answers import notice_answer
from central.notices.contradictions import review_sent
from central.notices.letter_codes import find_code
from central.notices.payments import NoticePayment, record_payment
from central.notices.steps import NoticeStep, take_step
from central.notices.store import first_number, load_notice
from central.rules.notices import NoticeEventKind
from firmware.domain.errors import FieldError

TOLD = (NoticeEventKind.SENT, NoticeEventKind.CONTRADICTED, NoticeEventKind.CORRECTED, NoticeEventKind.CANCELLED)
"""What the agency is told of."""
MONEY = (NoticeEventKind.PAID, NoticeEventKind.REFUNDED)


@dataclass(frozen=True)
class EventOutcome:
    """What became of an event of the agency's file."""

    event: FineEvent
    refused: str = ""
    """Why it was not recorded; empty: it was, now or before."""


def read_fines(city: City, since: datetime, by: str, now: datetime) -> tuple[Fine, ...]:
    """The fines to tell the agency of, by number: what was recorded as sent, contradicted, corrected or cancelled since then.

    Every notice is looked at first: the agency must not pursue one that a right, known since, contradicts. Audited.
    """
    told = [kind.value for kind in TOLD]
    columns = notice_events.c
    with city.store.begin() as connection:
        review_sent(connection, city, now)
        recent = columns.kind.in_(told) & (columns.recorded_at >= since) & (columns.recorded_at <= now)
        numbers = connection.scalars(select(columns.number).where(recent).distinct().order_by(columns.number)).all()
        found = tuple(
            fine_of(notice_answer(load_notice(connection, city, number, now), now), find_code(connection, city, number))
            for number in numbers
        )
        audit.note(connection, now, by, "fines exported", since.isoformat(), count=len(found))
    return found


def record_events(city: City, events: Iterable[FineEvent], by: str, now: datetime) -> tuple[EventOutcome, ...]:
    """Record each event of a file. One that cannot be is told with its reason, and hinders no other."""
    return tuple(_outcome(city, event, by, now) for event in events)


def _outcome(city: City, event: FineEvent, by: str, now: datetime) -> EventOutcome:
    try:
        _record(city, event, by, now)
    except (LookupError, FieldError) as error:
        return EventOutcome(event, str(error))
    return EventOutcome(event)


def _record(city: City, event: FineEvent, by: str, now: datetime) -> None:
    kind = NoticeEventKind(event.event)
    if kind in MONEY:
        paid = NoticePayment(event.cents, event.at, event.reference, event.key, kind, event.means)
        record_payment(city, event.number, paid, by, now)
    elif not _is_recorded(city, event):
        take_step(city, event.number, NoticeStep(kind, event.at, event.reason), by, now)


def _is_recorded(city: City, event: FineEvent) -> bool:
    columns = notice_events.c
    with city.store.begin() as connection:
        number = first_number(connection, event.number)
        same = (columns.number == number) & (columns.kind == event.event) & (columns.at == event.at)
        return connection.scalar(select(columns.seq).where(same)) is not None
