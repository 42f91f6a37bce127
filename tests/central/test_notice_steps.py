"""Steps that wrong somebody if nobody looks: a reason that says nothing is none; what is contradicted is not pursued."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Engine

from central.access.tokens import Scope
from central.core.city import City
from central.notices.agency import read_fines, record_events
from central.notices.agency_file import FineEvent
from central.notices.answers import NoticeAnswer
from central.notices.contradictions import list_proposed_cancellations
from central.notices.steps import read_notice
from central.rules.appeal_states import AppealEventKind
from central.rules.notices import NoticeEventKind, NoticeState
from central.rules.written import is_blank
from firmware.domain.errors import FieldError
from tests.central.appeal_rows import NINTH, decide, filed, sent_notice
from tests.central.notice_rows import FOUR, THREE, client_at_four, issue, send, step
from tests.central.register_rows import DAY, MINUTE, PARIS, entitle, right, sell

WARNED = datetime(2026, 7, 1, 8, 0, tzinfo=PARIS)


def contradicted(city: City) -> NoticeAnswer:
    """A notice that was sent; four days later a sale becomes known that covers its control. Nobody has looked at it since."""
    notice = send(city, issue(city).number)
    sell(city.store, replace(right(start=THREE - MINUTE), known_from=FOUR + 4 * DAY))
    return notice


# --- cancellation proposed ----------------------------------------------------------------------------------------


def test_what_a_late_sale_contradicts_is_not_pursued_unless_somebody_says_why(city: City) -> None:
    notice = contradicted(city)
    with pytest.raises(FieldError, match="reason: a right became known"):
        step(city, notice.number, NoticeEventKind.WARNED, WARNED)
    step(city, notice.number, NoticeEventKind.WARNED, WARNED, "the sale was for another place")
    with pytest.raises(FieldError, match="reason: a right became known"):
        step(city, notice.number, NoticeEventKind.ENFORCED, WARNED + 40 * DAY)
    (told,) = record_events(city, [FineEvent("enforced", notice.number, WARNED + 40 * DAY)], "console", WARNED + 50 * DAY)
    assert told.refused.startswith("reason: a right became known")
    assert read_notice(city, notice.number, WARNED + 50 * DAY).state is NoticeState.INCREASED


def test_whoever_can_cancel_is_given_the_list_though_nobody_looked_at_the_notice(city: City) -> None:
    notice, other = contradicted(city), send(city, issue(city, "ZZ999ZZ").number)
    issue(city, "QQ111QQ")
    listed = list_proposed_cancellations(city, "", 100, "officer", FOUR + 5 * DAY)
    assert [(each.number, each.cancellation_proposed) for each in listed] == [(notice.number, True)]
    assert list_proposed_cancellations(city, notice.number, 100, "officer", FOUR + 5 * DAY) == ()
    step(city, notice.number, NoticeEventKind.CANCELLED, FOUR + 6 * DAY, "a right was found")
    assert list_proposed_cancellations(city, "", 100, "officer", FOUR + 6 * DAY) == ()
    assert not read_notice(city, other.number, FOUR + 6 * DAY).cancellation_proposed


def test_a_card_that_became_known_late_is_listed_too(city: City) -> None:
    notice = send(city, issue(city).number)
    entitle(city.store, "AB123CD", "cmi_s", known_from=FOUR + DAY)
    (listed,) = list_proposed_cancellations(city, "", 100, "officer", FOUR + 2 * DAY)
    assert listed.number == notice.number


def test_the_agency_is_told_not_to_pursue_it(city: City) -> None:
    notice = contradicted(city)
    assert [fine.number for fine in read_fines(city, FOUR + DAY, "console", FOUR + 3 * DAY)] == [notice.number]
    (fine,) = read_fines(city, FOUR + 3 * DAY, "console", FOUR + 5 * DAY)
    assert (fine.number, fine.cancellation_proposed) == (notice.number, True)


def test_the_list_is_for_officers(store: Engine) -> None:
    client = client_at_four(store)
    notice = contradicted(client.city)
    client.clock.at = FOUR + 5 * DAY
    answer = client.as_role("notices").get("/v1/notices/proposed-cancellations")
    assert [each["number"] for each in answer.json()] == [notice.number]
    assert client.with_token(Scope.AGENT).get("/v1/notices/proposed-cancellations").status_code == 403


def test_the_warning_of_a_corrective_number_twice_is_one(city: City) -> None:
    number = sent_notice(city)
    decide(city, filed(city, number).id, AppealEventKind.PARTLY_ACCEPTED, NINTH + DAY, 3750)
    corrective = read_notice(city, number, NINTH + DAY).corrective_number
    assert corrective is not None
    warned = FineEvent("warned", corrective, WARNED)
    for _ in range(2):
        assert [each.refused for each in record_events(city, [warned], "console", WARNED + DAY)] == [""]
    assert read_notice(city, number, WARNED + DAY).rebate_until is not None


# --- reasons ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", [" ", "\t\n", "\u00a0", "\u200b", "...", "\u2800"])
def test_a_reason_that_nobody_can_read_is_none(city: City, reason: str) -> None:
    entitle(city.store, "AB123CD", "resident", ["15A"])
    first, second = issue(city), issue(city, at=THREE + DAY)
    with pytest.raises(FieldError, match="reason: another notice within a week"):
        send(city, second.number, FOUR + DAY, reason)
    with pytest.raises(FieldError, match="reason: is missing"):
        step(city, first.number, NoticeEventKind.WITHDRAWN, FOUR + DAY, reason)


@pytest.mark.parametrize("text", ["vu", "停", "3", "Ø"])
def test_a_word_in_any_script_says_something(text: str) -> None:
    assert not is_blank(text)
