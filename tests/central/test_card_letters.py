"""Letters that tell an applicant to look: one for each decision and each document that is wanted, and nothing of what it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine, update

from central.access.accounts import close_account, create_account, find_account, keep_language
from central.access.languages import LANGUAGES, language_in
from central.access.mail import Mail
from central.access.mail_outbox import send_next_mail
from central.cards.counter import Counter
from central.cards.instruction import accept_request, ask_applicant, reject_request, send_cards
from central.cards.letters import CARD_LETTERS
from central.cli.counter import counter_in
from central.core.environment import MAIL_FOLDER, PUBLIC_URL, SMTP
from central.db.account_tables import accounts
from firmware.domain.errors import FieldError
from tests.central.api_client import ManualClock
from tests.central.card_rows import RESIDENT, line, low_emission, paid, resident, submitted
from tests.central.register_rows import HOUR, TEN
from tests.central.sign_in_city import MINE, sign_in_city
from tests.central.test_mail_outbox import ScriptedRelay

PAGE = "https://ville.example/stationnement/counter"
REASON = "Il manque l’avis d’imposition de Mme Dupont"
LATER = TEN + HOUR


@pytest.fixture
def telling(counter: Counter) -> Counter:
    """A counter whose letters leave, and the account of a resident there."""
    create_account(counter.city.store, RESIDENT, "", "applicant", "the test", TEN)
    return replace(counter, mail_page=PAGE)


def letters(counter: Counter) -> list[Mail]:
    """What leaves now."""
    relay = ScriptedRelay()
    while send_next_mail(counter.city, relay, ManualClock(LATER)):
        pass
    return [mail for mail, _ in relay.taken]


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (lambda counter, number: accept_request(counter, number, REASON, "clerk", LATER), "decided"),
        (lambda counter, number: reject_request(counter, number, REASON, "clerk", LATER), "decided"),
        (lambda counter, number: ask_applicant(counter, number, REASON, "clerk", LATER), "wanted"),
    ],
)
def test_what_a_clerk_does_is_told_once_and_says_to_look(
    telling: Counter, happens: Callable[[Counter, int], None], said: str
) -> None:
    number = submitted(telling, RESIDENT, resident(line("AB123CD")))
    assert letters(telling) == []
    happens(telling, number)
    [letter] = letters(telling)
    words = CARD_LETTERS["fr"]
    assert (letter.to, letter.subject, letter.text) == (RESIDENT, words.subject, getattr(words, said).format(page=PAGE))
    for personal in (str(number), "AB123CD", "Dupont", "imposition", "clerk", "Roquette", "rejet", "accept"):
        assert personal not in letter.subject + letter.text
    assert letters(telling) == []


def test_nothing_else_is_told_and_nothing_that_was_undone(telling: Counter) -> None:
    number = paid(telling, RESIDENT, resident())
    assert len(letters(telling)) == 1, "the decision"
    send_cards(telling, number, "clerk", LATER)
    with pytest.raises(FieldError):
        reject_request(telling, number, REASON, "clerk", LATER)
    other = submitted(telling, RESIDENT, low_emission("BB222BB"))
    with pytest.raises(FieldError):
        ask_applicant(telling, other, " ", "clerk", LATER)
    assert letters(telling) == []


def test_without_a_relay_or_an_open_account_nobody_is_told(counter: Counter) -> None:
    store = counter.city.store
    accept_request(counter, submitted(counter, RESIDENT, resident()), "", "clerk", TEN)
    with_mail = replace(counter, mail_page=PAGE)
    accept_request(with_mail, submitted(with_mail, RESIDENT, low_emission("CC333CC")), "", "clerk", TEN)
    create_account(store, RESIDENT, "", "applicant", "the test", TEN)
    accept_request(counter, submitted(counter, RESIDENT, low_emission("BB222BB")), "", "clerk", TEN)
    close_account(store, RESIDENT, "the test", TEN)
    accept_request(with_mail, submitted(with_mail, RESIDENT, low_emission("DD444DD")), "", "clerk", TEN)
    assert letters(counter) == []


def test_a_server_tells_by_mail_where_it_has_a_relay(counter: Counter) -> None:
    url = {PUBLIC_URL: "https://ville.example/stationnement/"}
    pages = [counter_in(counter.city, url | more).mail_page for more in ({SMTP: "relay.toml"}, {MAIL_FOLDER: "mail"}, {})]
    assert pages == [PAGE, "", ""]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_is_in_the_language_of_the_last_sign_in(telling: Counter, language: str) -> None:
    account = find_applicant(telling.city.store)
    keep_language(telling.city.store, account, "de")
    keep_language(telling.city.store, account, language)
    reject_request(telling, submitted(telling, RESIDENT, resident()), REASON, "clerk", LATER)
    [letter] = letters(telling)
    assert (letter.subject, letter.text) == (
        CARD_LETTERS[language].subject,
        CARD_LETTERS[language].decided.format(page=PAGE),
    )


def find_applicant(store: Engine) -> int:
    with store.begin() as connection:
        account = find_account(connection, RESIDENT)
    assert account is not None
    return account.id


def test_a_language_of_a_later_version_is_written_in_french(telling: Counter) -> None:
    with telling.city.store.begin() as connection:
        connection.execute(update(accounts).values(language="xx"))
    reject_request(telling, submitted(telling, RESIDENT, resident()), REASON, "clerk", LATER)
    assert [each.subject for each in letters(telling)] == [CARD_LETTERS["fr"].subject]


def test_every_language_says_the_same() -> None:
    assert set(CARD_LETTERS) == set(LANGUAGES)
    for words in CARD_LETTERS.values():
        assert len({*words}) == 3
        assert all(re.findall(r"\{\w*\}", each) == ["{page}"] for each in (words.decided, words.wanted))
        assert all(each.startswith(words.wanted.split("\n")[0]) for each in (words.decided, words.wanted))
    assert len({words.decided for words in CARD_LETTERS.values()}) == len(LANGUAGES)


def test_a_sign_in_keeps_the_language_of_the_browser(store: Engine) -> None:
    people = sign_in_city(store)
    browser = people.asking()
    browser.get(people.mailbox.link)
    assert browser.send(people.mailbox.link, headers={"accept-language": "it-IT,it;q=0.9,fr;q=0.8"}).status_code == 303
    with store.begin() as connection:
        account = find_account(connection, MINE)
    assert account is not None
    assert account.language == "it"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "fr"),
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("en-GB", "en"),
        ("pt-BR,pt;q=0.9,es;q=0.7,en;q=0.6", "es"),
        ("en;q=0.2, DE;q=0.5", "de"),
        ("de;q=0", "fr"),
        ("*", "fr"),
        ("zh-Hans-CN, it ; q=1.0", "it"),
        ("deutsch", "fr"),
        ("en;q=9", "fr"),
        ("x" * 9000, "fr"),
        ("pt," * 60 + "de", "fr"),
    ],
)
def test_the_language_that_a_browser_wants_most(header: str, language: str) -> None:
    assert language_in(header) == language
