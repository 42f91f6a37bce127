"""Texts that people wrote, as cells of a file that a spreadsheet opens: none of them is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell begins with that a spreadsheet runs; those of full width too."""


def neutral_cell(text: str) -> str:
    """The text; with an apostrophe before what a spreadsheet would carry out."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def csv_text(rows: Iterable[Iterable[str]]) -> str:
    """Rows as CSV (RFC 4180), semicolons between, every cell neutral and quoted: what a spreadsheet in French opens."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL).writerows([neutral_cell(cell) for cell in row] for row in rows)
    return out.getvalue()
