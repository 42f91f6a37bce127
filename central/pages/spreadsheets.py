"""Tables as files for a spreadsheet, CSV and XLSX. What would be a formula there is text in both."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it ships none

from central.core.spreadsheet_cells import neutral_cell

SheetCell = str | int | float


def neutral(cell: SheetCell) -> SheetCell:
    """A cell that no spreadsheet takes for a formula; a number is none."""
    return neutral_cell(cell) if isinstance(cell, str) else cell


def csv_bytes(head: Sequence[str], rows: Iterable[Sequence[SheetCell]]) -> bytes:
    """A CSV file as French spreadsheets open it: semicolons, decimal commas, UTF-8 with its mark."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([neutral(each) for each in head])
    writer.writerows([_french(neutral(each)) for each in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(name: str, head: Sequence[str], rows: Iterable[Sequence[SheetCell]]) -> bytes:
    """A workbook of one sheet: a header row that stays in sight, and no formula, link or macro."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(file, options) as book:
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, [neutral(each) for each in head], book.add_format({"bold": True}))
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                _write(sheet, number, column, neutral(cell))
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return file.getvalue()


def _write(sheet: object, row: int, column: int, cell: SheetCell) -> None:
    write = getattr(sheet, "write_string" if isinstance(cell, str) else "write_number")
    write(row, column, cell)


def _french(cell: SheetCell) -> SheetCell:
    return f"{cell:.2f}".replace(".", ",") if isinstance(cell, float) else cell
