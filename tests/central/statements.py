"""Statements of an acquirer, for the tests of reconciliation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from central.rules.statement import CURRENCY, LineKind, StatementLine
from firmware.domain.reference import bank_reference
from tests.central.signing_station import WRITTEN, right

HEADER = "kind,reference,amount,currency,at,terminal,authorisation\n"
TERMINAL = "00042117"


def bank(number: int = 1) -> str:
    """The bank's reference of the sale with this number."""
    return bank_reference(right(number).reference)


def line(
    number: int,
    reference: str,
    cents: int = 600,
    kind: LineKind = LineKind.DEBIT,
    *,
    currency: str = CURRENCY,
    at: datetime = WRITTEN,
) -> StatementLine:
    """A line of a statement; `number` is its place in the file."""
    return StatementLine(number, kind, reference, cents, currency, at, TERMINAL)


def text_of(lines: Iterable[StatementLine]) -> str:
    """A statement as CSV."""
    rows = (
        f"{each.kind.value},{each.reference},{each.cents // 100}.{each.cents % 100:02},{each.currency},{each.at.isoformat()},"
        f"{each.terminal},{each.authorisation}\n"
        for each in lines
    )
    return HEADER + "".join(rows)


def file_of(folder: Path, lines: Iterable[StatementLine], name: str = "statement.csv") -> Path:
    """A statement as a file."""
    path = folder / name
    path.write_text(text_of(lines))
    return path
