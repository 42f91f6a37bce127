"""What whoever examines an appeal sees: the appeal, its notice, and what the plate holds now and held at the control.

The theory. Residents were fined while the card they had asked for was on its way. So the requests for the plate are shown, and
whether one was pending at the control; and, of cards that other offices give out, each that begins or became known after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Connection, Select, exists, or_, select

from central.appeals.answers import AppealAnswer, appeal_answer
from central.appeals.store import FILED, StoredAppeal, appealed_notice, appeals_of, find_appeal, find_earlier, load_appeal
from central.cards.lookup import PlateRequest, requests_of_plate
from central.core import audit
from central.core.city import City
from central.db.appeal_tables import appeal_events, appeals
from central.db.notice_tables import corrective_notices, notices
from central.db.tables import generations, holdings
from central.enforcement.evidence_packs import SignedEvidence, make_pack
from central.notices.answers import NoticeAnswer, notice_answer
from central.notices.letters import NoticeToPrint, read_to_print
from central.notices.store import load_notice
from central.rules.appeal_documents import AppealDocument, AppealWay, Appellant, InadmissibleGround
from central.rules.appeal_states import DECISIONS, AppealState
from central.rules.appeals import Appeal, appeal_state_at, may_decide, open_since


@dataclass(frozen=True)
class ShownHolding:
    """A holding of the plate, as the register has it now."""

    series: str
    holding: str
    sectors: tuple[str, ...]
    valid_from: datetime
    valid_until: datetime | None
    known_from: datetime
    """When the register was given it."""
    after_control: bool
    """It begins, or became known, after the control: a request may have been pending then."""


@dataclass(frozen=True)
class EarlierFiling:
    """An appeal against the same notice that another was filed after: it is not examined any more, and not forgotten."""

    way: AppealWay
    appellant: Appellant
    coded: bool
    statement: str
    filed_on: date
    received_at: datetime
    documents: tuple[AppealDocument, ...]
    state: AppealState
    ground: InadmissibleGround | None
    """On which it was found inadmissible."""


@dataclass(frozen=True, kw_only=True)
class ExaminedAppeal(AppealAnswer):
    """An appeal with all that is needed to decide it."""

    notice: NoticeAnswer
    holdings: tuple[ShownHolding, ...]
    requests: tuple[PlateRequest, ...]
    """For cards of the plate, at the counter."""
    may_decide: bool
    """False for whoever issued the notice."""
    earlier: tuple[EarlierFiling, ...]


@dataclass(frozen=True)
class AppealLine:
    """An appeal in the list of those that are open."""

    id: int
    number: str
    plate: str
    state: AppealState
    way: AppealWay
    received_at: datetime
    decide_until: date
    missing: int
    """Documents."""
    days_left: int
    """Until the last day for the decision, by the city's clock."""


def examine_appeal(city: City, id: int, by: str, now: datetime) -> ExaminedAppeal:
    """An appeal, its notice and what its plate holds; who looked is noted. Raises LookupError."""
    with city.store.begin() as connection:
        return _examined(connection, load_appeal(connection, city, id, now), by, now)


def examine_appeal_of(city: City, number: str, by: str, now: datetime) -> ExaminedAppeal:
    """The same by the number of the notice. Raises LookupError."""
    with city.store.begin() as connection:
        found = find_appeal(connection, city, load_notice(connection, city, number, now))
        if found is None:
            raise LookupError("no appeal was filed against this notice")
        return _examined(connection, found, by, now)


def read_evidence_of(city: City, id: int, by: str, now: datetime) -> SignedEvidence:
    """The evidence of the control that an appeal is about, and of no other: who examines it reads it. Audited. LookupError."""
    with city.store.begin() as connection:
        check = connection.scalar(select(notices.c.check).join(appeals).where(appeals.c.id == id))
    if check is None:
        raise LookupError("there is no such appeal")
    return make_pack(city, check, by, now)


