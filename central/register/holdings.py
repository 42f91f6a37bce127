"""Holdings, what plates are entitled to: looked up plate by plate, replaced series by series.

The theory. A series (residents, holders of a CMI-S…) comes from another office as a whole, and is replaced as a whole: its
rows are written under the number of a new generation, and the same transaction ends the generation before. Whoever reads
sees the one or the other, never some of each. The old rows stay: they are what was known then.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    bindparam,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)

from central.core.audit import note
from central.core.chunks import chunks_of
from central.core.fields import WHAT_A_DATE_IS, check_datetime, plate_in
from central.db.among import is_among, json_list
from central.db.as_of import known_as_of
from central.db.bulk_insert import insert_all
from central.db.column_types import AwareDateTime
from central.db.locks import transaction_lock
from central.db.tables import generations, holdings
from central.rules.evidence import HeldRight
from firmware.domain.errors import FieldError
from firmware.domain.plate import normalise
from firmware.domain.sector import check_sector

SETTLED = frozenset({"resident", "pro_sedentary"})
"""Rights that have a home."""
MOST_SECTORS = 4
"""A home is so many sectors at most."""
EVERYWHERE = frozenset({"pro_mobile", "pro_public", "low_emission", "cmi_s"})
"""Rights that are good wherever parking is paid."""

CHUNK = 10_000
MOST_LOST = 10
"""A series may lose one row in so many without a word."""
_SERIES = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
CARD_SERIES = "card-"
"""Begins the name of the series of a card of the counter, its number ends it: no office loads a file under such a name."""
_OF_A_CARD = re.compile(rf"{CARD_SERIES}[0-9]+")


@dataclass(frozen=True)
class HoldingRow:
    """One row of a series: what a plate is entitled to, as another office says it. One that exists is a valid one.

    Raises FieldError naming the member that cannot be.
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
        object.__setattr__(self, "plate", plate_in(self.plate))
        _check_holding(self.holding)
        _check_home(self.holding, self.sectors)
        _check_period(self.valid_from, self.valid_until)


def replace_series(
    store: Engine, series: str, rows: Iterable[HoldingRow], by: str, now: datetime, accept_shrink: int = 0
) -> int:
    """Replace all rows of a series; the number of the new generation. All, or nothing at all.

    What `rows` raises goes through, with nothing changed. Two replacements of one series wait for each other, and the later
    one stands. Known from `now` on, although a great series takes minutes to write. Raises FieldError for the name of a series,
    and for one that would lose more than a tenth of its rows, and more than `accept_shrink`: a file may be the wrong one.
    """
    if not _SERIES.fullmatch(series):
        raise FieldError("series", f"{series!r}: 1 to 40 small letters, digits, - and _")
    if _OF_A_CARD.fullmatch(series):
        raise FieldError("series", f"{series!r}: {CARD_SERIES} and a number is the series of a card of the counter")
    with store.begin() as connection:
        transaction_lock(connection, f"series {series}")
        before = _present_size(connection, series)
        generation = _begin_generation(connection, series, by, now)
        size = sum(_insert_rows(connection, series, generation, chunk) for chunk in chunks_of(rows, CHUNK))
        _check_shrink(before, size, accept_shrink)
        this = (generations.c.series == series) & (generations.c.generation == generation)
        connection.execute(update(generations).where(this).values(size=size))
        _update_statistics(connection)
        note(connection, now, by, "rights replaced", series, generation=generation, size=size)
    return generation


def put_holding(connection: Connection, series: str, row: HoldingRow | None, by: str, now: datetime) -> None:
    """Replace a series of one row, that of one card; None: it holds nothing any more. Audited by whoever puts it."""
    transaction_lock(connection, f"series {series}")
    generation = _begin_generation(connection, series, by, now)
    size = _insert_rows(connection, series, generation, [row] if row else [])
    this = (generations.c.series == series) & (generations.c.generation == generation)
    connection.execute(update(generations).where(this).values(size=size))


def find_holdings(connection: Connection, plate: str, at: datetime, known_at: datetime | None = None) -> tuple[HeldRight, ...]:
    """The holdings of a plate, however it is written, at `at`: as known now, or as known at `known_at`."""
    return find_holdings_by_plate(connection, [normalise(plate)], (at, at), known_at).get(normalise(plate), ())


