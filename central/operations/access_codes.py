"""One-time access codes for a station's service menu, issued by an operator; to whom and until when is in the audit trail."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from central.core.audit import note
from central.core.city import City
from central.db.tables import stations
from firmware.domain.errors import FieldError
from firmware.protocol.access_code import LONGEST, access_code, shared_secret


def issue_code(city: City, station: str, person: str, minutes: int, by: str, now: datetime) -> tuple[str, datetime]:
    """A code for this number at this station, and until when it is valid. Raises FieldError naming the argument."""
    if not re.fullmatch("[0-9]{2}", person):
        raise FieldError("person", "must have two digits")
    if not 1 <= minutes <= LONGEST:
        raise FieldError("minutes", f"must be 1 to {LONGEST}")
    until = (now + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    with city.store.begin() as connection:
        columns = stations.c
        enrolled = (columns.station == station) & columns.revoked_at.is_(None)
        key = connection.scalar(select(columns.public_key).where(enrolled))
        if key is None:
            raise FieldError("station", f"there is no enrolled station {station}")
        code = access_code(shared_secret(city.key, Ed25519PublicKey.from_public_bytes(key)), station, person, until)
        note(connection, now, by, "access code issued", station, person=person, until=until.isoformat())
    return code, until
