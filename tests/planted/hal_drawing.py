"""Defects planted in hal/drawing/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a code on the glass has no quiet zone",
        "hal/drawing/code.py",
        'Image.new("L", (HEIGHT, HEIGHT), BRIGHT)',
        'Image.new("L", (HEIGHT, HEIGHT), DARK)',
        "tests/hal/test_drawing_code.py::test_its_quiet_zone_is_lit",
    ),
    Defect(
        "texts run under the code",
        "hal/drawing/page.py",
        "    sheet.edge = right - BEFORE_CODE\n",
        "",
        "tests/hal/test_drawing_code.py::test_texts_end_before_the_code",
    ),
    Defect(
        "what must be read to buy is as small as the rest",
        "hal/drawing/page.py",
        "for size, least in CAPITALS.items()}",
        "for size, least in dict.fromkeys(CAPITALS, 10).items()}",
        "tests/hal/test_drawing.py::test_a_line_that_must_be_read_is_never_drawn_smaller_than_that",
    ),
    Defect(
        "a letter that the edge of the glass cuts off is not named",
        "hal/drawing/sheet.py",
        "if top < -SMOOTHED or",
        "if",
        "tests/hal/test_drawing.py::test_a_letter_cut_off_by_the_edge_of_the_glass_is_named",
    ),
    Defect(
        "on the taller glass what is large grows until its accents touch the line above",
        "hal/drawing/page.py",
        "return sum(_ink(line, px)) + FREE",
        "return rows(px)",
        "tests/laws/test_ink_laws.py::test_nor_with_the_longest_of_everything_and_in_large_text",
    ),
    Defect(
        "the letters of a text stand where their ink begins, not where they are written",
        "hal/drawing/sheet.py",
        "pen.bitmap((at + beside, above - top)",
        "pen.bitmap((at, above - top)",
        "tests/hal/test_letters.py::test_a_text_is_its_letters_side_by_side",
    ),
)
