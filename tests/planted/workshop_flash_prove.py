"""Defects planted in the proof of a flashed card."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "the key told to the city is not compared with the card's",
        "workshop/flash/prove.py",
        "    _require(key == expected.public_key, KEY,",
        "    _require(bool(key), KEY,",
        "tests/workshop/flash/test_flash.py::test_another_public_key_than_the_one_told_is_not_proven",
    ),
    Defect(
        "anybody may read a station's key",
        "workshop/flash/prove.py",
        "    _require(found == wanted, name,",
        "    _require(found.keys() == wanted.keys(), name,",
        "tests/workshop/flash/test_flash.py::test_a_key_others_may_read_is_not_proven",
    ),
    Defect(
        "a used journal passes for a new one",
        "workshop/flash/prove.py",
        "    _require(facts == ([after.begun] if after else []), name,",
        "    _require(len(facts) >= 0, name,",
        "tests/workshop/flash/test_flash.py::test_a_journal_that_has_sold_is_not_proven",
    ),
    Defect(
        "done is said although the customisation is not on the card",
        "workshop/flash/prove.py",
        "        _require(found == data, name,",
        "        _require(bool(found), name,",
        "tests/workshop/flash/test_stock.py::test_a_file_that_is_not_there_as_it_was_put_is_not_proven",
    ),
    Defect(
        "a 32-bit system passes for one that can load the packages",
        "workshop/flash/prove.py",
        "_require(machine == AARCH64, path,",
        "_require(machine > 0, path,",
        "tests/workshop/flash/test_bundle.py::test_a_system_of_32_bits_is_found_out",
    ),
    Defect(
        "the old card's journals are not compared to their ends",
        "workshop/flash/prove.py",
        "    _require(ends == (after.ends if after else ()), JOURNAL,",
        "    _require(len(ends) >= 0, JOURNAL,",
        "tests/workshop/flash/test_old_card.py::test_another_end_of_the_old_journals_is_not_proven",
    ),
    Defect(
        "a journal that another key began is proven",
        "workshop/flash/prove.py",
        "    _require(begun == due, name,",
        "    _require(bool(begun and due), name,",
        "tests/workshop/flash/test_old_card.py::test_a_new_journal_of_another_key_or_parent_is_not_proven",
    ),
    Defect(
        "a card may be made with a calendar that is soon over",
        "workshop/flash/prove.py",
        '    _require(not unfit, "tariffs.json", unfit)\n',
        "",
        "tests/workshop/flash/test_flash.py::test_a_calendar_that_is_soon_over_is_not_proven",
    ),
)
