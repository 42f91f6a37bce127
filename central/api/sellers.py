"""Routes for sellers by telephone: parkings, and until when they are complete; for operators: who sells."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Response
from pydantic import AfterValidator, ConfigDict, Field
from pydantic.config import JsonDict
from starlette.exceptions import HTTPException

from central.access.tokens import Bearer, Scope
from central.api.auth import Auth, needs
from central.api.datetimes import RequestDateTime
from central.api.documents import WITH_TOKEN, problems
from central.api.errors import rule_errors
from central.api.numbers import ZoneSaid
from central.api.refusals import NotedRoute
from central.api.request_body import RequestBody
from central.api.texts import NameText
from central.core.fields import plate_in
from central.register import sellers
from central.register.seller_parkings import LONGEST_ID, TakenParking, put_parking
from central.rules.seller_parkings import SellerParking
from firmware.domain.sector import SECTOR

Seller = Annotated[Bearer, Depends(needs(Scope.SELL))]
SellerWatcher = Annotated[Bearer, Depends(needs(Scope.FLEET))]
SellerEnroller = Annotated[Bearer, Depends(needs(Scope.ENROL))]
SellerName = Annotated[str, Path(pattern=sellers.SELLER)]
ParkingId = Annotated[str, Path(pattern=f"^[A-Za-z0-9._~-]{{1,{LONGEST_ID}}}$")]
RegimeWord = Annotated[str, Field(min_length=1, max_length=40)]
ONE: JsonDict = {
    "plate": "AB-123-CD",
    "zone": 1,
    "sector": "11D",
    "bought_at": "2026-03-04T10:00:00+01:00",
    "units": 4,
    "cents": 600,
    "currency": "EUR",
}


class SellerParkingSaid(RequestBody):
    """A parking as it is by now, as a whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [ONE]})

    plate: Annotated[str, Field(max_length=40), AfterValidator(plate_in)]
    """Case, spaces and dashes do not matter."""
    zone: ZoneSaid
    """Tariff zone."""
    sector: Annotated[str, Field(pattern=SECTOR)]
    """Residential sector the vehicle stands in."""
    regime: RegimeWord = "visitor"
    vehicle: RegimeWord = "car"
    bought_at: RequestDateTime
    """When it began to be sold, with an offset."""
    units: Annotated[int, Field(strict=True, ge=1, le=1000)]
    """Units of the regime bought by now, all together: quarters of an hour for a visitor."""
    cents: Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
    """What all of them cost: checked to the cent by the tariffs in force at `bought_at`."""
    currency: Literal["EUR"] = "EUR"
    stopped_at: RequestDateTime | None = None
    """When its driver ended it, if he did."""
    done_at: RequestDateTime | None = None
    """When the driver did what is said now, for a message that comes late: now, if not said."""

    @property
    def parking(self) -> SellerParking:
        """The parking said."""
        names = ("plate", "zone", "sector", "regime", "vehicle", "bought_at", "units", "cents", "stopped_at")
        return SellerParking(**{name: getattr(self, name) for name in names})


class CompleteUntilSaid(RequestBody):
    """Everything that was sold before an instant is handed in."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"until": "2026-03-04T10:00:00+01:00"}]})

    until: RequestDateTime
    """With an offset; not in the future, and not before what was said already."""


class SellerSaid(RequestBody):
    """Who sells parking by telephone."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"operator": "parkphone", "name": "Park & Phone SAS"}]})

    operator: Annotated[str, Field(pattern=sellers.SELLER)]
    """Its name in addresses."""
    name: Annotated[NameText, Field(min_length=1, max_length=60)]


routes = APIRouter(prefix="/v1/operators", tags=["sellers"], responses=problems(*WITH_TOKEN), route_class=NotedRoute)


@routes.get("")
def read_sellers(operator: SellerWatcher, auth: Auth) -> tuple[sellers.PhoneSeller, ...]:
    """Who sells parking by telephone, and how far the parkings of each are complete."""
    return sellers.list_sellers(auth.city.store)


@routes.post("", status_code=HTTPStatus.NO_CONTENT)
def enrol_seller(operator: SellerEnroller, asked: SellerSaid, auth: Auth) -> None:
    """Enrol a seller, or take up again one that was revoked. From now on no refusal is conclusive without its word."""
    with rule_errors():
        sellers.enrol_seller(auth.city.store, asked.operator, asked.name, operator.name, auth.clock())


@routes.post("/{operator}/revoke", status_code=HTTPStatus.NO_CONTENT, responses=problems(404))
def revoke_seller(bearer: SellerEnroller, operator: SellerName, auth: Auth) -> None:
    """Revoke a seller: what is bought from now on is refused, and nothing bought later is waited for."""
    with rule_errors():
        sellers.revoke_seller(auth.city.store, operator, bearer.name, auth.clock())


@routes.put("/{operator}/parkings/{id}", responses={201: {"model": TakenParking}, **problems(404, 409)})
def take_parking(
    bearer: Seller, operator: SellerName, id: ParkingId, said: SellerParkingSaid, auth: Auth, response: Response
) -> TakenParking:
    """Start, extend or stop a parking: said as a whole each time. The same again is answered as before.

    So is an earlier message that comes again after a later one: the answer is that of its time, and nothing changes.

    More `units` extend it, `stopped_at` ends it. Once it has ended nothing of it changes: another body is a conflict, 409, and
    `errors[].field` names the member. A price that is not that of the tariff in force is refused.
    """
    with rule_errors(id):
        _require_own(auth, bearer, operator)
        taken, is_new = put_parking(auth.city, operator, id, said.parking, auth.clock(), said.done_at)
    response.status_code = HTTPStatus.CREATED if is_new else HTTPStatus.OK
    return taken


@routes.put("/{operator}/complete-until", status_code=HTTPStatus.NO_CONTENT, responses=problems(404, 409))
def take_complete_until(bearer: Seller, operator: SellerName, said: CompleteUntilSaid, auth: Auth) -> None:
    """Say that everything sold before an instant is handed in; once a minute, whether anything was sold or not.

    A check about an instant that a seller has not vouched for is not conclusive, and names the seller once it is silent.
    """
    city = auth.city
    with rule_errors():
        _require_own(auth, bearer, operator)
        sellers.report_complete(city.store, operator, said.until, city.rules.silent_after, auth.clock())


def _require_own(auth: Auth, bearer: Bearer, operator: str) -> None:
    """Raises LookupError if there is no such seller, HTTPException 403 if the token is another's."""
    with auth.city.store.begin() as connection:
        if operator not in sellers.seller_names(connection):
            raise LookupError("no operator of that name is enrolled")
    if bearer.seller != operator:
        raise HTTPException(HTTPStatus.FORBIDDEN, "this token is not for this operator")
