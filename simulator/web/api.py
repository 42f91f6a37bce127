"""The desk machine by HTTP: what other programs use, and the page too. Knows no clock, no device, no file: only a Desk.

`GET /api` is made of the endpoints' own first lines, so it cannot fall behind. What is not understood is answered 422 with a
problem document (RFC 9457), and the desk is not touched.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime
from typing import Annotated, Protocol, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from hal.clock import PARIS

FASTEST = 1000.0
"""How many virtual seconds a real one may be at most."""
LONGEST_ADVANCE_S = 7 * 86_400.0
STEP_S = 60.0  # of an advance, between which the page is served
YEARS = range(2015, 2100)
"""Years the clock may be set to: the first tariff is of 2015."""


class DeskDependency(Protocol):
    """One station with all its devices, in virtual time. Every method returns at once."""

    speed: float
    """Virtual seconds in a real one; 0 holds the time still."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the keys, those of `hal.ports.Key`."""

    @property
    def cards(self) -> Mapping[str, str]:
        """The cards one may present: name -> what it does, in French."""

    @property
    def faults(self) -> Mapping[str, Mapping[str, str]]:
        """Device -> the faults it can have: name -> what is wrong, in French."""

    @property
    def alarms(self) -> Mapping[str, str]:
        """Every alarm the station can raise: its name in the journal -> what is wrong, in French."""

    def press(self, key: str, *, held: bool = False) -> None:
        """Put a finger on a key, and take it away after a moment; `held`: after more than a second."""

    def card(self, name: str) -> bool:
        """Present a card; False if the terminal was not asking for one."""

    def fault(self, device: str, name: str, on: bool) -> None:
        """Begin or end a fault."""

    def power(self, on: bool) -> None:
        """Cut the mains, or give it back."""

    def set_clock(self, at: datetime) -> None:
        """Set the wall clock; no time passes. `at` is aware."""

    def advance(self, seconds: float) -> None:
        """Let virtual time pass now, whatever the speed."""

    def tick(self, real_seconds: float) -> None:
        """Let virtual time pass: `real_seconds` times the speed."""

    def state(self) -> dict[str, object]:
        """What a program or the page wants to know, ready for JSON.

        screen, lines, plate, quote | null, ticket (text) | null, journal (the last 50), unsent, alarms (their names), now (ISO,
        Paris), and for the page: troubles (of each alarm name, code, severity, says, remedy, effect; French), speed, power,
        terminal_display (2 lines), faults (device -> names of those that are on), tickets (count), printing {"mm", "printing"}
        (paper is in the slot), beeps {"count", "seconds"} (so far; length of the last), station
        (its Site). A new value every time, never one changed in place.
        """

    def screen_png(self) -> bytes:
        """The glass of the display."""

    def screen_grey(self) -> bytes:
        """The same, 256 x 64 bytes, row by row, 0 black to 255."""

    def ticket_png(self) -> bytes | None:
        """The last ticket that was cut; None before the first, as in the two below."""

    def ticket_text(self) -> str | None:
        """Its text."""

    def ticket_bytes(self) -> bytes | None:
        """What the printer was sent for it."""

    def paper_png(self) -> bytes | None:
        """The paper that is out of the slot now: it grows while printing, and is None once taken or before the first line."""

    def wire(self, after: int = 0) -> list[dict[str, object]]:
        """What went over the wires since entry `after`: {"n", "at", "line", "from", "hex", "said"}."""

    def check(self, plate: str, zone: int, sector: str) -> dict[str, object]:
        """What the city answers an agent who stands in this zone and sector, now; as `POST /v1/checks` does, ready for JSON.

        Raises ValueError for what is no plate, zone or sector.
        """


