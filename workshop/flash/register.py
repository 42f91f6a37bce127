"""The register of flashed cards: a CSV file to which lines are only added. What it says is done is done, so a batch resumes."""

from __future__ import annotations

import csv
import fcntl
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from workshop.common.errors import MisuseError

PROVEN = "proven"


@dataclass(frozen=True)
class RegisterLine:
    """What became of one card."""

    at: str
    station: str
    zone: str
    sector: str
    public_key: str
    """Empty where no card came of it."""
    image: str
    card: str
    seconds: str
    outcome: str
    """`proven`, or why not."""


def read(register: Path) -> tuple[RegisterLine, ...]:
    """Every line. Raises MisuseError for a file that is no register; none yet is empty."""
    if not register.exists():
        return ()
    with register.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        names = [field.name for field in fields(RegisterLine)]
        if rows.fieldnames != names:
            raise MisuseError(f"{register}: is no register of cards: its first line must be {','.join(names)}")
        try:
            return tuple(RegisterLine(**row) for row in rows)
        except TypeError:
            raise MisuseError(f"{register}, line {rows.line_num}: has too many or too few fields") from None


def add(register: Path, line: RegisterLine) -> None:
    """On disk when this returns. Several processes may add to one file at once."""
    with register.open("a", encoding="utf-8", newline="") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        writer = csv.DictWriter(file, [field.name for field in fields(RegisterLine)], lineterminator="\n")
        if os.fstat(file.fileno()).st_size == 0:
            writer.writeheader()
        writer.writerow(asdict(line))
        file.flush()
        os.fsync(file.fileno())


def proven(lines: tuple[RegisterLine, ...]) -> Mapping[str, RegisterLine]:
    """The last proven card of each station."""
    return {line.station: line for line in lines if line.outcome == PROVEN}
