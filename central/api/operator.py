"""Routes for operators: stations, the exceptions queue, series of holdings, published tariffs and configurations."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from central.access.tokens import Bearer, Scope
from central.api.auth import Auth, needs
from central.api.bodies import RawBody, SpooledBody
from central.api.datetimes import RequestDateTime
from central.api.documents import WITH_TOKEN, body, problems
from central.api.errors import rule_errors
from central.api.numbers import GenerationSaid, JournalNumber, Number, ReportYear, Seq, ZoneSaid
from central.api.request_body import RequestBody
from central.api.texts import PlainText
from central.appeals.report_figures import enter_figures
from central.operations import closing, exceptions_queue, fleet
from central.register import holdings, holdings_csv, publications
from central.rules.appeals_report import EnteredFigures, YearFigures
from central.rules.journals import EntryPlace
from firmware.domain.calendar_reach import NEEDED, NOT_NEEDED, CalendarReach
from firmware.domain.csv_text import text_lines
from firmware.domain.sector import SECTOR
from firmware.domain.station_name import STATION_NAME
from firmware.protocol.envelope import public_key_in
from firmware.protocol.messages import PublicationKind

Watcher = Annotated[Bearer, Depends(needs(Scope.FLEET))]
Enroller = Annotated[Bearer, Depends(needs(Scope.ENROL))]
Clearer = Annotated[Bearer, Depends(needs(Scope.WAITING))]
Loader = Annotated[Bearer, Depends(needs(Scope.RIGHTS))]
Publisher = Annotated[Bearer, Depends(needs(Scope.PUBLISH))]
MOST_ROWS = 100_000_000
KEY = "x" * 42 + "A"
SERIES = "plate,holding,sectors,valid_from,valid_until\nAB-123-CD,cmi_s,,2026-01-01T00:00:00+01:00,\n"


class FiguresSaid(RequestBody):
    """What the city enters for its yearly report on appeals; what is left out is shown as not entered."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"staff_hundredths": 350, "spent_cents": 21000000}]})

    contractor: PlainText = ""
    """Who examines appeals for the city; empty: nobody else."""
    staff_hundredths: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] | None = None
    """Hundredths of a full-time post."""
    spent_cents: Annotated[int, Field(strict=True, ge=0, lt=1 << 53)] | None = None


class EnrolRequest(RequestBody):
    """A station to be enrolled, or enrolled anew with another key."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"station": "75011-0042", "zone": 1, "sector": "11D", "public_key": KEY}]},
    )

    station: Annotated[str, Field(pattern=STATION_NAME)]
    zone: ZoneSaid
    """Tariff zone."""
    sector: Annotated[str, Field(pattern=SECTOR)]
    """Residential sector."""
    public_key: Annotated[str, AfterValidator(lambda text: public_key_in(text) and text)]
    """43 characters, as provisioning printed them."""

    @property
    def enrolment(self) -> fleet.Enrolment:
        """The enrolment asked for."""
        return fleet.Enrolment(self.station, public_key_in(self.public_key), self.zone, self.sector)


class ClearRequest(RequestBody):
    """What was found about an exception that is cleared."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "written by a test machine"}]})

    note: Annotated[str, Field(min_length=1, max_length=1000)]
    """What was found."""


class CloseRequest(RequestBody):
    """Why nobody will hand in more of a journal."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"because": "card destroyed by water, nothing could be read"}]})

    because: Annotated[str, Field(min_length=1, max_length=1000)]
    """What is known of it."""
    number: Annotated[JournalNumber, Field(strict=True)] | None = None
    """Which of several of one generation, as the list of stations has it."""
    confirm: Annotated[str, Field(max_length=100)] | None = None
    """The station's name, for a journal that its machine still writes."""


class ClosedJournal(BaseModel):
    """The journal that was closed."""

    number: int
    missing: int | None
    """Entries that are known to have been written and are not here; None: how many, nobody can say."""


class Version(BaseModel):
    """The version that was published."""

    version: int


class Generation(BaseModel):
    """The generation of a series that was loaded."""

    generation: int


routes = APIRouter(prefix="/v1", tags=["operator"], responses=problems(*WITH_TOKEN))


@routes.get("/stations")
def read_stations(operator: Watcher, auth: Auth) -> tuple[fleet.StationState, ...]:
    """The state of every station, by name."""
    return fleet.list_stations(auth.city.store, auth.clock(), auth.city.rules)


@routes.post("/stations", status_code=HTTPStatus.NO_CONTENT)
def enrol(operator: Enroller, asked: EnrolRequest, auth: Auth) -> None:
    """Enrol a station by its public key; one that is known goes on where it was, with this key.

    The sector must lie in the arrondissement of the station's name, and in the tariff zone by the tariffs in force.
    """
    with rule_errors():
        now = auth.clock()
        fleet.enrol(auth.city.store, publications.tariffs_at(auth.city, now), asked.enrolment, operator.name, now)


@routes.post("/stations/{station}/revoke", status_code=HTTPStatus.NO_CONTENT, responses=problems(404))
def revoke(operator: Enroller, station: str, auth: Auth) -> None:
    """Revoke a station: nothing more is taken from it, from its next request on."""
    with rule_errors():
        fleet.revoke(auth.city.store, station, operator.name, auth.clock())


