"""Which controls make a notice, and what is kept of a proposal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from central.access.tokens import Scope
from central.core.city import City
from central.db.notice_tables import notice_proposals
from central.notices.answers import NoticeAnswer
from central.notices.issue import ProposedNotice
from central.notices.steps import read_notice
from central.rules.appeal_states import AppealEventKind, AppealState
from central.rules.evidence import RightStatus
from firmware.domain.errors import FieldError
from tests.central.appeal_rows import NINTH, decide, filed, sent_notice
from tests.central.notice_rows import FOUR, THREE, client_at_four, code_of, complete, control, propose
from tests.central.register_rows import DAY, HOUR, MINUTE, TEN, ask, right, sell


def proposals(city: City) -> int:
    with city.store.begin() as connection:
        return connection.scalar(select(func.count()).select_from(notice_proposals)) or 0


@pytest.mark.parametrize(
    ("later", "taken"),
    [(-2 * MINUTE, False), (-MINUTE, True), (3 * DAY, True), (3 * DAY + timedelta(seconds=1), False)],
)
def test_a_control_was_made_when_it_says_or_sent_three_days_later(city: City, later: timedelta, taken: bool) -> None:
    """A question about a day long gone, or to come, is answered: it is no control of a vehicle that somebody saw."""
    complete(city, THREE + 10 * DAY)
    asked = ask(city, at=THREE, now=THREE + later)
    now = THREE + 5 * DAY
    if taken:
        assert isinstance(propose(city, asked.id, now), NoticeAnswer)
        return
    with pytest.raises(FieldError, match="check: is no control"):
        propose(city, asked.id, now)
    assert proposals(city) == 0


# --- what a proposal fixes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("vehicle", "due"), [("two_wheeler", 3750), ("car", 7500), ("heavy", 22500)])
def test_amounts_follow_the_class_that_was_proposed_and_that_is_recorded(city: City, vehicle: str, due: int) -> None:
    check = control(city)
    assert isinstance(propose(city, check, THREE + MINUTE, vehicle=vehicle), ProposedNotice)
    complete(city)
    notice = propose(city, check)
    assert isinstance(notice, NoticeAnswer)
    assert (notice.vehicle, notice.due_cents) == (vehicle, due)


def test_a_control_is_not_proposed_as_something_else_by_anybody_else(city: City) -> None:
    complete(city, THREE)
    check = control(city)
    propose(city, check, THREE + MINUTE)
    complete(city)
    for field, value in (("vehicle", "heavy"), ("agent", "A-2")):
        with pytest.raises(FieldError, match=f"{field}: this control was proposed with"):
            propose(city, check, FOUR, **{field: value})
    notice = propose(city, check, vehicle="car", make="Renault")
    assert isinstance(notice, NoticeAnswer)
    assert (notice.vehicle, notice.due_cents, notice.agent, notice.make) == ("car", 7500, "A-1", None)


def fined(city: City, vehicle: str) -> tuple[str | None, str | None]:
    """Which class the register says, if it is another: while the proposal waits, and of the notice."""
    check = control(city)
    waits = propose(city, check, THREE + MINUTE, vehicle=vehicle)
    complete(city)
    notice = propose(city, check)
    assert isinstance(waits, ProposedNotice)
    assert isinstance(notice, NoticeAnswer)
    assert read_notice(city, notice.number, FOUR + DAY).register_class == notice.register_class
    return waits.register_class, notice.register_class


@pytest.mark.parametrize(
    ("vehicle", "bought", "said"),
    [
        ("car", ["two_wheeler"], "two_wheeler"),
        ("two_wheeler", ["two_wheeler"], None),
        ("two_wheeler", ["heavy", "car"], "car"),
        ("car", ["heavy", "car"], None),
        ("car", [], None),
    ],
)
def test_a_class_that_is_not_that_of_the_last_ticket_is_pointed_out(
    city: City, vehicle: str, bought: list[str], said: str | None
) -> None:
    for hours, each in enumerate(bought):
        sell(city.store, replace(right(start=TEN + hours * HOUR), vehicle=each))
    assert fined(city, vehicle) == (said, said)


def test_what_was_given_back_and_another_plate_say_no_class(city: City) -> None:
    given_back = replace(right(), vehicle="heavy", status=RightStatus.GIVEN_BACK)
    sell(city.store, given_back, replace(right("AB123CE"), vehicle="heavy"))
    sell(city.store, replace(right(start=TEN - 15 * DAY), vehicle="heavy"))
    assert fined(city, "car") == (None, None)


# --- in whose name ------------------------------------------------------------------------------------------------


def test_an_agent_issues_in_the_own_name_and_office_staff_in_none(store: Engine) -> None:
    """The letter says « validé par l’agent n° A-7777, authentifié »."""
    client = client_at_four(store)
    body = {"check": control(client.city), "agent": "A-7777"}
    for role in ("cashier", "notices"):
        assert client.as_role(role).post("/v1/notices", body).status_code == 403
    refused = client.with_token(Scope.AGENT, who="A-0001").post("/v1/notices", body)
    assert [error["field"] for error in refused.json()["errors"]] == ["agent"]
    assert proposals(client.city) == 0
    made = client.with_token(Scope.AGENT, who="A-7777").post("/v1/notices", body)
    assert (made.status_code, made.json()["agent"]) == (201, "A-7777")
    for role in ("agent", "cashier", "notices"):
        assert client.as_role(role).get(f"/v1/notices/{made.json()['number']}").status_code == 200


@pytest.mark.parametrize("examiner", ["agent", "A-1", "a-1 (0123456789ab)"])
def test_whom_a_notice_names_and_who_checked_do_not_decide_its_appeal(city: City, examiner: str) -> None:
    appeal = filed(city, sent_notice(city))
    with pytest.raises(FieldError, match="examiner"):
        decide(city, appeal.id, AppealEventKind.REFUSED, NINTH + MINUTE, by=examiner)
    assert decide(city, appeal.id, AppealEventKind.REFUSED, NINTH + MINUTE).state is AppealState.REFUSED


# --- what is said of the place ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "field"),
    [
        *((({name: text}, name)) for name in ("place", "make") for text in ("<b>rue</b>", "rue\nPage 2", "улица", " rue", "")),
        ({"check": True}, "check"),
        ({"check": "1"}, "check"),
    ],
)
def test_what_a_letter_cannot_show_and_what_is_no_number_is_refused(
    store: Engine, change: dict[str, object], field: str
) -> None:
    client = client_at_four(store)
    body = {"check": control(client.city), "agent": "Dupont"} | change
    refused = client.as_role("agent").post("/v1/notices", body)
    assert (refused.status_code, [each["field"] for each in refused.json()["errors"]]) == (422, [field])
    assert proposals(client.city) == 0


def test_an_accent_and_an_ampersand_are_shown_as_text(store: Engine) -> None:
    client = client_at_four(store)
    body = {"check": control(client.city), "agent": "Dupont", "place": "1 < 2 & 3, rue de l’Évêché"}
    said = client.as_role("agent").post("/v1/notices", body).json()
    page = f"/notices?number={said['number']}&plate=AB123CD"
    assert "rue de l’Évêché" not in client.get(page).text
    assert "1 &lt; 2 &amp; 3, rue de l’Évêché" in client.get(f"{page}&code={code_of(client.city, said['number'])}").text
