"""Authenticates a station and rejects replays.

The theory. Whoever is accepted here has proven two things: that he has the key (he signed this very text, for this very
purpose) and that the text is new (its request number is greater than any accepted before). The station's row is locked from the
first read until the transaction ends, so of two requests with one number only one is ever accepted, whatever the number of
servers; and a key that is revoked is refused from that commit on, for it is read anew each time.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Generic, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, bindparam, select

from central.core.problems import NOT_TEXT, InvalidField, Problem, decoding_error, unprocessable
from central.db.prepared import fetch
from central.db.row_update import update_row
from central.db.station_locks import note_locked
from central.db.tables import stations
from firmware.domain.errors import FieldError
from firmware.domain.station_name import is_station_name
from firmware.protocol.envelope import PULL, STATEMENT, Envelope, EnvelopeError, open_envelope
from firmware.protocol.messages import PullRequest, StationStatement, pull_in, statement_in

R = TypeVar("R", StationStatement, PullRequest)


@dataclass(frozen=True)
class StationStanding:
    """Where the city is with a station, as its row says."""

    zone: int
    sector: str
    complete_until: datetime | None
    enrolled_at: datetime
    current: int | None
    """The journal last heard of, by its number; None: none yet."""
    returns: int
    """How often one came back after another had taken over."""


@dataclass(frozen=True)
class _LockedStation:
    """The row of a station, as far as a request is held against it."""

    public_key: bytes | None
    revoked_at: datetime | None
    contact: int
    standing: StationStanding


_COLUMNS = ("public_key", "revoked_at", "contact", *StationStanding.__dataclass_fields__)
_LOCKED = select(*(stations.c[name] for name in _COLUMNS)).where(stations.c.station == bindparam("of")).with_for_update()


@dataclass(frozen=True)
class RequestForm(Generic[R]):
    """What a station may sign, and for which purpose."""

    purpose: str
    decode: Callable[[bytes], R]


STATEMENTS = RequestForm(STATEMENT, statement_in)
PULLS = RequestForm(PULL, pull_in)


@dataclass(frozen=True)
class AcceptedRequest(Generic[R]):
    """A signed request of an enrolled station, and where the city was with it before."""

    station: str
    standing: StationStanding
    document: bytes
    """What it signed: well formed, for this station and purpose."""
    request: R
    """The same, decoded."""


def authenticate(
    connection: Connection, station: str, envelope: Envelope, form: RequestForm[R]
) -> AcceptedRequest[R] | Problem:
    """Verify signature and request number of an envelope. Whoever accepts it uses the number up in the same transaction.

    A Problem is 401 (not enrolled, revoked, not signed by its key), 422 (signed, and not what this purpose asks for) or 409
    (accepted before), and leaves nothing to be stored.
    """
    row = _lock_station(connection, station) if is_station_name(station) else None
    if row is None or row.public_key is None:
        return Problem(HTTPStatus.UNAUTHORIZED, f"station {station} is not enrolled")
    if row.revoked_at is not None:
        return Problem(HTTPStatus.UNAUTHORIZED, f"station {station} is revoked")
    try:
        document = open_envelope(form.purpose, envelope, _key_of(row.public_key))
        request = _decode(station, form, document)
    except EnvelopeError as error:
        return Problem(HTTPStatus.UNAUTHORIZED, f"signature: {error}", [InvalidField("signature", str(error))])
    except FieldError as error:
        return unprocessable(error)
    if request.request_number <= row.contact:
        members = {"contact_from": row.contact + 1}
        return Problem(HTTPStatus.CONFLICT, f"request number {request.request_number} was used before", members=members)
    return AcceptedRequest(station, row.standing, document, request)


def use_up(
    connection: Connection, accepted: AcceptedRequest[R], now: datetime, values: Mapping[str, object] | None = None
) -> None:
    """Let the number of a request be used from now on, if the transaction ends well.

    `values`: what the request changes in the station's row besides, by column: the row is written once.
    """
    used = {"contact": accepted.request.request_number, "last_contact": now}
    update_row(connection, stations, {"station": accepted.station}, {**used, **(values or {})})


def _decode(station: str, form: RequestForm[R], document: bytes) -> R:
    """What was signed. Raises FieldError naming the member that is wrong."""
    if NOT_TEXT in document:
        raise FieldError("signed", "contains the character U+0000, which is not allowed")
    try:
        request = form.decode(document)
    except ValueError as error:
        raise decoding_error(error, "signed") from error
    if request.station != station:
        raise FieldError("signed.station", f"signed by station {request.station}, sent as station {station}")
    return request


def _lock_station(connection: Connection, station: str) -> _LockedStation | None:
    note_locked(connection, {station})
    for public_key, revoked_at, contact, *standing in fetch(connection, _LOCKED, {"of": station}):
        return _LockedStation(public_key, revoked_at, contact, StationStanding(*standing))
    return None


@functools.lru_cache(maxsize=4096)
def _key_of(public_key: bytes) -> Ed25519PublicKey:
    """A station's key to verify with, made once: the same bytes are the same key."""
    return Ed25519PublicKey.from_public_bytes(public_key)
