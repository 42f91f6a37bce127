"""What the public reads of a notice and does about its appeal, by number, plate and the code on the letter.

The theory. A number can be counted up to and a plate stands in the street: with these two, and no more, whoever asks reads
state, dates and amounts, and how the appeal stands. Where a vehicle was, what was bought for it, why an appeal was refused,
the payment key and every letter need the code (central/rules/letter_codes.py), which stands on the letter to the holder alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from central.appeals.answers import PublicAppeal, appeal_answer, public_appeal
from central.appeals.filing import AppealFiling, FiledAppeal, file_appeal, supply_documents
from central.appeals.store import StoredAppeal, find_appeal
from central.core.audit import PUBLIC
from central.core.city import City
from central.notices.answers import NoticeStatus, PublicNotice, public_answer
from central.notices.letter_codes import is_opened_by
from central.notices.public import find_stored
from central.notices.store import StoredNotice
from central.rules.appeal_documents import AppealDocument
from central.rules.appeal_states import AppealState
from central.rules.appeals import appeal_state_at

UNKNOWN = "no notice has this number, plate and code"


@dataclass(frozen=True, kw_only=True)
class PublicStatus(NoticeStatus):
    """What whoever has the number and the plate reads, without the code: nothing personal."""

    appeal_state: AppealState | None
    """None: no appeal was filed."""
    appeal_filed_on: date | None


@dataclass(frozen=True, kw_only=True)
class PublicDetails(PublicNotice):
    """What whoever has the code as well reads."""

    coded: bool
    """False: it is of before there were codes, and its payment key opened it; a new letter has a code."""
    appeal_state: AppealState | None
    """None: no appeal was filed."""
    appeal_filed_on: date | None


def find_public_status(city: City, number: str, plate: str, code: str | None, now: datetime) -> PublicStatus | PublicDetails:
    """A notice and how its appeal stands. LookupError for an unknown one, or another's plate or code: which is not told."""
    with city.store.begin() as connection:
        stored = _stored(connection, city, number, plate, code, now)
        answer = vars(public_answer(stored, now)) | _standing(find_appeal(connection, city, stored), now)
        answer["coded"] = stored.row.letter_code_since is not None
    made = PublicStatus if code is None else PublicDetails
    return made(**{name: answer[name] for name in made.__dataclass_fields__})


def find_public_appeal(city: City, number: str, plate: str, code: str, now: datetime) -> PublicAppeal | None:
    """The appeal of a notice. Raises LookupError for an unknown notice, or another's plate or code: which is not told."""
    with city.store.begin() as connection:
        found = find_appeal(connection, city, _stored(connection, city, number, plate, code, now))
        return public_appeal(appeal_answer(connection, found, now)) if found else None


def file_public_appeal(city: City, number: str, plate: str, code: str, filing: AppealFiling, now: datetime) -> FiledAppeal:
    """File one: with a code, as the holder of the letter. Raises LookupError as above; FieldError."""
    with city.store.begin() as connection:
        _stored(connection, city, number, plate, code, now)
        coded = is_opened_by(connection, city, number, code)[1]
    return file_appeal(city, number, replace(filing, coded=coded), PUBLIC, now)


def supply_public_documents(
    city: City, number: str, plate: str, code: str, documents: tuple[AppealDocument, ...], now: datetime
) -> PublicAppeal:
    """List documents that were asked for. Raises LookupError as above, or if there is no appeal; FieldError."""
    found = find_public_appeal(city, number, plate, code, now)
    if found is None:
        raise LookupError(UNKNOWN)
    return public_appeal(supply_documents(city, found.id, documents, PUBLIC, now))


def _stored(connection: Connection, city: City, number: str, plate: str, code: str | None, now: datetime) -> StoredNotice:
    stored = find_stored(connection, city, number, plate, code, now)
    if stored is None:
        raise LookupError(UNKNOWN)
    return stored


def _standing(appeal: StoredAppeal | None, now: datetime) -> dict[str, object]:
    state = appeal_state_at(appeal.appeal, now) if appeal else None
    return {"appeal_state": state, "appeal_filed_on": appeal.appeal.terms.filed_on if appeal else None}
