"""Notices over HTTP: who may do what, bad input refused by the field's name, the public page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from central.access.rate_limits import Limits, Rate
from central.access.tokens import Scope
from central.core.audit import list_audit
from central.db.notice_tables import notice_events, notices
from central.pages.notice_page import EVENTS, STATES
from central.rules.notices import NoticeEventKind, NoticeState
from tests.central.api_client import Client, client_of
from tests.central.notice_rows import FOUR, STATION, THREE, client_at_four, code_of, complete, control, issue
from tests.central.register_rows import HOUR, report

PAYMENT = {"cents": 5250, "at": FOUR.isoformat(), "reference": "TX-1"}


@pytest.fixture
def client(store: Engine) -> Client:
    """A city at four o'clock, whose station has handed all in."""
    return client_at_four(store)


@pytest.fixture
def officer(client: Client) -> Client:
    return client.with_token(Scope.AGENT, Scope.NOTICES, Scope.PAYMENTS)


def paths(number: str) -> dict[str, str]:
    return {name: f"/v1/notices/{number}/{name}" for name in ("steps", "payments", "refunds")}


def stored(client: Client) -> tuple[int, int]:
    with client.city.store.begin() as connection:
        counts = [connection.scalar(select(func.count()).select_from(table)) for table in (notices, notice_events)]
    return counts[0] or 0, counts[1] or 0


def test_from_the_control_to_the_payment(client: Client, officer: Client) -> None:
    agent = client.as_role("agent")
    asked = {"plate": "AB-123-CD", "zone": 1, "sector": "11D", "at": THREE.isoformat()}
    check = agent.post("/v1/checks", asked).json()
    assert (check["allowed"], check["conclusive"]) == (False, True)
    body = {"check": check["id"], "agent": "Dupont", "device": 7, "photos": ["p-1"], "place": "3 rue Oberkampf"}
    made = agent.post("/v1/notices", body)
    assert made.status_code == 201
    notice = made.json()
    assert {name: notice[name] for name in ("due_cents", "reduced_cents", "reduced_until", "covers_until", "state")} == {
        "due_cents": 7500,
        "reduced_cents": 5250,
        "reduced_until": None,
        "covers_until": "2026-03-05T10:00:00+01:00",
        "state": "issued",
    }
    assert agent.post("/v1/notices", body).status_code == 200
    number, to = notice["number"], paths(notice["number"])
    assert (
        officer.post(to["steps"], {"step": "sent", "at": FOUR.isoformat()}).json()["reduced_until"]
        == "2026-03-13T23:59:59+01:00"
    )
    paid = officer.post(to["payments"], PAYMENT | {"key": notice["key"]}).json()
    assert (paid["state"], paid["owed_cents"]) == ("paid reduced", 0)
    assert officer.post(to["payments"], PAYMENT).json() == paid
    assert agent.get(f"/v1/notices/{number}").json()["history"] == [
        {"at": FOUR.isoformat(), "what": "sent", "cents": 0},
        {"at": FOUR.isoformat(), "what": "paid", "cents": 5250},
    ]
    actions = [entry.action for entry in list_audit(client.city.store)]
    assert [action for action in actions if action.startswith("notice ")] == [
        *("notice proposed", "notice issued", "notice sent", "notice paid"),
    ]


def test_a_proposal_that_has_to_wait_is_accepted_and_says_until_when(client: Client) -> None:
    complete(client.city, THREE)
    found = client.as_role("agent").post("/v1/notices", {"check": control(client.city), "agent": "Dupont"})
    assert (found.status_code, found.json()["state"], stored(client)) == (202, "proposed", (0, 0))


def test_each_scope_does_its_own_and_nothing_else(client: Client) -> None:
    number = issue(client.city).number
    to = paths(number)
    step = {"step": "sent", "at": FOUR.isoformat()}
    for scope, allowed in (
        (Scope.AGENT, {"read"}),
        (Scope.NOTICES, {"read", "steps"}),
        (Scope.PAYMENTS, {"read", "payments"}),
        (Scope.CHECK, set()),
    ):
        holder = client.with_token(scope)
        answers = {
            "read": holder.get(f"/v1/notices/{number}"),
            "steps": holder.post(to["steps"], step),
            "payments": holder.post(to["payments"], PAYMENT),
        }
        assert {name for name, answer in answers.items() if answer.status_code != 403} == allowed
    assert client.post(to["payments"], PAYMENT).status_code == 401


