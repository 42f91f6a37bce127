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
        "    sheet.edge = WIDTH - square.width - BESIDE\n",
        "",
        "tests/hal/test_drawing_code.py::test_texts_end_before_the_code",
    ),
)
