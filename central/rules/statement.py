"""The acquirer's statement as values: what a bank says it debited and gave back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache

from firmware.domain.reference import bank_parts, station_place

CURRENCY = "EUR"
"""What stations sell in."""


class LineKind(Enum):
    """What a line of a statement says happened."""

    DEBIT = "debit"
    CREDIT = "credit"
    """Given back by the merchant."""
    REVERSAL = "reversal"
    """Taken back before it was settled, by the terminal or the bank."""


@dataclass(frozen=True)
class StatementLine:
    """One line of a statement. It has no card number: a file that has one is refused (central/register/statement_csv.py)."""

    line: int
    """In the file, from 1, its header included."""
    kind: LineKind
    reference: str
    """As the bank carries it, 10 characters; empty where the terminal sent none."""
    cents: int
    """In hundredths of its currency; never negative."""
    currency: str
    """ISO 4217."""
    at: datetime
    """By the bank's clock."""
    terminal: str = ""
    """What the acquirer calls the terminal or the contract; empty if it does not say."""
    authorisation: str = ""
    """Number of the authorisation; empty if it does not say."""


@dataclass(frozen=True)
class Sum:
    """So many payments, so much money of one currency: amounts of two are never added."""

    count: int = 0
    cents: int = 0
    """In hundredths of the currency."""
    currency: str = CURRENCY
    """ISO 4217."""


@dataclass(frozen=True)
class Statement:
    """A statement, and whether nothing of the day is missing from it."""

    lines: tuple[StatementLine, ...]
    complete: bool = False
    """What it does not say was not debited: somebody vouches for it."""


@dataclass(frozen=True)
class Movements:
    """What a statement says of one reference, once what was given back is set against what was debited."""

    debits: tuple[StatementLine, ...]
    """Those that stand."""
    undone: tuple[StatementLine, ...]
    """Credits and reversals of exactly one debit, which does not stand."""
    loose: tuple[StatementLine, ...]
    """Credits and reversals of no debit, or of a part of one."""


def movements_of(lines: Iterable[StatementLine]) -> Movements:
    """Set each credit and reversal against a debit of the same amount and currency, the earliest first."""
    ordered = sorted(lines, key=lambda each: (each.at, each.line))
    debits = [each for each in ordered if each.kind is LineKind.DEBIT]
    undone: list[StatementLine] = []
    loose: list[StatementLine] = []
    for back in (each for each in ordered if each.kind is not LineKind.DEBIT):
        debit = next((each for each in debits if is_same_amount(each, back)), None)
        (loose if debit is None else undone).append(back)
        debits = [each for each in debits if each is not debit]
    return Movements(tuple(debits), tuple(undone), tuple(loose))


def is_same_amount(one: StatementLine, other: StatementLine) -> bool:
    """Whether two lines move the same money."""
    return (one.cents, one.currency) == (other.cents, other.currency)


def by_reference(lines: Iterable[StatementLine]) -> dict[str, Sequence[StatementLine]]:
    """The lines of each reference."""
    found: dict[str, list[StatementLine]] = {}
    for each in lines:
        found.setdefault(each.reference, []).append(each)
    return {**found}


def net_sums(lines: Iterable[StatementLine]) -> tuple[Sum, ...]:
    """What lines debited less what they gave back: a sum for each currency, in the order of their names, ours before them."""
    sums: dict[str, Sum] = {}
    for each in lines:
        sign, before = sign_of(each), sums.get(each.currency, Sum())
        sums[each.currency] = Sum(before.count + sign, before.cents + sign * each.cents, each.currency)
    return tuple(sums[currency] for currency in sorted(sums, key=lambda each: (each != CURRENCY, each)))


def station_of_line(line: StatementLine, stations: Iterable[str]) -> str:
    """The station that a line's reference is of; empty if it is none's."""
    try:
        place, _, _ = bank_parts(line.reference)
    except ValueError:
        return ""
    return next((station for station in stations if _place(station) == place), "")


def sign_of(line: StatementLine) -> int:
    """1 for a debit, -1 for what was given back."""
    return 1 if line.kind is LineKind.DEBIT else -1


@lru_cache(maxsize=100_000)
def _place(station: str) -> int:
    return station_place(station)
