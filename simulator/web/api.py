"""HTTP API of the desk, for other programs and for the page.

`GET /api` is made of the endpoints' own first lines, so it cannot fall behind. What is not understood is answered with a
problem document (RFC 9457): 422 for a body, 404 for a path, 405 for a method, 409 for what cannot be done now; the desk is
not touched.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial, wraps
from http import HTTPStatus

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.desk.real_devices import RealDeviceError
from simulator.desk.terminals import TerminalStaysError
from simulator.web.desk_control import DeskControl
from simulator.web.requests import (
    CardBody,
    CheckBody,
    ClockBody,
    FaultBody,
    HeadsetBody,
    KeyBody,
    NotUnderstoodError,
    PostBody,
    PowerBody,
    SignInBody,
    TerminalBody,
    check_known,
    check_query,
    read_body,
    read_moment,
)

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
FRESH = "fresh"
"""Name in the query of a picture that changes: its value is not read, and makes an address that no page has asked for yet."""
STEP_S = 60.0  # of an advance, between which the page is served


_Endpoint = Callable[[Request], Awaitable[Response]]


def routes(desk: DeskControl) -> list[Route]:
    """The routes under /api, for this desk."""
    api = _Api(desk)
    listed = [
        _route("POST", "/api/key", api.key),
        _route("POST", "/api/card", api.card),
        _route("POST", "/api/clock", api.clock),
        _route("POST", "/api/fault", api.fault),
        _route("POST", "/api/headset", api.headset),
        _route("POST", "/api/power", api.power),
        _route("POST", "/api/terminal", api.terminal),
        _route("POST", "/api/check", api.check),
        _route("POST", "/api/agent", api.agent),
        _route("POST", "/api/sign-in", api.sign_in),
        _route("POST", "/api/notices", api.notices),
        _route("GET", "/api/letter.pdf", api.letter_pdf, "number"),
        _route("GET", "/api/state", api.state),
        _route("GET", "/api/screen.png", api.screen_png),
        _route("GET", "/api/ticket.png", api.ticket_png, FRESH),
        _route("GET", "/api/ticket.txt", api.ticket_txt),
        _route("GET", "/api/ticket.bin", api.ticket_bin),
        _route("GET", "/api/paper.png", api.paper_png, FRESH),
        _route("GET", "/api/speech.wav", api.speech_wav, FRESH),
        _route("GET", "/api/wire", api.wire, "after"),
    ]
    lines = [{"method": _method(route), "path": route.path, "says": _says(route.endpoint)} for route in listed]

    async def everything(request: Request) -> Response:
        """This list, and the names of the keys, cards, faults, alarms and protocols of a card terminal."""
        names = {"keys": desk.keys, "cards": desk.cards, "faults": desk.faults, "alarms": desk.alarms}
        return _json({"routes": lines, **names, "protocols": desk.protocols})

    listed.append(_route("GET", "/api", everything))
    elsewhere = partial(_no_such_route, {route.path: _method(route) for route in listed})
    return [*listed, *(Route(path, elsewhere, methods=METHODS) for path in ("/api", "/api/{path:path}"))]


async def _no_such_route(methods: Mapping[str, str], request: Request) -> Response:
    """Whatever no route answers: 405 where the path is one of these, each with its method; else 404."""
    allowed = methods.get(request.url.path)
    if allowed is None:
        detail = f"there is no {request.url.path[:80]}; GET /api lists what there is"
        return _problem(HTTPStatus.NOT_FOUND, detail, sorted(methods))
    answer = _problem(HTTPStatus.METHOD_NOT_ALLOWED, f"{request.url.path} is asked with {allowed}", [allowed])
    answer.headers["Allow"] = "GET, HEAD" if allowed == "GET" else allowed
    return answer


class _Api:
    """Endpoints of the API, one method per route."""

    def __init__(self, desk: DeskControl) -> None:
        self._desk = desk

    async def key(self, request: Request) -> Response:
        """Press a key: {"key": "A"}, or for more than a second: {"key": "CORRECT", "held": true}."""
        body = await read_body(request, KeyBody)
        check_known("key", body.key, self._desk.keys)
        self._desk.press(body.key, held=body.held)
        return _json({"key": body.key, "held": body.held})

    async def card(self, request: Request) -> Response:
        """Present a card: {"card": "approved"}; "taken" is false if the terminal was not asking for one."""
        body = await read_body(request, CardBody)
        check_known("card", body.card, self._desk.cards)
        return _json({"card": body.card, "taken": self._desk.card(body.card)})

    async def clock(self, request: Request) -> Response:
        """Set the time: {"at": "2026-03-04T10:00:00+01:00"} (Paris if no offset); or {"speed": 60}; or {"advance_s": 30}."""
        body = await read_body(request, ClockBody)
        if sum(value is not None for value in (body.at, body.speed, body.advance_s)) != 1:
            raise NotUnderstoodError("expected exactly one of `at`, `speed`, `advance_s`", ("at", "speed", "advance_s"))
        if body.at is not None:
            self._desk.set_clock(read_moment(body.at))
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
        body = await read_body(request, FaultBody)
        check_known("device", body.device, self._desk.faults)
        check_known(f"fault of the {body.device}", body.fault, self._desk.faults[body.device])
        self._desk.fault(body.device, body.fault, body.on)
        return _json({"device": body.device, "fault": body.fault, "on": body.on})

    async def headset(self, request: Request) -> Response:
        """Plug a headset into the jack {"plugged": true}, or pull it out {"plugged": false}."""
        plugged = (await read_body(request, HeadsetBody)).plugged
        self._desk.headset(plugged)
        return _json({"plugged": plugged})

    async def power(self, request: Request) -> Response:
        """Cut the mains {"on": false} or give it back {"on": true}."""
        on = (await read_body(request, PowerBody)).on
        self._desk.power(on)
        return _json({"on": on})

    async def terminal(self, request: Request) -> Response:
        """Deliver another card terminal and restart the station: {"protocol": "concert"}; 409 while a payment is under way."""
        protocol = (await read_body(request, TerminalBody)).protocol
        check_known("protocol", protocol, self._desk.protocols)
        self._desk.switch_terminal(protocol)
        return _json({"protocol": protocol})

    async def check(self, request: Request) -> Response:
        """Ask the city about a plate, as an agent would: {"plate": "AB-123-CD", "zone": 1, "sector": "11D"}; `at`: not now."""
        body = await read_body(request, CheckBody)
        try:
            at = read_moment(body.at) if body.at else None
            return _json(self._desk.check(body.plate, body.zone, body.sector, at))
        except ValueError as error:
            raise NotUnderstoodError(str(error)) from error

    async def agent(self, request: Request) -> Response:
        """Issue a token to an agent of the demonstration: {} -> {"link": "central/agent/#token=…"}, his phone, signed in."""
        await read_body(request, PostBody)
        return _json({"link": self._desk.sign_in_link("agent")})

    async def sign_in(self, request: Request) -> Response:
        """Sign a person of the demonstration in: {"person": "operator"} -> {"link": "central/sign-in/link/…"}, good once."""
        person = (await read_body(request, SignInBody)).person
        check_known("person", person, self._desk.people)
        return _json({"link": self._desk.sign_in_link(person)})

    async def notices(self, request: Request) -> Response:
        """Send the notices that wait for it, as the city does in the evening: {} -> {"sent": 1, "numbers": ["2175…"]}."""
        await read_body(request, PostBody)
        numbers = self._desk.send_notices()
        return _json({"sent": len(numbers), "numbers": numbers})

    async def letter_pdf(self, request: Request) -> Response:
        """The letter of a notice, as its holder finds it in the mailbox: ?number=N; 404 for none."""
        number = request.query_params.get("number", "")
        return _file(await asyncio.to_thread(self._desk.letter_pdf, number), "application/pdf", "there is no such notice")

    async def state(self, request: Request) -> Response:
        """Screen, lines, plate, quote, ticket, journal (last 50), unsent, alarms, now, and what else the page shows."""
        return _json(self._desk.state())

    async def screen_png(self, request: Request) -> Response:
        """The display's glass, as large as it is."""
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

    async def speech_wav(self, request: Request) -> Response:
        """What was said last, as sound; 404 before the first word, or where no engine is installed."""
        return _file(await asyncio.to_thread(self._desk.speech_wav), "audio/wav")

    async def wire(self, request: Request) -> Response:
        """What went over the wires, decoded; ?after=N: only what came after entry N."""
        text = request.query_params.get("after", "0")
        if not (text.isascii() and text.isdigit() and len(text) <= 15):
            raise NotUnderstoodError(f"`after` must be a whole number of at most 15 digits, not {text[:20]!r}")
        return _json(self._desk.wire(int(text)))


