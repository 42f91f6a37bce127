"""Statements handed to PostgreSQL's driver as they are: their rows, their errors, and that they stay prepared."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, create_engine, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from central.access.tokens import Scope, find_bearer, issue_token
from central.db.bulk_insert import insert_all
from central.db.driver import run_prepared
from central.db.retention_tables import retention_runs
from central.db.store import single_statements
from central.enforcement.register_reading import _vehicles_statement
from tests.central.register_rows import DAY, TEN

PREPARED = text("SELECT statement FROM pg_prepared_statements")


@pytest.fixture
def narrow(postgres: Engine) -> Iterator[Engine]:
    """The database, by one connection."""
    store = create_engine(postgres.url, pool_size=1, max_overflow=0)
    yield store
    store.dispose()


def prepared(store: Engine) -> set[str]:
    with single_statements(store) as connection:
        return set(connection.scalars(PREPARED))


def test_rows_come_back_in_order_and_of_no_rows_none(narrow: Engine) -> None:
    with single_statements(narrow) as connection:
        statement = "SELECT n, $2::text FROM generate_series(1, $1::int) n"
        assert run_prepared(connection, statement, [2, "a%s"]) == [(1, "a%s"), (2, "a%s")]
        assert run_prepared(connection, "SELECT 1 WHERE $1::timestamptz IS NULL", [TEN]) == []
        assert run_prepared(connection, "SET application_name = 'horodateur'", []) == []


def test_what_postgresql_refuses_is_an_error_of_sqlalchemy_and_rolls_the_transaction_back(narrow: Engine) -> None:
    def numbered(connection: Connection) -> int:
        return int(connection.scalar(select(func.count()).select_from(retention_runs)) or 0)

    row = {"id": 987_654, "run_at": TEN, "rights_since": TEN}
    with narrow.begin() as connection:
        before = numbered(connection)
    with pytest.raises(IntegrityError), narrow.begin() as connection:
        insert_all(connection, retention_runs, [row, row])
    with narrow.begin() as connection:
        assert numbered(connection) == before


def test_a_lost_connection_is_away_once_and_the_next_is_a_new_one(narrow: Engine, postgres: Engine) -> None:
    with single_statements(narrow) as connection:
        ((process,),) = run_prepared(connection, "SELECT pg_backend_pid()", [])
    with postgres.begin() as other:
        assert other.scalar(select(func.pg_terminate_backend(process, 5000)))
    with pytest.raises(OperationalError) as lost, single_statements(narrow) as connection:
        run_prepared(connection, "SELECT pg_backend_pid()", [])
    assert lost.value.connection_invalidated
    with single_statements(narrow) as connection:
        assert run_prepared(connection, "SELECT 1", []) == [(1,)]


def test_to_look_tokens_up_leaves_statements_prepared(narrow: Engine) -> None:
    issued = issue_token(narrow, "Agent 1234", [Scope.CHECK], DAY, "operator", TEN)
    with single_statements(narrow) as connection:
        run_prepared(connection, "SELECT 1", [])
    assert find_bearer(narrow, issued, TEN)
    assert find_bearer(narrow, f"hdt_{'0' * 12}_{'A' * 43}", TEN) is None
    assert "SELECT 1" in prepared(narrow), "the driver forgets all of a connection that is rolled back"


def test_the_parameters_of_a_joined_statement_are_numbered_by_its_names() -> None:
    statement = _vehicles_statement(False)
    for number, name in enumerate(statement.names, 1):
        assert statement.text.count(f"${number}::"), name
    assert f"${len(statement.names) + 1}" not in statement.text
