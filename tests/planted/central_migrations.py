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
)