@pytest.mark.parametrize(
    ("path", "change", "field"),
    [
        ("payments", {"at": "2026-03-04T16:00:00"}, "at"),
        ("payments", {"at": "2026-03-04T18:00:00+01:00"}, "at"),
        ("payments", {"cents": -1}, "cents"),
        ("payments", {"cents": 0}, "cents"),
        ("payments", {"cents": 52.5}, "cents"),
        ("payments", {"cents": True}, "cents"),
        ("payments", {"reference": "<script>"}, "key"),
        ("payments", {"reference": ""}, "reference"),
        ("payments", {"key": "99"}, "key"),
        ("payments", {"more": 1}, "more"),
        ("refunds", {"cents": 1}, "state"),
        ("steps", {"step": "sent", "at": "2026-03-04T16:00:00"}, "at"),
        ("steps", {"step": "sold"}, "step"),
        ("steps", {"step": "cancelled", "reason": "x"}, "state"),
        ("steps", {"step": "withdrawn"}, "reason"),
        ("steps", {"step": "sent", "reason": "\0"}, "reason"),
    ],
)
def test_bad_input_is_refused_by_its_field_and_nothing_is_stored(
    client: Client, officer: Client, path: str, change: dict[str, object], field: str
) -> None:
    number = issue(client.city).number
    base = {"step": "sent", "at": FOUR.isoformat()} if path == "steps" else PAYMENT | {"key": "99" if field == "key" else None}
    body = {name: value for name, value in {**base, **change}.items() if value is not None}
    found = officer.post(paths(number)[path], body)
    assert (found.status_code, found.headers["content-type"]) == (422, "application/problem+json")
    assert field in {error["field"] for error in found.json()["errors"]}
    assert stored(client) == (1, 0)


def test_a_payment_of_another_notice_is_refused_with_a_line_in_the_audit_trail(client: Client, officer: Client) -> None:
    one, other = issue(client.city), issue(client.city, "ZZ999ZZ")
    assert officer.post(paths(one.number)["payments"], PAYMENT).status_code == 200
    refused = officer.post(paths(other.number)["payments"], PAYMENT)
    assert refused.json()["errors"] == [{"field": "reference", "reason": "is that of a payment of another notice"}]
    last = list_audit(client.city.store)[-1]
    assert (last.action, last.subject, last.detail) == (
        "request refused",
        other.number,
        {"field": "reference", "route": "POST /v1/notices/{number}/payments"},
    )


def test_a_number_that_is_none_or_of_nobody(officer: Client) -> None:
    assert officer.get(f"/v1/notices/{'9' * 26}").status_code == 404
    assert officer.get("/v1/notices/12").status_code == 422
    assert officer.post(paths("9" * 26)["payments"], PAYMENT).status_code == 404


@pytest.mark.parametrize("photo", ["../x", "a/b", "data:image/png;base64,AAAA", "", "é"])
def test_a_photo_is_a_reference_and_never_a_photo(client: Client, photo: str) -> None:
    body = {"check": control(client.city), "agent": "Dupont", "photos": [photo]}
    assert client.as_role("agent").post("/v1/notices", body).json()["errors"][0]["field"] == "photos[0]"


# --- the public ---------------------------------------------------------------------------------------------------


def test_unknown_and_wrong_are_one_answer(client: Client) -> None:
    notice = issue(client.city)
    right = client.get(f"/v1/public/notices/{notice.number}?plate=ab-123-cd&code={code_of(client.city, notice.number)}")
    assert right.json()["key"] == notice.key
    assert (right.status_code, right.json()["state"]) == (200, "issued")
    assert not {"agent", "check", "device", "photos"} & right.json().keys()
    asked = (f"{notice.number}?plate=ZZ999ZZ", f"{'9' * 26}?plate=AB123CD", f"{notice.number}?plate=AB123CD&code={notice.key}")
    answers = [client.get(f"/v1/public/notices/{each}") for each in asked]
    assert {(each.status_code, each.text) for each in answers} == {(404, answers[0].text)}


PERSONAL = {"key", "plate", "zone", "sector", "place", "receipt_reference", "receipt_at", "corrective_number", "corrective_key"}
"""What a notice tells to whoever has the code of its letter, and to nobody who counted up to its number and saw a plate."""


def test_without_the_code_nothing_personal_is_told(client: Client) -> None:
    body = {"check": control(client.city), "agent": "Dupont", "place": "3 rue Oberkampf"}
    notice = client.as_role("agent").post("/v1/notices", body).json()
    asked = f"{notice['number']}?plate=ab-123-cd"
    code = code_of(client.city, notice["number"])
    told, whole = (client.get(f"/v1/public/notices/{each}").json() for each in (asked, f"{asked}&code={code}"))
    assert told.keys() & PERSONAL == set()
    assert whole.keys() >= PERSONAL | told.keys()
    assert (told["state"], told["due_cents"], told["reduced_cents"], told["appeal_state"]) == ("issued", 7500, 5250, None)
    page = client.get(f"/notices?number={notice['number']}&plate=AB123CD").text
    assert "75,00 €" in page
    assert not [words for words in ("Oberkampf", "pdf", "télépaiement", "11D") if words in page]
    assert "Oberkampf" in client.get(f"/notices?number={notice['number']}&plate=AB123CD&code={code}").text