class _Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a POST may carry: exactly its members, of exactly their types."""


class _Key(_Body, frozen=True):
    key: str
    held: bool = False


class _Card(_Body, frozen=True):
    card: str


class _Clock(_Body, frozen=True):
    at: str | None = None
    speed: Annotated[float, msgspec.Meta(ge=0, le=FASTEST)] | None = None
    advance_s: Annotated[float, msgspec.Meta(ge=0, le=LONGEST_ADVANCE_S)] | None = None


class _Fault(_Body, frozen=True):
    device: str
    fault: str
    on: bool


class _Power(_Body, frozen=True):
    on: bool


class _Check(_Body, frozen=True):
    plate: str
    zone: int
    sector: str


class _NotUnderstoodError(Exception):
    """The request is at fault; `accepted` names what it might have said."""

    def __init__(self, detail: str, accepted: Collection[str] = ()) -> None:
        super().__init__(detail)
        self.accepted = list(accepted)


_B = TypeVar("_B", bound=_Body)
_Endpoint = Callable[[Request], Awaitable[Response]]


def routes(desk: DeskDependency) -> list[Route]:
    """The routes under /api, for this desk."""
    api = _Api(desk)
    listed = [
        _route("POST", "/api/key", api.key),
        _route("POST", "/api/card", api.card),
        _route("POST", "/api/clock", api.clock),
        _route("POST", "/api/fault", api.fault),
        _route("POST", "/api/power", api.power),
        _route("POST", "/api/check", api.check),
        _route("GET", "/api/state", api.state),
        _route("GET", "/api/screen.png", api.screen_png),
        _route("GET", "/api/ticket.png", api.ticket_png),
        _route("GET", "/api/ticket.txt", api.ticket_txt),
        _route("GET", "/api/ticket.bin", api.ticket_bin),
        _route("GET", "/api/paper.png", api.paper_png),
        _route("GET", "/api/wire", api.wire),
    ]
    lines = [{"method": _method(route), "path": route.path, "says": _says(route.endpoint)} for route in listed]

    async def everything(request: Request) -> Response:
        """This list, and the names of the keys, cards, faults and alarms."""
        names = {"keys": desk.keys, "cards": desk.cards, "faults": desk.faults, "alarms": desk.alarms}
        return _json({"routes": lines, **names})

    return [*listed, _route("GET", "/api", everything)]


class _Api:
    """One method per route."""

    def __init__(self, desk: DeskDependency) -> None:
        self._desk = desk

    async def key(self, request: Request) -> Response:
        """Press a key: {"key": "A"}, or for more than a second: {"key": "CORRECT", "held": true}."""
        body = await _read(request, _Key)
        _known("key", body.key, self._desk.keys)
        self._desk.press(body.key, held=body.held)
        return _json({"key": body.key, "held": body.held})

    async def card(self, request: Request) -> Response:
        """Present a card: {"card": "approved"}; "taken" is false if the terminal was not asking for one."""
        body = await _read(request, _Card)
        _known("card", body.card, self._desk.cards)
        return _json({"card": body.card, "taken": self._desk.card(body.card)})

    async def clock(self, request: Request) -> Response:
        """Set the time: {"at": "2026-03-04T10:00:00+01:00"} (Paris if no offset); or {"speed": 60}; or {"advance_s": 30}."""
        body = await _read(request, _Clock)
        if sum(value is not None for value in (body.at, body.speed, body.advance_s)) != 1:
            raise _NotUnderstoodError("expected exactly one of `at`, `speed`, `advance_s`", ("at", "speed", "advance_s"))
        if body.at is not None:
            self._desk.set_clock(_moment(body.at))
        if body.speed is not None:
            self._desk.speed = body.speed
        await self._advance(body.advance_s or 0.0)
        return _json({"now": self._desk.state()["now"], "speed": self._desk.speed})

    async def _advance(self, seconds: float) -> None:
        while seconds > 0:
            self._desk.advance(min(seconds, STEP_S))
            seconds -= STEP_S
            await asyncio.sleep(0)

    async def fault(self, request: Request) -> Response:
        """Begin or end a fault: {"device": "printer", "fault": "paper_out", "on": true}."""
        body = await _read(request, _Fault)
        _known("device", body.device, self._desk.faults)
        _known(f"fault of the {body.device}", body.fault, self._desk.faults[body.device])
        self._desk.fault(body.device, body.fault, body.on)
        return _json({"device": body.device, "fault": body.fault, "on": body.on})

    async def power(self, request: Request) -> Response:
        """Cut the mains {"on": false} or give it back {"on": true}."""
        on = (await _read(request, _Power)).on
        self._desk.power(on)
        return _json({"on": on})

    async def check(self, request: Request) -> Response:
        """Ask the city about a plate, as an agent would: {"plate": "AB-123-CD", "zone": 1, "sector": "11D"}."""
        body = await _read(request, _Check)
        try:
            return _json(self._desk.check(body.plate, body.zone, body.sector))
        except ValueError as error:
            raise _NotUnderstoodError(str(error)) from error

    async def state(self, request: Request) -> Response:
        """Screen, lines, plate, quote, ticket, journal (last 50), unsent, alarms, now, and what else the page shows."""
        return _json(self._desk.state())

    async def screen_png(self, request: Request) -> Response:
        """The display's glass, 256 x 64."""
        return _file(self._desk.screen_png(), "image/png")

    async def ticket_png(self, request: Request) -> Response:
        """The last ticket as a picture; 404 before the first."""
        return _file(self._desk.ticket_png(), "image/png")

    async def ticket_txt(self, request: Request) -> Response:
        """The last ticket's text; 404 before the first."""
        text = self._desk.ticket_text()
        return _file(text if text is None else text.encode(), "text/plain; charset=utf-8")

    async def ticket_bin(self, request: Request) -> Response:
        """The bytes the printer was sent for the last ticket; 404 before the first."""
        return _file(self._desk.ticket_bytes(), "application/octet-stream")

    async def paper_png(self, request: Request) -> Response:
        """The paper out of the slot now, growing as it is printed; 404 if there is none."""
        return _file(self._desk.paper_png(), "image/png")

    async def wire(self, request: Request) -> Response:
        """What went over the wires, decoded; ?after=N: only what came after entry N."""
        text = request.query_params.get("after", "0")
        if not (text.isascii() and text.isdigit() and len(text) <= 15):
            raise _NotUnderstoodError(f"`after` must be a whole number of at most 15 digits, not {text[:20]!r}")
        return _json(self._desk.wire(int(text)))


