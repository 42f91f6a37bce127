"""Pages of operators: the fleet, a station, and the exceptions that wait for a person, with what can be done about them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from central.access.mail_outbox import read_mail_queue
from central.access.sessions import SignedIn
from central.access.tokens import Scope
from central.api.auth import Auth
from central.api.errors import rule_errors
from central.api.numbers import GenerationSaid, Number, Seq
from central.api.page_routes import PAGE, FormFields, PageRoute, PageWatcher, go_to, show, signed_in
from central.operations import closing, exceptions_queue
from central.operations.fleet import list_stations
from central.operations.positions import read_positions
from central.operations.station_history import read_station
from central.operations.unproven_closings import list_unproven_closings, reopen
from central.pages.alarm_words import words_of
from central.pages.entry_words import fact_text, member_text
from central.pages.fleet_page import fleet_row, fleet_view
from central.rules.journals import EntryPlace
from central.rules.written import is_blank
from firmware.domain.errors import FieldError
from firmware.domain.station_name import STATION_NAME

PageClearer = Annotated[SignedIn, Depends(signed_in(Scope.WAITING))]
Closer = Annotated[SignedIn, Depends(signed_in(Scope.ENROL))]
StationSaid = Annotated[str, Path(pattern=STATION_NAME)]
LONGEST_NOTE = 1000
Done = Annotated[str, Query(max_length=20)]

routes = APIRouter(tags=["people"], route_class=PageRoute, responses=PAGE)


@routes.get("/fleet", response_class=Response)
def read_fleet(request: Request, watcher: PageWatcher, auth: Auth) -> Response:
    """Every station: how it is, what it needs, and where it stands."""
    now, store = auth.clock(), auth.city.store
    view = fleet_view(list_stations(store, now, auth.city.rules), read_positions(store))
    return show(request, "operator/fleet.html", view=view, now=now)


@routes.get("/fleet/{station}", response_class=Response)
def read_one(request: Request, watcher: PageWatcher, auth: Auth, station: StationSaid, done: Done = "") -> Response:
    """A station: its alarms with what to do, its journals, what it wrote last."""
    now = auth.clock()
    with rule_errors():
        history = read_station(auth.city.store, station, now, auth.city.rules)
    row = fleet_row(history.state, read_positions(auth.city.store).get(station))
    return show(
        request,
        "operator/station.html",
        history=history,
        row=row,
        now=now,
        may_close=Scope.ENROL in watcher.scopes,
        done=done,
        words_of=words_of,
        fact_text=fact_text,
        member_text=member_text,
    )


@routes.post("/fleet/{station}/journals/{generation}/close", response_class=Response)
def close_journal(
    request: Request, closer: Closer, auth: Auth, station: StationSaid, generation: GenerationSaid, form: FormFields
) -> Response:
    """Close a journal of which nobody will hand in more."""
    said = {"by": form.get("by", ""), "because": form.get("because", ""), "noted_by": closer.name}
    store, rules, confirm = auth.city.store, auth.city.rules, form.get("confirm") or None
    with rule_errors():
        number = _number(form.get("number", ""))
        closing.close(store, rules, station, generation, number, **said, now=auth.clock(), confirm=confirm)
    return go_to(request, f"/fleet/{station}?done=closed")


@routes.get("/exceptions", response_class=Response)
def read_exceptions(request: Request, clearer: PageClearer, auth: Auth, done: Done = "") -> Response:
    """What waits for a person: entries nobody understood, forks, clones, losses, open journals, unproven closings."""
    store, now = auth.city.store, auth.clock()
    states, mail = list_stations(store, now, auth.city.rules), read_mail_queue(store, now)
    return show(
        request,
        "operator/exceptions.html",
        letters=exceptions_queue.list_dead_letters(store),
        incidents=exceptions_queue.list_incidents(store),
        waiting=[(state.station, journal) for state in states for journal in state.journals],
        unproven=list_unproven_closings(store),
        mail=mail,
        mail_is_late=mail.is_late(now),
        may_close=Scope.ENROL in clearer.scopes,
        done=done,
    )


@routes.post("/exceptions/dead-letters/{station}/{seq}", response_class=Response)
def clear_dead_letter(
    request: Request, clearer: PageClearer, auth: Auth, station: StationSaid, seq: Seq, form: FormFields
) -> Response:
    """Clear a dead letter, with what was found."""
    with rule_errors():
        place = EntryPlace(_number(form.get("journal", "0")) or 0, seq)
        exceptions_queue.clear_dead_letter(auth.city.store, station, place, clearer.name, _note(form), auth.clock())
    return go_to(request, "/exceptions?done=cleared")


@routes.post("/exceptions/incidents/{id}", response_class=Response)
def clear_incident(request: Request, clearer: PageClearer, auth: Auth, id: Number, form: FormFields) -> Response:
    """Clear an incident, with what was found."""
    with rule_errors():
        exceptions_queue.clear_incident(auth.city.store, id, clearer.name, _note(form), auth.clock())
    return go_to(request, "/exceptions?done=cleared")


@routes.post("/exceptions/reopen", response_class=Response)
def reopen_journals(request: Request, closer: Closer, auth: Auth, form: FormFields) -> Response:
    """Open the journals again that only a rescue file had closed."""
    with rule_errors():
        reopen(auth.city.store, auth.city.rules, by=form.get("by", ""), noted_by=closer.name, now=auth.clock())
    return go_to(request, "/exceptions?done=reopened")


def _note(form: dict[str, str]) -> str:
    """What was found. Raises FieldError for what nobody reads."""
    note = form.get("note", "").strip()
    if is_blank(note) or len(note) > LONGEST_NOTE:
        raise FieldError("note", f"must have 1 to {LONGEST_NOTE} characters")
    return note


def _number(text: str) -> int | None:
    """The number of a journal; None where none was given. Raises FieldError for what is none."""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 7):
        raise FieldError("number", "is not the number of a journal")
    return int(text)
