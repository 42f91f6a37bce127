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
        '        transaction_lock(connection, "migration")\n',
        "",
        "tests/central/test_migrations.py::test_who_migrates_while_another_does_finds_it_done",
    ),
    Defect(
        "an older release works on a newer database",
        "central/db/store.py",
        "        if present not in known:",
        "        if False:",
        "tests/central/test_migrations.py::test_a_newer_database_is_refused_and_left_alone",
    ),
    Defect(
        "a register of an older shape passes for one of the first release",
        "central/db/store.py",
        "    if stamp == OLDER_THAN_FIRST or (",
        "    if (",
        "tests/central/test_migrations.py::test_a_register_of_the_older_shape_is_refused_and_left_alone",
    ),
    Defect(
        "a register that was never stamped is taken for an empty database",
        "central/db/store.py",
        ' or (stamp is None and inspect(connection).has_table("entries")):',
        ":",
        "tests/central/test_migrations.py::test_a_register_of_the_older_shape_is_refused_and_left_alone",
    ),
    Defect(
        "a register of the release's shape keeps the stamp of before it",
        "central/db/store.py",
        "        _stamp_anew(connection)\n",
        "",
        "tests/central/test_migrations.py::test_a_register_of_the_same_shape_goes_on_as_it_is",
    ),
    Defect(
        "a migration that fails leaves half of itself",
        "central/db/store.py",
        "    with store.begin() as connection:\n        configuration",
        '    with store.execution_options(isolation_level="AUTOCOMMIT").begin() as connection:\n        configuration',
        "tests/central/test_revisions.py::test_one_that_fails_leaves_the_old_shape_and_every_row",
    ),
    Defect(
        "a table is changed and its migration forgotten",
        "central/db/tables.py",
        '    Index("checks_by_moment", "checked_at"),\n',
        "",
        "tests/central/test_migrations.py::test_the_migrations_make_the_tables_that_the_city_uses",
    ),
    Defect(
        "a sale that arrives while a day is read is taken for lost",
        "central/db/store.py",
        '"isolation_level": "REPEATABLE READ"',
        '"isolation_level": "READ COMMITTED"',
        "tests/central/test_reconcile_day.py::test_a_sale_that_arrives_while_a_day_is_read_is_in_both_or_in_neither",
    ),
    Defect(
        "of two plates that become one nobody is told",
        "central/db/plate_folds.py",
        "if len(before) > 1:",
        "if len(before) > 2:",
        "tests/central/test_plate_folds.py::test_two_plates_that_become_one_are_named_by_their_rows_and_both_stay",
    ),
    Defect(
        "a folded plate keeps its old look-alike index",
        "central/db/plate_folds.py",
        '{"alike": alike(folded)} if "alike" in table.c else {}',
        "{}",
        "tests/central/test_plate_folds.py::test_a_plate_is_found_under_the_one_form",
    ),
    Defect(
        "the checks of a batch have each other's numbers",
        "central/db/bulk_insert.py",
        'return sorted(connection.scalars(numbered, {"rows": _as_json(rows)}))',
        'return sorted(connection.scalars(numbered, {"rows": _as_json(rows)}), reverse=True)',
        "tests/central/test_checks_batch.py::test_a_batch_is_what_its_checks_are_one_by_one",
    ),
    Defect(
        "a month that is dropped takes the controls of notices along",
        "central/db/check_partitions.py",
        'connection.execute(text(bounds if kept else f"DROP TABLE {name}"))',
        'connection.execute(text(f"DROP TABLE {name}"))',
        "tests/central/test_partitions.py::test_an_old_month_goes_and_the_controls_of_notices_stay",
    ),
    Defect(
        "a check is refused because nobody made its month",
        "central/db/check_partitions.py",
        '        f"CREATE TABLE {DEFAULT} PARTITION OF checks DEFAULT",\n',
        "",
        "tests/central/test_partitions.py::test_a_check_in_a_month_that_nobody_made_is_kept_and_gets_its_month_later",
    ),
    Defect(
        "a joined check log has no foreign key",
        "central/db/check_partitions.py",
        """        f'ALTER TABLE notice_proposals ADD CONSTRAINT {_FOREIGN_KEY} FOREIGN KEY ("check") REFERENCES checks (id)',\n""",
        "",
        "tests/central/test_partitions.py::test_joined_again_it_is_the_table_that_it_was",
    ),
    Defect(
        "a register that is cut is migrated to where it cannot come back from",
        "central/db/store.py",
        "        _check_joined(connection, known, target)\n",
        "",
        "tests/central/test_partitions.py::test_a_register_that_is_cut_is_migrated_down_and_up_with_its_rows",
    ),
    Defect(
        "sectors of several stations are locked in any order",
        "central/db/station_locks.py",
        'if connection.dialect.name == "postgresql":',
        "if not connection.dialect.name:",
        "tests/central/test_station_locks.py::test_two_that_write_stations_of_two_sectors_in_opposite_order_take_turns",
    ),
    Defect(
        "a second station is locked with a sector in hand",
        "central/db/station_locks.py",
        "elif not held.issuperset(names):",
        "elif not names:",
        "tests/central/test_station_locks.py::test_a_transaction_locks_its_stations_at_once",
    ),
)
