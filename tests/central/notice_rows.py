"""A notice in a register, for tests: a refused control at ten past three, its data complete at four."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from central.core.city import City
from central.notices.answers import NoticeAnswer
from central.notices.issue import IssuedNow, NoticeRequest, ProposedNotice, propose_notice
from central.notices.letter_codes import find_code
from central.notices.payments import NoticePayment, record_payment
from central.notices.steps import NoticeStep, take_step
from central.rules.notices import NoticeEventKind
from tests.central.api_client import Client, client_of
from tests.central.register_rows import HOUR, TEN, ask, enrol, report

THREE = TEN + 5 * HOUR
"""Of a Wednesday: the control."""
FOUR = THREE + HOUR
STATION = "75011-0042"


def control(city: City, plate: str = "AB123CD", at: datetime = THREE, sector: str = "11D") -> int:
    """A control that refuses a plate, its number."""
    answer = ask(city, plate, at, sector=sector)
    assert not answer.allowed
    return answer.id


def client_at_four(store: Engine) -> Client:
    """The client of a city at four o'clock, whose station has handed all in."""
    client = client_of(store)
    client.clock.at = FOUR
    report(store, STATION, FOUR)
    complete(client.city)
    return client


def complete(city: City, until: datetime = FOUR, sector: str = "11D") -> None:
    """Let the one station of a sector have reported until an instant."""
    enrol(city.store, f"75011-00{sector[:2]}", until, sector)


def propose(city: City, check: int, now: datetime = FOUR, **more: object) -> NoticeAnswer | ProposedNotice:
    """What becomes of a proposal."""
    request = NoticeRequest(**{"check": check, "agent": "A-1", **more})  # type: ignore[arg-type]
    found = propose_notice(city, request, "agent", now)
    return found.notice if isinstance(found, IssuedNow) else found


def issue(city: City, plate: str = "AB123CD", at: datetime = THREE, now: datetime | None = None) -> NoticeAnswer:
    """A notice that was issued an hour after its control."""
    complete(city, at + HOUR)
    found = propose(city, control(city, plate, at), now or at + HOUR)
    assert isinstance(found, NoticeAnswer), found
    return found


def step(
    city: City, number: str, kind: NoticeEventKind, at: datetime, reason: str = "", now: datetime | None = None
) -> NoticeAnswer:
    """A notice after a step that is recorded when it is taken."""
    return take_step(city, number, NoticeStep(kind, at, reason), "officer", now or at)


def code_of(city: City, number: str) -> str:
    """What the letter of a notice says to its holder."""
    with city.store.begin() as connection:
        code = find_code(connection, city, number)
    assert code is not None, "it was issued since there are codes"
    return code


def send(city: City, number: str, at: datetime = FOUR, reason: str = "") -> NoticeAnswer:
    return step(city, number, NoticeEventKind.SENT, at, reason)


def pay(city: City, number: str, cents: int, at: datetime, reference: str, now: datetime | None = None) -> NoticeAnswer:
    return record_payment(city, number, NoticePayment(cents, at, reference), "cashier", now or at)
