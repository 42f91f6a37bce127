"""An appeal and its notice against a dictionary, on both databases: whatever happens, in whatever order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from central.appeals.court import CourtJudgment, CourtReferral, record_judgment, refer_to_court
from central.appeals.decisions import AppealDecision, decide_appeal
from central.appeals.examination import examine_appeal_of, list_open_appeals
from central.appeals.filing import ask_for_documents, file_appeal, supply_documents
from central.appeals.report import make_report
from central.core.city import City
from central.notices.payments import NoticePayment, record_payment
from central.notices.steps import NoticeStep, read_notice, take_step
from central.rules.appeal_documents import DocumentKind, InadmissibleGround
from central.rules.appeal_states import APPEAL_TRANSITIONS, AppealEventKind, AppealState, Judgment
from central.rules.appeals_report import AnnexFigure, AppellantHome
from central.rules.court import CourtAgainst
from central.rules.notices import NoticeEventKind
from firmware.domain.errors import FieldError
from tests.central.appeal_rows import documents, filing, sent_notice
from tests.central.notice_rows import FOUR
from tests.central.register_rows import DAY, MINUTE, city_of, delete_all
from tests.central.test_notices_law import months

E, S = AppealEventKind, AppealState
DECISION = {E.ACCEPTED: S.ACCEPTED, E.PARTLY_ACCEPTED: S.PARTLY_ACCEPTED, E.REFUSED: S.REFUSED, E.INADMISSIBLE: S.INADMISSIBLE}
OPEN = (S.RECEIVED, S.ASKED)
MERITS = (S.ACCEPTED, S.PARTLY_ACCEPTED, S.REFUSED)
MOVE = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([1, 4, 5, 15, 29, 30, 31, 32, 60])),
    st.tuples(st.just("file"), st.booleans()),
    st.tuples(st.just("file"), st.booleans()),
    st.tuples(st.just("coded"), st.booleans()),
    st.tuples(st.sampled_from(list(DECISION)), st.sampled_from([0, 2500, 5000, 7500])),
    st.tuples(st.just("ask"), st.sampled_from([0, 1, 10])),
    st.tuples(st.just("supply"), st.just(0)),
    st.tuples(st.just("pay"), st.sampled_from([2500, 5250, 7500])),
    st.tuples(st.just("cancel"), st.just(0)),
    st.tuples(st.just("refer"), st.just(0)),
    st.tuples(st.sampled_from(list(Judgment)), st.sampled_from([0, 1000, 5000])),
)


@dataclass
class AppealCard:
    """What a clerk would write on a card."""

    now: datetime = FOUR
    received: date | None = None
    whole: bool = False
    asked: date | None = None
    decided: AppealState | None = None
    due: int = 7500
    over: bool = False
    referred: bool = False
    judged: bool = False
    case: int = 0
    appeal: int = 0
    coded: bool = False
    filings: int = 0
    documents: int = 0

    @property
    def state(self) -> AppealState | None:
        if self.received is None or self.decided:
            return self.decided
        if self.now.date() > months(self.received, 1):
            return S.REFUSED_BY_SILENCE
        return S.ASKED if self.asked and not self.whole else S.RECEIVED

    def allows(self, what: object, amount: int) -> bool:
        state, today = self.state, self.now.date()
        lowers = 0 < amount < self.due and not self.over
        if what in ("file", "coded"):
            free = state is None or (what == "coded" and not self.coded and state not in MERITS)
            return free and not self.over and today <= date(2026, 4, 9)
        if what == "ask":
            until = today + timedelta(days=amount)
            return state in OPEN and not self.whole and today < until <= months(self.received or today, 1)
        if what == "supply":
            return state in OPEN
        if what in (E.ACCEPTED, E.PARTLY_ACCEPTED):
            fits = lowers if what is E.PARTLY_ACCEPTED else amount == 0
            return fits and state in (*OPEN, S.REFUSED_BY_SILENCE)
        if what in DECISION:
            vain = self.asked is not None and not self.whole and today > self.asked
            return amount == 0 and state in OPEN and (what is E.REFUSED or vain)
        if what == "refer":
            return not self.referred and state in (S.REFUSED, S.REFUSED_BY_SILENCE, S.INADMISSIBLE)
        if what in tuple(Judgment):
            return self.referred and not self.judged and (lowers if what is Judgment.REDUCED else amount == 0)
        return what == "pay" or not self.over


def do(city: City, number: str, card: AppealCard, what: Any, amount: int, reference: str) -> None:
    """Make one move in the register. Raises FieldError, LookupError."""
    now, ground = card.now, InadmissibleGround.NO_REGISTRATION if what is E.INADMISSIBLE else None
    if what in ("file", "coded"):
        kinds = (DocumentKind.NOTICE, DocumentKind.REGISTRATION) if amount else (DocumentKind.NOTICE,)
        made = filing(now, *kinds, statement=reference, coded=what == "coded")
        found = file_appeal(city, number, made, "the public", now)
        card.appeal = found.appeal.id
    elif what == "ask":
        ask_for_documents(city, card.appeal, now.date() + timedelta(days=amount), "", "examiner", now)
    elif what == "supply":
        supply_documents(city, card.appeal, documents(now, DocumentKind.REGISTRATION), "the public", now)
    elif what in DECISION:
        decide_appeal(city, card.appeal, AppealDecision(what, "because", amount, ground), "examiner", now)
    elif what == "refer":
        card.case = refer_to_court(city, number, CourtReferral(CourtAgainst.REFUSAL, now.date(), "26-1"), "e", now).id
    elif what in tuple(Judgment):
        record_judgment(city, card.case, CourtJudgment(what, now.date(), due_cents=amount), "examiner", now)
    elif what == "pay":
        record_payment(city, number, NoticePayment(amount, now, reference), "cashier", now)
    else:
        take_step(city, number, NoticeStep(NoticeEventKind.CANCELLED, now, "because"), "officer", now)


def note(card: AppealCard, what: Any, amount: int) -> None:
    """Write a move that was taken on the card."""
    if what in ("file", "coded"):
        card.received, card.whole, card.coded = card.now.date(), bool(amount), what == "coded"
        card.asked, card.decided, card.filings, card.documents = None, None, card.filings + 1, 1 + bool(amount)
    elif what == "ask":
        card.asked = card.now.date() + timedelta(days=amount)
    elif what == "supply":
        card.whole, card.documents = True, card.documents + 1
    elif what == "refer":
        card.referred = True
    card.judged |= what in tuple(Judgment)
    card.decided = DECISION.get(what, card.decided)
    card.over |= what in (E.ACCEPTED, Judgment.ANNULLED, "cancel")
    if what in (E.PARTLY_ACCEPTED, Judgment.REDUCED):
        card.due = amount


ARROWS = {(arrow.before, arrow.cause, arrow.after) for arrow in APPEAL_TRANSITIONS}
CAUSES = {"ask": E.ASKED, "supply": E.SUPPLIED}


def check(city: City, number: str, card: AppealCard) -> None:
    notice = read_notice(city, number, card.now)
    assert (notice.due_cents, notice.state.value in ("cancelled", "refund due", "refunded")) == (card.due, card.over), card
    if card.received is not None:
        shown = examine_appeal_of(city, number, "examiner", card.now)
        assert (shown.state, shown.decide_until) == (card.state, months(card.received, 1)), card
        assert (shown.coded, len(shown.earlier), len(shown.documents)) == (card.coded, card.filings - 1, card.documents), card
        assert bool(list_open_appeals(city, card.now, 10)) is (card.state in OPEN)


def move(city: City, number: str, card: AppealCard, what: Any, amount: int, reference: str) -> None:
    """One move in the register and on the card: both take it, or neither does."""
    before, allowed = card.state, card.allows(what, amount)
    try:
        do(city, number, card, what, amount, reference)
    except (FieldError, LookupError):
        assert not allowed, (what, amount, card)
        return
    assert allowed, (what, amount, card)
    note(card, what, amount)
    cause = CAUSES.get(what, what)
    if before and cause in tuple(E):
        assert (before, cause, card.state) in ARROWS, (before, cause, card.state)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(moves=st.lists(MOVE, min_size=4, max_size=12))
def test_an_appeal_is_what_the_card_says(store: Engine, moves: list[tuple[Any, int]]) -> None:
    delete_all(store)
    city, card = city_of(store), AppealCard()
    number = sent_notice(city)
    for count, (what, amount) in enumerate(moves):
        if what == "wait":
            card.now += amount * DAY
        else:
            move(city, number, card, what, amount, f"TX-{count}")
            card.now += MINUTE
        check(city, number, card)
    (whole,) = (row for row in make_report(city.store, 2026, card.now).rows if row.appellants is AppellantHome.ALL)
    assert [cell.value for cell in whole.cells if cell.figure is AnnexFigure.RECEIVED] == [card.filings]
