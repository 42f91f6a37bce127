"""Requests to the desk's API: the bodies it reads, and the error for what is not understood."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
from starlette.requests import Request

from firmware.domain.decoding import GIVEN_TWICE, doubled_member
from hal.time_zone import PARIS

FASTEST = 1000.0
"""How many virtual seconds a real one may be at most."""
LONGEST_ADVANCE_S = 7 * 86_400.0
YEARS = range(2015, 2100)
"""Years the clock may be set to: the first tariff is of 2015."""


class NotUnderstoodError(Exception):
    """Request at fault, answered 422; `accepted` names what it may say instead."""

    def __init__(self, detail: str, accepted: Collection[str] = ()) -> None:
        super().__init__(detail)
        self.accepted = list(accepted)


class PostBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Body of a POST: exactly its members, of exactly their types."""


class KeyBody(PostBody, frozen=True):
    """Key press."""

    key: str
    held: bool = False


class CardBody(PostBody, frozen=True):
    """Card presented to the terminal."""

    card: str


class ClockBody(PostBody, frozen=True):
    """Clock command; exactly one of the three."""

    at: str | None = None
    speed: Annotated[float, msgspec.Meta(ge=0, le=FASTEST)] | None = None
    advance_s: Annotated[float, msgspec.Meta(ge=0, le=LONGEST_ADVANCE_S)] | None = None


class FaultBody(PostBody, frozen=True):
    """Fault that begins or ends."""

    device: str
    fault: str
    on: bool


class HeadsetBody(PostBody, frozen=True):
    """Headset plugged in or pulled out."""

    plugged: bool


class PowerBody(PostBody, frozen=True):
    """Mains switched on or off."""

    on: bool


class TerminalBody(PostBody, frozen=True):
    """Card terminal to be delivered."""

    protocol: str


class SignInBody(PostBody, frozen=True):
    """Person of the demonstration who signs in."""

    person: str


class CheckBody(PostBody, frozen=True):
    """Plate check by an agent."""

    plate: str
    zone: int
    sector: str
    at: str | None = None
    """ISO 8601; now, if not said."""


Body = TypeVar("Body", bound=PostBody)


async def read_body(request: Request, kind: type[Body]) -> Body:
    """Decode the body of a POST. Raises NotUnderstoodError, also for a text with the character 0, which nobody types."""
    try:
        data = await request.body()
        body = msgspec.json.decode(data, type=kind)
        twice = doubled_member(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotUnderstoodError(f"the body is not what this route reads: {error}", kind.__struct_fields__) from error
    if twice:
        raise NotUnderstoodError(f"`{twice}`: {GIVEN_TWICE}")
    for name in kind.__struct_fields__:
        if "\0" in str(getattr(body, name)):
            raise NotUnderstoodError(f"`{name}`: the character 0 is no text")
    return body


def check_query(request: Request, *accepted: str) -> None:
    """Raise NotUnderstoodError for a name in the query that is not read, or that stands there twice."""
    names = [name for name, _ in request.query_params.multi_items()]
    for name in names:
        if name not in accepted or names.count(name) > 1:
            raise NotUnderstoodError(f"`{name[:40]}`: no such name in a query, or twice", accepted)


def check_known(what: str, name: str, accepted: Collection[str]) -> None:
    """Raise NotUnderstoodError, naming what is accepted, for any other name."""
    if name not in accepted:
        raise NotUnderstoodError(f"unknown {what} {name[:40]!r}; accepted: {', '.join(accepted)}", accepted)


def read_moment(text: str) -> datetime:
    """Read an ISO 8601 date and time, in Paris if it has no offset. Raises NotUnderstoodError."""
    try:
        read = datetime.fromisoformat(text)
        at = read.replace(tzinfo=PARIS) if read.tzinfo is None else read.astimezone(PARIS)
    except (ValueError, OverflowError) as error:
        raise NotUnderstoodError(f"`at` is not an ISO 8601 date and time: {text[:40]!r}") from error
    if at.year not in YEARS:
        raise NotUnderstoodError(f"`at` must be in the years {YEARS[0]} to {YEARS[-1]} of Paris, not {at.year}")
    return at
