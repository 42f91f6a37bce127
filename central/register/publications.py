"""Publications: signs tariffs and configurations, and gives each station what is published for it.

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

from central.access.station_auth import PULLS, authenticate, use_up
from central.core.audit import note
from central.core.city import City
from central.core.fields import check_datetime
from central.core.problems import Problem, Reply, decoding_error, too_long, unprocessable
from central.core.remembered import forget, remember
from central.db.tables import stations
from central.register.entitlement_copies import current_copy
from central.register.publication_store import (
    Draft,
    add_version,
    all_versions,
    find_active,
    find_newest,
    lock_audience,
    newer_versions,
)
from firmware.domain.calendar_reach import NEEDED, CalendarReach
from firmware.domain.errors import FieldError
from firmware.domain.station_name import is_station_name
from firmware.protocol.city_time import sign_time
from firmware.protocol.envelope import envelope_in
from firmware.protocol.messages import CityAnswer, PublicationKind, configuration_in, publication_in
from firmware.tariff import TariffError, Tariffs, tariffs_in
from firmware.tariff.reach import shortfall

ALL = "all"
"""The audience of tariffs."""
LONGEST_PULL = 1 << 16
"""Bytes of a station's request."""


def publish(
    city: City,
    kind: PublicationKind,
    audience: str,
    body: bytes,
    effective_from: datetime,
    by: str,
    now: datetime,
    needed: CalendarReach = NEEDED,
) -> int:
    """Sign a document and keep it for its audience: its version. What the newest version says already makes no new one.

    `audience`: `all` for tariffs, an enrolled station for a configuration. `effective_from` may lie behind or ahead of `now`.
    `needed`: how far the calendar of tariffs must reach from the day it comes into force, or from today.
    Raises FieldError naming the argument, or the place in it: `body.rate_tables[1].validity`.
    """
    check_datetime("effective_from", effective_from)
    _check(kind, audience, body, max(effective_from, now), needed)
    made_of = hashlib.sha256(effective_from.astimezone(UTC).isoformat().encode() + b"\n" + body).hexdigest()
    with city.store.begin() as connection:
        if kind == "configuration" and not _is_enrolled(connection, audience):
            raise FieldError("audience", f"there is no enrolled station {audience}")
        lock_audience(connection, kind, audience)
        before = find_newest(connection, kind, audience)
        if before and before.made_of == made_of:
            return before.version
        version = add_version(connection, city.key, Draft(kind, audience, effective_from, body, made_of), by, now)
        note(connection, now, by, f"{kind} published", audience, version=version, effective_from=effective_from.isoformat())
    forget(city.store)
    return version


def pull(city: City, station: str, body: bytes, now: datetime) -> Reply:
    """The publications for a station that are newer than what it has, or a problem. `body`: made by `messages.pull_of`.

    Raises sqlalchemy.exc.SQLAlchemyError, with nothing stored, if the database fails.
    """
    if len(body) > LONGEST_PULL:
        return too_long("a pull", LONGEST_PULL).reply
    try:
        envelope = envelope_in(body)
    except ValueError as error:
        return unprocessable(decoding_error(error)).reply
    with city.store.begin() as connection:
        accepted = authenticate(connection, station, envelope, PULLS)
        if isinstance(accepted, Problem):
            return accepted.reply
        use_up(connection, accepted, now)
        current_copy(city, connection, accepted.standing.sector, now)
        audiences: Mapping[PublicationKind, str] = {
            "tariffs": ALL,
            "configuration": station,
            "rights": accepted.standing.sector,
        }
        asked = accepted.request
        newer = newer_versions(connection, audiences, asked.have, now)
        answer = CityAnswer(publications=newer, time=sign_time(station, asked.request_number, now, city.key))
    return Reply(HTTPStatus.OK, msgspec.json.encode(answer))


def tariffs_at(city: City, at: datetime) -> Tariffs:
    """The tariffs in force at `at`, which may lie ahead: the published ones, or those the city started with."""
    with city.store.begin() as connection:
        return active_tariffs(city, connection, at)


def active_tariffs(city: City, connection: Connection, at: datetime) -> Tariffs:
    """The tariffs in force at `at`, read within a transaction."""
    return published_tariffs(connection, at) or city.tariffs


def remembered_tariffs(city: City, connection: Connection, at: datetime, now: datetime) -> Tariffs:
    """The same for a plate check: what another worker published less than a second before `now` may be missed."""
    schedule = remember(city.store, "tariffs", now, lambda: all_versions(connection, "tariffs", ALL))
    envelope = next((envelope for since, envelope in schedule or () if since <= at), None)
    return _tariffs_of(envelope) if envelope else city.tariffs


def published_tariffs(connection: Connection, at: datetime) -> Tariffs | None:
    """The published tariffs in force at `at`; None where none are."""
    envelope = find_active(connection, "tariffs", ALL, at)
    return _tariffs_of(envelope) if envelope else None


@lru_cache(maxsize=8)
def _tariffs_of(envelope: bytes) -> Tariffs:
    """The tariffs in an envelope of our own. Reading it takes as long as a hundred checks, so it is done once."""
    publication = publication_in(bytes(envelope_in(envelope).signed))
    return tariffs_in(bytes(publication.body), f"tariffs, version {publication.version}")


def _check(kind: PublicationKind, audience: str, body: bytes, since: datetime, needed: CalendarReach) -> None:
    match kind:
        case "tariffs" if audience != ALL:
            raise FieldError("audience", f"tariffs are for `{ALL}`")
        case "tariffs":
            _check_tariffs(body, since, needed)
        case "configuration":
            _check_configuration(body)
        case "rights":
            raise FieldError("kind", "copies of the register are generated on request and cannot be published")


def _check_tariffs(body: bytes, since: datetime, needed: CalendarReach) -> None:
    try:
        tariffs = tariffs_in(body, "tariffs")
    except TariffError as error:
        raise FieldError("body" + error.place.removeprefix("$"), error.reason) from error
    if short := shortfall(tariffs.calendar, tariffs.day(since), needed):
        raise FieldError("body" + short.where.removeprefix("$"), short.reason)


def _check_configuration(body: bytes) -> None:
    try:
        people = configuration_in(body).people or ()
    except ValueError as error:
        raise decoding_error(error, "body") from error
    numbers = [person.number for person in people]
    if twice := next((number for number in numbers if numbers.count(number) > 1), ""):
        raise FieldError("body.people", f"number {twice} is listed twice")


def _is_enrolled(connection: Connection, station: str) -> bool:
    columns = stations.c
    enrolled = (columns.station == station) & columns.public_key.is_not(None) & columns.revoked_at.is_(None)
    return is_station_name(station) and connection.scalar(select(columns.station).where(enrolled)) is not None
