"""The counter over HTTP: who may do what, bad input refused with nothing stored and a line in the audit trail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from central.access.rate_limits import Limits, Rate
from central.access.tokens import ROLES, Scope, token_id
from central.app import create_app
from central.cards.document_folder import LARGEST_DOCUMENT
from central.core.audit import list_audit
from central.db.card_tables import card_captures, card_documents, card_events, card_lines, card_requests, cards
from central.payments.signature import sign
from tests.central.api_client import UNLIMITED, Client, ManualClock, fields, last_line, rows_in
from tests.central.card_rows import BAKER, PDF, RESIDENT, SECRET, MemoryProvider, counter_of
from tests.central.register_rows import MINUTE, city_of

TABLES = (card_requests, card_lines, card_events, card_documents, cards, card_captures)
APPLICANT = {"name": "Anne Dupont", "address": "15 rue de la Roquette", "postcode": "75011", "sectors": ["11D"], "case": "1"}
REQUEST: dict[str, Any] = {"product": "resident", "applicant": APPLICANT, "lines": [{"plate": "ab-123-cd", "term": "1 year"}]}
KINDS = ("main home", "registration certificate")


@pytest.fixture
def client(store: Engine, tmp_path: Path, bank: MemoryProvider) -> Client:
    return client_with(store, tmp_path, bank, Limits(requests=UNLIMITED))


def client_with(store: Engine, folder: Path, bank: MemoryProvider, limits: Limits) -> Client:
    city, clock = city_of(store), ManualClock()
    return Client(create_app(city, clock, limits, counter=counter_of(city, folder / "documents", bank)), city, clock)


@pytest.fixture
def mine(client: Client) -> Client:
    return client.with_token(Scope.APPLICANT, who=RESIDENT)


@pytest.fixture
def clerk(client: Client) -> Client:
    return client.with_token(Scope.CLERK, who="Clerk")


def upload(client: Client, number: int, kind: str, name: str = "a.pdf", data: bytes = PDF) -> httpx.Response:
    return client.post(f"/v1/requests/{number}/documents?kind={kind}&name={name}", content=data)


def submitted(client: Client, **change: Any) -> int:
    number: int = client.post("/v1/requests", REQUEST | change).json()["number"]
    for kind in KINDS:
        assert upload(client, number, kind).status_code == 201
    assert client.post(f"/v1/requests/{number}/submit").status_code == 200
    return number


def notify(client: Client, bank: MemoryProvider, number: int, cents: int, secret: bytes = SECRET) -> httpx.Response:
    made = bank.take(number, cents, client.clock())
    said = {"order": made.order, "transaction": made.transaction, "cents": cents, "captured_at": made.at.isoformat()}
    return send_signed(client, said, secret)


def send_signed(client: Client, said: dict[str, Any], secret: bytes = SECRET) -> httpx.Response:
    body = httpx.Request("POST", "http://x", json={"type": "payment.captured", **said}).content
    headers = sign(secret, "n-1", client.clock(), body)
    return client.request("POST", "/v1/payments/notifications", content=body, headers=headers)


def test_from_the_draft_to_the_card(client: Client, mine: Client, clerk: Client, bank: MemoryProvider) -> None:
    number = submitted(mine)
    path = f"/v1/requests/{number}"
    assert [each["number"] for each in clerk.get("/v1/requests-to-decide").json()] == [number]
    asked = clerk.post(f"{path}/ask", {"reason": "illisible"}).json()
    assert (asked["status"], asked["history"][0]["reason"]) == ("En cours d'instruction", "illisible")
    decided = clerk.post(f"{path}/decide", {"outcome": "accepted"}).json()
    assert (decided["status"], decided["total_cents"], decided["lines"][0]["source"]) == ("A régler", 4500, "14-2° article 3")
    assert mine.post(f"{path}/pay").json() == {"number": number, "cents": 4500, "page": f"http://bank/pay/{number}"}
    assert notify(client, bank, number, 4500).status_code == 204
    assert mine.get(path).json()["status"] == "Réglée"
    (card,) = mine.get("/v1/cards").json()
    assert (card["plate"], card["last_day"]) == ("AB123CD", "2027-03-04")
    assert clerk.post(f"{path}/send").json()["status"] == "Carte expédiée"
    (line,) = mine.get("/v1/requests").json()
    assert (line["status"], line["label"], line["cards"], line["unread"]) == ("Carte expédiée", "Résident", 1, False)
    actions = [each.action for each in list_audit(client.city.store, limit=1000) if each.action.startswith("card")]
    assert actions == [
        *("card request drafted", "card document supplied", "card document supplied", "card request submitted"),
        *("card request: documents asked for", "card request accepted", "card payment opened", "card payment"),
        "card request: sent",
    ]


def test_a_document_leaves_as_a_download_and_never_as_a_page(client: Client, mine: Client, clerk: Client) -> None:
    number = mine.post("/v1/requests", REQUEST).json()["number"]
    shown = upload(mine, number, "main home", "avis%20d’imposition.pdf").json()["documents"][0]
    upload(mine, number, "registration certificate")
    assert mine.post(f"/v1/requests/{number}/submit").status_code == 200
    assert (shown["name"], shown["media_type"], shown["size"]) == ("avis d’imposition.pdf", "application/pdf", len(PDF))
    answer = clerk.get(f"/v1/requests/{number}/documents/1")
    assert (answer.content, answer.headers["content-type"]) == (PDF, "application/octet-stream")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''avis%20d%E2%80%99imposition.pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert last_line(client).action == "card document read"
    assert mine.get(f"/v1/requests/{number}/documents/3").status_code == 404


def test_a_draft_is_its_owners_alone(client: Client, mine: Client, clerk: Client) -> None:
    path = f"/v1/requests/{mine.post('/v1/requests', REQUEST).json()['number']}"
    upload(mine, int(path.rpartition("/")[2]), "main home")
    both = client.with_token(Scope.CLERK, Scope.APPLICANT, who=RESIDENT)
    for shown in (path, f"{path}/documents/1"):
        assert [each.get(shown).status_code for each in (mine, both, clerk)] == [200, 200, 404]
    mine.post(f"{path}/withdraw")
    assert clerk.get(path).status_code == 404, "the city was never told"


ROUTES = [
    ("POST", "", REQUEST, {"applicant"}),
    ("GET", "", None, {"applicant"}),
    ("GET", "/{number}", None, {"applicant", "clerk"}),
    ("PUT", "/{number}", REQUEST, {"applicant"}),
    ("GET", "/{number}/documents/1", None, {"applicant", "clerk"}),
    ("POST", "/{number}/submit", None, {"applicant"}),
    ("POST", "/{number}/ask", {"reason": "x"}, {"clerk"}),
    ("POST", "/{number}/decide", {"outcome": "rejected", "reason": "x"}, {"clerk"}),
    ("POST", "/{number}/pay", None, {"applicant"}),
    ("POST", "/{number}/send", None, {"clerk"}),
    ("POST", "/{number}/documents?kind=other&name=a.pdf", None, {"applicant"}),
    ("GET", "-to-decide", None, {"clerk"}),
    ("GET", "-to-decide.csv", None, {"clerk"}),
]


@pytest.mark.parametrize(("method", "path", "body", "roles"), ROUTES)
def test_each_route_is_for_its_roles_and_no_other(
    client: Client, mine: Client, method: str, path: str, body: Any, roles: set[str]
) -> None:
    number = mine.post("/v1/requests", REQUEST).json()["number"]
    for role in ROLES:
        answer = client.as_role(role).request(method, f"/v1/requests{path.format(number=number)}", body)
        assert (answer.status_code != 403) is (role in roles or role == "operator"), (role, answer.text)
    assert client.request(method, f"/v1/requests{path.format(number=number)}", body).status_code == 401


@pytest.mark.parametrize(("method", "path", "body", "roles"), [each for each in ROUTES if "{number}" in each[1]])
def test_somebody_elses_request_is_not_there_and_the_attempt_leaves_a_line(
    client: Client, mine: Client, method: str, path: str, body: Any, roles: set[str]
) -> None:
    if "applicant" not in roles:
        return
    number = mine.post("/v1/requests", REQUEST).json()["number"]
    upload(mine, number, "main home")
    before = rows_in(client, TABLES)
    other = client.with_token(Scope.APPLICANT, who=BAKER)
    content = PDF if "documents?" in path else None
    for asked in (number, number + 1):
        answer = other.request(method, f"/v1/requests{path.format(number=asked)}", body, content)
        assert (answer.status_code, answer.json()["detail"]) == (404, "there is no such request")
        line = last_line(client)
        assert (line.action, line.subject, line.who) == ("request refused", str(asked), f"token {token_id(other.token)}")
    assert rows_in(client, TABLES) == before


def test_nobody_decides_a_request_of_their_own(client: Client, mine: Client) -> None:
    number = submitted(mine)
    both = client.with_token(Scope.CLERK, who=RESIDENT.upper())
    assert fields(both.post(f"/v1/requests/{number}/decide", {"outcome": "accepted"})) == {"clerk"}
    assert last_line(client).detail["field"] == "clerk"


HOSTILE = [
    ("make", {"product": "resident'; --"}, "product"),
    ("make", {"product": "autolib"}, "product"),
    ("make", {"lines": []}, "lines"),
    ("make", {"lines": [{"plate": "AB-123-CD"}] * 51}, "lines"),
    ("make", {"lines": [{"plate": "…"}]}, "lines[0].plate"),
    ("make", {"lines": [{"plate": "AB-123-CD", "term": "4 years"}]}, "lines[0].term"),
    ("make", {"lines": [{"plate": "AB-123-CD", "replaces": 1.5}]}, "lines[0].replaces"),
    ("make", {"applicant": APPLICANT | {"name": "<script>alert(1)</script>"}}, "applicant.name"),
    ("make", {"applicant": APPLICANT | {"name": "a\0"}}, "applicant"),
    ("make", {"applicant": APPLICANT | {"staff": True}}, "applicant.staff"),
    ("make", {"applicant": APPLICANT | {"owner": "x"}}, "applicant.owner"),
    ("make", {"dispatch": "drone"}, "dispatch"),
    *(
        ("make", {"applicant": APPLICANT | {"name": name}}, "applicant.name")
        for name in ("A\u202eB", "A\nB", "A\tB", "\u200b", "A\x1b[1m")
    ),
    ("make", {"applicant": APPLICANT | {"address": "1 rue\u2028X"}}, "applicant.address"),
    ("submit", {"lines": [{"plate": "AB-123-CD"}]}, "lines[0].term"),
    ("submit", {"applicant": APPLICANT | {"sectors": ["11d"]}}, "applicant.sectors"),
    ("submit", {}, "documents"),
    ("ask", {"reason": ""}, "reason"),
    ("ask", {"reason": "<b>x</b>"}, "reason"),
    ("decide", {"reason": "<img src=x onerror=alert(1)>"}, "reason"),
    ("decide", {"outcome": "perhaps"}, "outcome"),
    ("decide", {"outcome": "rejected"}, "reason"),
]


@pytest.mark.parametrize(("what", "change", "field"), HOSTILE)
def test_bad_input_is_refused_by_its_field_with_nothing_stored_and_a_line_in_the_audit_trail(
    client: Client, mine: Client, clerk: Client, what: str, change: dict[str, Any], field: str
) -> None:
    number = submitted(mine) if what in ("ask", "decide") else mine.post("/v1/requests", REQUEST | change).json().get("number")
    before = rows_in(client, TABLES)
    sender, path, body = {
        "make": (mine, "", REQUEST | change),
        "submit": (mine, f"/{number}/submit", None),
        "ask": (clerk, f"/{number}/ask", change),
        "decide": (clerk, f"/{number}/decide", {"outcome": "accepted"} | change),
    }[what]
    assert field in fields(sender.post(f"/v1/requests{path}", body))
    assert rows_in(client, TABLES) == before
    line = last_line(client)
    assert (line.action, line.subject) == ("request refused", str(number) if number else "")


@pytest.mark.parametrize(
    ("name", "data", "fields_wrong"),
    [
        ("..%2F..%2Fx", PDF, {"name"}),
        ("..%5Cx.pdf", PDF, {"name"}),
        (".bashrc", PDF, {"name"}),
        ("a%E2%80%AEfdp.exe", PDF, {"name"}),
        ("a.jpg", PDF, {"name"}),
        ("a.pdf", b"<svg onload=alert(1)>", {"document"}),
        ("a.pdf", b"", {"document"}),
    ],
)
def test_a_document_that_is_not_what_it_says_leaves_a_line_and_nothing_else(
    client: Client, mine: Client, tmp_path: Path, name: str, data: bytes, fields_wrong: set[str]
) -> None:
    number = mine.post("/v1/requests", REQUEST).json()["number"]
    before = rows_in(client, TABLES)
    assert fields(upload(mine, number, "main home", name, data)) == fields_wrong
    assert rows_in(client, TABLES) == before
    assert not list(tmp_path.glob("documents/*"))
    assert (last_line(client).action, last_line(client).subject) == ("request refused", str(number))


def test_a_document_of_two_gigabytes_is_refused_before_it_is_read(client: Client, mine: Client, tmp_path: Path) -> None:
    number = mine.post("/v1/requests", REQUEST).json()["number"]
    path = f"/v1/requests/{number}/documents?kind=other&name=a.pdf"
    answer = mine.request("POST", path, content=PDF, headers={"content-length": str(2 << 30)})
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")
    assert (last_line(client).action, last_line(client).subject) == ("request refused", str(number))
    answer = mine.request("POST", path, content=PDF + bytes(LARGEST_DOCUMENT))
    assert (answer.status_code, rows_in(client, TABLES)[3]) == (422, 0)
    assert not list(tmp_path.glob("documents/*"))
    stranger = client.request("POST", path, content=PDF, headers={"content-length": str(2 << 30)})
    assert stranger.status_code == 401


def test_ten_thousand_requests_from_one_address_are_thirty_and_one_line(
    store: Engine, tmp_path: Path, bank: MemoryProvider
) -> None:
    client = client_with(store, tmp_path, bank, Limits(bearer=UNLIMITED, requests=Rate(0.2, 3)))
    mine = client.with_token(Scope.APPLICANT, who=RESIDENT)
    statuses = [mine.post("/v1/requests", REQUEST).status_code for _ in range(20)]
    assert statuses == [201] * 3 + [429] * 17
    assert rows_in(client, TABLES)[0] == 3
    lines = [each for each in list_audit(client.city.store, limit=1000) if each.action == "request refused"]
    assert [each.detail["field"] for each in lines] == ["request"]
    assert replace(mine, address="203.0.113.8").post("/v1/requests", REQUEST).status_code == 201


def test_a_notification_is_the_providers_or_it_is_nothing(
    client: Client, mine: Client, clerk: Client, bank: MemoryProvider
) -> None:
    number = submitted(mine)
    clerk.post(f"/v1/requests/{number}/decide", {"outcome": "accepted"})
    assert fields(notify(client, bank, number, 4500, b"another secret")) == {"signature"}
    said = {"order": str(number), "transaction": "tx", "cents": 4500, "captured_at": client.clock().isoformat()}
    assert fields(client.post("/v1/payments/notifications", said)) == {"signature"}
    body = httpx.Request("POST", "http://x", json={"type": "payment.captured", **said}).content
    old = sign(SECRET, "n-1", client.clock() - 6 * MINUTE, body)
    assert fields(client.request("POST", "/v1/payments/notifications", content=body, headers=old)) == {"signature"}
    assert fields(send_signed(client, said | {"cents": -4500})) == {"body"}
    assert fields(send_signed(client, said | {"captured_at": "2026-03-04T10:00:00"})) == {"captured_at"}
    assert send_signed(client, said | {"order": "77"}).status_code == 404
    assert mine.get(f"/v1/requests/{number}").json()["status"] == "A régler"
    assert send_signed(client, said).status_code == 204
    assert mine.get(f"/v1/requests/{number}").json()["status"] == "Réglée"


def test_a_provider_that_is_away_is_a_problem_that_says_to_come_back(mine: Client, clerk: Client, bank: MemoryProvider) -> None:
    number = submitted(mine)
    clerk.post(f"/v1/requests/{number}/decide", {"outcome": "accepted"})
    bank.away = True
    answer = mine.post(f"/v1/requests/{number}/pay")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert "nothing is known to be paid" in answer.json()["detail"]
