"""Issues notices: proposed from a control that was refused, issued once nothing can contradict it any more.

The theory. Nothing is lost by waiting a minute; a person is wronged by not waiting. So a proposal is stored and waits until the
data is complete to the instant of the control, and is judged anew each time it is sent: the same request, later, issues the
notice. One control makes one notice, however often it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, insert, select

from central.core import audit
from central.core.city import City
from central.db.locks import transaction_lock
from central.db.notice_tables import notice_proposals, notices
from central.db.tables import checks
from central.enforcement.notice_lookup import find_stays
from central.enforcement.present_state import RefusalState, refusal_state
from central.enforcement.right_lookup import find_rights
from central.notices.answers import NoticeAnswer, notice_answer
from central.notices.numbers import allocate_number
from central.notices.store import load_notice
from central.register.holdings import find_holdings
from central.register.publications import active_tariffs
from central.rules.coverage import is_good_at
from central.rules.evidence import Place, RegisteredRight, RightStatus
from central.rules.plate_match import alike
from central.rules.second_notice import overlapping_stay
from firmware.domain.errors import FieldError
from firmware.tariff import NotSold, Tariffs
from firmware.tariff.fps import Control, FpsAmounts, Receipt, last_receipt, notice

LONG_ENOUGH = timedelta(days=14)
"""No maximum stay is longer, with the free days in it: receipts that ended before are not looked at."""
MONEY_CAME = (RightStatus.SOLD, RightStatus.PROVISIONAL, RightStatus.PROMISED)
"""A receipt is deducted if there may be one in the motorist's hand."""


@dataclass(frozen=True)
class NoticeRequest:
    """A notice as an agent proposes it."""

    check: int
    """The control: its number in the check log."""
    agent: str
    """The agent's number."""
    device: int = 0
    """The number of the agent's device, 0 to 999."""
    vehicle: str = "car"
    """Class."""
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
        check = _refused_check(connection, asked.check)
        state = refusal_state(connection, city, check, now)
        tariffs = active_tariffs(city, connection, check.at)
        if state is RefusalState.CONTRADICTED or state is None:
            raise FieldError("check", "the register holds a right that covers this control")
        amounts, receipt = _amounts(connection, tariffs, check, asked.vehicle)
        _check_stay(connection, check, amounts)
        proposal = _keep_proposal(connection, asked, by, now)
        if state is RefusalState.INCONCLUSIVE:
            earliest = check.at + city.rules.heartbeat + city.rules.delivery
            return ProposedNotice(asked.check, "proposed", max(earliest, now + city.rules.delivery))
        number = allocate_number(connection, city.authority, tariffs.day(check.at), proposal.device)
        values = _fixed(check, amounts, receipt) | {"number": number, "check": check.id, "issued_at": now, "issued_by": by}
        connection.execute(insert(notices).values(values))
        audit.note(connection, now, by, "notice issued", number, check=check.id, due_cents=amounts.due_cents)
        return IssuedNow(notice_answer(load_notice(connection, city, number, now), now), made=True)


def _refused_check(connection: Connection, id: int) -> Row[tuple[object, ...]]:
    row = connection.execute(select(checks).where(checks.c.id == id)).one_or_none()
    if row is None or not row.plate:
        raise FieldError("check", "there is no such control, or its plate was deleted")
    if row.allowed:
        raise FieldError("check", f"this control found that the vehicle may stay: {row.because}")
    return row


def _amounts(
    connection: Connection, tariffs: Tariffs, check: Row[tuple[object, ...]], vehicle: str
) -> tuple[FpsAmounts, RegisteredRight | None]:
    """What is due at a control, and the receipt that is deducted. Raises FieldError if nothing is."""
    control = Control(check.zone, check.at, vehicle)
    rights = {Receipt(each.bought_at, each.cents): each for each in _receipts(connection, tariffs, check)}
    last = last_receipt(tariffs, control, rights)
    found = notice(tariffs, control, receipt_cents=last.cents if last else 0, receipt_at=last.start if last else None)
    if isinstance(found, NotSold):
        raise FieldError("vehicle" if vehicle not in tariffs.vehicles else "check", found.detail)
    if found.free_then:
        raise FieldError("check", "parking was free at that time")
    if not found.due_cents:
        raise FieldError("check", "nothing is due: the last receipt is worth as much as the charge")
    return found, rights[last] if last else None


def _receipts(connection: Connection, tariffs: Tariffs, check: Row[tuple[object, ...]]) -> list[RegisteredRight]:
    """What was paid for this plate and is good where it stood, whether it has ended or not."""
    place, holdings = Place(check.zone, check.sector), find_holdings(connection, check.plate, check.at)
    return [
        right
        for right in find_rights(connection, [alike(check.plate)], check.at - LONG_ENOUGH)
        if right.plate == check.plate and right.status in MONEY_CAME and is_good_at(right, holdings, place, tariffs)
    ]


def _check_stay(connection: Connection, check: Row[tuple[object, ...]], amounts: FpsAmounts) -> None:
    """One notice buys the maximum stay: none within that of another. Raises FieldError."""
    stays = find_stays(connection, check.plate, check.zone, check.at)
    if other := overlapping_stay(stays, check.at, amounts.next_notice_at):
        raise FieldError("check", f"another notice covers the vehicle until {other.end.isoformat(timespec='minutes')}")


def _keep_proposal(connection: Connection, asked: NoticeRequest, by: str, now: datetime) -> Row[tuple[object, ...]]:
    """The proposal of this control: the first one stands."""
    wanted = select(notice_proposals).where(notice_proposals.c.check == asked.check)
    known = connection.execute(wanted).one_or_none()
    if known is None:
        values = {**vars(asked), "photos": list(asked.photos), "proposed_at": now, "proposed_by": by}
        connection.execute(insert(notice_proposals).values(values))
        audit.note(connection, now, by, "notice proposed", f"check {asked.check}", agent=asked.agent)
    return known or connection.execute(wanted).one()


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
