"""CSV files of an acquirer's statement: one line for each debit, credit or reversal.

    kind,reference,amount,currency,at,terminal,authorisation
    debit,31PA0100SD,12.00,EUR,2026-03-04T10:00:07+01:00,00042117,A1B2C3
    reversal,31PA0100SE,2.40,EUR,2026-03-04T10:02:31+01:00,00042117,

UTF-8, commas, these columns in this order, every line ended: a file that was cut short must not be taken for a whole one.
`reference` is ours, 10 characters, empty where the terminal sent none; `terminal` and `authorisation` may be empty. An amount
has a point and two decimals, and no sign: `kind` says which way the money went.

No card number may stand in it. A file that has 13 to 19 digits that a card number could be is refused, and no error quotes what
stands in a line: it says which line and column, and what is expected there.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from central.core.fields import WHAT_A_DATE_IS, datetime_in, plausible
from central.rules.statement import LineKind, StatementLine
from firmware.domain.errors import FieldError, FileError

COLUMNS = ("kind", "reference", "amount", "currency", "at", "terminal", "authorisation")
LONGEST_LINE = 1000
"""Bytes."""
_CARD_NUMBER = re.compile(r"[0-9](?:[ .-]?[0-9]){12,}")
_AMOUNT = re.compile(r"([0-9]{1,6})\.([0-9]{2})")
_EXPECTED = {
    "kind": (re.compile("debit|credit|reversal"), "debit, credit or reversal"),
    "reference": (re.compile("(?:[0-9A-Z]{10})?"), "10 capitals and digits, or nothing"),
    "amount": (_AMOUNT, "euros with a point and two decimals, such as 12.00, without a sign: `kind` says which way"),
    "currency": (re.compile("[A-Z]{3}"), "three capitals, such as EUR"),
    "terminal": (re.compile("[0-9A-Za-z_-]{0,12}"), "at most 12 letters and digits"),
    "authorisation": (re.compile("[0-9A-Za-z]{0,12}"), "at most 12 letters and digits"),
}


@dataclass(frozen=True)
class StatementFile:
    """A statement that was read whole."""

    name: str
    """Without its folder."""
    sha256: str
    lines: tuple[StatementLine, ...]


def read_statement(path: Path, now: datetime) -> StatementFile:
    """Read a file. Raises FileError naming the line and the column of the first thing that cannot be; OSError."""
    digest = hashlib.sha256()
    lines = tuple(_lines(path, now, digest))
    return StatementFile(path.name, digest.hexdigest(), lines)


def read_lines(path: Path, now: datetime) -> Iterator[StatementLine]:
    """The lines of a file, one by one as they are asked for. Raises as `read_statement`. A line of tomorrow is refused."""
    return _lines(path, now, hashlib.sha256())


def _lines(path: Path, now: datetime, digest: hashlib._Hash) -> Iterator[StatementLine]:
    with path.open("rb") as file:
        number = 0
        while data := file.readline(LONGEST_LINE + 1):
            digest.update(data)
            number += 1
            cells = _cells(str(path), number, data)
            if number == 1:
                _check_header(str(path), cells)
            else:
                yield _parsed(str(path), number, cells, now)
    if number == 0:
        raise _error(str(path), 1, "", f"is missing: expected {','.join(COLUMNS)}")


def _cells(file: str, number: int, data: bytes) -> list[str]:
    if len(data) > LONGEST_LINE:
        raise _error(file, number, "", f"has more than {LONGEST_LINE} bytes")
    try:
        text = data.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError:
        raise _error(file, number, "", "is not UTF-8") from None
    if any(map(_may_be_card_number, _CARD_NUMBER.findall(text))):
        raise _error(file, number, "", "may hold a card number: have the file made without; nothing of it is kept")
    if not text.endswith("\n"):
        raise _error(file, number, "", "has no end: the file may have been cut short")
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error:
        raise _error(file, number, "", "has a quotation mark that is not closed, or something after one") from None


def _may_be_card_number(found: str) -> bool:
    """Whether 13 to 19 of these digits, in a row, have the check digit of a card number (Luhn)."""
    digits = [int(each) for each in found if each.isascii() and each.isdecimal()]
    windows = ((start, start + length) for length in range(13, 20) for start in range(len(digits) - length + 1))
    return any(_has_check_digit(digits[start:end]) for start, end in windows)


def _has_check_digit(digits: list[int]) -> bool:
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(doubled) + sum(digits[::-2])) % 10 == 0


def _check_header(file: str, cells: list[str]) -> None:
    if tuple(cells) == COLUMNS:
        return
    why = "separated by semicolons" if cells and ";" in cells[0] else "another"
    raise _error(file, 1, "", f"is {why}: expected {','.join(COLUMNS)}")


def _parsed(file: str, number: int, cells: list[str], now: datetime) -> StatementLine:
    if len(cells) != len(COLUMNS):
        hint = "separators are commas, and amounts have a point"
        raise _error(file, number, "", f"has {len(cells)} columns and should have {len(COLUMNS)}: {hint}")
    row = dict(zip(COLUMNS, cells, strict=True))
    for column, (pattern, expected) in _EXPECTED.items():
        if not pattern.fullmatch(row[column]):
            raise _error(file, number, column, f"expected {expected}")
    euros, cents = row["amount"].split(".")
    return StatementLine(
        number,
        LineKind(row["kind"]),
        row["reference"],
        int(euros) * 100 + int(cents),
        row["currency"],
        _instant(file, number, row["at"], now),
        row["terminal"],
        row["authorisation"],
    )


def _instant(file: str, number: int, text: str, now: datetime) -> datetime:
    try:
        moment = datetime_in("at", text)
    except FieldError:
        raise _error(file, number, "at", f"expected {WHAT_A_DATE_IS}") from None
    if not plausible(moment):
        raise _error(file, number, "at", f"expected {WHAT_A_DATE_IS}")
    if moment > now + timedelta(days=1):
        raise _error(file, number, "at", "lies in the future")
    return moment


def _error(file: str, line: int, column: str, reason: str) -> FileError:
    """`line`: the first, of the names, is 1. `column`: its name; empty if the whole line is wrong."""
    return FileError(file, column, reason, line)
