"""A series of holdings as another office hands it over: a CSV file.

    plate,holding,sectors,valid_from,valid_until
    AB-123-CD,resident,11C 11D 11E,2026-01-01T00:00:00+01:00,2027-01-01T00:00:00+01:00
    EF-456-GH,cmi_s,,2025-06-01T00:00:00+02:00,

UTF-8, commas, these columns in this order, every line ended: a file that was cut short must not be taken for a whole one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from central.register.holdings import HoldingRow, RowError

COLUMNS = ("plate", "holding", "sectors", "valid_from", "valid_until")
"""Sectors are separated by blanks; `valid_until` may be empty: for ever."""


class CsvError(ValueError):
    """A file that cannot be taken. The fault is its author's."""

    def __init__(self, file: str, line: int, column: str, reason: str) -> None:
        super().__init__(f"{file}: line {line}{column and ', ' + column}: {reason}")
        self.file = file
        self.line = line
        """The first, of the names, is 1."""
        self.column = column
        """Its name; empty if the whole line is wrong."""
        self.reason = reason


def rows_in_csv(path: Path) -> Iterator[HoldingRow]:
    """The rows of a file, one by one as they are asked for. Raises CsvError at the first that cannot be one; OSError.

    Remembers the plates it has seen: about 100 MB for a million rows.
    """
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        yield from rows_in(file, str(path))


def rows_in(lines: Iterable[str], name: str) -> Iterator[HoldingRow]:
    """The same of lines from anywhere, each with its end. `name`: what to call them in errors."""
    reader = csv.reader(_whole(lines, name), strict=True)
    seen: set[tuple[str, str]] = set()
    try:
        _expect_names(next(reader, []), name)
        for cells in reader:
            row = _row(cells, name, reader.line_num)
            if (row.holding, row.plate) in seen:
                raise CsvError(name, reader.line_num, "plate", f"is given {row.holding} a second time")
            seen.add((row.holding, row.plate))
            yield row
    except csv.Error as error:
        raise CsvError(name, reader.line_num, "", str(error)) from error


def _whole(lines: Iterable[str], name: str) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if not line.endswith(("\n", "\r")):
            raise CsvError(name, number, "", "has no end: the file may have been cut short")
        if any("\udc80" <= character <= "\udcff" for character in line):
            raise CsvError(name, number, "", "is not UTF-8")
        yield line


def _expect_names(cells: Sequence[str], name: str) -> None:
    if tuple(cells) != COLUMNS:
        raise CsvError(name, 1, "", f"is {','.join(cells)!r} and should be {','.join(COLUMNS)!r}")


def _row(cells: Sequence[str], name: str, line: int) -> HoldingRow:
    if len(cells) != len(COLUMNS):
        raise CsvError(name, line, "", f"has {len(cells)} columns and should have {len(COLUMNS)}")
    plate, holding, sectors, valid_from, valid_until = cells
    try:
        since = _moment("valid_from", valid_from)
        until = _moment("valid_until", valid_until) if valid_until else None
        return HoldingRow(plate, holding, tuple(sectors.split()), since, until)
    except RowError as error:
        raise CsvError(name, line, error.field, error.reason) from error


def _moment(field: str, text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        reason = f"{text!r} is not a date and time with an offset, such as 2026-01-01T00:00:00+01:00"
        raise RowError(field, reason) from error
