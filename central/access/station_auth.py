"""Whether it is this station that speaks, and for the first time.

The theory. Whoever is let in here has proven two things: that he has the key (he signed this very text, for this very purpose)
and that the text is new (its contact number is greater than any heard before). The station's row is locked from the first look
at it until the transaction ends, so of two requests with one number only one is ever heard, whatever the number of servers; and
a key that is revoked is refused from that commit on, for it is read anew each time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Row, select, update

from central.core.problems import NOT_TEXT, InvalidField, Problem, unprocessable, wrong_in
from central.db.tables import stations
from firmware.protocol.envelope import PULL, STATEMENT, Envelope, EnvelopeError, open_envelope
from firmware.protocol.messages import PullRequest, StationStatement, pull_in, statement_in

_NAME = re.compile("[0-9A-Za-z-]{1,10}")
_COLUMNS = ("public_key", "revoked_at", "contact", "zone", "sector", "next", "head", "complete_until", "enrolled_at")
_READERS: Mapping[str, Callable[[bytes], StationStatement | PullRequest]] = {STATEMENT: statement_in, PULL: pull_in}


@dataclass(frozen=True)
class AcceptedRequest:
    """A station that has proven itself, and where the city was with it before it spoke."""

    station: str
    zone: int
    sector: str
    next: int
    """The entry wanted."""
    head: bytes
    """The hash it must continue from."""
    complete_until: datetime | None
    enrolled_at: datetime
    document: bytes
    """What it signed: well formed, for this station and purpose."""


def is_name(text: str) -> bool:
    """Whether a station can be called this: 1 to 10 letters, digits and dashes, such as `75011-0042`."""
    return _NAME.fullmatch(text) is not None


def heard(connection: Connection, station: str, envelope: Envelope, purpose: str, now: datetime) -> AcceptedRequest | Problem:
    """The station behind an envelope; its contact number is then used up, if the transaction ends well.

    A Problem is 401 (not enrolled, revoked, not signed by its key), 422 (signed, and not what this purpose asks for) or 409
    (heard before), and leaves nothing to be stored.
    """
    row = _locked(connection, station) if is_name(station) else None
    if row is None or row.public_key is None:
        return Problem(HTTPStatus.UNAUTHORIZED, f"station {station} is not enrolled")
    if row.revoked_at is not None:
        return Problem(HTTPStatus.UNAUTHORIZED, f"station {station} is revoked")
    try:
        document = open_envelope(purpose, envelope, Ed25519PublicKey.from_public_bytes(row.public_key))
    except EnvelopeError as error:
        return Problem(HTTPStatus.UNAUTHORIZED, f"signature: {error}", [InvalidField("signature", str(error))])
    try:
        said = _said(purpose, document)
    except ValueError as error:
        return unprocessable([wrong_in(error, "signed")])
    if said.station != station:
        return unprocessable([InvalidField("signed.station", f"station {said.station} speaks at the door of {station}")])
    if said.request_number <= row.contact:
        members = {"contact_from": row.contact + 1}
        return Problem(HTTPStatus.CONFLICT, f"contact {said.request_number} was used before", members=members)
    used = {"contact": said.request_number, "last_contact": now}
    connection.execute(update(stations).where(stations.c.station == station).values(used))
    return AcceptedRequest(station, row.zone, row.sector, row.next, row.head, row.complete_until, row.enrolled_at, document)


def _said(purpose: str, document: bytes) -> StationStatement | PullRequest:
    """Raises ValueError naming the member that is wrong."""
    if NOT_TEXT in document:
        raise ValueError("it holds the character 0, which no text has")
    return _READERS[purpose](document)


def _locked(connection: Connection, station: str) -> Row[tuple[object, ...]] | None:
    wanted = [stations.c[name] for name in _COLUMNS]
    return connection.execute(select(*wanted).where(stations.c.station == station).with_for_update()).one_or_none()
