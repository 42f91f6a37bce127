"""Defects planted in central/migrations/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "the way down leaves a table",
        "central/migrations/versions/0001_register.py",
        "    for table in reversed(TABLES):",
        "    for table in reversed(TABLES[1:]):",
        "tests/central/test_migrations.py::test_the_way_down_leaves_no_table_and_the_way_up_makes_them_again",
    ),
    Defect(
        "a revision reads the city's tables",
        "central/migrations/versions/0001_register.py",
        "from alembic import op\n",
        "from alembic import op\n\nimport central.db.tables  # noqa: F401\n",
        "tests/central/test_revisions.py::test_a_revision_only_adds",
    ),
    Defect(
        "an index of the first release is forgotten",
        "central/migrations/versions/0001_register.py",
        '    op.create_index("checks_by_moment", "checks", ["checked_at"])\n',
        "",
        "tests/central/test_migrations.py::test_the_migrations_make_the_tables_that_the_city_uses",
    ),
    Defect(
        "two reports at once keep a sector further than its stalest station",
        "central/migrations/versions/0021_sector_reaches.py",
        "    PERFORM pg_advisory_xact_lock(hashtextextended('reach of ' || place, 0));\n",
        "",
        "tests/central/test_sector_reaches.py::test_two_reports_of_one_sector_at_once_are_both_in_it",
    ),
    Defect(
        "a station that never handed all in leaves its sector complete",
        "central/migrations/versions/0021_sector_reaches.py",
        "AND complete_until IS NULL THEN 1 ELSE 0 END) = 0",
        "AND complete_until IS NULL THEN 0 ELSE 0 END) = 0",
        "tests/central/test_completeness.py::test_one_that_never_handed_in_all_it_had_is_silent_and_leaves_nothing_complete",
    ),
)
