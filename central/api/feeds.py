"""Routes of the feeds for other systems: APDS 4.1 (ISO/TS 5206-1) and the DATEX II parking publication light."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from msgspec import Struct

from central.access.tokens import Bearer, Scope
from central.api.auth import Auth, limit_public, needs
from central.api.conditional import JSON_OBJECT, conditional
from central.api.documents import ANYONE, WITH_TOKEN, problems
from central.api.errors import UnprocessableError, rule_errors
from central.core import audit
from central.operations import feeds
from central.register.publications import tariffs_at
from central.rules import apds
from central.rules.datex2 import light_publication
from firmware.domain.errors import FieldError
from hal.time_zone import PARIS

Partner = Annotated[Bearer, Depends(needs(Scope.PARTNER))]
Epoch = Annotated[int, Query(ge=946_684_800, lt=7_258_118_400)]
"""Seconds since 1970, as APDS asks with; of this century or the next."""
Offset = Annotated[int, Query(ge=0, lt=1 << 31)]
PageSize = Annotated[int, Query(ge=1, le=1000)]

public = APIRouter(prefix="/v1", tags=["feeds"], dependencies=[Depends(limit_public)], responses=problems(*ANYONE))
routes = APIRouter(prefix="/v1/apds", tags=["feeds"], responses=problems(*WITH_TOKEN))


@dataclass(frozen=True)
class RightsQuery:
    """The query of a feed of rights."""

    end_after: Epoch | None = None
    reference_instant: Epoch | None = None
    offset: Offset = 0
    page_size: PageSize = 100


AskedRights = Annotated[RightsQuery, Depends()]


class ApdsMeta(Struct, frozen=True, rename="camel"):
    """Which page this is, and of what was known when."""

    reference_instant: int
    offset: int
    page_size: int
    total: int


class ApdsPage(Struct, frozen=True):
    """A page of a list."""

    meta: ApdsMeta
    data: Sequence[Struct]


@public.get("/apds/places", response_class=Response, responses=JSON_OBJECT)
def read_places(request: Request, auth: Auth, offset: Offset = 0, page_size: PageSize = 200) -> Response:
    """The sectors of the city as APDS places."""
    now = auth.clock()
    every = apds.places(feeds.read_sectors(auth.city, now), tariffs_at(auth.city, now))
    return _page(request, every, offset, page_size, now)


@public.get("/apds/rates", response_class=Response, responses=JSON_OBJECT)
def read_rates(request: Request, auth: Auth, offset: Offset = 0, page_size: PageSize = 200) -> Response:
    """Every price grid as an APDS rate table: its version, zone, regime and class of vehicles.

    A price is the sum of the increments begun, rounded once for the whole stay, half a cent upwards (`x-rounding`).
    """
    now = auth.clock()
    return _page(request, tuple(apds.rate_tables(tariffs_at(auth.city, now))), offset, page_size, now)


@public.get("/apds/rates/{id}", response_class=Response, responses={**JSON_OBJECT, **problems(404)})
def read_rate(request: Request, id: Annotated[str, Path(max_length=40)], auth: Auth) -> Response:
    """One rate table."""
    with rule_errors():
        found = next((each for each in apds.rate_tables(tariffs_at(auth.city, auth.clock())) if each.id == id), None)
        if found is None:
            raise LookupError("no rate table of that id")
    return conditional(request, found)


@public.get("/datex2/parking", response_class=Response, responses=JSON_OBJECT)
def read_datex(request: Request, auth: Auth) -> Response:
    """The same places as a DATEX II parking publication light: those of which somebody has said where they are."""
    city, now = auth.city, auth.clock()
    sectors, areas = feeds.read_sectors(city, now), feeds.read_areas_or_none(city, now)
    document = light_publication(sectors, areas, feeds.read_machines(city), tariffs_at(city, now), now)
    return conditional(request, document, document.parking_publication_light.parking_site)


@routes.get("/rights/assigned", response_class=Response, responses=JSON_OBJECT)
def read_assigned(
    request: Request,
    partner: Partner,
    auth: Auth,
    asked: AskedRights,
) -> Response:
    """Rights that were sold and end after an instant (now, if not said); the plate only for who may check plates too."""
    return _rights(request, partner, auth, apds.assigned_right, asked)


@routes.get("/sessions", response_class=Response, responses=JSON_OBJECT)
def read_sessions(
    request: Request,
    partner: Partner,
    auth: Auth,
    asked: AskedRights,
) -> Response:
    """The same as sessions: as far as what was bought tells them."""
    return _rights(request, partner, auth, apds.session, asked)


def _rights(
    request: Request,
    partner: Bearer,
    auth: Auth,
    make: Callable[..., Struct],
    asked: RightsQuery,
) -> Response:
    reference, offset, page_size = asked.reference_instant, asked.offset, asked.page_size
    now = auth.clock()
    known_at = datetime.fromtimestamp(reference, PARIS) if reference else now.replace(microsecond=0)
    if known_at > now:
        raise UnprocessableError(FieldError("reference_instant", "is in the future"))
    after = datetime.fromtimestamp(asked.end_after, PARIS) if asked.end_after else known_at
    page = feeds.read_rights(auth.city, after, offset, page_size, known_at)
    with_plate = Scope.CHECK in partner.scopes
    if with_plate:
        with auth.city.store.begin() as connection:
            audit.note(connection, now, partner.name, "rights read", "APDS", count=len(page.rights))
    data = [make(each, with_plate=with_plate) for each in page.rights]
    meta = ApdsMeta(int(known_at.timestamp()), offset, page_size, page.total)
    return conditional(request, ApdsPage(meta, data), [page.total, data], cache="no-store" if with_plate else "no-cache")


def _page(request: Request, every: Sequence[Struct], offset: int, page_size: int, now: datetime) -> Response:
    page = every[offset : offset + page_size]
    meta = ApdsMeta(int(now.timestamp()), offset, page_size, len(every))
    return conditional(request, ApdsPage(meta, page), [len(every), page])
