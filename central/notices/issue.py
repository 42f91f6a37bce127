"""Issues notices: proposed from a control that was refused, issued once nothing can contradict it any more.

The theory. Nothing is lost by waiting a minute; a person is wronged by not waiting. So a proposal is stored and waits until the
data is complete to the instant of the control, and is judged anew each time it is sent: the same request, later, issues the
notice. One control makes one notice, however often it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select

from central.core import audit
from central.core.city import City
from central.core.outbox import WebhookKind, emit
from central.db.locks import transaction_lock
from central.db.notice_tables import notice_proposals, notices
from central.db.tables import checks
from central.enforcement.notice_lookup import find_stays
from central.enforcement.present_state import RefusalState, refusal_state
from central.notices.amounts import charge_at, class_bought
from central.notices.answers import NoticeAnswer, notice_answer
from central.notices.letter_codes import make_code
from central.notices.numbers import allocate_number
from central.notices.store import load_notice
from central.register.publications import active_tariffs
from central.rules.evidence import CheckRules, ParkedVehicle, Place, RegisteredRight
from central.rules.second_notice import overlapping_stay
from firmware.domain.errors import FieldError
from firmware.tariff.fps import FpsAmounts

DEFAULT_CLASS = "car"


@dataclass(frozen=True)
class NoticeRequest:
    """A notice as an agent proposes it."""

    check: int
    """The control: its number in the check log."""
    agent: str
    """The agent's number."""
    device: int = 0
    """The number of the agent's device, 0 to 999."""
    vehicle: str | None = None
    """Class; None: the one that was said before or, if none was, a car."""
    make: str | None = None
    place: str | None = None
    """Street and number."""
    photos: tuple[str, ...] = field(default=())
    """References of photos that are kept elsewhere."""


@dataclass(frozen=True)
class ProposedNotice:
    """A notice that waits for the data: ask again with the same check."""

    check: int
    state: str
    """`proposed`"""
    conclusive_from: datetime
    """When it can be issued at the earliest."""
    register_class: str | None
    """The class that the last right of this plate says, if it is not the one proposed: the agent looks again."""


@dataclass(frozen=True)
class IssuedNow:
    """The answer to a proposal that is a notice, and whether this very request made it."""

    notice: NoticeAnswer
    made: bool


def propose_notice(city: City, asked: NoticeRequest, by: str, now: datetime) -> IssuedNow | ProposedNotice:
    """Issue the notice of a control, or keep its proposal until that can be done. Raises FieldError naming the member."""
    with city.store.begin() as connection:
        transaction_lock(connection, "notices")
        if number := connection.scalar(select(notices.c.number).where(notices.c.check == asked.check)):
            return IssuedNow(notice_answer(load_notice(connection, city, number, now), now), made=False)
        check = _refused_check(connection, asked.check, city.rules)
        state = refusal_state(connection, city, check, now)
        tariffs = active_tariffs(city, connection, check.at)
        if state is RefusalState.CONTRADICTED or state is None:
            raise FieldError("check", "the register holds a right that covers this control")
        proposal = _keep_proposal(connection, asked, by, now)
        amounts, receipt = charge_at(connection, tariffs, _vehicle(check), proposal.vehicle)
        _check_stay(connection, check, amounts)
        bought = class_bought(connection, _vehicle(check))
        differs = None if bought == proposal.vehicle else bought
        if state is RefusalState.INCONCLUSIVE:
            earliest = check.at + city.rules.heartbeat + city.rules.delivery
            return ProposedNotice(asked.check, "proposed", max(earliest, now + city.rules.delivery), differs)
        number = allocate_number(connection, city.authority, tariffs.day(check.at), proposal.device)
        issued = {"number": number, "check": check.id, "issued_at": now, "issued_by": by, "register_class": differs}
        connection.execute(insert(notices).values(_fixed(check, amounts, receipt) | issued))
        make_code(connection, city, number, by, now)
        audit.note(connection, now, by, "notice issued", number, check=check.id, due_cents=amounts.due_cents)
        emit(connection, WebhookKind.NOTICE_ISSUED, number, _told_of(check, amounts, number), now)
        return IssuedNow(notice_answer(load_notice(connection, city, number, now), now), made=True)


def _told_of(check: Row[tuple[object, ...]], amounts: FpsAmounts, number: str) -> dict[str, str | int]:
    """What a webhook tells of a new notice: no plate."""
    where: dict[str, str | int] = {"zone": check.zone, "sector": check.sector, "control_at": check.at.isoformat()}
    return {"number": number, **where, "due_cents": amounts.due_cents}


def _refused_check(connection: Connection, id: int, rules: CheckRules) -> Row[tuple[object, ...]]:
    row = connection.execute(select(checks).where(checks.c.id == id)).one_or_none()
    if row is None or not row.plate:
        raise FieldError("check", "there is no such control, or its plate was deleted")
    if row.allowed:
        raise FieldError("check", f"this control found that the vehicle may stay: {row.because}")
    if row.checked_at - row.at > rules.oldest_control:
        raise FieldError("check", f"is no control: it was made more than {rules.oldest_control.days} days after its instant")
    if row.at - row.checked_at > rules.clock_error:
        raise FieldError("check", "is no control: nobody had seen the vehicle, it asks about an instant to come")
    return row


def _vehicle(check: Row[tuple[object, ...]]) -> ParkedVehicle:
    return ParkedVehicle(check.plate, Place(check.zone, check.sector), check.at)


def _check_stay(connection: Connection, check: Row[tuple[object, ...]], amounts: FpsAmounts) -> None:
    """One notice buys the maximum stay: none within that of another. Raises FieldError."""
    stays = find_stays(connection, check.plate, check.zone, check.at)
    if other := overlapping_stay(stays, check.at, amounts.next_notice_at):
        raise FieldError("check", f"another notice covers the vehicle until {other.end.isoformat(timespec='minutes')}")


def _keep_proposal(connection: Connection, asked: NoticeRequest, by: str, now: datetime) -> Row[tuple[object, ...]]:
    """The proposal of this control: the first one stands, and amounts follow from it. Raises FieldError for another."""
    wanted = select(notice_proposals).where(notice_proposals.c.check == asked.check)
    known = connection.execute(wanted).one_or_none()
    if known is None:
        values = {
            **vars(asked),
            "vehicle": asked.vehicle or DEFAULT_CLASS,
            "photos": list(asked.photos),
            "proposed_at": now,
            "proposed_by": by,
        }
        connection.execute(insert(notice_proposals).values(values))
        audit.note(connection, now, by, "notice proposed", f"check {asked.check}", agent=asked.agent)
        return connection.execute(wanted).one()
    for name in ("vehicle", "agent"):
        if getattr(asked, name) not in (None, getattr(known, name)):
            raise FieldError(name, f"this control was proposed with {getattr(known, name)}: make another control")
    return known


def _fixed(check: Row[tuple[object, ...]], amounts: FpsAmounts, receipt: RegisteredRight | None) -> dict[str, object]:
    """What stays as it is when the notice is issued (CGCT R.2333-120-10)."""
    return {
        "plate": check.plate,
        "zone": check.zone,
        "sector": check.sector,
        "control_at": check.at,
        "covers_until": amounts.next_notice_at,
        "fps_cents": amounts.fps_cents,
        "receipt_station": receipt.station if receipt else None,
        "receipt_reference": receipt.reference if receipt else None,
        "receipt_at": receipt.bought_at if receipt else None,
        "receipt_cents": amounts.receipt_cents,
        "due_cents": amounts.due_cents,
        "reduced_cents": amounts.reduced_cents,
        "tariff": amounts.tariff,
    }
