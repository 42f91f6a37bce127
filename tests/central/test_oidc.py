"""Signing in through an OpenID provider, over real HTTP: who has an account here, and everything a reply can lie about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import Engine

from central.access.accounts import close_account, create_account
from central.access.oidc_settings import OidcSettings, read_oidc_settings
from central.access.sign_in_ways import SignInWays
from central.app import create_app
from firmware.domain.errors import FileError
from tests.central.api_client import NO_LIMITS, Client, ManualClock
from tests.central.browser_client import BrowserClient
from tests.central.openid_provider import CLIENT, SECRET, OpenIdProvider, running_provider
from tests.central.signing_station import NOW, city_of

OPERATOR = "op@ville.example"
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "1"})


@dataclass(frozen=True)
class Meeting:
    """A city and its provider."""

    client: Client
    provider: OpenIdProvider

    def browser(self) -> BrowserClient:
        return BrowserClient(self.client)

    def go(self, browser: BrowserClient) -> str:
        """Begin, sign in at the provider; the address it sends the browser back to."""
        answer = browser.get("/sign-in/oidc")
        assert answer.status_code == 303
        return self.provider.authorise(answer.headers["location"])


@pytest.fixture
def meeting(store: Engine) -> Iterator[Meeting]:
    city, clock = city_of(store), ManualClock()
    create_account(store, OPERATOR, "Claire Martin", "operator", "the test", NOW)
    with running_provider(int(NOW.timestamp())) as provider:
        ways = SignInWays("http://city", None, OidcSettings(provider.issuer, CLIENT, SECRET))
        yield Meeting(Client(create_app(city, clock, NO_LIMITS, ways), city, clock), provider)


def test_who_has_an_account_is_signed_in(meeting: Meeting) -> None:
    browser = meeting.browser()
    answer = browser.get(meeting.go(browser))
    assert (answer.status_code, answer.headers["location"]) == (303, "/home")
    assert browser.get("/home").status_code == 200
    assert OPERATOR in browser.shown
    assert "hdt_oidc" not in browser.cookies
    asked = meeting.provider.asked
    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"]) == ("code", "S256", "openid email")


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": int(NOW.timestamp()) - 3600},
        {"iat": int(NOW.timestamp()) + 3600},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": "nobody@ville.example"},
        {"email": None},
        {"email": "x"},
    ],
)
def test_a_token_that_says_otherwise_signs_nobody_in(meeting: Meeting, claims: dict[str, object]) -> None:
    meeting.provider.claims = claims
    browser = meeting.browser()
    assert browser.get(meeting.go(browser)).status_code == 403
    assert "n’a pas abouti" in browser.shown
    assert browser.get("/home").status_code == 303


def test_a_token_signed_by_another_key_signs_nobody_in(meeting: Meeting) -> None:
    meeting.provider.signs_with = OTHER_KEY
    browser = meeting.browser()
    assert browser.get(meeting.go(browser)).status_code == 403


def test_a_reply_that_another_browser_began_signs_nobody_in(meeting: Meeting) -> None:
    address = meeting.go(meeting.browser())
    victim = meeting.browser()
    assert victim.get(address).status_code == 403
    meeting.go(victim)
    assert victim.get(address).status_code == 403
    assert victim.get("/home").status_code == 303


def test_a_refusal_and_a_reply_without_a_code_sign_nobody_in(meeting: Meeting) -> None:
    browser = meeting.browser()
    state = meeting.go(browser).partition("state=")[2]
    for query in (f"error=access_denied&state={state}", f"state={state}", f"code=wrong&state={state}", "code=the-code"):
        assert browser.get(f"/sign-in/oidc/return?{query}").status_code == 403


def test_a_closed_account_and_an_applicant_are_not_let_in(meeting: Meeting) -> None:
    store = meeting.client.city.store
    create_account(store, "app@exemple.fr", "", "applicant", "the test", NOW)
    close_account(store, OPERATOR, "the test", NOW)
    for email in (OPERATOR, "app@exemple.fr"):
        meeting.provider.claims = {"email": email}
        browser = meeting.browser()
        assert browser.get(meeting.go(browser)).status_code == 403


def test_a_provider_that_is_away_or_another_is_a_page(meeting: Meeting) -> None:
    meeting.provider.issuer += "0"
    browser = meeting.browser()
    assert browser.get("/sign-in/oidc").status_code == 403
    assert "n’a pas abouti" in browser.shown


def test_without_a_provider_there_is_no_such_page(store: Engine) -> None:
    city = city_of(store)
    browser = BrowserClient(Client(create_app(city, ManualClock(), NO_LIMITS), city))
    assert browser.get("/sign-in/oidc").status_code == 404


@pytest.mark.parametrize(
    ("text", "mode", "place"),
    [
        ('issuer = "https://x"\nclient_id = "a"\nclient_secret = "b"\n', 0o644, "readable by other users"),
        ('issuer = "http://x"\nclient_id = "a"\nclient_secret = "b"\n', 0o600, "must begin with https"),
        ('issuer = "https://x"\nclient_id = "a"\n', 0o600, "client_secret"),
        ('issuer = "https://x"\nclient_id = "a"\nclient_secret = "b"\nother = 1\n', 0o600, "other"),
        ("issuer", 0o600, "Expected|expected"),
    ],
)
def test_settings_that_cannot_work_are_refused(tmp_path: Path, text: str, mode: int, place: str) -> None:
    file = tmp_path / "oidc.toml"
    file.write_text(text)
    file.chmod(mode)
    with pytest.raises(FileError, match=place):
        read_oidc_settings(file)


def test_the_time_of_the_city_judges_a_token(meeting: Meeting) -> None:
    browser = meeting.browser()
    address = meeting.go(browser)
    meeting.client.clock.at = datetime.fromtimestamp(NOW.timestamp() + 1000, NOW.tzinfo)
    assert browser.get(address).status_code == 403
