"""Defects planted in central/db/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "what is known now is told as known then",
        "central/db/as_of.py",
        "    return (columns.known_from <= moment) & or_(columns.known_until.is_(None), columns.known_until > moment)",
        "    return columns.known_until.is_(None)",
        "tests/central/test_holdings.py::test_what_was_answered_once_is_what_was_known_then",
    ),
    Defect(
        "workers that start together migrate into each other",
        "central/db/store.py",
        "        connection.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))",
        "        connection.execute(select(ONE_AT_A_TIME))",
        "tests/central/test_migrations.py::test_workers_that_start_together_migrate_once",
    ),
    Defect(
        "an older release works on a newer database",
        "central/db/store.py",
        "        if present is not None and present not in known:",
        "        if False:",
        "tests/central/test_migrations.py::test_a_newer_database_is_refused_and_left_alone",
    ),
    Defect(
        "a table is changed and its migration forgotten",
        "central/db/tables.py",
        '    Index("checks_by_moment", "checked_at"),\n',
        "",
        "tests/central/test_migrations.py::test_the_migrations_make_the_tables_that_the_city_uses",
    ),
)
