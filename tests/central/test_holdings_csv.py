"""A CSV file of holdings: taken as a whole, or refused with the line and column that are wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from central.register.holdings import HoldingRow, find_holdings, replace_series
from central.register.holdings_csv import read_csv, read_rows
from firmware.domain import csv_text
from firmware.domain.csv_text import HINT
from firmware.domain.errors import FileError

HEADER = "plate,holding,sectors,valid_from,valid_until\n"
FIRST = "AB-123-CD,resident,11C 11D,2026-01-01T00:00:00+01:00,2027-01-01T00:00:00+01:00\n"
SECOND = "EF-456-GH,cmi_s,,2025-06-01T00:00:00+02:00,\n"
WINTER, SUMMER = timezone(timedelta(hours=1)), timezone(timedelta(hours=2))
ROWS = [
    HoldingRow("AB123CD", "resident", ("11C", "11D"), datetime(2026, 1, 1, tzinfo=WINTER), datetime(2027, 1, 1, tzinfo=WINTER)),
    HoldingRow("EF456GH", "cmi_s", (), datetime(2025, 6, 1, tzinfo=SUMMER), None),
]


def refused(tmp_path: Path, data: bytes) -> FileError:
    path = tmp_path / "residents.csv"
    path.write_bytes(data)
    with pytest.raises(FileError) as error:
        list(read_csv(path))
    assert str(error.value) == f"{path}: {error.value.place}: {error.value.reason}"
    return error.value


@pytest.mark.parametrize("text", [HEADER + FIRST + SECOND, (HEADER + FIRST + SECOND).replace("\n", "\r\n")])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_the_rows_of_a_file(tmp_path: Path, text: str, mark: bytes) -> None:
    path = tmp_path / "residents.csv"
    path.write_bytes(mark + text.encode())
    assert list(read_csv(path)) == ROWS


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (FIRST.replace("AB-123-CD", ""), "plate"),
        (FIRST.replace("AB-123-CD", "ABCDEFGHIJK"), "plate"),
        (FIRST.replace("resident", "visitor"), "holding"),
        (FIRST.replace("11C", "21C"), "sectors"),
        (FIRST.replace("11C 11D", ""), "sectors"),
        (FIRST.replace("11C 11D", "11C;11D"), "sectors"),
        (FIRST.replace("2026-01-01T00:00:00+01:00", "2026-01-01T00:00:00"), "valid_from"),
        (FIRST.replace("2026-01-01T00:00:00+01:00", "1 January"), "valid_from"),
        (FIRST.replace("2026-01-01T00:00:00+01:00", ""), "valid_from"),
        (FIRST.replace("2027-01-01T00:00:00+01:00", "2027-01-01"), "valid_until"),
        (FIRST.replace("2027", "2025"), "valid_until"),
        (FIRST.replace(",2027", ";2027"), ""),
        (FIRST.replace("\n", ",\n"), ""),
        ("\n", ""),
        (FIRST.replace("AB-123-CD", '"AB-123-CD'), ""),
    ],
)
def test_a_line_that_is_wrong_is_named_with_its_column(tmp_path: Path, line: str, column: str) -> None:
    error = refused(tmp_path, (HEADER + SECOND + line).encode())
    assert error.place == (f"line 3, {column}" if column else "line 3")


def test_a_plate_is_given_a_right_once(tmp_path: Path) -> None:
    error = refused(tmp_path, (HEADER + FIRST + SECOND + FIRST.replace("AB-123-CD", "ab 123 cd")).encode())
    assert error.place == "line 4, plate"


def test_one_plate_may_hold_two_rights() -> None:
    lines = [HEADER, FIRST, SECOND.replace("EF-456-GH", "AB-123-CD")]
    assert [row.holding for row in read_rows(lines, "upload")] == ["resident", "cmi_s"]


@pytest.mark.parametrize("cut", range(1, len(SECOND)))
def test_a_file_that_was_cut_short_is_no_file(tmp_path: Path, cut: int) -> None:
    error = refused(tmp_path, (HEADER + FIRST + SECOND[:-cut]).encode())
    assert error.place == "line 3"


@pytest.mark.parametrize("text", ["", "plate,holding\n", HEADER.replace("plate", "plaque"), HEADER.replace(",", ":"), FIRST])
def test_the_first_line_names_the_columns(tmp_path: Path, text: str) -> None:
    assert refused(tmp_path, text.encode()).place == "line 1"


def test_a_file_in_another_encoding_is_refused_at_its_line(tmp_path: Path) -> None:
    error = refused(tmp_path, (HEADER + FIRST + SECOND.replace("EF-456-GH", "MÜ-AB-123")).encode("latin-1"))
    assert (error.place, error.reason) == ("line 3", f"is not UTF-8: {HINT}")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("chunk", [1, 7, 1 << 16])
def test_what_a_spreadsheet_saves_is_understood(
    tmp_path: Path, encoding: str, separator: str, end: str, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_text, "CHUNK", chunk)
    path = tmp_path / "residents.csv"
    path.write_bytes((HEADER + FIRST + SECOND).replace(",", separator).replace("\n", end).encode(encoding))
    assert list(read_csv(path)) == ROWS


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        ((HEADER + FIRST).encode("utf-16-le"), 1, "looks like UTF-16 without its byte order mark"),
        ((HEADER + FIRST).encode("utf-16")[:-1], 2, "is not whole UTF-16"),
        ((HEADER + FIRST.replace("AB", "Ü")).encode("cp1252"), 2, "is not UTF-8"),
    ],
)
def test_an_encoding_that_is_not_understood_is_refused_with_a_hint(tmp_path: Path, data: bytes, line: int, reason: str) -> None:
    error = refused(tmp_path, data)
    assert (error.place, error.reason) == (f"line {line}", f"{reason}: {HINT}")


def test_a_nul_in_a_plate_is_refused_and_not_dropped(tmp_path: Path) -> None:
    error = refused(tmp_path, (HEADER + FIRST.replace("AB-123", "AB-1\0" + "23")).encode())
    assert error.place.startswith("line 2")


def test_rows_come_before_the_file_is_read_to_its_end() -> None:
    def lines() -> Iterator[str]:
        yield from (HEADER, FIRST)
        raise AssertionError("read ahead")

    assert next(read_rows(lines(), "upload")) == ROWS[0]


def test_a_wrong_line_leaves_the_series_as_it_was(store: Engine, tmp_path: Path) -> None:
    path, now = tmp_path / "residents.csv", datetime(2026, 3, 4, tzinfo=WINTER)
    path.write_text(HEADER + FIRST)
    replace_series(store, "residents", read_csv(path), "operator", now)
    path.write_text(HEADER + SECOND + FIRST.replace("resident", "rezident"))
    with pytest.raises(FileError):
        replace_series(store, "residents", read_csv(path), "operator", now)
    with store.begin() as connection:
        assert [len(find_holdings(connection, row.plate, now)) for row in ROWS] == [1, 0]


Cell = st.text(st.sampled_from('AB1é,"\n\r \x00\udc80'), max_size=6)


@given(st.lists(st.one_of(Cell, st.sampled_from([FIRST, SECOND])), max_size=6))
def test_whatever_is_handed_in_is_rows_or_a_line_that_is_wrong(lines: list[str]) -> None:
    wrong: int | None = None
    taken: list[HoldingRow] = []
    try:
        taken.extend(read_rows([HEADER, *lines], "upload"))
    except FileError as error:
        wrong = int(error.place.partition(",")[0].removeprefix("line "))
    assert all(row in ROWS for row in taken)
    assert wrong is None or 1 < wrong <= len(lines) + 1
