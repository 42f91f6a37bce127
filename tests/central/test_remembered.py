"""What is remembered for a second: what a worker changes itself it sees at once, what another changes a second later."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, event, update

from central.access.tokens import Scope, find_bearer, is_known, issue_token, revoke_token, token_id
from central.core.remembered import LAG, forget, remember
from central.db.tables import tokens
from tests.central.register_rows import DAY, TEN

MOMENT = timedelta(microseconds=1)


def test_it_is_read_again_after_a_second_and_not_before(store: Engine) -> None:
    answers = iter("abc")
    ask = [TEN, TEN + LAG - MOMENT, TEN + LAG, TEN + LAG + MOMENT, TEN]
    assert [remember(store, "it", at, lambda: next(answers)) for at in ask] == ["a", "a", "b", "b", "c"]


def test_what_is_not_there_is_not_remembered(store: Engine) -> None:
    assert remember(store, "it", TEN, lambda: None) is None
    assert remember(store, "it", TEN, lambda: "it") == "it"
    forget(store)
    assert remember(store, "it", TEN, lambda: None) is None


def test_a_token_that_another_worker_revokes_is_good_for_a_second_at_most(store: Engine) -> None:
    text = issue_token(store, "Agent 1234", [Scope.CHECK], DAY, "operator", TEN)
    assert find_bearer(store, text, TEN)
    with store.begin() as connection:
        connection.execute(update(tokens).values(revoked_at=TEN))
    assert find_bearer(store, text, TEN + LAG - MOMENT)
    assert find_bearer(store, text, TEN + LAG) is None


def test_one_that_this_worker_revokes_is_refused_at_once(store: Engine) -> None:
    text = issue_token(store, "Agent 1234", [Scope.CHECK], DAY, "operator", TEN)
    assert find_bearer(store, text, TEN)
    revoke_token(store, token_id(text), "operator", TEN)
    assert find_bearer(store, text, TEN) is None


def test_who_is_known_needs_no_database_for_a_second_and_a_stranger_never_is(store: Engine) -> None:
    text, other = (issue_token(store, "Agent 1234", [Scope.CHECK], DAY, "operator", TEN) for _ in range(2))
    stranger = f"hdt_{'0' * 12}_{'A' * 43}"
    assert not is_known(store, text, TEN)
    assert find_bearer(store, text, TEN)
    assert [is_known(store, each, TEN + LAG - MOMENT) for each in (text, other, stranger, "")] == [True, True, False, False]
    assert not is_known(store, text, TEN + LAG)


def test_tokens_are_read_again_only_if_one_was_issued_or_revoked(store: Engine) -> None:
    def read(at: datetime) -> int:
        """How many times rows of tokens are read to find it."""
        statements.clear()
        assert find_bearer(store, text, at)
        return sum("digest" in each for each in statements)

    statements: list[str] = []
    event.listen(store, "before_cursor_execute", lambda *given: statements.append(given[2]))
    text = issue_token(store, "Agent 1234", [Scope.CHECK], DAY, "operator", TEN)
    other = issue_token(store, "Agent 5678", [Scope.CHECK], DAY, "operator", TEN)
    assert [read(TEN + times * LAG) for times in range(3)] == [1, 0, 0]
    with store.begin() as connection:
        connection.execute(update(tokens).where(tokens.c.id == token_id(other)).values(revoked_at=TEN))
    assert [read(TEN + times * LAG) for times in (3, 4)] == [1, 0]
    issue_token(store, "Agent 5678", [Scope.CHECK], DAY, "operator", TEN)
    assert [read(TEN + times * LAG) for times in (5, 6)] == [1, 0]


def test_one_that_is_new_or_about_to_expire_is_judged_by_its_own_dates(store: Engine) -> None:
    first = issue_token(store, "Agent 1234", [Scope.CHECK], LAG, "operator", TEN)
    assert find_bearer(store, first, TEN)
    new = issue_token(store, "Agent 5678", [Scope.CHECK], DAY, "operator", TEN)
    assert find_bearer(store, new, TEN + MOMENT), "who is new is known at once"
    assert find_bearer(store, first, TEN + LAG - MOMENT)
    assert find_bearer(store, first, TEN + LAG) is None
