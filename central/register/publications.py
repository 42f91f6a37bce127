"""Publishing tariffs and configurations, and giving each station what is published for it.

The theory. What cannot be used is never signed: a document is read here as the station will read it. A signed version stays as
it is; an error is corrected by publishing the next one, which may say what an earlier one said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus

import msgspec
from sqlalchemy import Connection, select

from central.access.station_auth import heard, is_name
from central.core.audit import note
from central.core.city import City
from central.core.problems import Problem, Reply, unprocessable, wrong_in
from central.db.tables import stations
from central.register.entitlement_copies import current_copy
from central.register.parking_rights import plausible
from central.register.publication_store import Draft, add, in_force, lock, newest, wanted
from firmware.protocol.envelope import PULL, envelope_in
from firmware.protocol.messages import CityAnswer, Configuration, PublicationKind, publication_in, pull_in
from firmware.tariff import TariffError, Tariffs, tariffs_in

ALL = "all"
"""The audience of tariffs."""
LONGEST_PULL = 1 << 16
"""Bytes of a station's request."""


class PublicationError(ValueError):
    """What must not be signed. The fault is that of whoever asks; nothing was published."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        """The argument, or the place in it: `body.rate_tables[1].validity`."""
        self.reason = reason


def publish(
    city: City, kind: PublicationKind, audience: str, body: bytes, effective_from: datetime, by: str, now: datetime
) -> int:
    """Sign a document and keep it for its audience: its version. What the newest version says already makes no new one.

    `audience`: `all` for tariffs, an enrolled station for a configuration. `effective_from` may lie behind or ahead of `now`.
    Raises PublicationError.
    """
    _check(kind, audience, body, effective_from)
    made_of = hashlib.sha256(effective_from.astimezone(UTC).isoformat().encode() + b"\n" + body).hexdigest()
    with city.store.begin() as connection:
        if kind == "configuration" and not _takes_part(connection, audience):
            raise PublicationError("audience", f"there is no enrolled station {audience}")
        lock(connection, kind, audience)
        before = newest(connection, kind, audience)
        if before and before.made_of == made_of:
            return before.version
        version = add(connection, city.key, Draft(kind, audience, effective_from, body, made_of), by, now)
        note(connection, now, by, f"{kind} published", audience, version=version, effective_from=effective_from.isoformat())
    return version


def pull(city: City, station: str, body: bytes, now: datetime) -> Reply:
    """What is published for a station and newer than what it has: an Answer, or a problem. `body`: as of `contact.pull_of`.

    Raises sqlalchemy.exc.SQLAlchemyError, with nothing stored, if the database fails.
    """
    if len(body) > LONGEST_PULL:
        return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a pull has at most {LONGEST_PULL} bytes").reply
    try:
        envelope = envelope_in(body)
    except ValueError as error:
        return unprocessable([wrong_in(error)]).reply
    with city.store.begin() as connection:
        who = heard(connection, station, envelope, PULL, now)
        if isinstance(who, Problem):
            return who.reply
        current_copy(city, connection, who.sector, now)
        audiences: Mapping[PublicationKind, str] = {"tariffs": ALL, "configuration": station, "rights": who.sector}
        answer = CityAnswer(publications=wanted(connection, audiences, pull_in(who.document).have, now))
    return Reply(HTTPStatus.OK, msgspec.json.encode(answer))


def tariffs_at(city: City, at: datetime) -> Tariffs:
    """The tariffs in force at `at`, which may lie ahead: the published ones, or those the city started with."""
    with city.store.begin() as connection:
        return tariffs_in_force(city, connection, at)


def tariffs_in_force(city: City, connection: Connection, at: datetime) -> Tariffs:
    """The same, within a transaction."""
    envelope = in_force(connection, "tariffs", ALL, at)
    return _tariffs_of(envelope) if envelope else city.tariffs


@lru_cache(maxsize=8)
def _tariffs_of(envelope: bytes) -> Tariffs:
    """What an envelope of our own says. Reading it takes as long as a hundred checks, so it is done once."""
    publication = publication_in(bytes(envelope_in(envelope).signed))
    return tariffs_in(bytes(publication.body), f"tariffs, version {publication.version}")


def _check(kind: PublicationKind, audience: str, body: bytes, effective_from: datetime) -> None:
    if not plausible(effective_from):
        raise PublicationError("effective_from", "a date and time with an offset, such as 2026-01-01T00:00:00+01:00")
    match kind:
        case "tariffs" if audience != ALL:
            raise PublicationError("audience", f"tariffs are for `{ALL}`")
        case "tariffs":
            _check_tariffs(body)
        case "configuration":
            _check_configuration(body)
        case "rights":
            raise PublicationError("kind", "copies of the register are made when stations ask for them")


def _check_tariffs(body: bytes) -> None:
    try:
        tariffs_in(body, "tariffs")
    except TariffError as error:
        raise PublicationError("body" + error.place.removeprefix("$"), error.reason) from error


def _check_configuration(body: bytes) -> None:
    try:
        msgspec.json.decode(body, type=Configuration)
    except ValueError as error:
        wrong = wrong_in(error, "body")
        raise PublicationError(wrong.field, wrong.reason) from error


def _takes_part(connection: Connection, station: str) -> bool:
    columns = stations.c
    enrolled = (columns.station == station) & columns.public_key.is_not(None) & columns.revoked_at.is_(None)
    return is_name(station) and connection.scalar(select(columns.station).where(enrolled)) is not None
