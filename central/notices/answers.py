"""A notice as it is answered: its state, its money and its deadlines at an instant, and its history."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from central.notices.store import StoredNotice
from central.rules.notice_numbers import key_of
from central.rules.notices import Notice, NoticeEvent, NoticeEventKind, NoticeState, balance_at, state_at
from firmware.tariff.fps import increased_cents, rebated_cents


@dataclass(frozen=True)
class NoticeHistoryLine:
    """Something that happened to a notice."""

    at: datetime
    what: NoticeEventKind
    cents: int


@dataclass(frozen=True, kw_only=True)
class NoticeStatus:
    """State, dates, amounts and history of a notice: nothing personal."""

    number: str
    control_at: datetime
    issued_at: datetime
    state: NoticeState
    fps_cents: int
    receipt_cents: int
    """Deducted."""
    due_cents: int
    """As corrected, if an appeal or a court has."""
    reduced_cents: int
    increased_cents: int
    """What is due once it was not paid within its delay."""
    rebated_cents: int
    price_cents: int
    """What settles it now, or settled it."""
    paid_cents: int
    """Less what was given back."""
    owed_cents: int
    surplus_cents: int
    """To be given back."""
    covers_until: datetime
    """The vehicle may stay until then, and gets no other notice."""
    sent_on: date | None
    reduced_until: datetime | None
    """None: it was not sent, and the delay does not run yet."""
    notified_on: date | None
    payable_until: date | None
    appeal_until: date | None
    rebate_until: date | None
    cancellation_proposed: bool
    """A right became known that contradicts it, after it was sent."""
    correction_proposed_cents: int | None
    """What would be due with a receipt that became known after it was sent; None: there is none, or somebody has decided."""
    history: tuple[NoticeHistoryLine, ...]


@dataclass(frozen=True, kw_only=True)
class PublicNotice(NoticeStatus):
    """What whoever has the number, the plate and the key may read of a notice."""

    key: str
    """The payment key."""
    plate: str
    zone: int
    sector: str
    place: str | None
    receipt_reference: str | None
    receipt_at: datetime | None
    corrective_number: str | None
    """Of the corrective notice, once an appeal was accepted in part: it is answered about by either number."""
    corrective_key: str | None


@dataclass(frozen=True, kw_only=True)
class NoticeAnswer(PublicNotice):
    """A notice as those who work on it read it."""

    check: int
    """The control it came from."""
    agent: str
    device: int
    vehicle: str
    make: str | None
    photos: tuple[str, ...]
    tariff: str
    register_class: str | None
    """The class that the last right of this plate said when the notice was issued, if it is another: to be looked at."""
    letter_code_since: datetime | None
    """When the code on its letter was made; None: it is of before there were codes, and its payment key opens it."""


def public_answer(stored: StoredNotice, now: datetime) -> PublicNotice:
    """What the public reads."""
    answer = vars(notice_answer(stored, now))
    return PublicNotice(**{name: answer[name] for name in PublicNotice.__dataclass_fields__})


def notice_answer(stored: StoredNotice, now: datetime) -> NoticeAnswer:
    """The whole of it."""
    row, notice = _as_it_stands(stored), stored.notice.corrected(now)
    balance, kinds = balance_at(notice, now), {event.kind for event in notice.events}
    sent = notice.happened(NoticeEventKind.SENT, now)
    return NoticeAnswer(
        **{name: row[name] for name in _FIXED},
        **vars(notice.deadlines(now)),
        key=key_of(row["number"]),
        due_cents=notice.terms.due_cents,
        reduced_cents=notice.terms.reduced_cents,
        photos=tuple(row["photos"]),
        state=state_at(notice, now),
        increased_cents=increased_cents(notice.terms.rule, notice.terms.due_cents),
        rebated_cents=rebated_cents(notice.terms.rule, notice.terms.due_cents),
        price_cents=balance.price_cents,
        paid_cents=balance.paid_cents,
        owed_cents=balance.owed_cents,
        surplus_cents=balance.surplus_cents,
        sent_on=notice.day(sent) if sent else None,
        cancellation_proposed=NoticeEventKind.CONTRADICTED in kinds and NoticeEventKind.CANCELLED not in kinds,
        correction_proposed_cents=_proposed_cents(stored, notice, kinds),
        corrective_number=stored.corrective.number if stored.corrective else None,
        corrective_key=key_of(stored.corrective.number) if stored.corrective else None,
        history=tuple(NoticeHistoryLine(each.at, each.kind, each.cents) for each in _in_time(notice)),
    )


_FIXED = (
    *("number", "plate", "zone", "sector", "place", "control_at", "issued_at", "fps_cents", "receipt_cents"),
    *("receipt_reference", "receipt_at", "covers_until", "check", "agent", "device", "vehicle", "make", "tariff"),
    *("register_class", "letter_code_since"),
)


def _in_time(notice: Notice) -> list[NoticeEvent]:
    return sorted(notice.events, key=lambda event: event.at)


def _as_it_stands(stored: StoredNotice) -> dict[str, Any]:
    """What was fixed at issue, with the receipt that became known before it was sent."""
    late = vars(stored.receipt) if stored.receipt else {}
    return {**stored.row._mapping, **{name: late[name] for name in _RECEIPT if name in late}}


_RECEIPT = ("receipt_cents", "receipt_reference", "receipt_at", "covers_until")


def _proposed_cents(stored: StoredNotice, notice: Notice, kinds: Collection[NoticeEventKind]) -> int | None:
    decided = {NoticeEventKind.CANCELLED, NoticeEventKind.CORRECTED}.intersection(kinds)
    proposed = stored.proposed.due_cents if stored.proposed and not decided else None
    return proposed if proposed is not None and proposed < notice.terms.due_cents else None