def _route(method: str, path: str, endpoint: _Endpoint) -> Route:
    @functools.wraps(endpoint)
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except _NotUnderstoodError as wrong:
            problem = {"type": "about:blank", "title": "Not understood", "status": 422, "detail": str(wrong)}
            return _json(problem | ({"accepted": wrong.accepted} if wrong.accepted else {}), 422, "application/problem+json")

    return Route(path, answer, methods=[method])


def _method(route: Route) -> str:
    return "POST" if "POST" in (route.methods or ()) else "GET"


def _says(endpoint: _Endpoint) -> str:
    return (endpoint.__doc__ or "").partition("\n")[0]


async def _read(request: Request, kind: type[_B]) -> _B:
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _NotUnderstoodError(f"the body is not what this route reads: {error}", kind.__struct_fields__) from error


def _known(what: str, name: str, accepted: Collection[str]) -> None:
    if name not in accepted:
        raise _NotUnderstoodError(f"unknown {what} {name[:40]!r}; accepted: {', '.join(accepted)}", accepted)


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise _NotUnderstoodError(f"`at` is not an ISO 8601 date and time: {text[:40]!r}") from error
    if at.year not in YEARS:
        raise _NotUnderstoodError(f"`at` must be in the years {YEARS[0]} to {YEARS[-1]}, not {at.year}")
    return at.replace(tzinfo=PARIS) if at.tzinfo is None else at


def _json(value: object, status: int = 200, media_type: str = "application/json") -> Response:
    return Response(msgspec.json.encode(value), status, {"Cache-Control": "no-store"}, media_type)


def _file(content: bytes | None, media_type: str) -> Response:
    if content is None:
        return PlainTextResponse("There is no ticket.\n", 404)
    return Response(content, 200, {"Cache-Control": "no-store"}, media_type)
