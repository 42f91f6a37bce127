"""Defects planted in central/operations/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a station that is back under another key can be made to repeat what it once said",
        "central/operations/fleet.py",
        'values["enrolled_at"] = row.enrolled_at or now',
        'values |= {"enrolled_at": row.enrolled_at or now, "contact": 0}',
        "tests/central/test_fleet.py::test_a_station_enrolled_anew_goes_on_where_it_was",
    ),
    Defect(
        "a change of keys is not written down",
        "central/operations/fleet.py",
        'detail["key_before"] = ',
        "_ = ",
        "tests/central/test_fleet.py::test_whoever_lets_in_and_shuts_out_is_written_down_and_a_changed_key_too",
    ),
    Defect(
        "a revoked station is waited for",
        "central/operations/fleet.py",
        "(row.revoked_at is None or row.unsettled)",
        "(row.revoked_at is None or not row.unsettled)",
        "tests/central/test_fleet.py::test_nobody_waits_for_a_revoked_station_that_never_spoke",
    ),
    Defect(
        "what one has cleared another clears again, over his name",
        "central/operations/exceptions_queue.py",
        "update(table).where(this, table.c.cleared_at.is_(None))",
        "update(table).where(this)",
        "tests/central/test_exceptions_queue.py::test_what_does_not_wait_cannot_be_cleared",
    ),
    Defect(
        "each worker tells only what it counted itself",
        "central/operations/metrics.py",
        "    if os.environ.get(METRICS_FOLDER):\n",
        '    if os.environ.get(METRICS_FOLDER) == "":\n',
        "tests/central/test_many_workers.py::test_what_both_count_adds_up",
    ),
    Defect(
        "a journal that is refused is shown as accepted",
        "central/operations/fleet.py",
        "last_accepted=row.last_accepted",
        "last_accepted=row.last_contact",
        "tests/central/test_fleet.py::test_what_was_refused_is_a_contact_and_not_accepted",
    ),
    Defect(
        "another key is enrolled while two machines are alive",
        "central/operations/fleet.py",
        "    if present != key.public_bytes_raw() and (",
        "    if present is None and (",
        "tests/central/test_clones.py::test_no_other_key_is_enrolled_while_two_machines_are_alive",
    ),
    Defect(
        "a rescue file that nobody signed is taken",
        "central/operations/rescued.py",
        "        except EnvelopeError:\n            continue\n",
        "        except EnvelopeError:\n            pass\n",
        "tests/central/test_rescued.py::test_what_is_no_whole_and_true_file_is_refused_and_nothing_is_stored",
    ),
    Defect(
        "what may contradict a refusal is deleted before it can be appealed",
        "central/operations/retention.py",
        " & rights.c.plate.not_in(refused)\n",
        "\n",
        "tests/central/test_retention.py::test_a_plate_that_was_refused_is_kept_in_all_that_may_contradict_it",
    ),
    Defect(
        "a row of the register that no entry made is not seen",
        "central/operations/day_records.py",
        "    for key in held.register.keys() - there:\n        payments += _payment(held, key, ())\n",
        "",
        "tests/central/test_reconcile_day.py::test_a_row_that_was_lost_altered_or_added_is_named",
    ),
    Defect(
        "a statement with another number of lines is taken for complete",
        "central/operations/reconciliation.py",
        "    if question.complete != lines:",
        "    if question.complete < 0:",
        "tests/central/test_reconcile_cli.py::test_what_cannot_be_done_exits_2_and_changes_nothing",
    ),
    Defect(
        "an entry that crosses a resolution is lost",
        "central/operations/reconciliation.py",
        "            lock_station(connection, station)",
        "            pass",
        "tests/central/test_reconcile_day.py::test_an_entry_that_crosses_a_resolution_comes_before_it_or_after_it",
    ),
    Defect(
        "what a person closed is opened again for its words",
        "central/operations/unproven_closings.py",
        " and each.closed_at not in closings)",
        ")",
        "tests/central/test_unproven_closings.py::test_one_that_a_person_closed_stays_closed_whatever_the_reason_says",
    ),
    Defect(
        "a journal that the next one proves is opened again",
        "central/operations/unproven_closings.py",
        " if not is_proven_whole(each, known)]",
        "]",
        "tests/central/test_unproven_closings.py::test_one_that_the_next_journal_proves_stays_closed",
    ),
    Defect(
        "a station whose journal is opened again stays complete",
        "central/operations/unproven_closings.py",
        "    if found:\n        recompute(",
        "    if not found:\n        recompute(",
        "tests/central/test_unproven_closings.py::test_a_journal_that_nothing_proves_is_opened_again_and_its_station_is_silent",
    ),
    Defect(
        "a day before any station's is blamed on the database",
        "central/operations/reconciliation.py",
        "    if not plausible(",
        "    if lines and not plausible(",
        "tests/central/test_reconcile_cli.py::test_what_cannot_be_done_exits_2_and_changes_nothing",
    ),
    Defect(
        "a notice before the court loses the plate of its control",
        "central/operations/retention.py",
        " & ~before_court,",
        ",",
        "tests/central/test_notice_retention.py::test_a_case_before_the_court_keeps_the_notice_and_what_its_control_knew",
    ),
    Defect(
        "a notice that is to be given back loses its plate",
        "central/operations/notice_retention.py",
        "if state_at(notice, now) not in CLOSED or balance_at(notice, now).surplus_cents:",
        "if state_at(notice, now) is NoticeState.SENT:",
        "tests/central/test_notice_retention.py::test_what_is_owed_or_to_be_given_back_stays_open",
    ),
)
