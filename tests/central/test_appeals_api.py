"""Appeals over HTTP: who may do what, bad input refused by the field's name with a line in the audit trail, the public."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from central.access.rate_limits import Limits, Rate
from central.access.tokens import Scope
from central.core.audit import list_audit
from central.db.appeal_tables import appeal_documents, appeal_events, appeals, court_cases, judgments
from central.db.notice_tables import notice_events
from central.notices.answers import NoticeAnswer
from central.notices.steps import read_notice
from tests.central.api_client import Client, client_of, fields, last_line, rows_in
from tests.central.appeal_rows import NINTH, noon, sent_notice
from tests.central.notice_rows import client_at_four, code_of
from tests.central.register_rows import DAY

SUM = "a" * 64
NOTICE = {"kind": "notice", "name": "avis.pdf", "size": 120_000, "sha256": SUM}
GREY_CARD = {"kind": "registration certificate", "name": "carte grise.jpg", "size": 300_000, "sha256": "b" * 64}
FILING: dict[str, Any] = {"resident": True, "statement": "J’avais payé : 2 < 3 heures.", "documents": [NOTICE, GREY_CARD]}
REFUSED = {"outcome": "refused", "reason": "Le ticket portait une autre plaque."}
REFERRAL = {"against": "refusal", "referred_on": "2026-03-10", "reference": "26-0001"}
TABLES = (appeals, appeal_documents, appeal_events, court_cases, judgments, notice_events)


@pytest.fixture
def client(store: Engine) -> Client:
    """A city on the day on which its notice counts as notified."""
    return client_at_four(store)


@pytest.fixture
def notice(client: Client) -> NoticeAnswer:
    number = sent_notice(client.city)
    client.clock.at = NINTH
    return read_notice(client.city, number, NINTH)


@pytest.fixture
def examiner(client: Client) -> Client:
    return client.with_token(Scope.APPEALS, who="Examiner")


def file(examiner: Client, notice: NoticeAnswer, **change: Any) -> httpx.Response:
    return examiner.post(f"/v1/notices/{notice.number}/appeals", FILING | change)


def test_from_the_appeal_to_the_judgment(client: Client, examiner: Client, notice: NoticeAnswer) -> None:
    made = file(examiner, notice)
    assert made.status_code == 201
    appeal = made.json()
    assert (appeal["state"], appeal["decide_until"], appeal["missing"]) == ("received", "2026-04-09", [])
    assert file(examiner, notice).status_code == 200
    client.clock.at += DAY
    shown = examiner.get(f"/v1/appeals/{appeal['id']}").json()
    assert (shown["notice"]["number"], shown["may_decide"], shown["statement"]) == (notice.number, True, FILING["statement"])
    assert examiner.get(f"/v1/notices/{notice.number}/appeals").json()["id"] == appeal["id"]
    assert [line["id"] for line in examiner.get("/v1/appeals").json()] == [appeal["id"]]
    decided = examiner.post(f"/v1/appeals/{appeal['id']}/decision", REFUSED).json()
    assert (decided["state"], decided["court_until"], decided["history"][-1]["reason"]) == (
        *("refused", "2026-04-10"),
        REFUSED["reason"],
    )
    case = examiner.post(f"/v1/notices/{notice.number}/court-cases", REFERRAL).json()
    assert (case["court"], case["state"]) == ("Tribunal du stationnement payant", "before the court")
    judged = examiner.post(f"/v1/court-cases/{case['id']}/judgment", {"judgment": "annulled", "judged_on": "2026-03-10"})
    assert judged.json()["state"] == "carried out"
    assert examiner.get(f"/v1/court-cases/{case['id']}").json() == judged.json()
    assert read_notice(client.city, notice.number, client.clock.at).state.value == "cancelled"
    actions = [entry.action for entry in list_audit(client.city.store, limit=1000)]
    assert [each for each in actions if each.startswith(("appeal", "court"))] == [
        *("appeal filed", "appeal read", "appeal read", "appeal decided", "court case recorded", "court judgment recorded")
    ]


BIG = NOTICE | {"size": 2 << 30}
HOSTILE = [
    ("file", {"at": "2026-03-09T12:00:00"}, "at"),
    ("file", {"at": "2026-03-09T12:00:01+01:00"}, "at"),
    ("file", {"at": "2026-03-03T12:00:00+01:00"}, "at"),
    ("file", {"at": 1772632800}, "at"),
    ("file", {"posted_on": "2026-03-10"}, "posted_on"),
    ("file", {"posted_on": "2026-3-9"}, "posted_on"),
    ("file", {"way": "fax"}, "way"),
    ("file", {"resident": "yes"}, "resident"),
    ("file", {"resident": None}, "resident"),
    ("file", {"statement": ""}, "statement"),
    ("file", {"statement": "<script>alert(1)</script>"}, "statement"),
    ("file", {"statement": "a" * 10_001}, "statement"),
    ("file", {"statement": "\0"}, "statement"),
    ("file", {"documents": [BIG]}, "documents[0].size"),
    ("file", {"documents": [NOTICE | {"size": -1}]}, "documents[0].size"),
    ("file", {"documents": [NOTICE | {"size": True}]}, "documents[0].size"),
    ("file", {"documents": [NOTICE, NOTICE | {"name": "../../x"}]}, "documents[1].name"),
    ("file", {"documents": [NOTICE | {"name": "..\\x"}]}, "documents[0].name"),
    ("file", {"documents": [NOTICE | {"name": ".bashrc"}]}, "documents[0].name"),
    ("file", {"documents": [NOTICE | {"name": "a\u202egpj.exe"}]}, "documents[0].name"),
    ("file", {"documents": [NOTICE | {"name": "<b>.pdf"}]}, "documents[0].name"),
    ("file", {"documents": [NOTICE | {"sha256": "A" * 64}]}, "documents[0].sha256"),
    ("file", {"documents": [NOTICE | {"data": "JVBERi0="}]}, "documents[0].data"),
    ("file", {"documents": [NOTICE] * 21}, "documents"),
    ("file", {"more": 1}, "more"),
    ("decide", {"outcome": "documents asked for"}, "outcome"),
    ("decide", {"outcome": "perhaps"}, "outcome"),
    ("decide", {"reason": ""}, "reason"),
    ("decide", {"reason": "<img src=x onerror=alert(1)>"}, "reason"),
    ("decide", {"due_cents": 100}, "due_cents"),
    ("decide", {"outcome": "accepted in part"}, "due_cents"),
    ("decide", {"outcome": "accepted in part", "due_cents": -1}, "due_cents"),
    ("decide", {"outcome": "accepted in part", "due_cents": 7500}, "due_cents"),
    ("decide", {"outcome": "inadmissible"}, "ground"),
    ("decide", {"outcome": "inadmissible", "ground": "late"}, "ground"),
    ("ask", {"until": "2026-03-20"}, "state"),
    ("ask", {"until": "soon"}, "until"),
    ("refer", {}, "against"),
    ("refer", {"against": "warning"}, "against"),
    ("refer", {"referred_on": "2026-03-10"}, "referred_on"),
    ("refer", {"reference": "<b>"}, "reference"),
    ("supply", {"documents": []}, "documents"),
]


@pytest.mark.parametrize(("what", "change", "field"), HOSTILE)
def test_bad_input_is_refused_by_its_field_with_nothing_stored_and_a_line_in_the_audit_trail(
    client: Client, examiner: Client, notice: NoticeAnswer, what: str, change: dict[str, Any], field: str
) -> None:
    number = f"/v1/notices/{notice.number}"
    appeal = "" if what == "file" else file(examiner, notice).json()["id"]
    path, body = {
        "file": (f"{number}/appeals", FILING),
        "decide": (f"/v1/appeals/{appeal}/decision", REFUSED),
        "ask": (f"/v1/appeals/{appeal}/requests", {}),
        "supply": (f"/v1/appeals/{appeal}/documents", {}),
        "refer": (f"{number}/court-cases", REFERRAL | {"referred_on": "2026-03-09"}),
    }[what]
    before = rows_in(client, TABLES)
    assert field in fields(examiner.post(path, body | change))
    assert rows_in(client, TABLES) == before
    line = last_line(client)
    assert (line.action, line.subject) == ("request refused", notice.number if what in ("file", "refer") else str(appeal))
    known = field.rpartition(".")[2] not in ("more", "data")
    assert (field if known else "?") in str(line.detail["field"]).split()
    assert line.who.startswith("Examiner ("), "who it was"


def test_after_its_month_an_appeal_is_refused(client: Client, notice: NoticeAnswer) -> None:
    client.clock.at = noon(date(2026, 4, 10))
    examiner = client.with_token(Scope.APPEALS)
    assert fields(file(examiner, notice)) == {"at"}
    assert rows_in(client, TABLES)[0] == 0
    assert file(examiner, notice, at="2026-04-09T23:59:59+02:00").status_code == 201


def test_who_issued_the_notice_is_refused_whatever_token_they_hold(
    client: Client, examiner: Client, notice: NoticeAnswer
) -> None:
    appeal = file(examiner, notice).json()["id"]
    issuer = client.with_token(Scope.APPEALS, who="agent")
    assert not issuer.get(f"/v1/appeals/{appeal}").json()["may_decide"]
    assert fields(issuer.post(f"/v1/appeals/{appeal}/decision", REFUSED)) == {"examiner"}


def test_an_examiner_does_nothing_else_and_nobody_else_examines(client: Client, notice: NoticeAnswer) -> None:
    body = {"step": "cancelled", "at": NINTH.isoformat(), "reason": "x"}
    assert client.as_role("examiner").post(f"/v1/notices/{notice.number}/steps", body).status_code == 403
    for role in ("agent", "notices", "cashier", "auditor"):
        assert file(client.as_role(role), notice).status_code == 403
    assert file(client, notice).status_code == 401


def test_what_is_not_there_is_404_with_a_line(client: Client, examiner: Client) -> None:
    for path in ("/v1/appeals/77", "/v1/court-cases/77", f"/v1/notices/{'9' * 26}/appeals"):
        assert examiner.get(path).status_code == 404
        assert (last_line(client).action, last_line(client).detail["field"]) == ("request refused", "number")


def test_html_in_the_reason_of_a_step_is_refused_too(client: Client, notice: NoticeAnswer) -> None:
    officer = client.with_token(Scope.NOTICES)
    body = {"step": "cancelled", "at": NINTH.isoformat(), "reason": "<b>because</b>"}
    assert fields(officer.post(f"/v1/notices/{notice.number}/steps", body)) == {"reason"}
    assert last_line(client).detail == {"field": "reason", "route": "POST /v1/notices/{number}/steps"}


def test_a_stranger_fills_no_audit_trail(client: Client, notice: NoticeAnswer) -> None:
    before = last_line(client).id
    client.post(f"/v1/notices/{notice.number}/appeals", {"more": 1})
    client.post("/v1/notices", content=b"{")
    assert last_line(client).id == before


# --- the public ----------------------------------------------------------------------------------------------------


def public(client: Client, notice: NoticeAnswer, **change: Any) -> dict[str, Any]:
    return FILING | {"plate": "ab-123-cd", "code": code_of(client.city, notice.number)} | change


def test_the_motorist_files_and_sees_how_it_stands(client: Client, notice: NoticeAnswer) -> None:
    path = f"/v1/public/notices/{notice.number}/appeals"
    code = code_of(client.city, notice.number)
    asked = f"{path}?plate=ab-123-cd&code={code}"
    assert client.get(asked).status_code == 404
    made = client.post(path, public(client, notice, documents=[NOTICE]))
    assert (made.status_code, made.json()["missing"]) == (201, ["registration certificate"])
    assert client.post(path, public(client, notice, documents=[NOTICE])).status_code == 200
    assert client.get(asked).json() == made.json()
    body = {"plate": "AB123CD", "code": code, "documents": [GREY_CARD]}
    assert client.post(f"{path}/documents", body).json()["missing"] == []
    assert last_line(client).who == "the public"


@pytest.mark.parametrize(
    ("change", "number"), [({"plate": "ZZ999ZZ"}, None), ({"code": "00000000"}, None), ({}, "9" * 26), ({"plate": "%"}, None)]
)
def test_somebody_elses_notice_is_unknown(
    client: Client, notice: NoticeAnswer, change: dict[str, Any], number: str | None
) -> None:
    answer = client.post(f"/v1/public/notices/{number or notice.number}/appeals", public(client, notice, **change))
    assert (answer.status_code, answer.json()["detail"]) == (404, "no notice has this number, plate and code")
    assert rows_in(client, TABLES)[0] == 0
    line = last_line(client)
    assert (line.action, line.who, line.subject) == ("request refused", "the public", number or notice.number)


def test_who_sends_many_is_told_to_wait(store: Engine) -> None:
    client = client_of(store, limits=Limits(notices=Rate(1, 3)))
    path = f"/v1/public/notices/{'9' * 26}/appeals"
    assert [client.post(path, {}).status_code for _ in range(4)] == [422, 422, 422, 429]
