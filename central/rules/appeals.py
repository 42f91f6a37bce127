"""The life of an appeal (RAPO), over values: received, examined, decided by somebody else than who issued the notice.

The theory. An appeal is what was filed, its documents and its events. Its state at an instant is worked out from those: silence
is a refusal from the day after the month of the decision, and no job has to run for it. An appeal suspends nothing: the
notice's own delays run on (central/rules/notices.py). Days are days of Paris, and whole: their last instant counts.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from central.rules.appeal_documents import (
    JUDGED_BY_PEOPLE,
    MISSING_GROUNDS,
    OF_THE_APPELLANT,
    AppealDocument,
    AppealWay,
    Appellant,
    DocumentKind,
    InadmissibleGround,
    missing_documents,
)
from central.rules.appeal_law import law_at
from central.rules.appeal_states import DECISIONS, EXAMINED, OPEN, AppealEventKind, AppealState, permitted_in
from central.rules.written import is_blank
from firmware.domain.errors import FieldError
from firmware.tariff.fps import months_later


@dataclass(frozen=True)
class AppealTerms:
    """What was fixed when an appeal was filed."""

    way: AppealWay
    appellant: Appellant
    statement: str
    """Facts and grounds."""
    filed_on: date
    """The day that counts against the month: of a letter, its postmark."""
    received_at: datetime
    """As the acknowledgement says: the month of the decision runs from that day."""
    zone: ZoneInfo
    coded: bool = False
    """Whoever filed it had the code of the letter (central/rules/letter_codes.py)."""

    @property
    def decide_until(self) -> date:
        """The last day of a decision."""
        return decided_until(self.day(self.received_at))

    @property
    def refused_from(self) -> date:
        """The day from which silence is a refusal."""
        return self.decide_until + timedelta(days=1)

    def day(self, at: datetime) -> date:
        """The day of Paris."""
        return at.astimezone(self.zone).date()


@dataclass(frozen=True)
class AppealEvent:
    """Something that happened to an appeal."""

    kind: AppealEventKind
    at: datetime
    by: str
    reason: str = ""
    cents: int = 0
    """The new amount due, of what is accepted in part."""
    ground: InadmissibleGround | None = None
    until: date | None = None
    """The last day for documents that are asked for."""


@dataclass(frozen=True)
class AppealedNotice:
    """What the rules of an appeal have to know of its notice."""

    issuers: frozenset[str]
    """Who checked the vehicle, whom the notice names, who proposed and who issued it."""
    sent_on: date
    appeal_until: date
    due_cents: int


@dataclass(frozen=True)
class Appeal:
    """An appeal: its terms, its documents, and its events in the order in which they were recorded."""

    terms: AppealTerms
    documents: tuple[AppealDocument, ...] = ()
    events: tuple[AppealEvent, ...] = ()

    def decision(self, at: datetime) -> AppealEvent | None:
        """What was decided, if anything had been at an instant."""
        return next((event for event in reversed(self.events) if event.kind in DECISIONS and event.at <= at), None)

    def asked(self, at: datetime) -> AppealEvent | None:
        """The last request for documents until an instant."""
        kind = AppealEventKind.ASKED
        return next((event for event in reversed(self.events) if event.kind is kind and event.at <= at), None)

    def missing(self, at: datetime) -> tuple[DocumentKind, ...]:
        """Which documents had not come at an instant."""
        return missing_documents(self.terms.appellant, [each.kind for each in self.documents if each.received_at <= at])


def decided_until(received: date) -> date:
    """The last day of a decision about what was received on a day."""
    return months_later(received, law_at(received).decision_months)


def open_since(today: date) -> date:
    """The first day of reception about which silence has not decided: nothing of before is open, all of since is."""
    first = today
    while decided_until(first - timedelta(days=1)) >= today:
        first -= timedelta(days=1)
    return first


def appeal_state_at(appeal: Appeal, at: datetime) -> AppealState:
    """Where an appeal stands at an instant."""
    if decision := appeal.decision(at):
        return DECISIONS[decision.kind]
    if appeal.terms.day(at) >= appeal.terms.refused_from:
        return AppealState.REFUSED_BY_SILENCE
    return AppealState.ASKED if appeal.asked(at) and appeal.missing(at) else AppealState.RECEIVED


def gives_way(appeal: Appeal, coded: bool, at: datetime) -> bool:
    """Whether another filing is taken after this one; `coded`: by who has the code of the letter.

    After what was found inadmissible because of who filed it, anybody's: the holder's own is still to come. After what was
    filed without the code, and not examined on its merits, that of who has it: a letter that anybody posts locks no holder out.
    """
    decision, state = appeal.decision(at), appeal_state_at(appeal, at)
    if decision is not None and decision.ground in OF_THE_APPELLANT:
        return True
    return coded and not appeal.terms.coded and state not in EXAMINED


def check_filing(terms: AppealTerms, notice: AppealedNotice, now: datetime) -> None:
    """Raises FieldError for what cannot be filed. A late letter is a letter that came; what is late online is not taken."""
    if terms.received_at > now or terms.day(terms.received_at) < notice.sent_on:
        raise FieldError("at", "is before the notice was sent, or in the future")
    if not notice.sent_on <= terms.filed_on <= terms.day(terms.received_at):
        raise FieldError("posted_on", "is before the notice was sent, or after the letter was received")
    if terms.way is AppealWay.ONLINE and terms.filed_on > notice.appeal_until:
        raise FieldError("at", f"is too late: an appeal could be filed until {notice.appeal_until.isoformat()}")
    if terms.way is AppealWay.ONLINE and not terms.statement.strip():
        raise FieldError("statement", "is missing: the facts, and why the notice is wrong")


def grounds_found(appeal: Appeal, notice: AppealedNotice, at: datetime) -> tuple[InadmissibleGround, ...]:
    """On which grounds the list of what came is inadmissible at an instant. Documents count once asked for in vain."""
    terms, asked = appeal.terms, appeal.asked(at)
    in_vain = asked is not None and asked.until is not None and terms.day(at) > asked.until
    found = {MISSING_GROUNDS[kind] for kind in appeal.missing(at) if in_vain}
    found |= {InadmissibleGround.LATE} if terms.filed_on > notice.appeal_until else set()
    found |= {InadmissibleGround.NOT_REGISTERED} if terms.way is AppealWay.LETTER else set()
    found |= set() if terms.statement.strip() else {InadmissibleGround.NO_STATEMENT}
    return tuple(ground for ground in InadmissibleGround if ground in found)


def apply_to_appeal(appeal: Appeal, event: AppealEvent, notice: AppealedNotice) -> Appeal:
    """The appeal after an event that happens now. Raises FieldError naming what stands against it."""
    state = appeal_state_at(appeal, event.at)
    if event.at < max((each.at for each in appeal.events), default=appeal.terms.received_at):
        raise FieldError("at", "is before what happened to the appeal last")
    if event.kind not in permitted_in(state):
        raise FieldError("state", f"the appeal is {state.value}: {event.kind.value} is too late")
    if event.kind is AppealEventKind.ASKED:
        _check_request(appeal, event)
    if event.kind in DECISIONS:
        _check_decision(appeal, event, notice)
    return replace(appeal, events=(*appeal.events, event))


def may_decide(person: str, issuers: Collection[str]) -> bool:
    """Whether somebody may decide: who checked, issued or is named by the notice may not, under whichever token."""
    return _name(person) not in map(_name, issuers)


def court_open_until(appeal: Appeal, at: datetime) -> date | None:
    """The last day to go to court against what was decided, or against silence; None while, or if, nothing is refused."""
    state, decision = appeal_state_at(appeal, at), appeal.decision(at)
    if state in OPEN or state is AppealState.ACCEPTED:
        return None
    refused = appeal.terms.day(decision.at) if decision else appeal.terms.refused_from
    return months_later(refused, law_at(refused).court_months)


def _check_request(appeal: Appeal, event: AppealEvent) -> None:
    if not appeal.missing(event.at):
        raise FieldError("state", "no document is missing")
    if event.until is None or not appeal.terms.day(event.at) < event.until <= appeal.terms.decide_until:
        raise FieldError("until", f"must be after today, and {appeal.terms.decide_until.isoformat()} at the latest")


def _check_decision(appeal: Appeal, event: AppealEvent, notice: AppealedNotice) -> None:
    if not may_decide(event.by, notice.issuers):
        raise FieldError("examiner", "checked or issued this notice, or is named by it: somebody else decides")
    if is_blank(event.reason):
        raise FieldError("reason", "is missing")
    if not (0 < event.cents < notice.due_cents if event.kind is AppealEventKind.PARTLY_ACCEPTED else event.cents == 0):
        raise FieldError("due_cents", f"of what is accepted in part: more than nothing and less than {notice.due_cents}")
    if (event.kind is AppealEventKind.INADMISSIBLE) != (event.ground is not None):
        raise FieldError("ground", "is that of an appeal that is inadmissible, and of no other")
    found = grounds_found(appeal, notice, event.at)
    if event.ground is not None and event.ground not in (*found, *JUDGED_BY_PEOPLE):
        raise FieldError("ground", f"was not found: {', '.join(found) or 'what came is admissible'}")
    if InadmissibleGround.LATE in found and event.ground is None:
        raise FieldError("outcome", "the appeal is late: it is inadmissible")


def _name(person: str) -> str:
    """Without the token's number: `Dupont (3f…)` -> `dupont`."""
    return person.rpartition(" (")[0].strip().casefold() or person.strip().casefold()
