"""Visit files written for a test."""

from __future__ import annotations

from pathlib import Path

TITLE_AND_CLOCK = "# A test\nclock 2026-03-04 14:29:30\n"
SALE = """# One hour, with a ticket
clock 2026-03-04 14:29:30
press AB123CD OK OK 1
picture duration
press OK
card approved
wait until approved
press OK
wait until take ticket
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "some.visit"
    file.write_text(text, "utf-8")
    return file
