"""The authorisation matrix of pages: every route × everybody who may come, as one table."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import Engine

from central.access.accounts import ACCOUNT_ROLES, create_account, find_account
from central.access.sessions import form_token, open_session
from central.access.tokens import Scope
from central.api.page_routes import COOKIE, wait_text
from central.app import create_app
from central.db.account_tables import sessions
from central.db.tables import dead_letters, incidents, journals, tokens
from tests.central.api_client import NO_LIMITS, Client, ManualClock
from tests.central.browser_client import BrowserClient
from tests.central.signing_station import NOW, STATION, city_of, count

NOBODY = "nobody"
ANYONE, SIGNED_IN = "anyone", "signed in"
NEEDS: Mapping[tuple[str, str], str] = {
    ("GET", "/sign-in"): ANYONE,
    ("POST", "/sign-in/link"): ANYONE,
    ("GET", "/sign-in/link/{secret}"): ANYONE,
    ("POST", "/sign-in/link/{secret}"): ANYONE,
    ("POST", "/sign-in/token"): ANYONE,
    ("GET", "/sign-in/oidc"): ANYONE,
    ("GET", "/sign-in/oidc/return"): ANYONE,
    ("POST", "/sign-out"): ANYONE,
    ("GET", "/home"): SIGNED_IN,
    ("GET", "/counter"): Scope.APPLICANT,
    ("GET", "/counter/new"): Scope.APPLICANT,
    ("POST", "/counter/new"): Scope.APPLICANT,
    ("GET", "/counter/{id}"): Scope.APPLICANT,
    ("POST", "/counter/{id}"): Scope.APPLICANT,
    ("POST", "/counter/{id}/documents"): Scope.APPLICANT,
    ("GET", "/counter/{id}/documents/{seq}"): Scope.APPLICANT,
    ("POST", "/counter/{id}/submit"): Scope.APPLICANT,
    ("POST", "/counter/{id}/withdraw"): Scope.APPLICANT,
    ("POST", "/counter/{id}/pay"): Scope.APPLICANT,
    ("GET", "/clerk"): Scope.CLERK,
    ("GET", "/clerk/{id}"): Scope.CLERK,
    ("POST", "/clerk/{id}/decide"): Scope.CLERK,
    ("POST", "/clerk/{id}/send"): Scope.CLERK,
    ("GET", "/clerk/{id}/documents/{seq}"): Scope.CLERK,
    ("GET", "/fleet"): Scope.FLEET,
    ("GET", "/fleet/{station}"): Scope.FLEET,
    ("POST", "/fleet/{station}/journals/{generation}/close"): Scope.ENROL,
    ("GET", "/exceptions"): Scope.WAITING,
    ("POST", "/exceptions/dead-letters/{station}/{seq}"): Scope.WAITING,
    ("POST", "/exceptions/incidents/{id}"): Scope.WAITING,
    ("POST", "/exceptions/reopen"): Scope.ENROL,
    ("GET", "/revenue"): Scope.FLEET,
    ("GET", "/revenue.csv"): Scope.FLEET,
    ("GET", "/revenue.xlsx"): Scope.FLEET,
    ("GET", "/collections"): Scope.FLEET,
    ("GET", "/refunds"): Scope.WAITING,
    ("POST", "/refunds/{id}"): Scope.WAITING,
    ("GET", "/tokens"): Scope.TOKENS,
    ("POST", "/tokens"): Scope.TOKENS,
    ("POST", "/tokens/{id}/revoke"): Scope.TOKENS,
    ("GET", "/audit"): Scope.AUDIT,
}
"""What each page asks for."""
CHANGED = (dead_letters, incidents, journals, tokens, sessions)
PLACES = {"station": STATION, "generation": "1", "seq": "1", "id": "1" * 12, "secret": "A" * 43}


WAITS = [
    ("1", "une minute"),
    ("60", "une minute"),
    ("61", "2 minutes"),
    ("360", "6 minutes"),
    ("7140", "119 minutes"),
    ("7141", "2 heures"),
    ("86400", "24 heures"),
]


@pytest.mark.parametrize(("seconds", "told"), WAITS)
def test_a_page_says_how_long_to_wait(seconds: str, told: str) -> None:
    assert wait_text({"Retry-After": seconds}) == told
    assert wait_text(None) == "une minute"


@pytest.fixture
def client(store: Engine) -> Client:
    city, clock = city_of(store, STATION), ManualClock()
    return Client(create_app(city, clock, NO_LIMITS), city, clock)


def browser_of(client: Client, role: str) -> BrowserClient:
    """A browser in which somebody of this role is signed in."""
    browser = BrowserClient(client)
    if role == NOBODY:
        browser.get("/sign-in")
        return browser
    create_account(client.city.store, f"{role}@exemple.fr", "", role, "the test", NOW)
    with client.city.store.begin() as connection:
        account = find_account(connection, f"{role}@exemple.fr")
    assert account is not None
    browser.cookies[COOKIE] = open_session(client.city.store, account, NOW, "the test")
    return browser


def may(needs: str, role: str) -> bool:
    """Whether the table lets this role do this."""
    return needs == ANYONE or (role != NOBODY and (needs == SIGNED_IN or needs in ACCOUNT_ROLES[role]))


def test_every_page_stands_in_the_table(client: Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    pages = {
        (method.upper(), path): "security" in operation
        for path, each in paths.items()
        for method, operation in each.items()
        if operation.get("tags") == ["people"]
    }
    assert pages.keys() == NEEDS.keys()
    assert {route for route, secured in pages.items() if not secured} == {each for each in NEEDS if NEEDS[each] == ANYONE}


@pytest.mark.parametrize("role", [NOBODY, *ACCOUNT_ROLES])
def test_every_page_lets_in_whom_the_table_says(client: Client, role: str) -> None:
    browser = browser_of(client, role)
    cookie = browser.cookies[COOKIE]
    before = [count(client.city, table) for table in CHANGED]
    for (method, path), needs in NEEDS.items():
        if path in ("/sign-out", "/sign-in/link"):
            continue  # the one ends the session, the other is offered by no city without mail
        fields = {"csrf": form_token(cookie)} if method == "POST" else None
        answer = browser.request(method, path.format(**PLACES), fields)
        refused = answer.status_code == 403 and browser.title == "Accès réservé"
        sent_away = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
        assert (not refused and not sent_away) == may(needs, role), (method, path, answer.status_code)
        assert sent_away == (role == NOBODY and needs != ANYONE), (method, path)
        assert answer.status_code in (200, 303, 403, 404, 422, 503)  # 503: the counter of this city has no bank
    assert [count(client.city, table) for table in CHANGED] == before, "every form was empty"


def test_no_page_takes_a_bearer_token(client: Client) -> None:
    operator = client.as_role("operator")
    for (method, path), needs in NEEDS.items():
        if needs != ANYONE and method == "GET":
            assert operator.request(method, path.format(**PLACES)).status_code == 303, path


@pytest.mark.parametrize(("method", "path"), [each for each in NEEDS if each[0] == "POST"])
def test_no_form_is_taken_without_its_token(client: Client, method: str, path: str) -> None:
    browser = browser_of(client, "operator")
    answer = browser.request(method, path.format(**PLACES), {"note": "x", "by": "x", "because": "x"})
    assert (answer.status_code, browser.title) == (403, "Formulaire périmé")


@pytest.mark.parametrize("path", [path for method, path in NEEDS if method == "GET"])
def test_a_name_that_is_not_read_is_a_page_too(client: Client, path: str) -> None:
    browser = browser_of(client, "operator")
    answer = browser.get(f"{path.format(**PLACES)}?unknown=1")
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("text/html")
