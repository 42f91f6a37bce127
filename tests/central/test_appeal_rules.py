"""The life of an appeal and of a case, without a database: each deadline at both edges, each ground, each step out of turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from central.rules.appeal_documents import (
    AppealDocument,
    AppealWay,
    Appellant,
    DocumentKind,
    InadmissibleGround,
    missing_documents,
)
from central.rules.appeal_states import (
    APPEAL_TRANSITIONS,
    COURT_TRANSITIONS,
    OPEN,
    AppealEventKind,
    AppealState,
    CourtState,
    permitted_in,
)
from central.rules.appeals import (
    Appeal,
    AppealedNotice,
    AppealEvent,
    AppealTerms,
    appeal_state_at,
    apply_to_appeal,
    check_filing,
    court_open_until,
    grounds_found,
    may_decide,
    open_since,
)
from central.rules.appeals_page import appeals_page
from firmware.domain.errors import FieldError
from tests.builders import ROOT
from tests.central.register_rows import PARIS
from tests.central.test_notice_rules import INSTANT, begins, sent

E, S, D, G = AppealEventKind, AppealState, DocumentKind, InadmissibleGround
NOTICE = AppealedNotice(frozenset({"Agent (aa)"}), date(2026, 3, 4), date(2026, 4, 9), 7500)
WHOLE = (D.NOTICE, D.REGISTRATION)
NINTH = datetime(2026, 3, 9, 12, 0, tzinfo=PARIS)


def terms_of(received: datetime, way: AppealWay = AppealWay.ONLINE, **more: object) -> AppealTerms:
    filed = received.astimezone(PARIS).date()
    return replace(AppealTerms(way, Appellant.HOLDER, "paid", filed, received, PARIS), **more)  # type: ignore[arg-type]


def appeal_of(received: datetime, *kinds: DocumentKind, way: AppealWay = AppealWay.ONLINE, **more: object) -> Appeal:
    documents = tuple(AppealDocument(kind, f"{kind.name}.pdf", 1, "0" * 64, received) for kind in kinds)
    return Appeal(terms_of(received, way, **more), documents)


def event(kind: AppealEventKind, at: datetime, **more: object) -> AppealEvent:
    return AppealEvent(kind, at, "Examiner (bb)", "because", **more)  # type: ignore[arg-type]


def refused_field(appeal: Appeal, step: AppealEvent, notice: AppealedNotice = NOTICE) -> str:
    with pytest.raises(FieldError) as caught:
        apply_to_appeal(appeal, step, notice)
    return caught.value.field


# --- the month of the appeal ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "until"),
    [
        (date(2026, 3, 4), date(2026, 4, 9)),  # the clocks go forward within it
        (date(2026, 1, 26), date(2026, 2, 28)),  # notified on the 31st
        (date(2028, 1, 26), date(2028, 2, 29)),
        (date(2026, 9, 20), date(2026, 10, 25)),  # its last day has 25 hours
        (date(2026, 2, 24), date(2026, 4, 1)),
        (date(2025, 12, 26), date(2026, 1, 31)),
    ],
)
def test_an_appeal_is_in_time_until_the_last_instant_of_its_month(day: date, until: date) -> None:
    assert sent(day).deadlines(begins(until)).appeal_until == until
    notice = replace(NOTICE, sent_on=day, appeal_until=until)
    last, first = begins(until + timedelta(days=1)) - INSTANT, begins(until + timedelta(days=1))
    check_filing(terms_of(last), notice, last)
    with pytest.raises(FieldError, match="too late"):
        check_filing(terms_of(first), notice, first)
    check_filing(terms_of(first, AppealWay.REGISTERED), notice, first)
    assert grounds_found(appeal_of(last, way=AppealWay.REGISTERED), notice, last) == ()
    assert grounds_found(appeal_of(first, way=AppealWay.REGISTERED), notice, first) == (G.LATE,)


def test_of_a_letter_the_postmark_counts_and_not_its_reception() -> None:
    received = begins(date(2026, 4, 14))
    letter = appeal_of(received, way=AppealWay.REGISTERED, filed_on=date(2026, 4, 9))
    check_filing(letter.terms, NOTICE, received)
    assert grounds_found(letter, NOTICE, received) == ()
    assert letter.terms.decide_until == date(2026, 5, 14)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"received_at": begins(date(2026, 3, 4)) - INSTANT}, "at"),
        ({"received_at": begins(date(2026, 3, 12))}, "at"),
        ({"filed_on": date(2026, 3, 3)}, "posted_on"),
        ({"filed_on": date(2026, 3, 11)}, "posted_on"),
        ({"statement": " "}, "statement"),
    ],
)
def test_what_cannot_be_filed_is_refused_by_its_field(change: dict[str, object], field: str) -> None:
    now = begins(date(2026, 3, 10))
    with pytest.raises(FieldError) as caught:
        check_filing(replace(terms_of(now), **change), NOTICE, now)  # type: ignore[arg-type]
    assert caught.value.field == field


# --- the month of the decision -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "until"),
    [
        (date(2026, 3, 10), date(2026, 4, 10)),
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 2, 28), date(2026, 3, 28)),
        (date(2026, 3, 29), date(2026, 4, 29)),
        (date(2026, 9, 25), date(2026, 10, 25)),
    ],
)
def test_silence_is_a_refusal_from_the_first_instant_after_the_month(received: date, until: date) -> None:
    late_in_the_day = begins(received + timedelta(days=1)) - INSTANT
    for at in (begins(received), late_in_the_day):
        appeal, silent = appeal_of(at, *WHOLE), begins(until + timedelta(days=1))
        assert appeal.terms.decide_until == until
        assert appeal_state_at(appeal, silent - INSTANT) is S.RECEIVED
        assert appeal_state_at(appeal, silent) is S.REFUSED_BY_SILENCE
        apply_to_appeal(appeal, event(E.REFUSED, silent - INSTANT), replace(NOTICE, appeal_until=received))
        assert refused_field(appeal, event(E.REFUSED, silent)) == "state"
        assert court_open_until(appeal, silent - INSTANT) is None
        assert court_open_until(appeal, silent) == months(until + timedelta(days=1))


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 3, 28), date(2026, 2, 28)),  # its last day
        (date(2026, 3, 29), date(2026, 3, 1)),  # the day the clocks go forward: of February nothing is left
        (date(2026, 2, 28), date(2026, 1, 28)),  # the 28th to the 31st of January have until 28 February
        (date(2026, 3, 1), date(2026, 2, 1)),
        (date(2028, 2, 29), date(2028, 1, 29)),
        (date(2026, 10, 25), date(2026, 9, 25)),  # the clocks go back
    ],
)
def test_whatever_silence_has_not_decided_is_open_and_nothing_else(today: date, first: date) -> None:
    assert open_since(today) == first
    at = datetime(today.year, today.month, today.day, 12, 0, tzinfo=PARIS)
    for day, state in ((first - timedelta(days=1), S.REFUSED_BY_SILENCE), (first, S.RECEIVED)):
        assert appeal_state_at(appeal_of(datetime(day.year, day.month, day.day, 12, 0, tzinfo=PARIS)), at) is state


def months(day: date) -> date:
    """A month later; the 29th of a leap day's month is there, the 1st always is."""
    return date(day.year + day.month // 12, day.month % 12 + 1, day.day)


def test_what_silence_refused_can_still_be_accepted() -> None:
    appeal, late = appeal_of(begins(date(2026, 3, 10)), *WHOLE), begins(date(2026, 5, 1))
    accepted = apply_to_appeal(appeal, event(E.ACCEPTED, late), NOTICE)
    assert (appeal_state_at(accepted, late - INSTANT), appeal_state_at(accepted, late)) == (S.REFUSED_BY_SILENCE, S.ACCEPTED)
    partly = apply_to_appeal(appeal, event(E.PARTLY_ACCEPTED, late, cents=2500), NOTICE)
    assert court_open_until(partly, late) == date(2026, 6, 1)
    assert court_open_until(accepted, late) is None


@pytest.mark.parametrize("kind", [E.REFUSED, E.INADMISSIBLE])
def test_the_door_of_the_court_is_open_for_a_month_from_the_refusal(kind: AppealEventKind) -> None:
    at = begins(date(2026, 3, 31))
    ground = G.GROUPED if kind is E.INADMISSIBLE else None
    refused = apply_to_appeal(appeal_of(begins(date(2026, 3, 10)), *WHOLE), event(kind, at, ground=ground), NOTICE)
    assert court_open_until(refused, at) == date(2026, 4, 30)


# --- who decides, and what -----------------------------------------------------------------------------------------


def test_who_issued_the_notice_does_not_decide_under_whichever_token() -> None:
    assert may_decide("Examiner (bb)", NOTICE.issuers)
    assert not any(may_decide(who, NOTICE.issuers) for who in ("Agent (aa)", "Agent (cc)", "agent (cc)", "AGENT"))
    step = replace(event(E.ACCEPTED, begins(date(2026, 3, 11))), by="agent (dd)")
    assert refused_field(appeal_of(begins(date(2026, 3, 10)), *WHOLE), step) == "examiner"


@pytest.mark.parametrize(
    ("kind", "more", "field"),
    [
        (E.REFUSED, {"reason": " "}, "reason"),
        (E.PARTLY_ACCEPTED, {}, "due_cents"),
        (E.PARTLY_ACCEPTED, {"cents": 7500}, "due_cents"),
        (E.PARTLY_ACCEPTED, {"cents": -1}, "due_cents"),
        (E.REFUSED, {"cents": 1}, "due_cents"),
        (E.REFUSED, {"cents": 9000}, "due_cents"),
        (E.ACCEPTED, {"cents": -1}, "due_cents"),
        (E.INADMISSIBLE, {}, "ground"),
        (E.REFUSED, {"ground": G.GROUPED}, "ground"),
        (E.INADMISSIBLE, {"ground": G.LATE}, "ground"),
        (E.INADMISSIBLE, {"ground": G.NO_NOTICE}, "ground"),
        (E.INADMISSIBLE, {"ground": G.NOT_REGISTERED}, "ground"),
        (E.REFUSED, {"at": begins(date(2026, 3, 10)) - INSTANT}, "at"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_by_its_field(kind: AppealEventKind, more: dict[str, object], field: str) -> None:
    step = replace(event(kind, begins(date(2026, 3, 11))), **more)  # type: ignore[arg-type]
    assert refused_field(appeal_of(begins(date(2026, 3, 10)), *WHOLE), step) == field


def test_what_is_late_is_inadmissible_and_nothing_else() -> None:
    late = appeal_of(begins(date(2026, 4, 10)), *WHOLE, way=AppealWay.REGISTERED)
    at = begins(date(2026, 4, 11))
    assert {refused_field(late, event(kind, at)) for kind in (E.ACCEPTED, E.REFUSED)} == {"outcome"}
    found = apply_to_appeal(late, event(E.INADMISSIBLE, at, ground=G.LATE), NOTICE)
    assert appeal_state_at(found, at) is S.INADMISSIBLE


def test_a_letter_without_a_receipt_and_one_without_a_statement_are_inadmissible() -> None:
    at = begins(date(2026, 3, 10))
    letter = appeal_of(at, *WHOLE, way=AppealWay.LETTER, statement="")
    assert grounds_found(letter, NOTICE, at) == (G.NOT_REGISTERED, G.NO_STATEMENT)


# --- documents -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("appellant", "kinds", "missing"),
    [
        (Appellant.HOLDER, (), (D.NOTICE, D.REGISTRATION)),
        (Appellant.HOLDER, (D.NOTICE, D.REGISTRATION), ()),
        (Appellant.HOLDER, (D.NOTICE, D.TRANSFER), (D.TRANSFER_RECEIPT,)),
        (Appellant.HOLDER, (D.NOTICE, D.TRANSFER, D.TRANSFER_RECEIPT), ()),
        (Appellant.HOLDER, (D.NOTICE, D.TRANSFER, D.REGISTRATION), ()),
        (Appellant.BUYER, (D.REGISTRATION, D.OTHER), (D.NOTICE,)),
        (Appellant.MANDATED, (D.NOTICE, D.REGISTRATION), (D.MANDATE,)),
        (Appellant.MANDATED, (D.NOTICE, D.REGISTRATION, D.MANDATE), ()),
    ],
)
def test_which_documents_are_missing(
    appellant: Appellant, kinds: tuple[DocumentKind, ...], missing: tuple[DocumentKind, ...]
) -> None:
    assert missing_documents(appellant, kinds) == missing


def test_what_is_missing_is_asked_for_and_is_a_ground_once_the_day_has_passed() -> None:
    received, asked, until = begins(date(2026, 3, 10)), begins(date(2026, 3, 11)), date(2026, 3, 20)
    appeal = appeal_of(received, D.NOTICE)
    assert grounds_found(appeal, NOTICE, begins(until + timedelta(days=2))) == (), "nobody asked"
    waiting = apply_to_appeal(appeal, event(E.ASKED, asked, until=until), NOTICE)
    assert appeal_state_at(waiting, asked) is S.ASKED
    after = begins(until + timedelta(days=1))
    assert (grounds_found(waiting, NOTICE, after - INSTANT), grounds_found(waiting, NOTICE, after)) == (
        (),
        (G.NO_REGISTRATION,),
    )
    apply_to_appeal(waiting, event(E.INADMISSIBLE, after, ground=G.NO_REGISTRATION), NOTICE)
    came = AppealDocument(D.REGISTRATION, "r.pdf", 1, "1" * 64, after)
    whole = replace(waiting, documents=(*waiting.documents, came))
    assert (appeal_state_at(whole, after - INSTANT), appeal_state_at(whole, after)) == (S.ASKED, S.RECEIVED)
    assert grounds_found(whole, NOTICE, after) == ()


@pytest.mark.parametrize("until", [None, date(2026, 3, 11), date(2026, 4, 11)])
def test_documents_are_asked_for_until_a_day_within_the_month(until: date | None) -> None:
    appeal = appeal_of(begins(date(2026, 3, 10)), D.NOTICE)
    assert refused_field(appeal, event(E.ASKED, begins(date(2026, 3, 11)), until=until)) == "until"
    whole = appeal_of(begins(date(2026, 3, 10)), *WHOLE)
    assert refused_field(whole, event(E.ASKED, begins(date(2026, 3, 11)), until=date(2026, 3, 20))) == "state"


# --- the page ------------------------------------------------------------------------------------------------------


def test_the_page_is_current() -> None:
    assert (ROOT / "docs" / "appeals.md").read_text("utf-8") == appeals_page(), "make docs"


def test_every_state_can_be_reached_and_what_is_open_can_be_decided() -> None:
    assert {arrow.after for arrow in APPEAL_TRANSITIONS} == set(S)
    assert {arrow.after for arrow in COURT_TRANSITIONS} | {CourtState.PENDING} == set(CourtState)
    assert len(set(APPEAL_TRANSITIONS)) == len(APPEAL_TRANSITIONS)
    assert all(permitted_in(state) == set(E) for state in OPEN)
    assert permitted_in(S.REFUSED) == permitted_in(S.ACCEPTED) == frozenset()
