"""Register of flashed cards: a CSV file to which lines are only added. A batch resumes from it."""

from __future__ import annotations

import csv
import fcntl
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from firmware.domain.csv_text import HINT
from firmware.domain.errors import reason_of
from workshop.common.errors import ListFileError

PROVEN = "proven"


@dataclass(frozen=True)
class RegisterLine:
    """Outcome of flashing one card."""

    at: str
    station: str
    zone: str
    sector: str
    public_key: str
    """Empty where the card was not made."""
    image: str
    card: str
    seconds: str
    outcome: str
    """`proven`, or why not."""


def read(register: Path) -> tuple[RegisterLine, ...]:
    """Every line; none if there is no file yet. Raises ListFileError for a file that is no register."""
    if not register.exists():
        return ()
    try:
        file = register.open(encoding="utf-8", newline="")
    except OSError as error:
        raise ListFileError(str(register), "", f"cannot be read: {reason_of(error)}; --register names another") from error
    with file:
        rows = csv.DictReader(file)
        names = [field.name for field in fields(RegisterLine)]
        try:
            if rows.fieldnames != names:
                reason = f"is no register of cards: its first line must be {','.join(names)}"
                raise ListFileError(str(register), "", reason)
            return tuple(RegisterLine(**row) for row in rows)
        except TypeError:
            raise ListFileError(str(register), "", "has too many or too few fields", rows.line_num) from None
        except (UnicodeDecodeError, csv.Error) as error:
            raise ListFileError(str(register), "", f"cannot be read: {reason_of(error)}; {HINT}") from error


def add(register: Path, line: RegisterLine) -> None:
    """Append a line; it is on disk when this returns. Several processes may add to one file at once."""
    with register.open("a", encoding="utf-8", newline="") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        writer = csv.DictWriter(file, [field.name for field in fields(RegisterLine)], lineterminator="\n")
        if os.fstat(file.fileno()).st_size == 0:
            writer.writeheader()
        writer.writerow(asdict(line))
        file.flush()
        os.fsync(file.fileno())


def proven_cards(lines: tuple[RegisterLine, ...]) -> Mapping[str, RegisterLine]:
    """The last proven card of each station."""
    return {line.station: line for line in lines if line.outcome == PROVEN}
