"""Makes an agent's offline copy of one sector from the register: docs/decisions/0028.

The theory. What counts in a sector is asked of the same rules as a plate check asks. A copy is made for each agent who fetches
one, under a salt of its own, and is kept nowhere; that it was fetched is in the audit trail, for it is a look at many plates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, Text, cast, or_, select

from central.core import audit
from central.core.city import City
from central.db.store import snapshot
from central.db.tables import generations, holdings, rights
from central.enforcement.completeness import read_completeness
from central.register.publications import active_tariffs
from central.rules.agent_copies import SALT_BYTES, VALID, copy_of, sign_copy, stays_of
from central.rules.evidence import HeldRight, Inquiry, ParkedVehicle, Place, RegisteredRight, RightStatus
from firmware.domain.errors import FieldError
from firmware.domain.sector import arrondissement_of, check_sector


def make_agent_copy(city: City, sector: str, by: str, now: datetime) -> bytes:
    """The signed copy of a sector, as the register is now. Audited. Raises FieldError for what is no sector."""
    check_sector(sector)
    with snapshot(city.store) as connection:
        tariffs = active_tariffs(city, connection, now)
        zone = tariffs.zone_of(arrondissement_of(sector))
        if zone is None:
            raise FieldError("sector", "lies in no tariff zone")
        place = Place(zone, sector)
        inquiry = Inquiry(ParkedVehicle("", place, now), tariffs, city.rules, now)
        complete = read_completeness(connection, inquiry, everywhere=False)
        sold, held = _rights_by_plate(connection, now - city.rules.tolerance), _holdings_by_plate(connection, sector, now)
        stays = {
            plate: stays_of(sold.get(plate, ()), held.get(plate, ()), place, tariffs, city.rules, now)
            for plate in sold.keys() | held.keys()
        }
        copy = copy_of(place, now, complete.sector.complete_until, city.draw(SALT_BYTES), stays)
        audit.note(connection, now, by, "copy fetched", sector, plates=len(copy.plates))
    return sign_copy(copy, city.key)


def _rights_by_plate(connection: Connection, after: datetime) -> dict[str, list[RegisteredRight]]:
    """What has not ended, wherever it was bought: it reads the whole table, a second or so for ten million rows."""
    columns = [rights.c[name] for name in RegisteredRight.__dataclass_fields__]
    found: defaultdict[str, list[RegisteredRight]] = defaultdict(list)
    for row in connection.execute(select(*columns).where(rights.c.end > after, rights.c.known_until.is_(None))).mappings():
        found[row["plate"]].append(RegisteredRight(**{**row, "status": RightStatus(row["status"])}))
    return found


def _holdings_by_plate(connection: Connection, sector: str, now: datetime) -> dict[str, tuple[HeldRight, ...]]:
    found: dict[str, tuple[HeldRight, ...]] = {}
    for plate, held in _holdings(connection, sector, now):
        found[plate] = (*found.get(plate, ()), held)
    return found


def _holdings(connection: Connection, sector: str, now: datetime) -> Iterator[tuple[str, HeldRight]]:
    """What is at home in a sector, or good everywhere, while the copy is. `sectors` is looked at as text: `["11C", "11D"]`."""
    columns = holdings.c
    sectors = cast(columns.sectors, Text)
    query = (
        select(columns.plate, columns.series, columns.holding, columns.sectors, columns.valid_from, columns.valid_until)
        .join(generations)
        .where(generations.c.known_until.is_(None))
        .where(or_(sectors == "[]", sectors.contains(f'"{sector}"', autoescape=True)))
        .where(columns.valid_from < now + VALID, or_(columns.valid_until.is_(None), columns.valid_until > now))
    )
    for plate, series, holding, homes, valid_from, valid_until in connection.execute(query):
        yield plate, HeldRight(series, holding, frozenset(homes), valid_from, valid_until)
