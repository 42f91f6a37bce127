"""A database is made by its revisions, taken over from before the release if it has the same shape, and refused otherwise."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from subprocess import PIPE

import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Engine, insert, inspect, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from central.cli import main
from central.db import store as store_module
from central.db import tables
from central.db.store import MIGRATIONS, migrate, open_store
from tests.central.meet import met_in
from tests.central.signing_station import MINUTE, NOW, STATION, THERE, city_of

PRESENT = "register_0025"
"""The newest revision."""
REGISTERS = Path(__file__).with_name("registers")  # SQLite's dumps of what versions from before the release made


def before_release(revision: str, folder: Path) -> str:
    """The URL of a register that a version from before the release made."""
    path = folder / f"{revision}.db"
    with closing(sqlite3.connect(path)) as made:
        made.executescript((REGISTERS / f"before_release_{revision}.sql").read_text())
    return f"sqlite:///{path}"


def content(url: str) -> str:
    """Every table and every row of a SQLite file."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as opened:
        return "\n".join(opened.iterdump())


def stamp(store: Engine) -> str | None:
    with store.begin() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def stamp_as(store: Engine, revision: str) -> None:
    with store.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def names(store: Engine) -> set[str]:
    """The city's tables that are there."""
    return set(inspect(store).get_table_names()) - {"alembic_version"}


def test_only_a_register_that_is_opened_to_be_used_is_laid_for_a_test(tmp_path: Path) -> None:
    """Looked up here and now, as a module does that is loaded while tests run (tests/new_databases.py)."""
    untouched, used = (getattr(store_module, name)(f"sqlite:///{tmp_path / name}") for name in ("connect", "open_store"))
    assert (names(untouched), stamp(used)) == (set(), PRESENT)


# --- the shape ----------------------------------------------------------------------------------------------------


def compared(store: Engine) -> list[object]:
    """What alembic finds different between the database and central/db/tables.py: it looks at no primary key."""
    with store.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, tables.metadata))


def described(store: Engine) -> dict[str, object]:
    """All that the database itself says of each table."""
    looking = inspect(store)
    return {
        name: (
            [{**column, "type": str(column["type"])} for column in looking.get_columns(name)],
            looking.get_pk_constraint(name),
            sorted(looking.get_foreign_keys(name), key=str),
            sorted(looking.get_unique_constraints(name), key=str),
            sorted(looking.get_indexes(name), key=str),
            looking.get_check_constraints(name),
            _index_texts(store, name),
        )
        for name in names(store)
    }


def _index_texts(store: Engine, table: str) -> list[tuple[object, ...]]:
    """The indexes of a table as SQLite was told to make them: it tells nothing else of those that are made of expressions."""
    if store.dialect.name != "sqlite":
        return []
    with store.begin() as connection:
        told = text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table ORDER BY name")
        return [tuple(row) for row in connection.execute(told, {"table": table})]


def test_the_migrations_make_the_tables_that_the_city_uses(bare: Engine) -> None:
    migrate(bare)
    assert compared(bare) == []
    migrated = described(bare)
    migrate(bare, "base")
    tables.metadata.create_all(bare)
    assert described(bare) == migrated
    assert set(migrated) == set(tables.metadata.tables)


@pytest.mark.parametrize(
    "change",
    [
        "DROP INDEX rights_alike",
        "CREATE INDEX another ON checks (plate)",
        "DROP TABLE audit",
        "ALTER TABLE checks DROP COLUMN because",
        "ALTER TABLE checks ADD COLUMN another TEXT",
        "ALTER TABLE stations RENAME COLUMN queue TO held",
    ],
)
def test_a_database_of_another_shape_is_seen(bare: Engine, change: str) -> None:
    migrate(bare)
    migrated = described(bare)
    with bare.begin() as connection:
        connection.execute(text(change))
    assert compared(bare)
    assert described(bare) != migrated


def test_the_way_down_leaves_no_table_and_the_way_up_makes_them_again(bare: Engine) -> None:
    migrate(bare)
    migrated = described(bare)
    city_of(bare, STATION)
    migrate(bare, "base")
    assert (names(bare), stamp(bare)) == (set(), None)
    migrate(bare, "register_0001")
    migrate(bare)
    assert (described(bare), stamp(bare)) == (migrated, PRESENT)


def test_the_command_goes_down_and_up(bare: Engine) -> None:
    chosen = "--database", bare.url.render_as_string(hide_password=False)
    for words, there in [((), True), (("--to", "base"), False), (("--to", "register_0001"), True)]:
        assert main(["migrate", *chosen, *words]) == 0
        assert ("entries" in names(bare)) is there


@pytest.mark.parametrize("wrong", ["0001", "1", "register_9999", "registre", "-1", ""])
def test_a_revision_that_is_none_is_told_which_there_are(bare: Engine, capsys: pytest.CaptureFixture[str], wrong: str) -> None:
    assert main(["migrate", "--database", bare.url.render_as_string(hide_password=False), f"--to={wrong}"]) == 1
    known = ", ".join(f"register_{file.name[:4]}" for file in sorted((MIGRATIONS / "versions").glob("0*.py")))
    assert f"there is no revision {wrong!r}; there are: base, {known} (the present, also head)" in capsys.readouterr().err
    assert names(bare) == set()