def _route(method: str, path: str, endpoint: _Endpoint, *names: str) -> Route:
    """`names`: what may stand in its query."""

    @wraps(endpoint)
    async def answer(request: Request) -> Response:
        try:
            check_query(request, *names)
            return await endpoint(request)
        except NotUnderstoodError as wrong:
            return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(wrong), wrong.accepted, "Not understood")
        except (TerminalStaysError, RealDeviceError) as error:
            return _problem(HTTPStatus.CONFLICT, str(error))

    return Route(path, answer, methods=[method])


def _problem(status: HTTPStatus, detail: str, accepted: Sequence[str] = (), title: str = "") -> Response:
    """A problem document; `accepted`: what could be asked instead."""
    problem = {"type": "about:blank", "title": title or status.phrase, "status": status.value, "detail": detail}
    return _json(problem | ({"accepted": accepted} if accepted else {}), status.value, "application/problem+json")


def _method(route: Route) -> str:
    return "POST" if "POST" in (route.methods or ()) else "GET"


def _says(endpoint: _Endpoint) -> str:
    return (endpoint.__doc__ or "").partition("\n")[0]


def _json(value: object, status: int = 200, media_type: str = "application/json") -> Response:
    return Response(msgspec.json.encode(value), status, {"Cache-Control": "no-store"}, media_type)


def _file(content: bytes | None, media_type: str, none: str = "there is no ticket") -> Response:
    if content is None:
        return _problem(HTTPStatus.NOT_FOUND, none)
    return Response(content, 200, {"Cache-Control": "no-store"}, media_type)
