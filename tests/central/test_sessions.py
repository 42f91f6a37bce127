"""Sessions: forged forms, what ends a session, who guesses, and what the browser is told to keep and to run."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from central.access import accounts, sessions, tokens
from central.access.mail import EmlFolder, Mail
from central.access.rate_limits import Rate
from central.access.tokens import ROLES, issue_token, revoke_token, token_id
from central.api.page_routes import COOKIE
from tests.central.api_client import LONG, NO_LIMITS
from tests.central.sign_in_city import MINE, SignInCity, operator, sign_in_city
from tests.central.signing_station import NOW


@pytest.fixture
def people(store: Engine) -> SignInCity:
    return sign_in_city(store)


# --- forged forms --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", "x", "A" * 43])
def test_a_form_without_its_token_does_nothing(people: SignInCity, token: str) -> None:
    browser = people.signed_in()
    assert browser.request("POST", "/sign-out", {"csrf": token} if token else {}).status_code == 403
    assert browser.title == "Formulaire périmé"
    assert browser.get("/home").status_code == 200


def test_the_form_token_of_another_browser_does_nothing(people: SignInCity) -> None:
    browser, other = people.signed_in(), people.signed_in("other@exemple.fr")
    token = sessions.form_token(other.cookies[COOKIE])
    assert browser.request("POST", "/sign-out", {"csrf": token}).status_code == 403
    assert browser.request("POST", "/sign-out", {"csrf": sessions.form_token(browser.cookies[COOKIE])}).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}],
)
def test_a_form_that_another_site_sends_does_nothing(people: SignInCity, headers: dict[str, str]) -> None:
    browser = people.signed_in()
    browser.get("/home")
    assert browser.send("/sign-out", headers=headers).status_code == 403
    assert browser.get("/home").status_code == 200
    for origin in ("https://city.evil.example", "https://ville.example.evil.example"):
        browser.get("/home")
        assert browser.send("/sign-out", headers={"origin": origin}).status_code == 403
    browser.get("/home")
    own = {"origin": "https://ville.example", "sec-fetch-site": "same-origin"}  # as a proxy hands it on
    assert browser.send("/sign-out", headers=own).status_code == 303


def test_signing_in_changes_the_cookie(people: SignInCity) -> None:
    browser = people.asking()
    before = browser.cookies[COOKIE]
    browser.get(people.mailbox.link)
    browser.send(people.mailbox.link)
    assert browser.cookies[COOKIE] != before
    assert sessions.find_session(people.client.city.store, before, NOW) is None


# --- what ends a session -------------------------------------------------------------------------------------------


def test_signing_out_ends_the_session_for_whoever_has_its_cookie(people: SignInCity) -> None:
    browser = people.signed_in()
    copy = replace(browser, cookies=dict(browser.cookies))
    browser.get("/home")
    assert browser.send("/sign-out").status_code == 303
    assert (browser.get("/home").status_code, copy.get("/home").status_code) == (303, 303)


def test_the_cookie_of_a_revoked_token_is_refused_from_the_next_request_on(people: SignInCity) -> None:
    token, browser = operator(people)
    assert browser.get("/home").status_code == 200
    assert "Dupont" in browser.shown
    revoke_token(people.client.city.store, token_id(token), "the test", people.clock())
    assert browser.get("/home").status_code == 303


def test_the_cookie_of_an_expired_token_is_refused(people: SignInCity) -> None:
    short = issue_token(people.client.city.store, "Dupont", ROLES["agent"], timedelta(minutes=5), "the test", people.clock())
    browser = people.browser().sign_in(short)
    people.clock.at += timedelta(minutes=5)
    assert browser.get("/home").status_code == 303


def test_a_closed_account_is_signed_out(people: SignInCity) -> None:
    browser = people.signed_in()
    accounts.close_account(people.client.city.store, MINE, "the test", people.clock())
    assert browser.get("/home").status_code == 303


def test_a_session_ends_after_a_day_at_work(people: SignInCity) -> None:
    browser = people.signed_in()
    people.clock.at += sessions.SESSION_LIFE - timedelta(seconds=1)
    assert browser.get("/home").status_code == 200
    people.clock.at += timedelta(seconds=1)
    assert browser.get("/home").status_code == 303


def test_what_is_no_token_signs_nobody_in(people: SignInCity) -> None:
    token, _ = operator(people)
    browser = people.browser()
    for wrong in ("", "x", f"{token[:-1]}{'A' if token[-1] != 'A' else 'B'}"):
        browser.get("/sign-in")
        assert browser.send("/sign-in/token", token=wrong).status_code == 403
        assert "inconnu, expiré ou révoqué" in browser.shown
    assert browser.get("/home").status_code == 303


def test_who_guesses_tokens_is_soon_not_looked_at(store: Engine) -> None:
    people = sign_in_city(store, replace(NO_LIMITS, failures=Rate(0.1, 3)))
    token, _ = operator(people)
    browser = people.browser()
    guess, statuses = token[:17] + "A" * 43, []
    for _ in range(5):
        browser.get("/sign-in")
        statuses.append(browser.send("/sign-in/token", token=guess).status_code)
    assert statuses == [403] * 3 + [429] * 2


# --- headers, cookies, mail ----------------------------------------------------------------------------------------


def test_the_cookie_is_for_this_application_alone(people: SignInCity) -> None:
    browser = people.asking()
    browser.get(people.mailbox.link)
    header = browser.send(people.mailbox.link).headers["set-cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure", "Max-Age=43200"} <= set(header.split("; "))


def test_a_page_runs_nothing_of_others_and_is_kept_nowhere(people: SignInCity) -> None:
    browser = people.signed_in()
    for url in ("/home", "/sign-in", "/sign-in/link/x"):
        headers = browser.get(url).headers
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["referrer-policy"] == "same-origin"
        assert not re.search(r"\son\w+=|<style|\sstyle=|<script>", browser.shown)


def test_a_name_with_html_in_it_is_text(people: SignInCity) -> None:
    hostile = "<script>x</script>"
    token = tokens.issue_token(people.client.city.store, hostile, ROLES["agent"], LONG, "the test", NOW)
    browser = people.browser().sign_in(token)
    browser.get("/home")
    assert "&lt;script&gt;" in browser.shown
    assert hostile not in browser.shown


def test_a_letter_is_one_whole_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    EmlFolder(tmp_path / "mail").send(Mail(MINE, "Votre lien de connexion", "Ouvrez é\n"), NOW)
    [file] = (tmp_path / "mail").iterdir()
    assert file.suffix == ".eml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert f"To: {MINE}".encode() in file.read_bytes()
    with pytest.raises(ValueError, match=r"[Hh]eader|linefeed|newline"):
        EmlFolder(tmp_path / "mail").send(Mail("a@b.fr\nBcc: x@y.fr", "x", "y"), NOW)