@routes.post("/stations/{station}/journals/{generation}/close", responses=problems(404))
def close_journal(
    operator: Enroller, station: str, generation: GenerationSaid, asked: CloseRequest, auth: Auth
) -> ClosedJournal:
    """Close a journal of which nobody will hand in more: the station's data no longer waits for it."""
    said = {"by": operator.name, "noted_by": operator.name, "because": asked.because}
    store, rules, confirm, now = auth.city.store, auth.city.rules, asked.confirm, auth.clock()
    with rule_errors():
        closed = closing.close(store, rules, station, generation, asked.number, **said, now=now, confirm=confirm)
    return ClosedJournal(number=closed.number, missing=closed.missing)


@routes.get("/dead-letters")
def read_dead_letters(operator: Clearer, auth: Auth) -> tuple[exceptions_queue.DeadLetter, ...]:
    """Entries that are stored and could not be understood, oldest first."""
    return exceptions_queue.list_dead_letters(auth.city.store)


@routes.post("/dead-letters/{station}/{seq}/clear", status_code=HTTPStatus.NO_CONTENT, responses=problems(404))
def clear_dead_letter(
    operator: Clearer, station: str, seq: Seq, asked: ClearRequest, auth: Auth, journal: JournalNumber = 0
) -> None:
    """Clear it: somebody has looked. It stays, with what was found. `journal`: as the list has it."""
    place = EntryPlace(journal, seq)
    with rule_errors():
        exceptions_queue.clear_dead_letter(auth.city.store, station, place, operator.name, asked.note, auth.clock())


@routes.get("/incidents")
def read_incidents(operator: Clearer, auth: Auth) -> tuple[exceptions_queue.Incident, ...]:
    """Journals that were not the ones the city held, and machines under one name, oldest first."""
    return exceptions_queue.list_incidents(auth.city.store)


@routes.post("/incidents/{id}/clear", status_code=HTTPStatus.NO_CONTENT, responses=problems(404))
def clear_incident(operator: Clearer, id: Number, asked: ClearRequest, auth: Auth) -> None:
    """Clear it: somebody has looked. It stays, with what was found."""
    with rule_errors():
        exceptions_queue.clear_incident(auth.city.store, id, operator.name, asked.note, auth.clock())


@routes.put("/rights/{series}", openapi_extra=body("text/csv", SERIES))
def replace_series(
    operator: Loader,
    series: str,
    file: SpooledBody,
    auth: Auth,
    accept_shrink: Annotated[int, Query(ge=0, le=MOST_ROWS)] = 0,
) -> Generation:
    """Replace all rows of a series of holdings. All of it, or nothing at all; the wrong line is named.

    A series that would lose more than a tenth of its rows is refused unless `accept_shrink` is at least what it loses.
    """
    with rule_errors():
        rows = holdings_csv.read_rows(text_lines(file, series), series)
        store, by = auth.city.store, operator.name
        return Generation(generation=holdings.replace_series(store, series, rows, by, auth.clock(), accept_shrink))


@routes.put("/tariffs", openapi_extra=body("application/json", {"see": "tariffs.json"}, {"type": "object"}))
def publish_tariffs(
    operator: Publisher,
    effective_from: Annotated[RequestDateTime, Query()],
    content: RawBody,
    auth: Auth,
    accept_short_calendar: Annotated[bool, Query()] = False,
) -> Version:
    """Publish a tariff file for every machine: signed, in force from an instant on, kept for ever.

    Its calendar must reach 400 days past the day it comes into force, unless `accept_short_calendar` says that it need not.
    """
    needed = NOT_NEEDED if accept_short_calendar else NEEDED._replace(accept="accept_short_calendar=true")
    return _publish(auth, "tariffs", publications.ALL, content, effective_from, operator, needed)


@routes.put("/configuration/{station}", openapi_extra=body("application/json", {"address": "12 rue Oberkampf"}))
def publish_configuration(
    operator: Publisher, station: str, effective_from: Annotated[RequestDateTime, Query()], content: RawBody, auth: Auth
) -> Version:
    """Publish the configuration of a station: its address, the nearest machine, its street."""
    return _publish(auth, "configuration", station, content, effective_from, operator)


def _publish(
    auth: Auth,
    kind: PublicationKind,
    audience: str,
    content: bytes,
    effective_from: RequestDateTime,
    by: Bearer,
    needed: CalendarReach = NEEDED,
) -> Version:
    with rule_errors():
        version = publications.publish(auth.city, kind, audience, content, effective_from, by.name, auth.clock(), needed)
    return Version(version=version)


@routes.put("/appeals-report/figures")
def enter_report_figures(publisher: Publisher, said: FiguresSaid, year: ReportYear, auth: Auth) -> EnteredFigures:
    """Enter the figures of a year that the register cannot know; the report names them as entered. The last ones count."""
    with rule_errors():
        return enter_figures(auth.city.store, year, YearFigures(**dict(said)), publisher.name, auth.clock())
