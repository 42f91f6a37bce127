"""Sign-in links: used twice, late, elsewhere; what is told of an address, and how many letters it gets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from central.access import accounts
from central.access.rate_limits import Rate
from central.access.sign_in_links import LINK_LIFE, LinkState, ask_link, use_link
from central.api.page_routes import COOKIE
from central.core.audit import list_audit
from central.db.account_tables import accounts as account_table
from central.db.account_tables import sessions as session_table
from central.db.account_tables import sign_in_links
from central.db.tables import audit
from tests.central.api_client import NO_LIMITS
from tests.central.sign_in_city import MINE, SignInCity, sign_in_city
from tests.central.signing_station import NOW, all_of, count

WRONG_ADDRESSES = [
    *("", "nobody", "a@b", "a b@exemple.fr", "<a@exemple.fr>"),
    *("a@exemple.fr\r\nBcc: x@y.fr", f"{'a' * 65}@exemple.fr"),
]


@pytest.fixture
def people(store: Engine) -> SignInCity:
    return sign_in_city(store)


# --- the link ------------------------------------------------------------------------------------------------------


def test_a_link_signs_in_and_its_address_has_an_account_from_then_on(people: SignInCity) -> None:
    browser = people.signed_in()
    assert browser.get("/home").status_code == 200
    assert MINE in browser.shown
    [row] = all_of(people.client.city, account_table)
    assert (row.email, row.role) == (MINE, "applicant")
    assert [(each.action, each.who) for each in list_audit(people.client.city.store)] == [
        ("account made", "sign-in link"),
        ("signed in", f"account {row.id}"),
    ]


def test_nothing_of_a_secret_or_an_address_is_kept_where_it_should_not_be(people: SignInCity) -> None:
    browser = people.signed_in()
    secret = people.mailbox.link.rpartition("/")[2]
    with people.client.city.store.begin() as connection:
        text = repr([connection.execute(select(table)).all() for table in (sign_in_links, session_table, audit)])
        trail = repr(connection.execute(select(audit)).all())
    assert secret not in text
    assert browser.cookies[COOKIE] not in text
    assert MINE not in trail


def test_looking_at_a_link_uses_nothing_up(people: SignInCity) -> None:
    browser = people.asking()
    for _ in range(3):
        assert browser.get(people.mailbox.link).status_code == 200
    assert browser.send(people.mailbox.link).status_code == 303


def test_a_link_that_was_used_says_so_and_signs_nobody_in(people: SignInCity) -> None:
    people.signed_in()
    other = people.browser()
    answer = other.get(people.mailbox.link)
    assert (answer.status_code, other.title) == (403, "Ce lien a déjà servi")
    assert "Demander un autre lien" in other.shown
    assert use_link(people.client.city.store, people.mailbox.link.rpartition("/")[2], NOW).state is LinkState.USED


def test_a_page_that_was_open_when_the_link_was_used_signs_nobody_in(people: SignInCity) -> None:
    first, second = people.asking(), people.browser()
    first.get(people.mailbox.link)
    second.get(people.mailbox.link)
    assert first.send(people.mailbox.link).status_code == 303
    assert second.send(people.mailbox.link).status_code == 403
    assert second.get("/home").status_code == 303


def test_a_late_link_says_so_and_signs_nobody_in(people: SignInCity) -> None:
    browser = people.asking()
    browser.get(people.mailbox.link)
    people.clock.at += LINK_LIFE
    assert browser.send(people.mailbox.link).status_code == 403
    assert browser.title == "Ce lien a expiré"
    assert browser.get("/home").status_code == 303


def test_a_link_that_is_used_again_or_late_leaves_a_line_and_no_address(people: SignInCity) -> None:
    people.signed_in()
    for _ in range(3):
        people.browser().get(people.mailbox.link)
    lines = [each for each in list_audit(people.client.city.store) if each.action == "sign-in link refused"]
    [row] = all_of(people.client.city, account_table)
    assert [(each.who, each.subject, each.detail) for each in lines] == [
        ("the public", f"account {row.id}", {"link": "used"}),
    ], "one an hour, however often it is opened"
    people.clock.at += LINK_LIFE
    browser = people.asking()
    people.clock.at += LINK_LIFE
    browser.get(people.mailbox.link)
    late = [each.detail for each in list_audit(people.client.city.store) if each.action == "sign-in link refused"][1:]
    assert late == [{"link": "late"}]


def test_a_link_works_in_another_browser_and_the_one_that_asked_stays_outside(people: SignInCity) -> None:
    desk, phone = people.asking(), people.browser("198.51.100.9")
    phone.get(people.mailbox.link)
    assert MINE in phone.shown
    assert phone.send(people.mailbox.link).status_code == 303
    assert (phone.get("/home").status_code, desk.get("/home").status_code) == (200, 303)


def test_a_link_that_never_was_opens_nothing(people: SignInCity) -> None:
    browser = people.browser()
    assert browser.get(f"/sign-in/link/{'A' * 43}").status_code == 404
    assert browser.title == "Ce lien n’ouvre rien"
    assert browser.get("/sign-in/link/short").status_code == 422


def test_a_page_asked_for_first_is_shown_afterwards_and_no_other_site(people: SignInCity) -> None:
    browser = people.browser()
    assert browser.get("/home").headers["location"] == "/sign-in?next=%2Fhome"
    browser.get("/sign-in?next=/home/more")
    browser.send("/sign-in/link", email=MINE)
    browser.get(people.mailbox.link)
    assert browser.send(people.mailbox.link).headers["location"] == "/home/more"
    for wrong in ("//evil.example", "https://evil.example", "/\\evil", "javascript:x", "/a?b=c"):
        secret = ask_link(people.client.city.store, "x@exemple.fr", wrong, NOW + timedelta(hours=2 + len(wrong)))
        assert secret
        assert use_link(people.client.city.store, secret, NOW + timedelta(hours=2 + len(wrong))).goes_to == "/home"


# --- nothing is told -----------------------------------------------------------------------------------------------


def test_an_unknown_a_known_a_closed_and_a_tired_address_are_answered_alike(people: SignInCity) -> None:
    store = people.client.city.store
    for email, role in (("known@exemple.fr", "operator"), ("closed@exemple.fr", "clerk")):
        accounts.create_account(store, email, "", role, "the test", NOW)
    accounts.close_account(store, "closed@exemple.fr", "the test", NOW)
    while ask_link(store, "tired@exemple.fr", "", NOW):
        pass
    pages = set()
    for name in ("unknown", "known", "closed", "tired"):
        browser = people.asking(f"{name}@exemple.fr")
        pages.add(browser.shown.replace(browser.cookies[COOKIE], ""))
    assert len(pages) == 1
    assert [mail.to.partition("@")[0] for mail in people.mailbox.mails] == ["unknown", "known"]


def test_five_links_in_an_hour_and_then_no_more_whoever_asks(people: SignInCity) -> None:
    for number in range(8):
        people.asking(browser=people.browser(f"198.51.100.{number}"))
    assert len(people.mailbox.mails) == 5
    people.clock.at += timedelta(hours=1)
    people.asking()
    assert len(people.mailbox.mails) == 6


def test_one_address_asks_for_few_links_and_nothing_more_is_stored(store: Engine) -> None:
    people = sign_in_city(store, replace(NO_LIMITS, links=Rate(0.01, 3)))
    browser = people.browser()
    browser.get("/sign-in")
    page = browser.shown
    statuses = []
    for number in range(20):
        browser.shown = page
        statuses.append(browser.send("/sign-in/link", email=f"n{number}@exemple.fr").status_code)
    assert statuses == [200] * 3 + [429] * 17
    assert browser.title == "Trop de demandes"
    assert count(people.client.city, sign_in_links) == len(people.mailbox.mails) == 3


@pytest.mark.parametrize("wrong", WRONG_ADDRESSES)
def test_what_is_no_address_gets_no_mail(people: SignInCity, wrong: str) -> None:
    browser = people.browser()
    browser.get("/sign-in")
    assert browser.send("/sign-in/link", email=wrong).status_code == 422
    assert people.mailbox.mails == []
    assert 'role="alert"' in browser.shown
