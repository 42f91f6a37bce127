"""Planted defects in the order in which a screen is read."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "the end of a sentence on the next page of the help is not said",
        "firmware/screens/reading_order.py",
        '        if piece.start >= page.start and piece.stop <= page.stop:\n            yield "".join(_joined(lines, piece)).rstrip()',
        '        if _meet(piece, page):\n            yield " ".join(lines[at] for at in piece if at in page)',
        "tests/firmware/screens/test_reading_order.py::test_no_page_of_the_help_says_half_a_sentence",
    ),
    Defect(
        "a word that was parted at its hyphen is said as two",
        "firmware/screens/reading_order.py",
        '("" if PARTED.search(lines[at]) else " ")',
        '" "',
        "tests/firmware/screens/test_reading_order.py::test_the_help_is_said_in_sentences_and_its_scale_row_by_row",
    ),
    Defect(
        "in large text the plate is asked to pay without the amount",
        "firmware/screens/reading_order.py",
        "    if moved is None:\n",
        "    if True:\n",
        "tests/firmware/screens/test_large_text.py::test_whose_and_how_much_stand_on_one_page",
    ),
)
