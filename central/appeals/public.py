"""What the public does about an appeal: files one, supplies documents, reads how it stands, by number, plate and key."""

from __future__ import annotations

from datetime import datetime

from central.appeals.answers import PublicAppeal, appeal_answer, public_appeal
from central.appeals.filing import AppealFiling, FiledAppeal, file_appeal, supply_documents
from central.appeals.store import find_appeal
from central.core.audit import PUBLIC
from central.core.city import City
from central.notices.public import find_public_notice
from central.notices.store import load_notice
from central.rules.appeal_documents import AppealDocument

UNKNOWN = "no notice has this number, plate and key"


def find_public_appeal(city: City, number: str, plate: str, key: str | None, now: datetime) -> PublicAppeal | None:
    """The appeal of a notice. Raises LookupError for an unknown notice, or another's plate or key: which is not told."""
    _check_known(city, number, plate, key, now)
    with city.store.begin() as connection:
        found = find_appeal(connection, city, load_notice(connection, city, number, now))
        return public_appeal(appeal_answer(connection, found, now)) if found else None


def file_public_appeal(city: City, number: str, plate: str, key: str, filing: AppealFiling, now: datetime) -> FiledAppeal:
    """File one. Raises LookupError as above; FieldError."""
    _check_known(city, number, plate, key, now)
    return file_appeal(city, number, filing, PUBLIC, now)


def supply_public_documents(
    city: City, number: str, plate: str, key: str, documents: tuple[AppealDocument, ...], now: datetime
) -> PublicAppeal:
    """List documents that were asked for. Raises LookupError as above, or if there is no appeal; FieldError."""
    found = find_public_appeal(city, number, plate, key, now)
    if found is None:
        raise LookupError(UNKNOWN)
    return public_appeal(supply_documents(city, found.id, documents, PUBLIC, now))


def _check_known(city: City, number: str, plate: str, key: str | None, now: datetime) -> None:
    if find_public_notice(city, number, plate, key, now) is None:
        raise LookupError(UNKNOWN)
