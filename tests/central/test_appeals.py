"""Appeals and cases in the register: what a decision and a judgment do to the notice."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select

from central.appeals.answers import AppealAnswer
from central.appeals.case_lookup import CaseAnswer
from central.appeals.court import CourtJudgment, CourtReferral, read_case, record_judgment, refer_to_court
from central.appeals.examination import examine_appeal, examine_appeal_of, list_open_appeals
from central.appeals.filing import ask_for_documents, file_appeal, supply_documents
from central.appeals.public import find_public_appeal
from central.core.audit import PUBLIC, list_audit
from central.core.city import City
from central.db.appeal_tables import appeals
from central.notices.payments import NoticePayment, record_payment
from central.notices.steps import read_notice
from central.rules.appeal_documents import AppealWay, DocumentKind, InadmissibleGround
from central.rules.appeal_states import AppealEventKind, AppealState, CourtState, Judgment
from central.rules.court import CourtAgainst
from central.rules.notices import NoticeEventKind, NoticeState
from firmware.domain.errors import FieldError
from tests.central.appeal_rows import NINTH, WHOLE, decide, documents, filed, filing, noon, sent_notice
from tests.central.notice_rows import FOUR, code_of, issue, pay, step
from tests.central.register_rows import DAY, HOUR, MINUTE, entitle

E, S = AppealEventKind, AppealState
TENTH = NINTH + DAY


@pytest.fixture
def number(city: City) -> str:
    return sent_notice(city)


def refused(city: City, number: str, **more: object) -> str:
    """The field over which a filing is refused, with nothing stored."""
    with pytest.raises(FieldError) as caught:
        file_appeal(city, number, filing(**more), "the public", NINTH)  # type: ignore[arg-type]
    with city.store.begin() as connection:
        assert connection.execute(select(appeals)).all() == []
    return caught.value.field


def test_accepted_the_notice_is_cancelled_and_what_was_paid_is_given_back(city: City, number: str) -> None:
    pay(city, number, 5250, FOUR + DAY, "TX-1")
    appeal = filed(city, number)
    assert (appeal.state, appeal.decide_until, appeal.refused_from) == (S.RECEIVED, date(2026, 4, 9), date(2026, 4, 10))
    accepted = decide(city, appeal.id, E.ACCEPTED, TENTH)
    assert (accepted.state, accepted.court_until) == (S.ACCEPTED, None)
    notice = read_notice(city, number, TENTH)
    assert (notice.state, notice.surplus_cents) == (NoticeState.REFUND_DUE, 5250)


def test_accepted_in_part_the_amount_is_new_and_the_deadlines_are_those_of_the_first(city: City, number: str) -> None:
    before = read_notice(city, number, TENTH)
    accepted = decide(city, filed(city, number).id, E.PARTLY_ACCEPTED, TENTH, 3750)
    after = read_notice(city, number, TENTH)
    assert (accepted.state, accepted.court_until) == (S.PARTLY_ACCEPTED, date(2026, 4, 10))
    assert (after.due_cents, after.reduced_cents, after.increased_cents, after.owed_cents) == (3750, 2625, 8750, 2625)
    for name in ("payable_until", "reduced_until", "notified_on", "appeal_until", "covers_until"):
        assert getattr(after, name) == getattr(before, name)


def test_an_appeal_suspends_nothing(city: City, number: str) -> None:
    appeal = filed(city, number, noon(date(2026, 4, 9)))
    assert read_notice(city, number, noon(date(2026, 6, 10))).state is NoticeState.INCREASED
    decide(city, appeal.id, E.ACCEPTED, noon(date(2026, 6, 11)))
    assert read_notice(city, number, noon(date(2026, 6, 11))).state is NoticeState.CANCELLED


def test_there_is_one_appeal_for_a_notice_and_the_same_one_again_is_that_one(city: City, number: str) -> None:
    first = file_appeal(city, number, filing(), "the public", NINTH)
    again = file_appeal(city, number, filing(), "the public", NINTH + MINUTE)
    assert (first.made, again.made, first.appeal) == (True, False, again.appeal)
    with pytest.raises(FieldError, match="one for each"):
        file_appeal(city, number, filing(statement="Autre chose."), "the public", NINTH)
    decide(city, first.appeal.id, E.REFUSED, TENTH)
    with pytest.raises(FieldError, match="one for each"):
        file_appeal(city, number, filing(resident=False), "the public", TENTH)


def test_a_notice_that_was_not_sent_or_is_cancelled_is_not_contested(city: City, number: str) -> None:
    with pytest.raises(FieldError, match="not sent"):
        file_appeal(city, issue(city, "ZZ999ZZ").number, filing(), "the public", NINTH)
    step(city, number, NoticeEventKind.CANCELLED, NINTH, "a card was found")
    assert refused(city, number) == "number"


def test_what_is_late_online_is_refused_and_a_late_letter_is_recorded(city: City, number: str) -> None:
    late = noon(date(2026, 4, 10))
    with pytest.raises(FieldError, match="too late"):
        file_appeal(city, number, filing(late), "the public", late)
    found = file_appeal(city, number, filing(late, way=AppealWay.REGISTERED), "clerk", late).appeal
    assert found.grounds == (InadmissibleGround.LATE,)
    assert decide(city, found.id, E.INADMISSIBLE, late, ground=InadmissibleGround.LATE).state is S.INADMISSIBLE


def test_who_issued_the_notice_does_not_decide(city: City, number: str) -> None:
    appeal = filed(city, number)
    with pytest.raises(FieldError) as caught:
        decide(city, appeal.id, E.ACCEPTED, TENTH, by="agent")
    assert caught.value.field == "examiner"
    assert not examine_appeal(city, appeal.id, "Agent (0123)", TENTH).may_decide
    assert examine_appeal(city, appeal.id, "examiner", TENTH).may_decide


def test_silence_is_a_refusal_without_anybody_doing_anything(city: City, number: str) -> None:
    appeal = filed(city, number)
    last = noon(date(2026, 4, 9)) + 12 * HOUR - MINUTE
    assert [(line.id, line.days_left) for line in list_open_appeals(city, last, 10)] == [(appeal.id, 0)]
    assert list_open_appeals(city, last + MINUTE, 10) == ()
    silent = examine_appeal_of(city, number, "examiner", last + MINUTE)
    assert (silent.state, silent.court_until) == (S.REFUSED_BY_SILENCE, date(2026, 5, 10))
    with pytest.raises(FieldError) as caught:
        decide(city, appeal.id, E.REFUSED, last + MINUTE)
    assert caught.value.field == "state"


def test_documents_are_asked_for_and_supplied(city: City, number: str) -> None:
    appeal = filed(city, number, NINTH, DocumentKind.NOTICE)
    assert appeal.missing == (DocumentKind.REGISTRATION,)
    asked = ask_for_documents(city, appeal.id, date(2026, 3, 20), "la carte grise", "examiner", TENTH)
    assert (asked.state, asked.history[-1].until) == (S.ASKED, date(2026, 3, 20))
    supplied = supply_documents(city, appeal.id, documents(TENTH, DocumentKind.REGISTRATION), "the public", TENTH)
    assert (supplied.state, supplied.missing, len(supplied.documents)) == (S.RECEIVED, (), 2)
    decide(city, appeal.id, E.REFUSED, TENTH + MINUTE)
    with pytest.raises(FieldError, match="refused"):
        supply_documents(city, appeal.id, documents(TENTH, DocumentKind.OTHER), "the public", TENTH + HOUR)


def test_twenty_documents_are_listed_and_no_more(city: City, number: str) -> None:
    appeal = filed(city, number)
    supply_documents(city, appeal.id, documents(TENTH, *[DocumentKind.OTHER] * 18), "the public", TENTH)
    with pytest.raises(FieldError) as caught:
        supply_documents(city, appeal.id, documents(TENTH, DocumentKind.OTHER), "the public", TENTH)
    assert caught.value.field == "documents"


def test_documents_that_came_online_take_no_place_from_those_that_the_city_records(city: City, number: str) -> None:
    appeal = filed(city, number)
    supply_documents(city, appeal.id, documents(TENTH, *[DocumentKind.OTHER] * 18), PUBLIC, TENTH)
    found = supply_documents(city, appeal.id, documents(TENTH, *[DocumentKind.OTHER] * 20), "clerk", TENTH)
    assert len(found.documents) == 40
    with pytest.raises(FieldError, match="20 at most"):
        supply_documents(city, appeal.id, documents(TENTH, DocumentKind.OTHER), "clerk", TENTH)


def test_an_appeal_of_somebody_who_is_not_concerned_takes_nobodys_place(city: City, number: str) -> None:
    strangers = filed(city, number, statement="rien", resident=False)
    supply_documents(city, strangers.id, documents(NINTH, *[DocumentKind.OTHER] * 18), PUBLIC, NINTH)
    decide(city, strangers.id, E.INADMISSIBLE, TENTH, ground=InadmissibleGround.NOT_CONCERNED)
    late = noon(date(2026, 4, 12))
    own = filed(city, number, late, way=AppealWay.REGISTERED, posted_on=date(2026, 4, 8))
    assert (own.state, own.statement, own.resident, own.filed_on) == (S.RECEIVED, "J’avais payé.", True, date(2026, 4, 8))
    assert (len(own.documents), own.history) == (2, ())
    assert filed(city, number, late, way=AppealWay.REGISTERED, posted_on=date(2026, 4, 8)) == own, "the same one again"
    assert [line.id for line in list_open_appeals(city, late, 10)] == [own.id]
    supply_documents(city, own.id, documents(late, *[DocumentKind.OTHER] * 18), PUBLIC, late)
    decide(city, own.id, E.ACCEPTED, late + HOUR)
    assert read_notice(city, number, late + HOUR).state is NoticeState.CANCELLED
    with pytest.raises(FieldError, match="one for each"):
        filed(city, number, late + HOUR, statement="Encore.")


def test_an_appeal_that_is_inadmissible_for_another_reason_was_the_one(city: City, number: str) -> None:
    decide(city, filed(city, number).id, E.INADMISSIBLE, TENTH, ground=InadmissibleGround.GROUPED)
    with pytest.raises(FieldError, match="one for each"):
        filed(city, number, TENTH, statement="Encore.")


def test_the_list_has_the_nearest_deadline_first_and_goes_on_where_it_ended(city: City) -> None:
    numbers = [sent_notice(city, plate) for plate in ("AA111AA", "BB222BB", "CC333CC")]
    ids = [filed(city, number, NINTH + days * DAY).id for number, days in zip(numbers, (2, 0, 1), strict=True)]
    now = NINTH + 3 * DAY
    assert [line.id for line in list_open_appeals(city, now, 10)] == [ids[1], ids[2], ids[0]]
    assert [line.id for line in list_open_appeals(city, now, 2)] == [ids[1], ids[2]]
    assert [line.plate for line in list_open_appeals(city, now, 2, after=ids[2])] == ["AA111AA"]


def test_what_silence_has_refused_hides_no_appeal_that_is_open(city: City) -> None:
    """A page that is not full is the last one: whoever examines looks no further, and silence decides the rest."""
    early, late = noon(date(2026, 3, 10)), noon(date(2026, 3, 14))
    ids = [
        filed(city, sent_notice(city, plate), at).id for plate, at in (("AA111AA", early), ("BB222BB", late), ("CC333CC", late))
    ]
    now = noon(date(2026, 4, 11))
    assert [line.id for line in list_open_appeals(city, now, 2)] == ids[1:]


def test_a_card_that_came_after_the_control_is_shown_to_whoever_examines(city: City, number: str) -> None:
    entitle(city.store, "AB123CD", "resident", ["11D"], valid_from=NINTH, known_from=NINTH)
    entitle(city.store, "AB123CD", "resident", ["11D"], valid_until=FOUR - 10 * DAY)
    entitle(city.store, "ZZ999ZZ", "cmi_s")
    shown = examine_appeal(city, filed(city, number).id, "examiner", TENTH).holdings
    assert [(each.holding, each.sectors, each.after_control) for each in shown] == [("resident", ("11D",), True)]
    assert list_audit(city.store)[-1].action == "appeal read"


# --- the court -----------------------------------------------------------------------------------------------------


def refer(city: City, number: str, day: date, against: CourtAgainst = CourtAgainst.REFUSAL) -> CaseAnswer:
    return refer_to_court(city, number, CourtReferral(against, day, "26-0001"), "examiner", noon(day) + HOUR)


@pytest.fixture
def lost(city: City, number: str) -> AppealAnswer:
    """An appeal that was refused on 10 March: the court is open until 10 April."""
    return decide(city, filed(city, number).id, E.REFUSED, TENTH)


def test_an_annulled_notice_is_refunded_and_only_then_is_the_judgment_carried_out(
    city: City, number: str, lost: AppealAnswer
) -> None:
    pay(city, number, 7500, noon(date(2026, 3, 20)), "TX-1")
    case = refer(city, number, date(2026, 4, 10))
    assert (case.in_time, case.state, case.court) == (True, CourtState.PENDING, "Tribunal du stationnement payant")
    judged = noon(date(2026, 11, 4))
    found = record_judgment(city, case.id, CourtJudgment(Judgment.ANNULLED, date(2026, 11, 3)), "examiner", judged)
    assert (found.state, found.to_give_back_cents) == (CourtState.TO_CARRY_OUT, 7500)
    assert read_notice(city, number, judged).state is NoticeState.REFUND_DUE
    give_back(city, number, 7500, judged)
    assert read_case(city, case.id, judged).state is CourtState.CARRIED_OUT
    with pytest.raises(FieldError, match="was judged"):
        record_judgment(city, case.id, CourtJudgment(Judgment.DISMISSED, date(2026, 11, 3)), "examiner", judged)


def give_back(city: City, number: str, cents: int, at: datetime) -> None:
    record_payment(city, number, NoticePayment(cents, at, "RF-1", kind=NoticeEventKind.REFUNDED), "cashier", at)


def test_a_judgment_that_lowers_the_amount_corrects_the_notice(city: City, number: str, lost: AppealAnswer) -> None:
    case = refer(city, number, date(2026, 4, 11))
    assert not case.in_time, "recorded, and said to be late"
    found = record_judgment(
        city, case.id, CourtJudgment(Judgment.REDUCED, date(2026, 5, 4), due_cents=2500), "examiner", noon(date(2026, 5, 4))
    )
    assert (found.state, found.due_cents) == (CourtState.CARRIED_OUT, 2500)
    assert read_notice(city, number, noon(date(2026, 5, 4))).owed_cents == 2500


def test_against_the_warning_no_appeal_is_needed(city: City, number: str) -> None:
    with pytest.raises(FieldError, match="no warning"):
        refer(city, number, date(2026, 6, 10), CourtAgainst.WARNING)
    step(city, number, NoticeEventKind.WARNED, noon(date(2026, 6, 10)))
    case = refer(city, number, date(2026, 7, 15), CourtAgainst.WARNING)
    assert (case.open_until, case.in_time) == (date(2026, 7, 15), True)
    with pytest.raises(FieldError, match="is recorded"):
        refer(city, number, date(2026, 7, 15), CourtAgainst.WARNING)


def test_nobody_goes_to_court_before_anything_is_refused(city: City, number: str) -> None:
    appeal = filed(city, number)
    for day in (date(2026, 3, 9), date(2026, 4, 9)):
        with pytest.raises(FieldError, match="no refusal"):
            refer(city, number, day)
    assert refer(city, number, date(2026, 4, 10)).open_until == date(2026, 5, 10)
    with pytest.raises(FieldError, match="future"):
        refer_to_court(city, number, CourtReferral(CourtAgainst.REFUSAL, date(2026, 4, 11), "x"), "e", noon(date(2026, 4, 10)))
    with pytest.raises(LookupError):
        read_case(city, appeal.id + 99, NINTH)


def test_what_the_public_reads_has_no_statement_in_it(city: City, number: str) -> None:
    filed(city, number)
    code = code_of(city, number)
    found = find_public_appeal(city, number, "AB-123-CD", code, TENTH)
    assert found is not None
    assert found.documents == len(WHOLE)
    assert not {"statement", "resident", "appellant"} & vars(found).keys()
    with pytest.raises(LookupError):
        find_public_appeal(city, number, "ZZ999ZZ", code, TENTH)
