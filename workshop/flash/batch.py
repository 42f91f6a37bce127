"""List of units to flash (CSV), checked whole before the first card is touched.

    station,zone,sector,address,nearest,device
    75011-0042,1,11D,12 rue Oberkampf,5 passage Saint-Pierre-Amelot,/dev/sdb

The columns are the fields of a unit, in any order; one that is missing or empty takes what the command line says for all.
`device` is for several readers; without it, one is named for all and the cards are written in it one after the other.
`erase` names the station whose sales are still on the card that is to be erased for this unit. Encodings and separators are
those that `firmware.domain.csv_text` understands.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from firmware.domain.csv_text import csv_rows, text_lines
from firmware.domain.errors import FieldError, FileError, reason_of
from workshop.common.errors import ListFileError, MisuseError
from workshop.flash.register import RegisterLine
from workshop.flash.unit import FIELDS, StationUnit, UnitReferences, unit_of

COLUMNS = (*FIELDS, "device", "erase")


@dataclass(frozen=True)
class BatchRow:
    """A unit to flash, and its reader."""

    unit: StationUnit
    device: str
    """Empty where one reader is named for all."""
    erases: str = ""
    """Station whose sales are on the card and may be erased."""


def rows_in(
    file: Path, defaults: Mapping[str, str], references: UnitReferences, done: Mapping[str, RegisterLine]
) -> tuple[BatchRow, ...]:
    """Every unit of the list. Raises MisuseError with every mistake, each by line and field; then nothing may be erased.

    `defaults`: fields for all, where the list has none; `done`: proven cards by station.
    """
    found, mistakes, lines = list[BatchRow](), list[str](), dict[str, int]()
    for number, words in _numbered_rows(file):
        try:
            row = BatchRow(unit_of({**defaults, **words}, references), words.get("device", ""), words.get("erase", ""))
            _require_new(row.unit, lines, done)
            lines[row.unit.site.station] = number
            found.append(row)
        except FieldError as error:
            mistakes.append(str(ListFileError(str(file), error.field, error.reason, number)))
    if mistakes:
        raise MisuseError("\n".join(mistakes))
    if not found:
        raise ListFileError(str(file), "", "there is no unit in it")
    return tuple(found)


def _numbered_rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with file.open("rb") as source:
            rows = csv_rows(text_lines(source, str(file)), str(file))
            names = [name.strip() for name in next(rows, [])]
            _require_columns(file, names)
            for words in rows:
                if not any(words):
                    continue
                if len(words) != len(names):
                    reason = f"has {len(words)} fields, the first line names {len(names)}"
                    raise ListFileError(str(file), "", reason, rows.line_num)
                yield rows.line_num, {name: word.strip() for name, word in zip(names, words, strict=True) if word.strip()}
    except ListFileError:
        raise
    except FileError as error:  # of the text itself
        raise ListFileError(str(file), "", error.reason, int(error.place.removeprefix("line "))) from error
    except (OSError, csv.Error) as error:
        raise ListFileError(str(file), "", reason_of(error)) from error


def _require_columns(file: Path, names: Sequence[str]) -> None:
    if unknown := [name for name in names if name not in COLUMNS]:
        raise ListFileError(str(file), "", f"{unknown[0]!r} is no column: {', '.join(COLUMNS)}", 1)
    if twice := [name for name in names if names.count(name) > 1]:
        raise ListFileError(str(file), "", f"{twice[0]!r} is given twice", 1)
    if "station" not in names:
        raise ListFileError(str(file), "", "the column station is missing", 1)


def _require_new(unit: StationUnit, lines: Mapping[str, int], done: Mapping[str, RegisterLine]) -> None:
    site = unit.site
    if site.station in lines:
        raise FieldError("station", f"{site.station!r} stands in line {lines[site.station]} already")
    before = done.get(site.station)
    if before and (before.zone, before.sector) != (str(site.zone), site.sector):
        raise FieldError("sector", f"a card of {site.station} was made for zone {before.zone}, sector {before.sector}")


def to_do(rows: Sequence[BatchRow], done: Mapping[str, RegisterLine]) -> tuple[BatchRow, ...]:
    """Rows whose card is not proven yet."""
    return tuple(row for row in rows if row.unit.site.station not in done)
