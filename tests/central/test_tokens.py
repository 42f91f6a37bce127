"""Bearer tokens: issued, recognised, expired, revoked."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from central.access import tokens
from central.access.accounts import create_account
from central.access.sessions import account_name, open_session
from central.access.tokens import (
    ROLES,
    TOKEN,
    Bearer,
    Scope,
    find_bearer,
    issue_first_operator,
    issue_token,
    list_tokens,
    revoke_token,
    token_id,
)
from central.core.audit import list_audit
from central.db.tables import metadata
from tests.central.meet import met_in

NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)
MONTH = timedelta(days=30)
MOMENT = timedelta(microseconds=1)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def agent(store: Engine) -> str:
    return issue_token(store, "Agent 1234", ROLES["agent"], MONTH, "the test", NOW)


def test_whoever_shows_a_token_is_known(store: Engine) -> None:
    text = agent(store)
    assert find_bearer(store, text, NOW) == Bearer(token_id(text), "Agent 1234", ROLES["agent"])
    assert find_bearer(store, text, NOW).name == f"Agent 1234 ({token_id(text)})"  # type: ignore[union-attr]


def test_the_secret_is_kept_nowhere(store: Engine) -> None:
    secret = TOKEN.fullmatch(agent(store))[2]  # type: ignore[index]
    with store.begin() as connection:
        rows = [str(row) for table in metadata.sorted_tables for row in connection.execute(select(table))]
    assert len(rows) == 2
    assert secret not in "".join(rows)


def test_a_token_ends_at_its_last_instant(store: Engine) -> None:
    text = agent(store)
    assert find_bearer(store, text, NOW + MONTH - MOMENT)
    assert find_bearer(store, text, NOW + MONTH) is None


def test_what_is_revoked_is_refused_at_once_and_for_ever(store: Engine) -> None:
    text, other = agent(store), agent(store)
    revoke_token(store, token_id(text), "the test", NOW)
    revoke_token(store, token_id(text), "the test", NOW + MONTH)
    assert find_bearer(store, text, NOW) is None
    assert find_bearer(store, other, NOW)
    assert [token.revoked_at for token in list_tokens(store) if token.id == token_id(text)] == [NOW]
    assert [noted.action for noted in list_audit(store)].count("token revoked") == 1


def test_a_token_nobody_issued_cannot_be_revoked(store: Engine) -> None:
    with pytest.raises(LookupError, match="no token '0123456789ab'"):
        revoke_token(store, "0123456789ab", "the test", NOW)


def test_of_a_thousand_forged_tokens_none_is_good(store: Engine) -> None:
    good, other = agent(store), agent(store)
    places = itertools.cycle(range(17, len(good)))
    forged = [good[:place] + letter + good[place + 1 :] for letter, place in zip(LETTERS * 15, places, strict=False)]
    forged += [
        good + "A",
        good[:-1],
        good.upper(),
        f" {good}",
        f"{good}\n",
        good.replace("_", "-"),
        "",
        "hdt__",
        "Bearer " + good,
    ]
    forged += [
        good[:16] + other[16:],
        other[:16] + good[16:],
        good.replace("hdt", "htd"),
        good[:17],
        "hdt_" + "0" * 12 + good[16:],
    ]
    forged = [text for text in forged if text != good]
    assert len(forged) >= 950
    assert [text for text in forged if find_bearer(store, text, NOW)] == []
    assert find_bearer(store, good, NOW)


@pytest.mark.parametrize(
    ("who", "scopes", "lifetime", "member"),
    [
        ("", {Scope.CHECK}, MONTH, "who"),
        ("   ", {Scope.CHECK}, MONTH, "who"),
        ("x" * 61, {Scope.CHECK}, MONTH, "who"),
        ("Dupont", set(), MONTH, "scopes"),
        ("Dupont", {Scope.CHECK}, timedelta(0), "days"),
        ("Dupont", {Scope.CHECK}, timedelta(days=-1), "days"),
        ("Dupont", {Scope.CHECK}, timedelta(days=367), "days"),
    ],
)
def test_what_cannot_be_a_token_is_not_made(
    store: Engine, who: str, scopes: set[Scope], lifetime: timedelta, member: str
) -> None:
    with pytest.raises(ValueError, match=f"^{member}: "):
        issue_token(store, who, scopes, lifetime, "the test", NOW)
    assert list_tokens(store) == ()
    assert list_audit(store) == ()


def test_issuing_is_noted_without_the_secret(store: Engine) -> None:
    text = agent(store)
    [noted] = list_audit(store)
    assert (noted.who, noted.action, noted.subject) == ("the test", "token issued", token_id(text))
    assert noted.detail == {"to": "Agent 1234", "scopes": "agent check"}


def test_no_address_of_its_holder_goes_where_nothing_is_deleted(store: Engine) -> None:
    text = issue_token(store, "claire@exemple.fr", [Scope.APPLICANT], MONTH, "the test", NOW)
    bearer = find_bearer(store, text, NOW)
    assert bearer is not None
    assert (bearer.who, bearer.name) == ("claire@exemple.fr", f"token {token_id(text)}")
    open_session(store, bearer, NOW, "token")
    made = create_account(store, "guichet@ville.example", "guichet@ville.example", "clerk", bearer.name, NOW)
    assert account_name(made, "guichet@ville.example") == f"account {made}"
    assert "@" not in repr(list_audit(store))


def test_there_is_one_first_operator(store: Engine) -> None:
    text = issue_first_operator(store, "Martin", MONTH, "the test", NOW)
    assert find_bearer(store, text, NOW).scopes == frozenset(Scope)  # type: ignore[union-attr]
    revoke_token(store, token_id(text), "the test", NOW)
    with pytest.raises(LookupError, match="already has a first operator"):
        issue_first_operator(store, "Durand", MONTH, "the test", NOW)


def test_an_agent_is_no_first_operator(store: Engine) -> None:
    agent(store)
    assert issue_first_operator(store, "Martin", MONTH, "the test", NOW)


def test_who_comes_while_the_first_operator_is_made_is_refused(store: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def make(who: str) -> str:
        return issue_first_operator(store, who, MONTH, "the test", NOW)

    with met_in(monkeypatch, tokens, "_insert_token", store, lambda: make("B")) as second:
        make("A")
    assert isinstance(second[0].exception(), LookupError)
    assert [each.who for each in list_tokens(store)] == ["A"]
