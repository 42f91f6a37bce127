"""Revisions after the first only add: their text is read, and one such revision is run over a register with rows in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from central.db import store as opening
from central.db.store import MIGRATIONS, migrate
from tests.central.revision_rules import broken_rules
from tests.central.signing_station import STATION, THERE, city_of

HEADER = """
from alembic import op
from sqlalchemy import Column, Integer, Text, text

revision = "planted"
down_revision = "register_0025"


"""
UP = """def upgrade() -> None:
    op.add_column("stations", Column("street", Text))
    op.add_column("stations", Column("visits", Integer, nullable=False, server_default=text("0")))
    op.create_table("street_visits", Column("id", Integer, primary_key=True), Column("plate", Text, nullable=False))
    op.create_index("visits_by_plate", "street_visits", ["plate"])
    op.execute("INSERT INTO street_visits (id, plate) SELECT 1, station FROM stations WHERE next > 99")
    op.create_index("stations_by_zone", "stations", ["zone"], if_not_exists=True)
"""
DOWN = """

def downgrade() -> None:
    op.drop_index("stations_by_zone", "stations")
    op.drop_table("street_visits")
    op.drop_column("stations", "visits")
    op.drop_column("stations", "street")
"""
ADDITIVE = HEADER + UP + DOWN


# --- their text ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(MIGRATIONS.glob("versions/*.py")), ids=lambda path: path.name)
def test_a_revision_only_adds(path: Path) -> None:
    assert broken_rules(path.read_text()) == []


def test_there_are_revisions_to_read() -> None:
    assert (MIGRATIONS / "versions" / "0001_register.py").is_file()


def test_one_that_only_adds_breaks_no_rule() -> None:
    assert broken_rules(ADDITIVE) == []


def test_triggers_that_keep_a_table_of_the_same_revision_break_no_rule() -> None:
    kept = 'DDL("CREATE TRIGGER t AFTER UPDATE OF zone ON stations BEGIN DELETE FROM street_visits; END")'
    assert broken_rules(f"{HEADER}{UP}    {kept}\n{DOWN}") == []


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ('op.execute("CREATE TABLE old AS SELECT * FROM rights")', "calls op.execute"),
        ('op.execute("UPDATE rights SET cents = 0")', "calls op.execute"),
        ('op.execute("INSERT INTO rights (station) SELECT station FROM stations")', "calls op.execute"),
        ('op.execute("INSERT INTO street_visits (plate) SELECT plate FROM rights")', "calls op.execute"),
        ('op.execute("INSERT INTO street_visits (plate) SELECT station FROM stations; DROP TABLE rights")', "calls op.execute"),
        ("op.get_bind()", "calls op.get_bind"),
        ('op.alter_column("rights", "cents", type_=Text)', "calls op.alter_column"),
        ('op.rename_table("rights", "old_rights")', "calls op.rename_table"),
        ('op.batch_alter_table("rights")', "calls op.batch_alter_table"),
        ("op.bulk_insert(rights, [])", "calls op.bulk_insert"),
        ('op.drop_column("rights", "cents")', "calls op.drop_column in upgrade"),
        ('op.drop_table("rights")', "calls op.drop_table in upgrade"),
        ('getattr(op, "execute")("SELECT 1")', "hands op on"),
        ("other = op", "hands op on"),
        ('op.add_column("rights", Column("paid", Text, nullable=False))', "not nullable and has no server default"),
        ('op.add_column("rights", Column("paid", Text, unique=True))', "brings an index along"),
        ('op.add_column("rights", paid)', "not written out"),
        ('op.create_index("rights_by_zone", "rights", ["zone"])', "without if_not_exists=True"),
        ('op.create_index("rights_by_zone", "rights", ["zone"], if_not_exists=False)', "without if_not_exists=True"),
        ('op.create_table("kept", listeners=[("after_create", DDL("UPDATE rights SET cents = 0"))])', "writes to rights"),
        ('DDL("CREATE TRIGGER t AFTER UPDATE OF cents ON rights BEGIN DELETE FROM audit; END")', "writes to audit"),
        ('DDL("DROP TABLE rights")', "writes to rights"),
        ('op.create_index("v", "street_visits", ["id"], listeners=[("x", DDL("SELECT 1"))])', "listeners are for tables"),
        ("from central.db.tables import metadata", "imports central.db.tables"),
        ("import central.db.tables", "imports central.db.tables"),
        ("from alembic import context", "takes more of alembic than op"),
        ("from alembic import op as other", "imports under another name"),
    ],
)
def test_one_that_does_more_is_seen(line: str, rule: str) -> None:
    [broken] = broken_rules(HEADER + UP + f"    {line}\n" + DOWN)
    assert broken == f"line {(HEADER + UP).count(chr(10)) + 1}: {broken.split(': ', 1)[1]}"
    assert rule in broken


def test_one_whose_way_down_adds_is_seen() -> None:
    [broken] = broken_rules(ADDITIVE + '    op.add_column("stations", Column("held", Text))\n')
    assert "calls op.add_column in downgrade" in broken


# --- one that is run ----------------------------------------------------------------------------------------------


@pytest.fixture
def planted(bare: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A register with rows in it, in the present shape; the file that holds the next revision."""
    migrate(bare)
    city_of(bare, STATION, THERE)
    monkeypatch.setattr(opening, "MIGRATIONS", Path(shutil.copytree(MIGRATIONS, tmp_path / "migrations")))
    file = tmp_path / "migrations" / "versions" / "0004_planted.py"
    file.write_text(ADDITIVE)
    return file


def rows(store: Engine, columns: str = "*") -> list[tuple[object, ...]]:
    with store.begin() as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT {columns} FROM stations ORDER BY station"))]


@pytest.mark.usefixtures("planted")
def test_up_and_down_again_every_row_is_as_it_was(bare: Engine) -> None:
    before = rows(bare)
    migrate(bare)
    assert rows(bare, "station, street, visits") == [(STATION, None, 0), (THERE, None, 0)]
    assert inspect(bare).has_table("street_visits")
    migrate(bare, "register_0025")
    assert rows(bare) == before
    assert not inspect(bare).has_table("street_visits")


@pytest.mark.usefixtures("planted")
def test_an_index_that_the_operator_made_before_is_found_made(bare: Engine) -> None:
    concurrently = "CONCURRENTLY" if bare.dialect.name == "postgresql" else ""
    with bare.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE INDEX {concurrently} stations_by_zone ON stations (zone)"))
    migrate(bare)
    assert "stations_by_zone" in {index["name"] for index in inspect(bare).get_indexes("stations")}


def test_one_that_fails_leaves_the_old_shape_and_every_row(bare: Engine, planted: Path) -> None:
    before = rows(bare)
    planted.write_text(HEADER + UP + '    op.add_column("nowhere", Column("held", Text))\n' + DOWN)
    with pytest.raises(SQLAlchemyError):
        migrate(bare)
    assert rows(bare) == before
    assert not inspect(bare).has_table("street_visits")