def test_an_address_guesses_so_often_a_day(store: Engine) -> None:
    client = client_of(store, limits=Limits(guesses=Rate(2 / 86_400, 2)))
    report(store, STATION, FOUR)
    client.clock.at = FOUR
    number = issue(client.city).number
    right, wrong = f"/v1/public/notices/{number}?plate=AB123CD", f"/v1/public/notices/{number}?plate=AB123CE"
    assert [client.get(right).status_code for _ in range(3)] == [200, 200, 200]
    assert [client.get(each).status_code for each in (wrong, f"/notices?number={number}&plate=AB123CE")] == [404, 200]
    asked = (right, f"/notices?number={number}&plate=AB123CD", f"/v1/public/notices/{number}/pdf?plate=AB123CD&code=00")
    assert [client.get(each).status_code for each in asked] == [429, 429, 429]
    client.clock.at += 12 * HOUR
    assert [client.get(each).status_code for each in (right, wrong, right)] == [200, 404, 429]


def test_people_are_told_to_wait_by_a_page_in_french(store: Engine) -> None:
    client = client_of(store, limits=Limits(guesses=Rate(1 / 86_400, 1)))
    wrong = f"/notices?number={'9' * 26}&plate=AB123CD"
    assert "Aucun avis" in client.get(wrong).text
    for told, passed in (("24 heures", timedelta()), ("119 minutes", timedelta(hours=22, seconds=90))):
        client.clock.at += passed
        page = client.get(wrong)
        assert (page.status_code, page.headers["content-type"]) == (429, "text/html; charset=utf-8")
        assert int(page.headers["retry-after"]) > 0
        assert f"Trop de demandes depuis votre connexion : réessayez dans {told}." in page.text
        assert "form-action" in page.headers["content-security-policy"]
    assert client.get(wrong.replace("plate", "code")).status_code == 429


def test_what_no_form_sends_is_a_page_too(client: Client) -> None:
    for asked in (f"number={'9' * 41}", "number=1&number=2", "plate=%00"):
        page = client.get(f"/notices?{asked}")
        assert (page.status_code, page.headers["content-type"]) == (422, "text/html; charset=utf-8")
        assert "Aucun avis" in page.text
        assert "9" * 41 not in page.text


def test_who_tries_many_is_told_to_wait(store: Engine) -> None:
    client = client_of(store, limits=Limits(notices=Rate(1, 3)))
    statuses = [client.get(f"/v1/public/notices/{'9' * 26}?plate=AB123CD").status_code for _ in range(4)]
    assert statuses == [404, 404, 404, 429]
    client.clock.at += timedelta(seconds=1)
    assert client.get("/notices").status_code == 200


def test_the_page_shows_state_dates_amounts_and_history(client: Client, officer: Client) -> None:
    notice = issue(client.city)
    officer.post(paths(notice.number)["steps"], {"step": "sent", "at": FOUR.isoformat()})
    client.clock.at += 10 * 24 * HOUR
    code = code_of(client.city, notice.number)
    page = client.get(f"/notices?number={notice.number[:14]}%20{notice.number[14:]}&plate=ab-123-cd&code={code}")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self';" in page.headers["content-security-policy"], "no script that stands in the page"
    for words in ("Notifié, à payer", notice.key, "75,00 €", "52,50 €", "13/03/2026 à 23:59", "09/06/2026", "125,00 €"):
        assert words in page.text
    assert "04/03/2026 : Envoyé" in page.text


def test_the_page_says_nothing_of_what_it_does_not_find_and_repeats_nothing(client: Client) -> None:
    notice = issue(client.city)
    asked = (
        f"number={notice.number}&plate=ZZ999ZZ",
        "number=%3Cb%3E&plate=%3Cb%3E",
        "number=12&plate=AB123CD",
        "plate=AB123CD",
    )
    pages = [client.get(f"/notices?{each}") for each in asked]
    assert {(page.status_code, page.text) for page in pages} == {(200, pages[0].text)}
    assert "Aucun avis" in pages[0].text
    assert "Aucun avis" not in client.get("/notices").text


def test_every_state_and_event_has_its_french() -> None:
    assert STATES.keys() == set(NoticeState)
    assert EVENTS.keys() == set(NoticeEventKind)
