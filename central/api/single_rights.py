"""Routes for offices that know each right by a number of their own: one is put, changed, ended."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import ConfigDict, Field

from central.access.tokens import Bearer, Scope
from central.api.auth import Auth, needs
from central.api.datetimes import RequestDateTime
from central.api.documents import WITH_TOKEN, problems
from central.api.errors import rule_errors
from central.api.request_body import RequestBody
from central.register import single_rights
from central.register.holdings import MOST_SECTORS, HoldingRow
from firmware.domain.sector import SECTOR

RightLoader = Annotated[Bearer, Depends(needs(Scope.RIGHTS))]
RightSeries = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9_-]{0,39}$")]
ExternalId = Annotated[str, Path(pattern="^[A-Za-z0-9._~-]{1,64}$")]


class SingleRightSaid(RequestBody):
    """What a plate is entitled to."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"plate": "AB-123-CD", "holding": "cmi_s", "valid_from": "2026-01-01T00:00:00+01:00"}]},
    )

    plate: Annotated[str, Field(max_length=40)]
    """Case, spaces and dashes do not matter."""
    holding: Annotated[str, Field(max_length=40)]
    """`resident`, `pro_sedentary`, `pro_mobile`, `pro_public`, `low_emission` or `cmi_s`."""
    sectors: Annotated[tuple[Annotated[str, Field(pattern=SECTOR)], ...], Field(max_length=MOST_SECTORS)] = ()
    """Where it is at home; none for one that is good everywhere."""
    valid_from: RequestDateTime
    valid_until: RequestDateTime | None = None
    """The first instant it is no longer valid; null: for ever."""


routes = APIRouter(prefix="/v1/rights/{series}", tags=["operator"], responses=problems(*WITH_TOKEN, 404))


@routes.get("/{id}")
def read(bearer: RightLoader, series: RightSeries, id: ExternalId, auth: Auth) -> single_rights.SingleRight:
    """One right, by the number of the office that granted it."""
    with rule_errors():
        return single_rights.read_single(auth.city.store, series, id)


@routes.put("/{id}")
def put(
    bearer: RightLoader, series: RightSeries, id: ExternalId, said: SingleRightSaid, auth: Auth
) -> single_rights.SingleRight:
    """Put or change one right; the same again changes nothing. A series that is loaded as a whole has nothing to do with it."""
    with rule_errors():
        row = HoldingRow(**dict(said))
        return single_rights.put_single(auth.city.store, series, id, row, bearer.name, auth.clock())


@routes.delete("/{id}", status_code=HTTPStatus.NO_CONTENT)
def end(bearer: RightLoader, series: RightSeries, id: ExternalId, auth: Auth) -> None:
    """End one right now; a second time changes nothing."""
    with rule_errors():
        single_rights.end_single(auth.city.store, series, id, bearer.name, auth.clock())
