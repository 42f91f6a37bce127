"""Looks up parking rights by plate, as known now or at an earlier moment.

The theory. A check looks up a plate, and those one keying error apart (`central/rules/plate_match.py`), among millions of rows
in a millisecond. So its statements are made once and their texts never change: SQLAlchemy compiles and PostgreSQL plans each of
them once, and the plates travel as one text, not as hundreds of parameters. Each index is by a key and the end of the right
(`rights_alike`, `rights_heads`, `rights_tails`): one descent for each key, to the rights that have not ended.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    RowMapping,
    Select,
    Text,
    literal_column,
    select,
    union_all,
)

from central.db.among import is_after, is_among, json_list
from central.db.as_of import known_as_of
from central.db.tables import rights
from central.rules.evidence import RegisteredRight, RightStatus
from central.rules.plate_match import HEAD, TAIL, NeighbourKeys, alike, is_neighbour, neighbour_keys


def find_rights(
    connection: Connection, plates: Collection[str], after: datetime, known_at: datetime | None = None
) -> tuple[RegisteredRight, ...]:
    """The rights, of any place, that end after an instant. `plates`: folded (`plate_match.alike`), as the index is."""
    values = rights_values(plates, after, known_at)
    return tuple(map(_right, connection.execute(rights_statement(known_at is not None), values).mappings()))


def rights_values(plates: Collection[str], after: datetime, known_at: datetime | None) -> dict[str, object]:
    """The parameters of `rights_statement`."""
    then: dict[str, object] = {"known_at": known_at} if known_at else {}
    return {"plates": json_list(plates), "after": after, **then}


def find_candidates(connection: Connection, plates: Sequence[str], after: datetime, known_at: datetime | None) -> Sequence[str]:
    """Folded plates with a right that ends after an instant, that begin or end as one of these folded plates does."""
    values = candidates_values(plates) | {"after": after} | ({"known_at": known_at} if known_at else {})
    return connection.scalars(candidates_statement(known_at is not None), values).all()


def similar_among(
    connection: Connection, plates: Sequence[str], candidates: Iterable[str], after: datetime, known_at: datetime | None
) -> list[tuple[RegisteredRight, ...]]:
    """Of each of these folded plates, the rights that end after an instant of the plates one keying error apart.

    Those are among the candidates, most of which are no neighbours: their rights are not read.
    """
    found = _plates_by_key(dict.fromkeys(candidates))
    neighbours = [_neighbours_in(found, plate, neighbour_keys(plate)) for plate in plates]
    by_plate: defaultdict[str, list[RegisteredRight]] = defaultdict(list)
    if everyone := frozenset().union(*neighbours):
        for right in find_rights(connection, everyone, after, known_at):
            by_plate[alike(right.plate)].append(right)
    return [tuple(right for other in sorted(theirs) for right in by_plate[other]) for theirs in neighbours]


def candidates_values(plates: Sequence[str]) -> dict[str, object]:
    """The parameters of `candidates_statement`, but the instants."""
    keys = [neighbour_keys(plate) for plate in plates]
    return {
        "similar": json_list(frozenset().union(*(each.plates for each in keys))),
        "heads": json_list({each.head for each in keys if each.head}),
        "tails": json_list({each.tail for each in keys if each.tail}),
    }


def _plates_by_key(plates: Iterable[str]) -> Mapping[str, Collection[str]]:
    """Folded plates by themselves, and by their beginnings and their ends: `^AB12`, `3CD$`."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for plate in plates:
        for key in (plate, f"^{plate[:HEAD]}", f"{plate[-TAIL:]}$"):
            found[key].append(plate)
    return found


def _neighbours_in(found: Mapping[str, Collection[str]], plate: str, keys: NeighbourKeys) -> set[str]:
    names = (*keys.plates, f"^{keys.head}", f"{keys.tail}$") if keys.head else keys.plates
    return {other for name in names for other in found.get(name, ()) if is_neighbour(plate, other)}


def _right(row: RowMapping) -> RegisteredRight:
    """A row, whatever else is in it."""
    values = {name: row[name] for name in RegisteredRight.__dataclass_fields__}
    return RegisteredRight(**{**values, "status": RightStatus(values["status"])})


@lru_cache
def candidates_statement(then: bool) -> CompoundSelect[str]:
    """Folded plates with a right, some of them more than once: one select for each index, so that each is used."""
    ends, known = is_after(rights.c.end, "after"), known_as_of(rights, then)
    keys: tuple[tuple[ColumnElement[str], str], ...] = (
        (rights.c.alike, "similar"),
        (literal_column(f"substr(alike, 1, {HEAD})", Text), "heads"),
        (literal_column(f"substr(alike, length(alike) - {TAIL - 1})", Text), "tails"),
    )
    return union_all(*(select(rights.c.alike).where(is_among(key, name), ends, known) for key, name in keys))


@lru_cache
def rights_statement(then: bool) -> Select[tuple[object, ...]]:
    """Made once: every check runs it."""
    columns = [rights.c[name] for name in RegisteredRight.__dataclass_fields__]
    return select(*columns).where(
        is_among(rights.c.alike, "plates"),
        is_after(rights.c.end, "after"),
        known_as_of(rights, then),
    )
