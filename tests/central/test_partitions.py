"""The check log cut into months on PostgreSQL, with its rows in place, and joined again; SQLite refuses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from alembic.util import CommandError
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import IntegrityError

from central.cli.cluster import Cluster
from central.core.audit import list_audit
from central.core.city import City
from central.db.check_partitions import CheckMonth, check_partitions, month_of
from central.db.locks import LockTakenError, process_lock
from central.db.notice_tables import notice_proposals, notices
from central.db.store import connect, migrate, open_store
from central.db.tables import checks
from central.notices.answers import NoticeAnswer
from central.notices.steps import read_notice
from central.operations.check_retention import PARTITIONS, PartitionPlan, apply_partitions, join_partitions, plan_partitions
from tests.central.console import Console
from tests.central.notice_rows import THREE, complete, control, issue, propose
from tests.central.register_rows import DAY, HOUR, TEN, ask, city_of, enrol

AHEAD = ("checks_2026_05", "checks_2026_06")
"""What is made in March 2026, beside `checks_until_2026_05`."""
KEPT = timedelta(days=3 * 366)
YEARS_LATER = TEN + KEPT + 62 * DAY
"""The first of May 2026 is old enough then."""


@pytest.fixture
def postgres_city(cluster: Cluster) -> Iterator[City]:
    """A city on a PostgreSQL database of its own, for what is cut stays cut."""
    server = connect(cluster.url()).execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS months WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE months"))
    server.dispose()
    store = open_store(cluster.url("months"))
    yield city_of(store)
    store.dispose()


def rows(store: Engine, table: str = "checks") -> list[tuple[int, str]]:
    with store.begin() as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT id, plate FROM {table} ORDER BY id"))]


def names(store: Engine) -> list[str]:
    with store.begin() as connection:
        return [each.name for each in check_partitions(connection)]


def refused_at(city: City, at: datetime, plate: str = "AB123CD") -> int:
    return ask(city, plate, at).id


# --- cutting ------------------------------------------------------------------------------------------------------


def test_the_table_is_cut_with_every_row_in_place_and_goes_on(postgres_city: City) -> None:
    city, store = postgres_city, postgres_city.store
    enrol(store, "75011-0042")
    first = [refused_at(city, TEN), refused_at(city, TEN + DAY)]
    assert plan_partitions(store, TEN + DAY) == PartitionPlan(True, AHEAD)
    assert apply_partitions(store, "Martin", TEN + DAY) == PartitionPlan(True, AHEAD)
    assert names(store) == ["checks_until_2026_05", *AHEAD]
    later = [refused_at(city, TEN + 2 * DAY), refused_at(city, TEN + 60 * DAY)]
    assert [number for number, _ in rows(store)] == first + later, "numbers go on where they were"
    assert [number for number, _ in rows(store, "checks_2026_05")] == later[1:]
    noted = list_audit(store)[-1]
    assert (noted.who, noted.action, noted.detail["cut"]) == ("Martin", "partitions", 1)


def test_done_again_it_does_nothing(postgres_city: City) -> None:
    store = postgres_city.store
    apply_partitions(store, "Martin", TEN)
    before = list_audit(store)
    assert apply_partitions(store, "Martin", TEN) == plan_partitions(store, TEN) == PartitionPlan(False)
    assert list_audit(store) == before


def test_a_month_is_made_before_it_begins(postgres_city: City) -> None:
    store = postgres_city.store
    apply_partitions(store, "Martin", TEN)
    assert apply_partitions(store, "Martin", TEN + 31 * DAY) == PartitionPlan(False, ("checks_2026_07",))
    assert names(store)[-1] == "checks_2026_07"


def test_a_check_in_a_month_that_nobody_made_is_kept_and_gets_its_month_later(postgres_city: City) -> None:
    city, store = postgres_city, postgres_city.store
    apply_partitions(store, "Martin", TEN)
    forgotten = TEN + 200 * DAY
    number = refused_at(city, forgotten)
    assert [each for each, _ in rows(store, "checks_default")] == [number]
    apply_partitions(store, "Martin", forgotten)
    assert (rows(store, "checks_default"), rows(store, "checks_2026_09")) == ([], [(number, "AB123CD")])


def test_a_table_with_rows_of_a_later_month_is_cut_behind_them(postgres_city: City) -> None:
    city, store = postgres_city, postgres_city.store
    refused_at(city, TEN + 100 * DAY)
    apply_partitions(store, "Martin", TEN)
    assert names(store) == ["checks_until_2026_08"], "a clock was ahead"
    assert len(rows(store)) == 1


def test_what_was_left_half_prepared_is_prepared_again(postgres_city: City) -> None:
    store = postgres_city.store
    with store.begin() as connection:
        connection.execute(
            text("ALTER TABLE checks ADD CONSTRAINT checks_cut_before CHECK (checked_at < '2020-01-01') NOT VALID")
        )
        connection.execute(text("CREATE INDEX checks_cut ON checks (id)"))
    assert apply_partitions(store, "Martin", TEN).cut
    refused_at(postgres_city, TEN)


def test_two_that_cut_at_once_cut_once(postgres_city: City) -> None:
    store = postgres_city.store
    with process_lock(store, PARTITIONS), pytest.raises(LockTakenError):
        apply_partitions(store, "other", TEN)
    assert names(store) == []
    assert apply_partitions(store, "Martin", TEN).cut


# --- dropping -----------------------------------------------------------------------------------------------------


def test_an_old_month_goes_and_the_controls_of_notices_stay(postgres_city: City) -> None:
    city, store = postgres_city, postgres_city.store
    notice = issue(city)
    for hours in range(5):
        refused_at(city, TEN + hours * HOUR, "ZZ999ZZ")
    young = refused_at(city, YEARS_LATER)
    apply_partitions(store, "Martin", TEN)
    assert names(store) == ["checks_until_2029_07"], "the youngest row is there"
    join_partitions(store, "Martin", TEN)
    with store.begin() as connection:
        connection.execute(checks.delete().where(checks.c.id == young))
    apply_partitions(store, "Martin", TEN)
    assert plan_partitions(store, YEARS_LATER - 5 * DAY).dropped == ()
    done = apply_partitions(store, "Martin", YEARS_LATER)
    assert (done.dropped, done.kept_rows) == (("checks_until_2026_05",), 1)
    with store.begin() as connection:
        kept = connection.scalar(select(notices.c.check))
    assert [number for number, _ in rows(store)] == [kept]
    assert read_notice(city, notice.number, YEARS_LATER).number == notice.number
    assert apply_partitions(store, "Martin", YEARS_LATER) == PartitionPlan(False), "it is dropped once"


def test_a_month_without_a_notice_is_gone(postgres_city: City) -> None:
    city, store = postgres_city, postgres_city.store
    apply_partitions(store, "Martin", TEN)
    refused_at(city, datetime(2026, 5, 31, 23, 59, 59, tzinfo=UTC))
    stays = refused_at(city, datetime(2026, 6, 1, tzinfo=UTC))
    at = datetime(2026, 6, 1, tzinfo=UTC) + KEPT
    assert plan_partitions(store, at - timedelta(seconds=1)).dropped == ()
    assert apply_partitions(store, "Martin", at).dropped == ("checks_2026_05",)
    assert ("checks_2026_05" in names(store), [number for number, _ in rows(store)]) == (False, [stays])


# --- beside the rest ----------------------------------------------------------------------------------------------


def test_a_notice_is_made_of_a_control_in_a_month_and_of_none_that_is_not_there(postgres_city: City) -> None:
    city = postgres_city
    apply_partitions(city.store, "Martin", TEN)
    complete(city)
    made = propose(city, control(city))
    assert isinstance(made, NoticeAnswer)
    with city.store.begin() as connection:
        proposal = connection.execute(select(notice_proposals)).one()
    assert rows(city.store, "checks_until_2026_05") == [(proposal.check, "AB123CD")]


def test_joined_again_it_is_the_table_that_it_was(postgres_city: City) -> None:
    city, store = postgres_city, postgres_city.store
    before = shape(store)
    issue(city)
    apply_partitions(store, "Martin", TEN)
    refused_at(city, TEN + 70 * DAY)
    kept = rows(store)
    assert join_partitions(store, "Martin", TEN)
    assert (rows(store), shape(store)) == (kept, before)
    assert not join_partitions(store, "Martin", TEN), "there is nothing to join"
    assert refused_at(city, THREE + 71 * DAY) == kept[-1][0] + 1
    with pytest.raises(IntegrityError), store.begin() as connection:
        connection.execute(text('UPDATE notice_proposals SET "check" = 10000'))


def shape(store: Engine) -> object:
    """Key, indexes and foreign keys of the check log and of what refers to it."""
    seen = inspect(store)
    return [
        (
            seen.get_pk_constraint(name),
            sorted(map(str, seen.get_indexes(name))),
            seen.get_foreign_keys(name),
            seen.get_columns(name)[0]["name"],
        )
        for name in ("checks", "notice_proposals")
    ]


def test_a_register_that_is_cut_is_migrated_down_and_up_with_its_rows(postgres_city: City) -> None:
    city, store = postgres_city, postgres_city.store
    enrol(store, "75011-0042")
    refused_at(city, TEN)
    apply_partitions(store, "Martin", TEN)
    refused_at(city, TEN + 70 * DAY)
    before = rows(store)
    migrate(store, "register_0007")
    assert rows(store) == before
    migrate(store)
    assert rows(store) == before
    with pytest.raises(CommandError, match="partitions --undo"):
        migrate(store, "register_0006")
    join_partitions(store, "Martin", TEN)
    migrate(store, "register_0006")
    migrate(store)
    assert rows(store) == before
    apply_partitions(store, "Martin", TEN)
    migrate(store, "base")
    assert inspect(store).get_table_names() == ["alembic_version"]


# --- the command --------------------------------------------------------------------------------------------------


def test_the_command_says_what_it_does(started: Console) -> None:
    status, said, complaint = started.types("partitions", "--dry-run")
    if started.store.dialect.name == "sqlite":
        assert (status, said) == (1, "")
        assert "sqlite has no partitions" in complaint
        return
    assert (status, complaint) == (0, "")
    assert "would be cut into months" in said
    assert started.types("partitions", "--apply")[1].startswith("the log of checks was cut into months\nchecks_")
    assert started.types("partitions", "--apply")[1] == "nothing to do: every month is there, and none is old enough\n"
    assert "one table again" in started.types("partitions", "--undo")[1]
    status, _, complaint = started.types("partitions", "--keep", "399", "--apply")
    assert (status, "--keep 399: at least 400 days" in complaint) == (1, True)


def test_months() -> None:
    assert month_of(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)).later(1) == CheckMonth(2027, 1)
    assert CheckMonth(2026, 1).later(-1) == CheckMonth(2025, 12)
    assert month_of(datetime.fromisoformat("2026-06-01T01:30:00+02:00")) == CheckMonth(2026, 5), "months are UTC's"
