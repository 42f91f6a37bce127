"""Entitlement copies: the part of the register that the stations of a sector work from offline.

The theory. A copy is made when a station first asks after the register has changed, and once a day because dates move; every
other station of the sector is given the same one. It holds nothing that can be read: plates are hashes under a key drawn for
this copy alone (`firmware/protocol/entitlements.py`), and of a home it says only that this sector belongs to it. A copy that
has been followed by another is of no use to anybody and is deleted; what it was made from stays in the register.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Text, cast, delete, func, or_, select

from central.core.city import City
from central.db.prepared import fetch
from central.db.tables import generations, holdings, publications
from central.register.publication_store import Draft, add_version, find_newest, lock_audience
from firmware.protocol.entitlements import KEY_BYTES, DatedHolding, body_of, entitlement_copy
from firmware.tariff import Holding
from hal.time_zone import PARIS

AHEAD = timedelta(days=60)
"""A station that is offline for so long still knows who will have become a resident."""
MAKER = "register"
"""Who publishes a copy: nobody in person."""
_MADE = select(func.count()).select_from(generations)


def current_copy(city: City, connection: Connection, sector: str, now: datetime) -> int:
    """The version of the copy for this sector, which is made if the one there is no longer what the register says.

    However many workers are asked at once, one makes it and the others wait.
    """
    if version := _current_version(connection, sector, _fingerprint(connection, now)):
        return version
    lock_audience(connection, "rights", sector)
    made_of = _fingerprint(connection, now)  # as it is after the wait
    return _current_version(connection, sector, made_of) or _make_copy(city, connection, sector, made_of, now)


def _fingerprint(connection: Connection, now: datetime) -> str:
    """Every change of a series, and each card is one, adds a generation, and none is ever deleted: so their number tells."""
    ((made,),) = fetch(connection, _MADE, {})
    return hashlib.sha256(f"{now.astimezone(PARIS).date().isoformat()} {made}".encode()).hexdigest()


def _current_version(connection: Connection, sector: str, made_of: str) -> int | None:
    last = find_newest(connection, "rights", sector)
    return last.version if last and last.made_of == made_of else None


def _make_copy(city: City, connection: Connection, sector: str, made_of: str, now: datetime) -> int:
    body = body_of(entitlement_copy(sector, city.draw(KEY_BYTES), _holdings_of(connection, sector, now)))
    version = add_version(connection, city.key, Draft("rights", sector, now, body, made_of), MAKER, now)
    columns = publications.c
    older = (columns.kind == "rights") & (columns.audience == sector) & (columns.version < version)
    connection.execute(delete(publications).where(older))
    return version


def _holdings_of(connection: Connection, sector: str, now: datetime) -> Mapping[str, Sequence[DatedHolding]]:
    """What the present generations say of this sector, by plate. `sectors` is looked at as the text it is: `["11C", "11D"]`."""
    columns = holdings.c
    sectors = cast(columns.sectors, Text)
    query = (
        select(columns.plate, columns.holding, columns.sectors, columns.valid_from, columns.valid_until)
        .join(generations)
        .where(generations.c.known_until.is_(None))
        .where(or_(sectors == "[]", sectors.contains(f'"{sector}"', autoescape=True)))
        .where(columns.valid_from < now + AHEAD, or_(columns.valid_until.is_(None), columns.valid_until > now))
        .order_by(columns.id)
    )
    held: defaultdict[str, list[DatedHolding]] = defaultdict(list)
    for row in connection.execute(query):
        home = frozenset({sector}) if row.sectors else frozenset[str]()
        held[row.plate].append(DatedHolding(Holding(row.holding, home), row.valid_from, row.valid_until))
    return held
