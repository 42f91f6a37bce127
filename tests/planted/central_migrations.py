"""Defects planted in central/migrations/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a right is said to have been known when it was sold, not when its entry came in",
        "central/migrations/versions/0002_who_spoke_and_what_was_known.py",
        '        known_from = _received_at(before["entries"], rights)',
        "        known_from = rights.c.bought_at",
        "tests/central/test_migrations.py::test_a_right_is_known_from_the_moment_its_entry_came_in",
    ),
    Defect(
        "the way down forgets the refused forks",
        "central/migrations/versions/0002_who_spoke_and_what_was_known.py",
        '("entries", "dead_letters", "incidents", "checks")',
        '("entries", "dead_letters", "checks")',
        "tests/central/test_migrations.py::test_up_down_and_up_again_every_row_is_as_it_was",
    ),
    Defect(
        "a migration that fails leaves half of itself",
        "central/migrations/rebuilding.py",
        "    old.drop_all(connection)\n",
        "    old.drop_all(connection)\n    connection.commit()\n",
        "tests/central/test_migrations.py::test_a_migration_that_fails_leaves_the_old_shape_and_every_row",
    ),
)
