"""For operators: the stations, what waits for a person, and what the city gives out: rights, tariffs, configurations."""

from __future__ import annotations

import io
from http import HTTPStatus
from typing import Annotated, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from central.access.tokens import Bearer, Scope
from central.api.auth import Auth, needs
from central.api.bodies import Raw, Spooled
from central.api.datetimes import RequestDateTime
from central.api.documents import WITH_TOKEN, body, problems
from central.api.errors import explained
from central.operations import exceptions_queue, fleet
from central.register import holdings, holdings_csv, publications
from firmware.protocol.envelope import public_key_in

Watcher = Annotated[Bearer, Depends(needs(Scope.FLEET))]
Enroller = Annotated[Bearer, Depends(needs(Scope.ENROL))]
Clearer = Annotated[Bearer, Depends(needs(Scope.WAITING))]
Loader = Annotated[Bearer, Depends(needs(Scope.RIGHTS))]
Publisher = Annotated[Bearer, Depends(needs(Scope.PUBLISH))]
Number = Annotated[int, Field(ge=0, lt=1 << 53)]
KEY = "x" * 42 + "A"
SERIES = "plate,holding,sectors,valid_from,valid_until\nAB-123-CD,cmi_s,,2026-01-01T00:00:00+01:00,\n"


class EnrolRequest(BaseModel):
    """A station to let in, or to let in anew with another key."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"station": "75011-0042", "zone": 1, "sector": "11D", "public_key": KEY}]},
    )

    station: Annotated[str, Field(max_length=10)]
    zone: Literal[1, 2]
    """Tariff zone."""
    sector: Annotated[str, Field(max_length=3)]
    """Residential sector."""
    public_key: Annotated[str, AfterValidator(lambda text: public_key_in(text) and text)]
    """43 characters, as provisioning printed them."""

    @property
    def enrolment(self) -> fleet.Enrolment:
        """As the rule wants it."""
        key: Ed25519PublicKey = public_key_in(self.public_key)
        return fleet.Enrolment(self.station, key, self.zone, self.sector)


class ClearRequest(BaseModel):
    """Something that waited has been looked at."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"note": "written by a test machine"}]})

    note: Annotated[str, Field(min_length=1, max_length=1000)]
    """What was found."""


class Version(BaseModel):
    """What was made."""

    version: int


class Generation(BaseModel):
    """What was made."""

    generation: int


routes = APIRouter(prefix="/v1", tags=["operator"], responses=problems(*WITH_TOKEN))


@routes.get("/stations")
def read_stations(operator: Watcher, gate: Auth) -> tuple[fleet.StationState, ...]:
    """How every station is, by name."""
    return fleet.fleet(gate.city.store, gate.clock(), gate.city.rules)


@routes.post("/stations", status_code=HTTPStatus.NO_CONTENT)
def enrol(operator: Enroller, asked: EnrolRequest, gate: Auth) -> None:
    """Let a station in by its public key; one that is known goes on where it was, with this key."""
    with explained():
        fleet.enrol(gate.city.store, asked.enrolment, operator.name, gate.clock())


@routes.post("/stations/{station}/revoke", status_code=HTTPStatus.NO_CONTENT, responses=problems(404))
def revoke(operator: Enroller, station: str, gate: Auth) -> None:
    """Take nothing more from a station, from its next request on."""
    with explained():
        fleet.revoke(gate.city.store, station, operator.name, gate.clock())


@routes.get("/dead-letters")
def read_dead_letters(operator: Clearer, gate: Auth) -> tuple[exceptions_queue.DeadLetter, ...]:
    """Entries that are stored and could not be understood, oldest first."""
    return exceptions_queue.dead_letters(gate.city.store)


@routes.post("/dead-letters/{station}/{seq}/clear", status_code=HTTPStatus.NO_CONTENT, responses=problems(404))
def clear_dead_letter(operator: Clearer, station: str, seq: Number, asked: ClearRequest, gate: Auth) -> None:
    """Somebody has looked at it. It stays, with what was found."""
    with explained():
        exceptions_queue.clear_dead_letter(gate.city.store, station, seq, operator.name, asked.note, gate.clock())


@routes.get("/incidents")
def read_incidents(operator: Clearer, gate: Auth) -> tuple[exceptions_queue.Incident, ...]:
    """Journals that are not the ones the city holds, oldest first."""
    return exceptions_queue.incidents(gate.city.store)


@routes.post("/incidents/{id}/clear", status_code=HTTPStatus.NO_CONTENT, responses=problems(404))
def clear_incident(operator: Clearer, id: Number, asked: ClearRequest, gate: Auth) -> None:
    """Somebody has looked at it. It stays, with what was found."""
    with explained():
        exceptions_queue.clear_incident(gate.city.store, id, operator.name, asked.note, gate.clock())


@routes.put("/rights/{series}", openapi_extra=body("text/csv", SERIES))
def replace_series(operator: Loader, series: str, file: Spooled, gate: Auth) -> Generation:
    """Put this list in the place of all the series has had. All of it, or nothing at all; the wrong line is named."""
    lines = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
    with explained("series"):
        rows = holdings_csv.rows_in(lines, series)
        return Generation(generation=holdings.replace_series(gate.city.store, series, rows, operator.name, gate.clock()))


@routes.put("/tariffs", openapi_extra=body("application/json", {"see": "tariffs.json"}, {"type": "object"}))
def publish_tariffs(
    operator: Publisher, effective_from: Annotated[RequestDateTime, Query()], content: Raw, gate: Auth
) -> Version:
    """Publish a tariff file for every machine: signed, in force from an instant on, kept for ever."""
    return _published(gate, "tariffs", publications.ALL, content, effective_from, operator)


@routes.put("/configuration/{station}", openapi_extra=body("application/json", {"address": "12 rue Oberkampf"}))
def publish_configuration(
    operator: Publisher, station: str, effective_from: Annotated[RequestDateTime, Query()], content: Raw, gate: Auth
) -> Version:
    """Publish what a station shall say of where it stands."""
    return _published(gate, "configuration", station, content, effective_from, operator)


def _published(
    gate: Auth,
    kind: Literal["tariffs", "configuration"],
    audience: str,
    content: bytes,
    effective_from: RequestDateTime,
    by: Bearer,
) -> Version:
    with explained():
        version = publications.publish(gate.city, kind, audience, content, effective_from, by.name, gate.clock())
    return Version(version=version)
