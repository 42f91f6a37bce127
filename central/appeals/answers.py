"""An appeal as it is answered: its state, its deadlines, its documents and its history at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from central.appeals.case_lookup import CaseAnswer, find_cases
from central.appeals.store import StoredAppeal, appealed_notice
from central.rules.appeal_documents import AppealDocument, AppealWay, Appellant, DocumentKind, InadmissibleGround
from central.rules.appeal_states import AppealEventKind, AppealState
from central.rules.appeals import appeal_state_at, court_open_until, gives_way, grounds_found
from central.rules.court import court_name


@dataclass(frozen=True)
class AppealHistoryLine:
    """Something that happened to an appeal."""

    at: datetime
    what: AppealEventKind
    reason: str
    due_cents: int
    """The new amount, of what was accepted in part."""
    ground: InadmissibleGround | None
    until: date | None
    """Of documents that are asked for."""


@dataclass(frozen=True, kw_only=True)
class PublicAppeal:
    """What whoever has the number and the plate of the notice may read of its appeal: the statement is not among it."""

    id: int
    number: str
    state: AppealState
    way: AppealWay
    filed_on: date
    received_at: datetime
    """As acknowledged: the month of the decision runs from that day."""
    decide_until: date
    """The last day of a decision."""
    refused_from: date
    """From then on silence is a refusal."""
    missing: tuple[DocumentKind, ...]
    documents: int
    """How many are listed."""
    history: tuple[AppealHistoryLine, ...]
    court: str
    """What the court is called."""
    court_until: date | None
    """The last day to go there; None while nothing is refused."""
    cases: tuple[CaseAnswer, ...]
    gives_way: bool
    """An appeal that is filed with the code of the letter is taken after it: it was filed without, and not examined."""


@dataclass(frozen=True, kw_only=True)
class AppealAnswer:
    """An appeal as those who work on it read it."""

    id: int
    number: str
    state: AppealState
    way: AppealWay
    appellant: Appellant
    resident: bool
    statement: str
    filed_on: date
    received_at: datetime
    decide_until: date
    refused_from: date
    documents: tuple[AppealDocument, ...]
    missing: tuple[DocumentKind, ...]
    grounds: tuple[InadmissibleGround, ...]
    """On which it is inadmissible, by what came."""
    history: tuple[AppealHistoryLine, ...]
    court: str
    court_until: date | None
    cases: tuple[CaseAnswer, ...]
    coded: bool
    """Whoever filed it had the code of the letter."""
    gives_way: bool


def appeal_answer(connection: Connection, stored: StoredAppeal, now: datetime) -> AppealAnswer:
    """The whole of it."""
    row, appeal = stored.row, stored.appeal
    until = court_open_until(appeal, now)
    return AppealAnswer(
        id=row.id,
        number=row.number,
        state=appeal_state_at(appeal, now),
        way=appeal.terms.way,
        appellant=appeal.terms.appellant,
        resident=row.resident,
        statement=appeal.terms.statement,
        filed_on=appeal.terms.filed_on,
        received_at=appeal.terms.received_at,
        decide_until=appeal.terms.decide_until,
        refused_from=appeal.terms.refused_from,
        documents=appeal.documents,
        missing=appeal.missing(now),
        grounds=grounds_found(appeal, appealed_notice(stored.notice, now), now),
        history=tuple(
            AppealHistoryLine(each.at, each.kind, each.reason, each.cents, each.ground, each.until) for each in appeal.events
        ),
        court=court_name(until or appeal.terms.day(now)),
        court_until=until,
        cases=find_cases(connection, stored.notice, now),
        coded=appeal.terms.coded,
        gives_way=gives_way(appeal, coded=True, at=now),
    )


def public_appeal(answer: AppealAnswer) -> PublicAppeal:
    """What the public reads."""
    values = {**vars(answer), "documents": len(answer.documents)}
    return PublicAppeal(**{name: values[name] for name in PublicAppeal.__dataclass_fields__})
