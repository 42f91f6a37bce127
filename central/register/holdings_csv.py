"""CSV files of holdings: a series as another office hands it over.

    plate,holding,sectors,valid_from,valid_until
    AB-123-CD,resident,11C 11D 11E,2026-01-01T00:00:00+01:00,2027-01-01T00:00:00+01:00
    EF-456-GH,cmi_s,,2025-06-01T00:00:00+02:00,

These columns in this order, every line ended: a file that was cut short must not be taken for a whole one. Encodings and
separators as `firmware.domain.csv_text` understands them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from central.core.fields import datetime_in
from central.register.holdings import HoldingRow
from firmware.domain.csv_text import csv_rows, text_lines
from firmware.domain.errors import FieldError, FileError

COLUMNS = ("plate", "holding", "sectors", "valid_from", "valid_until")
"""Sectors are separated by blanks; `valid_until` may be empty: for ever."""


def read_csv(path: Path) -> Iterator[HoldingRow]:
    """The rows of a file, one by one as they are asked for.

    Raises FileError naming line and column of the first that cannot be one; OSError. Remembers the plates it has seen: about
    100 MB for a million rows.
    """
    with path.open("rb") as file:
        yield from read_rows(text_lines(file, str(path)), str(path))


def read_rows(lines: Iterable[str], name: str) -> Iterator[HoldingRow]:
    """The same of lines from anywhere, each with its end. `name`: what to call them in errors."""
    reader = csv_rows(_complete_lines(lines, name), name)
    seen: set[tuple[str, str]] = set()
    try:
        _check_header(next(reader, []), name)
        for cells in reader:
            row = _parse_row(cells, name, reader.line_num)
            if (row.holding, row.plate) in seen:
                raise _error(name, reader.line_num, "plate", f"is given {row.holding} a second time")
            seen.add((row.holding, row.plate))
            yield row
    except csv.Error as error:
        raise _error(name, reader.line_num, "", str(error)) from error


def _complete_lines(lines: Iterable[str], name: str) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if not line.endswith(("\n", "\r")):
            raise _error(name, number, "", "has no end: the file may have been cut short")
        yield line


def _check_header(cells: Sequence[str], name: str) -> None:
    if tuple(cells) != COLUMNS:
        raise _error(name, 1, "", f"is {','.join(cells)!r} and should be {','.join(COLUMNS)!r}")


def _parse_row(cells: Sequence[str], name: str, line: int) -> HoldingRow:
    if len(cells) != len(COLUMNS):
        raise _error(name, line, "", f"has {len(cells)} columns and should have {len(COLUMNS)}")
    plate, holding, sectors, valid_from, valid_until = cells
    try:
        since = datetime_in("valid_from", valid_from)
        until = datetime_in("valid_until", valid_until) if valid_until else None
        return HoldingRow(plate, holding, tuple(sectors.split()), since, until)
    except FieldError as error:
        raise _error(name, line, error.field, error.reason) from error


def _error(file: str, line: int, column: str, reason: str) -> FileError:
    """`line`: the first, of the names, is 1. `column`: its name; empty if the whole line is wrong."""
    return FileError(file, f"line {line}, {column}" if column else f"line {line}", reason)
