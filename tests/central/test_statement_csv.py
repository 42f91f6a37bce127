"""A CSV file of an acquirer's statement: taken as a whole, or refused with the line and column, quoting nothing of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from central.register.statement_csv import LONGEST_LINE, read_lines, read_statement
from central.rules.statement import LineKind
from firmware.domain.errors import FileError
from tests.central.signing_station import DAY, NOW
from tests.central.statements import HEADER, bank, line, text_of

FIRST = "debit,31PA0100SD,12.00,EUR,2026-03-04T10:00:07+01:00,00042117,A1B2C3\n"
CARD = "4970100000000154"
"""A number of 16 digits with a right check digit, which is no card's."""


def refused(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "statement.csv"
    path.write_bytes(data)
    with pytest.raises(FileError) as error:
        read_statement(path, NOW)
    assert str(error.value).startswith(f"{path}, line ")
    return str(error.value).removeprefix(f"{path}, ")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a byte order mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_lines_of_a_file_and_its_sum(tmp_path: Path, mark: bytes, end: str) -> None:
    rows = [line(2, bank()), line(3, "", 240, LineKind.REVERSAL, currency="USD"), line(4, bank(2), 5, LineKind.CREDIT)]
    data = mark + text_of(rows).replace("\n", end).encode()
    (tmp_path / "s.csv").write_bytes(data)
    read = read_statement(tmp_path / "s.csv", NOW)
    assert (read.name, read.sha256, read.lines) == ("s.csv", hashlib.sha256(data).hexdigest(), tuple(rows))


def test_a_statement_without_a_line_is_one(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text(HEADER)
    assert read_statement(tmp_path / "s.csv", NOW).lines == ()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "line 1: is missing: expected kind,reference,"),
        ("\n", "line 1: is another: expected kind,reference,"),
        (FIRST, "line 1: is another: expected kind,reference,"),
        (HEADER.replace(",", ";") + FIRST, "line 1: is separated by semicolons: expected kind,reference,"),
        (HEADER.replace("amount", "amount,pan"), "line 1: is another: expected"),
        (
            HEADER + FIRST.replace(",", ";"),
            "line 2: has 1 columns and should have 7: separators are commas, and amounts have a point",
        ),
        (HEADER + FIRST.replace("12.00", "12,00"), "line 2: has 8 columns and should have 7"),
        (HEADER + FIRST.replace("12.00", '"12,00"'), "line 2: amount: expected euros with a point and two decimals"),
        (HEADER + FIRST.replace("12.00", "1200"), "line 2: amount: expected euros with a point"),
        (
            HEADER + FIRST.replace("12.00", "-12.00"),
            "line 2: amount: expected euros with a point and two decimals, such as 12.00, without",
        ),
        (HEADER + FIRST.replace("12.00", "12.0"), "line 2: amount: "),
        (HEADER + FIRST.replace("12.00", "١٢.00"), "line 2: amount: "),
        (HEADER + FIRST.replace("debit", "paiement"), "line 2: kind: expected debit, credit or reversal"),
        (HEADER + FIRST.replace("31PA0100SD", "31PA0100S"), "line 2: reference: expected 10 capitals and digits, or nothing"),
        (HEADER + FIRST.replace("EUR", "978"), "line 2: currency: expected three capitals"),
        (HEADER + FIRST.replace("+01:00", ""), "line 2: at: expected a date and time with an offset"),
        (HEADER + FIRST.replace("2026-03-04T", "04/03/2026 "), "line 2: at: expected a date and time with an offset"),
        (HEADER + FIRST.replace("2026", "2027"), "line 2: at: lies in the future"),
        (HEADER + FIRST.replace("00042117", "0004211700042"), "line 2: terminal: expected at most 12"),
        (HEADER + FIRST + "\n", "line 3: has 0 columns"),
        (HEADER + FIRST + '"debit,31PA', "line 3: has no end: the file may have been cut short"),
        (HEADER + FIRST + '"debit,31PA\n', "line 3: has a quotation mark that is not closed"),
        (HEADER + FIRST + FIRST[:40], "line 3: has no end: the file may have been cut short"),
        (HEADER + FIRST + "x" * LONGEST_LINE + "\n", "line 3: has more than 1000 bytes"),
    ],
)
def test_what_is_no_statement_is_refused_with_line_and_column(tmp_path: Path, text: str, complaint: str) -> None:
    assert refused(tmp_path, text.encode()).startswith(complaint)


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, (HEADER + FIRST).encode() + "débit\n".encode("latin-1")).startswith("line 3: is not UTF-8")


@pytest.mark.parametrize(
    "written",
    [
        CARD,
        "4970 1000 0000 0154",
        "4970-1000-0000-0154",
        "4970.1000.0000.0154",
        f"99{CARD}99",
        "378282246310005",
        "4222222222222",
        "6304000000000000000",
    ],
)
@pytest.mark.parametrize("place", ["header", "a cell", "one more column", "a name"])
def test_a_file_with_a_card_number_anywhere_is_refused_and_not_quoted(tmp_path: Path, written: str, place: str) -> None:
    text = {
        "header": HEADER.replace("terminal", written) + FIRST,
        "a cell": HEADER + FIRST.replace("00042117", written),
        "one more column": HEADER + FIRST.replace("\n", f",{written}\n"),
        "a name": HEADER + FIRST.replace("A1B2C3", f"PAN:{written}/VISA"),
    }[place]
    said = refused(tmp_path, text.encode())
    assert (
        said
        == f"line {1 if place == 'header' else 2}: may hold a card number: have the file made without; nothing of it is kept"
    )


def test_no_error_quotes_what_stands_in_a_line(tmp_path: Path) -> None:
    for column in FIRST.strip().split(","):
        said = refused(tmp_path, (HEADER + FIRST.replace(column, "497010XXXXXX0154")).encode())
        assert "497010" not in said


def test_thirteen_digits_that_are_no_card_number_are_only_a_terminal_too_long(tmp_path: Path) -> None:
    assert refused(tmp_path, (HEADER + FIRST.replace("00042117", "4222222222223")).encode()).startswith("line 2: terminal")


def test_a_file_is_read_line_by_line_as_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    path.write_text(HEADER + FIRST * 200_000 + "damaged\n")
    lines: Iterator[object] = read_lines(path, NOW)
    assert [getattr(next(lines), "line", 0) for _ in range(3)] == [2, 3, 4]
    with path.open("rb+") as file:  # what was not asked for yet was not read
        file.truncate(len(HEADER) + 100_000 * len(FIRST) + 5)
    with pytest.raises(FileError, match=f"line {100_002}: has no end"):
        list(lines)


def test_a_line_of_tomorrow_is_taken_and_one_of_after_that_is_not(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(text_of([line(2, bank(), at=NOW + DAY)]))
    assert len(read_statement(path, NOW).lines) == 1
    path.write_text(text_of([line(2, bank(), at=NOW + DAY + timedelta(seconds=1))]))
    with pytest.raises(FileError, match="line 2: at: lies in the future"):
        read_statement(path, NOW)
