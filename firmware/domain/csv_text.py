"""Reader of CSV files that people save from a spreadsheet: their encodings and separators, understood or refused with a hint.

Understood: UTF-8 with or without a byte order mark; UTF-16 with one, as spreadsheets write "Unicode text"; commas, semicolons
(a French spreadsheet's) and tabs, whichever stands in the first line. Any other encoding is refused: nobody can tell
which it is.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from typing import IO, Protocol

from firmware.domain.errors import FileError

SEPARATORS = ";\t,"
HINT = "save it again as UTF-8 (in a spreadsheet: file type “CSV UTF-8”)"
CHUNK = 1 << 16
LONGEST_LINE = 1 << 20
"""Characters."""
_LINE_END = re.compile(r"\r\n?|\n")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class CsvRows(Protocol):
    """Rows of a CSV file: what `csv.reader` makes."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]:
        """The same rows."""

    def __next__(self) -> list[str]:
        """Cells of the next row. Raises csv.Error."""


def text_lines(file: IO[bytes], name: str) -> Iterator[str]:
    """The lines of a file, each with its end as it stands. `file` is at its beginning and can go back there.

    Raises FileError naming the first line that cannot be read.
    """
    start = file.read(4)
    file.seek(0)
    encoding = "utf-16" if start.startswith(_UTF16) else "utf-8-sig"
    number = 0
    try:
        for number, line in enumerate(_lines(_decoded(file, encoding)), 1):
            yield _readable(line, number, name)
    except UnicodeError as error:
        raise _refused(name, number + 1, f"is not whole UTF-16: {HINT}") from error


def _decoded(file: IO[bytes], encoding: str) -> Iterator[str]:
    """The text in pieces. Bytes that are not UTF-8 stay in it, to be refused with their line."""
    decoder = codecs.getincrementaldecoder(encoding)("strict" if encoding == "utf-16" else "surrogateescape")
    while data := file.read(CHUNK):
        yield decoder.decode(data)
    yield decoder.decode(b"", True)


def _lines(pieces: Iterable[str]) -> Iterator[str]:
    rest = ""
    for piece in pieces:
        rest += piece
        if len(rest) > LONGEST_LINE:
            yield rest[:LONGEST_LINE]  # never a line of a list: whoever reads it says so
            return
        start = 0
        for found in _LINE_END.finditer(rest):
            if found.end() == len(rest) and rest.endswith("\r"):
                break  # its other half may be in the next piece
            yield rest[start : found.end()]
            start = found.end()
        rest = rest[start:]
    if rest:
        yield rest


def csv_rows(lines: Iterable[str], name: str) -> CsvRows:
    """The rows of these lines, cut at the separator of the first line. Iterating raises csv.Error, and what `lines` raises."""
    iterator = (_readable(line, number, name) for number, line in enumerate(lines, 1))
    first = next(iterator, "")
    separator = next((each for each in SEPARATORS if each in first), ",")
    return csv.reader(_chained(first, iterator), delimiter=separator, strict=True)


def _chained(first: str, rest: Iterator[str]) -> Iterator[str]:
    if first:
        yield first
    yield from rest


def _readable(line: str, number: int, name: str) -> str:
    if any("\udc80" <= character <= "\udcff" for character in line):
        raise _refused(name, number, f"is not UTF-8: {HINT}")
    if number == 1 and "\0" in line:
        raise _refused(name, number, f"looks like UTF-16 without its byte order mark: {HINT}")
    return line


def _refused(name: str, line: int, reason: str) -> FileError:
    return FileError(name, f"line {line}", reason)