def find_holdings_by_plate(
    connection: Connection, plates: Collection[str], between: tuple[datetime, datetime], known_at: datetime | None = None
) -> Mapping[str, tuple[HeldRight, ...]]:
    """What normalised plates hold at some instant between two, the first and the last included: one statement for all."""
    values = holdings_values(plates, between) | ({"known_at": known_at} if known_at else {})
    found: dict[str, tuple[HeldRight, ...]] = {}
    for row in connection.execute(holdings_statement(known_at is not None), values):
        held = HeldRight(row.series, row.holding, frozenset(row.sectors), row.valid_from, row.valid_until)
        found[row.plate] = (*found.get(row.plate, ()), held)
    return found


def holdings_values(plates: Collection[str], between: tuple[datetime, datetime]) -> dict[str, object]:
    """The parameters of `holdings_statement`, but `known_at`."""
    return {"holders": json_list(plates), "held_first": between[0], "held_last": between[1]}


@lru_cache
def holdings_statement(then: bool) -> Select[tuple[object, ...]]:
    """Made once: every plate check runs it, and making it takes longer than running it."""
    columns = holdings.c
    first, last = (bindparam(name, type_=AwareDateTime()) for name in ("held_first", "held_last"))
    return (
        select(columns.plate, columns.series, columns.holding, columns.sectors, columns.valid_from, columns.valid_until)
        .join(generations)
        .where(is_among(columns.plate, "holders"), known_as_of(generations, then))
        .where(columns.valid_from <= last, or_(columns.valid_until.is_(None), columns.valid_until > first))
        .order_by(columns.id)
    )


@lru_cache
def anything_held() -> ColumnElement[bool]:
    """Whether the plates of `holdings_statement` hold, held or will hold anything, as far as was ever known."""
    return select(literal_column("1")).where(is_among(holdings.c.plate, "holders")).exists()


def _check_holding(holding: str) -> None:
    if holding not in SETTLED | EVERYWHERE:
        raise FieldError("holding", f"unknown holding {holding!r}; expected one of {', '.join(sorted(SETTLED | EVERYWHERE))}")


def _check_home(holding: str, sectors: Sequence[str]) -> None:
    if holding in SETTLED and not 1 <= len(sectors) <= MOST_SECTORS:
        raise FieldError("sectors", f"{holding} needs 1 to {MOST_SECTORS} sectors")
    if holding in EVERYWHERE and sectors:
        raise FieldError("sectors", f"{holding} is valid everywhere and takes no sectors")
    for sector in sectors:
        try:
            check_sector(sector)
        except FieldError as error:
            raise FieldError("sectors", f"{sector!r} is no residential sector: {error.reason}") from error


def _check_period(valid_from: datetime, valid_until: datetime | None) -> None:
    check_datetime("valid_from", valid_from)
    if valid_until is not None:
        check_datetime("valid_until", valid_until)
        if valid_until <= valid_from:
            raise FieldError("valid_until", f"{WHAT_A_DATE_IS}, later than valid_from")


def _present_size(connection: Connection, series: str) -> int:
    present = (generations.c.series == series) & generations.c.known_until.is_(None)
    return connection.scalar(select(generations.c.size).where(present)) or 0


def _check_shrink(before: int, size: int, accepted: int) -> None:
    lost = before - size
    if size == 0 and lost == 0:
        raise FieldError("accept_shrink", "there is no row in it: a series is not begun with none")
    if lost * MOST_LOST > before and lost > accepted:
        reason = f"{size} rows would take the place of {before}: more than a tenth is lost"
        raise FieldError("accept_shrink", f"{reason}; if that is meant, say how many: {lost}")


def _begin_generation(connection: Connection, series: str, by: str, now: datetime) -> int:
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


def _update_statistics(connection: Connection) -> None:
    """PostgreSQL plans by what it saw last: until it looks again, each check would read all of what was just loaded."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE holdings"))


def _insert_rows(connection: Connection, series: str, generation: int, rows: Sequence[HoldingRow]) -> int:
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
