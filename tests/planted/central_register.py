"""Defects planted in central/register/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "what was known before is overwritten by what is known now",
        "central/register/parking_rights.py",
        "update(rights).where(_THESE).values(known_until=now)",
        "update(rights).where(_THESE).values(known_until=None)",
        "tests/central/test_parking_rights.py::test_what_was_in_doubt_and_then_known_is_both_each_in_its_time",
    ),
    Defect(
        "a second sale under the same reference is lost without a word",
        "central/register/parking_rights.py",
        "seq=before.seq, status=before.status) != before",
        "seq=before.seq, status=before.status) is before",
        "tests/central/test_parking_rights.py::test_another_sale_under_the_same_reference_waits_for_a_person",
    ),
    Defect(
        "a sold right is taken back by what comes after it",
        "central/register/parking_rights.py",
        "case PaymentRefused() if status is RightStatus.PROVISIONAL:",
        "case PaymentRefused() if status is not None:",
        "tests/central/test_parking_rights.py::test_what_was_sold_is_never_taken_back",
    ),
    Defect(
        "a motorist who was told that he is covered is not",
        "central/register/parking_rights.py",
        "case InDoubt() if status in (None, RightStatus.STARTED):\n            return RightStatus.PROVISIONAL",
        "case InDoubt() if status in (None, RightStatus.STARTED):\n            return None",
        "tests/central/test_parking_rights.py::test_what_was_in_doubt_and_then_known_is_both_each_in_its_time",
    ),
    Defect(
        "a payment that was refused stays open for ever",
        "central/register/parking_rights.py",
        "            changes.ended.add(reference)\n",
        "            pass\n",
        "tests/central/test_parking_rights.py::test_a_payment_that_began_is_open_until_it_ends_whatever_else_its_station_says",
    ),
    Defect(
        "how a batch was cut shows in the register",
        "central/register/parking_rights.py",
        "            current[reference] = now\n",
        "            current.setdefault(reference, now)\n",
        "tests/central/test_parking_rights.py::test_entries_say_the_same_in_one_batch_as_one_by_one",
    ),
    Defect(
        "a new generation leaves the old one in force",
        "central/register/holdings.py",
        "present = (columns.series == series) & columns.known_until.is_(None)",
        "present = (columns.series == by) & columns.known_until.is_(None)",
        "tests/central/test_holdings.py::test_a_series_replaces_what_it_had_and_no_other",
    ),
    Defect(
        "a half written series stays after a row that fails",
        "central/register/holdings.py",
        "    with store.begin() as connection:",
        '    with store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:',
        "tests/central/test_holdings.py::test_a_row_that_fails_leaves_the_generation_that_was",
    ),
    Defect(
        "a right is still held at the instant it ends",
        "central/register/holdings.py",
        "columns.valid_until > at)",
        "columns.valid_until >= at)",
        "tests/central/test_holdings.py::test_a_right_begins_and_ends_to_the_instant",
    ),
    Defect(
        "a file that was cut short is taken for a whole one",
        "central/register/holdings_csv.py",
        'if not line.endswith(("\\n", "\\r")):',
        "if not line:",
        "tests/central/test_holdings_csv.py::test_a_file_that_was_cut_short_is_no_file",
    ),
    Defect(
        "tariffs no machine can read are signed",
        "central/register/publications.py",
        "            _check_tariffs(body)\n",
        "            pass\n",
        "tests/central/test_publications.py::test_what_no_station_could_use_is_not_signed",
    ),
    Defect(
        "in force is the latest date, so that nothing can be taken back",
        "central/register/publication_store.py",
        "connection.scalar(found.order_by(columns.version.desc())",
        "connection.scalar(found.order_by(columns.effective_from.desc())",
        "tests/central/test_publications.py::test_a_greater_version_of_an_earlier_date_takes_a_future_one_back",
    ),
    Defect(
        "what is published is signed for another purpose",
        "central/register/publication_store.py",
        "sign_envelope(PUBLICATION, msgspec.json.encode(document), key)",
        'sign_envelope("contact", msgspec.json.encode(document), key)',
        "tests/central/test_publications.py::test_what_is_signed_is_what_was_given",
    ),
    Defect(
        "every copy of the register has the same key",
        "central/register/entitlement_copies.py",
        "city.draw(KEY_BYTES)",
        "bytes(KEY_BYTES)",
        "tests/central/test_entitlement_copies.py::test_two_copies_of_one_plate_have_nothing_in_common",
    ),
    Defect(
        "a copy tells all of a home",
        "central/register/entitlement_copies.py",
        "home = frozenset({sector}) if row.sectors else frozenset[str]()",
        "home = frozenset(row.sectors)",
        "tests/central/test_entitlement_copies.py::test_no_plate_can_be_read_in_it_nor_another_sector_of_a_home",
    ),
    Defect(
        "sector 1D is taken for 11D",
        "central/register/entitlement_copies.py",
        "sectors.contains(f'\"{sector}\"', autoescape=True)",
        "sectors.contains(sector, autoescape=True)",
        "tests/central/test_entitlement_copies.py::test_a_sector_is_not_taken_for_one_that_ends_like_it",
    ),
    Defect(
        "a clock set back during a payment takes time from the right",
        "central/register/parking_rights.py",
        "return min(before.bought_at, content.at) if before.status is RightStatus.STARTED else before.bought_at",
        "return before.bought_at",
        "tests/central/test_parking_rights.py::test_a_right_is_bought_at_the_earlier_of_the_two_moments_its_payment_has",
    ),
)