def read_corrective_of(city: City, id: int, by: str, now: datetime) -> NoticeToPrint:
    """The corrective notice that the decision of an appeal made, to be printed. Audited. Raises LookupError."""
    columns, of_its_notice = corrective_notices.c, appeals.c.number == corrective_notices.c.corrects
    with city.store.begin() as connection:
        number = connection.scalar(select(columns.number).join(appeals, of_its_notice).where(appeals.c.id == id))
        if number is None:
            raise LookupError("no corrective notice follows from this appeal")
        audit.note(connection, now, by, "corrective notice read", number)
    return read_to_print(city, number, now)


def list_open_appeals(city: City, now: datetime, limit: int, after: int = 0) -> tuple[AppealLine, ...]:
    """Those that wait for a decision, the nearest deadline first; `after`: the id of the last one that was seen.

    As many as were asked for, if there are: only after a page that is not full nothing follows.
    """
    zone = city.tariffs.calendar.zone
    since = datetime.combine(open_since(now.astimezone(zone).date()), time.min, zone)
    with city.store.begin() as connection:
        rows = connection.execute(_undecided(connection, since, after).limit(limit)).all()
        return tuple(
            AppealLine(
                *(row.id, row.number, row.plate, appeal_state_at(appeal, now), appeal.terms.way),
                *(row.received_at, appeal.terms.decide_until, len(appeal.missing(now))),
                days_left=(appeal.terms.decide_until - appeal.terms.day(now)).days,
            )
            for row, appeal in zip(rows, appeals_of(connection, rows, zone), strict=True)
        )


def _undecided(connection: Connection, since: datetime, after: int) -> Select[tuple[object, ...]]:
    columns, event = FILED.c, appeal_events.c
    mine = (event.appeal == columns.id) & (event.seq > columns.events_before)
    decided = exists().where(mine, appeal_events.c.kind.in_([kind.value for kind in DECISIONS]))
    wanted = (
        select(FILED, notices.c.plate)
        .join(notices, notices.c.number == columns.number)
        .where(columns.received_at >= since, ~decided)
    )
    last = connection.execute(select(columns.received_at, columns.id).where(columns.id == after)).one_or_none()
    if last is not None:
        later = columns.received_at > last.received_at
        wanted = wanted.where(or_(later, (columns.received_at == last.received_at) & (columns.id > last.id)))
    return wanted.order_by(columns.received_at, columns.id)


def _examined(connection: Connection, stored: StoredAppeal, by: str, now: datetime) -> ExaminedAppeal:
    audit.note(connection, now, by, "appeal read", str(stored.row.id))
    row, issuers = stored.notice.row, appealed_notice(stored.notice, now).issuers
    return ExaminedAppeal(
        **vars(appeal_answer(connection, stored, now)),
        notice=notice_answer(stored.notice, now),
        holdings=_holdings(connection, row.plate, row.control_at),
        requests=requests_of_plate(connection, row.plate, row.control_at),
        may_decide=may_decide(by, issuers),
        earlier=tuple(_earlier(each, now) for each in find_earlier(connection, stored)),
    )


def _earlier(appeal: Appeal, now: datetime) -> EarlierFiling:
    terms, decision = appeal.terms, appeal.decision(now)
    return EarlierFiling(
        *(terms.way, terms.appellant, terms.coded, terms.statement, terms.filed_on, terms.received_at, appeal.documents),
        *(appeal_state_at(appeal, now), decision.ground if decision else None),
    )


def _holdings(connection: Connection, plate: str, control_at: datetime) -> tuple[ShownHolding, ...]:
    """What a plate held at a control or has held since, as the register has it now."""
    valid = or_(holdings.c.valid_until.is_(None), holdings.c.valid_until > control_at)
    wanted = select(holdings, generations.c.known_from).join(generations)
    rows = wanted.where(holdings.c.plate == plate, generations.c.known_until.is_(None), valid)
    return tuple(
        ShownHolding(
            *(row.series, row.holding, tuple(row.sectors), row.valid_from, row.valid_until, row.known_from),
            after_control=row.valid_from > control_at or row.known_from > control_at,
        )
        for row in connection.execute(rows.order_by(holdings.c.valid_from))
    )