def test_a_register_of_the_first_release_keeps_its_stations_and_nothing_was_accepted_yet(bare: Engine) -> None:
    migrate(bare)
    city_of(bare, STATION)
    migrate(bare, "register_0001")
    migrate(bare)
    with bare.begin() as connection:
        columns = tables.stations.c
        assert connection.execute(select(columns.station, columns.last_accepted)).all() == [(STATION, None)]


# --- registers from before the release ----------------------------------------------------------------------------


def test_a_register_of_the_same_shape_goes_on_as_it_is(tmp_path: Path) -> None:
    url = before_release("0002", tmp_path)
    before = content(url)
    store = open_store(url)
    assert compared(store) == []
    migrate(store, "register_0001")
    assert content(url) == before.replace("'0002'", "'register_0001'")
    migrate(store)
    with store.begin() as connection:
        right = connection.execute(select(tables.rights)).mappings().one()
        incident = {"station": STATION, "seq": 1, "hash": b"g" * 32, "body": b"y", "first_seen": NOW}
        assert connection.execute(insert(tables.incidents).values(incident)).inserted_primary_key == (42,)
    assert (right["plate"], right["known_from"]) == ("BO123ISZ", NOW + 2 * MINUTE)
    city_of(store, THERE)
    store.dispose()
    open_store(url).dispose()


def test_a_register_of_the_same_shape_is_taken_over_on_both_kinds_and_goes_down(bare: Engine) -> None:
    migrate(bare, "register_0001")
    with bare.begin() as connection:
        connection.execute(text("INSERT INTO stations (station, next, head) VALUES (:name, 1, '')"), {"name": STATION})
    stamp_as(bare, "0002")
    migrate(bare)
    assert stamp(bare) == PRESENT
    with bare.begin() as connection:
        assert connection.scalars(select(tables.stations.c.station)).all() == [STATION]
    migrate(bare, "register_0001")
    stamp_as(bare, "0002")
    migrate(bare, "base")
    assert names(bare) == set()


def test_commands_ask_for_a_migration_of_a_register_of_the_same_shape_and_then_read_it(
    bare: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = "--database", bare.url.render_as_string(hide_password=False)
    assert main(["init", *chosen, "--signing-key", str(tmp_path / "city.key")]) == 0
    migrate(bare, "register_0001")
    stamp_as(bare, "0002")
    assert main(["stations", *chosen]) == 1
    assert "horodateur-central migrate" in capsys.readouterr().err
    assert (main(["migrate", *chosen]), main(["stations", *chosen])) == (0, 0)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("stamped", [True, False], ids=["stamped", "never stamped"])
def test_a_register_of_the_older_shape_is_refused_and_left_alone(
    tmp_path: Path, stamped: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    url = before_release("0001", tmp_path)
    if not stamped:  # as the very first versions left it
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as opened:
            opened.execute("DROP TABLE alembic_version")
    before = content(url)
    with pytest.raises(CommandError, match="made before the first release"):
        open_store(url)
    key = "--signing-key", str(tmp_path / "city.key")
    for words in (["migrate"], ["migrate", "--to", "base"], ["init", *key], ["stations"]):
        assert main([*words, "--database", url]) == 1
        assert "horodateur-central init" in capsys.readouterr().err
    assert content(url) == before


def test_the_older_shape_is_refused_on_both_kinds(bare: Engine) -> None:
    migrate(bare)
    stamp_as(bare, "0001")
    with pytest.raises(CommandError, match="made before the first release"):
        migrate(bare)
    assert stamp(bare) == "0001"


# --- failures ------------------------------------------------------------------------------------------------------


def test_a_newer_database_is_refused_and_left_alone(bare: Engine) -> None:
    migrate(bare)
    stamp_as(bare, "0099")
    with pytest.raises(CommandError, match="newer than this software: at revision 0099"):
        migrate(bare)
    assert stamp(bare) == "0099"


def test_a_migration_that_fails_leaves_the_database_as_it_was(bare: Engine) -> None:
    with bare.begin() as connection:
        connection.execute(text("CREATE TABLE tokens (mine INTEGER)"))
    with pytest.raises((OperationalError, ProgrammingError)):
        migrate(bare)
    assert set(inspect(bare).get_table_names()) == {"tokens"}


def test_workers_that_start_together_migrate_once(bare: Engine) -> None:
    url = bare.url.render_as_string(hide_password=False)
    program = f"from central.db.store import open_store; print(flush=True); input(); open_store({url!r})"
    command = [sys.executable, "-c", program]
    workers = [subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True) for _ in range(4)]
    for worker in workers:
        assert worker.stdout is not None
        worker.stdout.readline()  # it is about to begin
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()
    assert [worker.communicate()[1] for worker in workers] == [""] * 4
    assert stamp(bare) == PRESENT
    assert compared(bare) == []


def test_who_migrates_while_another_does_finds_it_done(bare: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    url = bare.url.render_as_string(hide_password=False)
    program = f"from central.db.store import MIGRATIONS, migrate, open_store; migrate(open_store({url!r}))"
    other_worker = [sys.executable, "-c", program]
    with met_in(monkeypatch, op, "add_column", bare, lambda: subprocess.run(other_worker, stderr=PIPE)) as second:
        migrate(bare)  # its first tables are made when the other comes
    assert second[0].result().stderr == b""
    assert stamp(bare) == PRESENT


def test_migrating_says_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'city.db'}"
    program = f"from central.db.store import MIGRATIONS, migrate, open_store; migrate(open_store({url!r}), 'base')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
