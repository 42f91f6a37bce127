"""What plates are entitled to: asked plate by plate, replaced series by series.

The theory. A series (residents, holders of a CMI-S…) comes from another office as a whole, and is replaced as a whole: its
rows are written under the number of a new generation, and the same transaction ends the generation before. Whoever reads
sees the one or the other, never some of each. The old rows stay: they are what was known then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice

from sqlalchemy import Connection, Engine, Select, bindparam, insert, or_, select, text, update

from central.core.audit import note
from central.db.as_of import known_as_of
from central.db.bulk_insert import insert_all
from central.db.locks import transaction_lock
from central.db.tables import AwareDateTime, generations, holdings
from central.register.parking_rights import plausible
from firmware.domain.plate import MAX_LENGTH, normalise

SETTLED = frozenset({"resident", "pro_sedentary"})
"""Rights that have a home."""
MOST_SECTORS = 4
"""A home is so many sectors at most."""
EVERYWHERE = frozenset({"pro_mobile", "pro_public", "low_emission", "cmi_s"})
"""Rights that are good wherever parking is paid."""

CHUNK = 10_000
_SERIES = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_SECTOR = re.compile(r"([1-9]|1[0-9]|20)[A-Z]")


class RowError(ValueError):
    """A row that cannot be one. The fault is its author's; nothing of the series has changed."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        """The column."""
        self.reason = reason


@dataclass(frozen=True)
class HoldingRow:
    """What a plate is entitled to, as another office says it. One that exists is a good one.

    Raises RowError naming the member that cannot be.
    """

    plate: str
    """However it is written; kept normalised, 1 to 10 characters."""
    holding: str
    """One of SETTLED or EVERYWHERE."""
    sectors: tuple[str, ...]
    """Where it is at home, 1 to 4 sectors such as `11D`; empty for a right that is good everywhere."""
    valid_from: datetime
    """Aware; from this instant on…"""
    valid_until: datetime | None
    """…and before this one; None: for ever."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "plate", normalise(self.plate))
        for field, reason in _complaints(self):
            raise RowError(field, reason)


@dataclass(frozen=True)
class HeldRight:
    """A right the register knows a plate to hold."""

    series: str
    """Which series says so."""
    holding: str
    sectors: frozenset[str]
    """Where it is at home; empty: wherever parking is paid."""
    valid_from: datetime
    valid_until: datetime | None
    """The first instant it is no longer valid; None: for ever."""


def replace_series(store: Engine, series: str, rows: Iterable[HoldingRow], by: str, now: datetime) -> int:
    """Put these rows in the place of all the series has had; the number of the new generation. All, or nothing at all.

    What `rows` raises goes through, with nothing changed. Two replacements of one series wait for each other, and the later
    one stands. Known from `now` on, although a great series takes minutes to write. Raises RowError for the name of a series.
    """
    if not _SERIES.fullmatch(series):
        raise RowError("series", f"{series!r}: 1 to 40 small letters, digits, - and _")
    with store.begin() as connection:
        transaction_lock(connection, f"series {series}")
        generation = _opened(connection, series, by, now)
        size = sum(_written(connection, series, generation, chunk) for chunk in _chunks(rows))
        this = (generations.c.series == series) & (generations.c.generation == generation)
        connection.execute(update(generations).where(this).values(size=size))
        _look_over(connection)
        note(connection, now, by, "rights replaced", series, generation=generation, size=size)
    return generation


def of_plate(connection: Connection, plate: str, at: datetime, known_at: datetime | None = None) -> tuple[HeldRight, ...]:
    """The rights a plate, however it is written, holds at `at`: as known now, or as known at `known_at`."""
    values = {"plate": normalise(plate), "at": at} | ({"known_at": known_at} if known_at else {})
    return tuple(
        HeldRight(row.series, row.holding, frozenset(row.sectors), row.valid_from, row.valid_until)
        for row in connection.execute(_of_plate(known_at is not None), values)
    )


@lru_cache
def _of_plate(then: bool) -> Select[tuple[object, ...]]:
    """Made once: every plate check runs it, and making it takes longer than running it."""
    columns, at = holdings.c, bindparam("at", type_=AwareDateTime())
    return (
        select(columns.series, columns.holding, columns.sectors, columns.valid_from, columns.valid_until)
        .join(generations)
        .where(columns.plate == bindparam("plate"), known_as_of(generations, then))
        .where(columns.valid_from <= at, or_(columns.valid_until.is_(None), columns.valid_until > at))
        .order_by(columns.id)
    )


def _complaints(row: HoldingRow) -> Iterator[tuple[str, str]]:
    if not 1 <= len(row.plate) <= MAX_LENGTH:
        yield "plate", f"1 to {MAX_LENGTH} letters and digits"
    if row.holding not in SETTLED | EVERYWHERE:
        yield "holding", f"{row.holding!r} is none of {', '.join(sorted(SETTLED | EVERYWHERE))}"
    if row.holding in SETTLED and not 1 <= len(row.sectors) <= MOST_SECTORS:
        yield "sectors", f"{row.holding} has a home of 1 to {MOST_SECTORS} sectors"
    if row.holding in EVERYWHERE and row.sectors:
        yield "sectors", f"{row.holding} is good everywhere and has no home"
    for sector in row.sectors:
        if not _SECTOR.fullmatch(sector):
            yield "sectors", f"{sector!r} is no residential sector such as 11D"
    if not plausible(row.valid_from):
        yield "valid_from", "a date and time with an offset, such as 2026-01-01T00:00:00+01:00"
    if row.valid_until is not None and not (plausible(row.valid_until) and row.valid_from < row.valid_until):
        yield "valid_until", "a date and time with an offset, later than valid_from"


def _opened(connection: Connection, series: str, by: str, now: datetime) -> int:
    """End the generation that is present and begin the next. A worker whose clock lags ends none before it began."""
    columns = generations.c
    newest = select(columns.generation, columns.known_from).where(columns.series == series)
    before = connection.execute(newest.order_by(columns.generation.desc()).limit(1)).one_or_none()
    since = max(now, before.known_from) if before else now
    present = (columns.series == series) & columns.known_until.is_(None)
    connection.execute(update(generations).where(present).values(known_until=since))
    generation: int = before.generation + 1 if before else 1
    values = {"series": series, "generation": generation, "known_from": since, "size": 0, "loaded_by": by}
    connection.execute(insert(generations).values(values))
    return generation


def _look_over(connection: Connection) -> None:
    """PostgreSQL plans by what it saw last: until it looks again, each check would read all of what was just loaded."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE holdings"))


def _chunks(rows: Iterable[HoldingRow]) -> Iterator[Sequence[HoldingRow]]:
    iterator = iter(rows)
    while chunk := tuple(islice(iterator, CHUNK)):
        yield chunk


def _written(connection: Connection, series: str, generation: int, rows: Sequence[HoldingRow]) -> int:
    here = {"series": series, "generation": generation}
    insert_all(
        connection,
        holdings,
        [
            here
            | {
                "plate": row.plate,
                "holding": row.holding,
                "sectors": row.sectors,
                "valid_from": row.valid_from,
                "valid_until": row.valid_until,
            }
            for row in rows
        ],
    )
    return len(rows)
