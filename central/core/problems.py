"""Answers to stations, and problem documents (RFC 9457) for what is refused."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

import msgspec

from firmware.domain.errors import FieldError

MEDIA_TYPE = "application/problem+json"
NOT_TEXT = b"\\u0000"
"""The character 0 as JSON writes it: PostgreSQL keeps no text that has it."""


@dataclass(frozen=True)
class Reply:
    """The HTTP answer to a station."""

    status: int
    body: bytes
    media_type: str = "application/json"


@dataclass(frozen=True)
class InvalidField:
    """One member of the request that cannot be taken, as a problem document lists it."""

    field: str
    """Where it stands, such as `entries[3].hash`; empty for the whole body."""
    reason: str


@dataclass(frozen=True)
class Problem:
    """A problem document. `type` is left at about:blank: the title is that of the HTTP status."""

    status: int
    detail: str
    errors: Sequence[InvalidField] = ()
    members: Mapping[str, int] = field(default_factory=dict)
    """What a program needs to go on, such as `contact_from`."""

    @property
    def body(self) -> bytes:
        """The document as JSON."""
        title = HTTPStatus(self.status).phrase
        document = {"type": "about:blank", "title": title, "status": self.status, "detail": self.detail, **self.members}
        return msgspec.json.encode({**document, "errors": self.errors} if self.errors else document)

    @property
    def reply(self) -> Reply:
        """The document as the answer to a station."""
        return Reply(self.status, self.body, MEDIA_TYPE)


def unprocessable(*errors: FieldError) -> Problem:
    """The problem document for members that are wrong: 422, naming each."""
    detail = "; ".join(map(str, errors))
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, [InvalidField(each.field, each.reason) for each in errors])


class SeveralFieldsError(FieldError):
    """Several members cannot be taken: each is named. Nothing was stored."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        """`errors`: at least one; what stands alone for them all is the first."""
        super().__init__(errors[0].field, errors[0].reason)
        self.errors = tuple(errors)


class ConflictError(FieldError):
    """A member stands against what is there already: 409. Nothing was stored."""


def too_long(what: str, longest: int) -> Problem:
    """The problem document for a body that has too many bytes: 413."""
    return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"{what} has at most {longest} bytes")


def retry_after(seconds: float) -> dict[str, str]:
    """The header that says when to try again: whole seconds, rounded up."""
    return {"Retry-After": str(math.ceil(seconds))}


def decoding_error(error: ValueError, within: str = "") -> FieldError:
    """The member over which a JSON decoder stumbled. `within`: the member that held what was decoded.

    msgspec tells the place only in its text: `Expected `int`, got `str` - at `$.contact``.
    """
    reason, _, path = str(error).partition(" - at `$")
    if isinstance(error, FieldError):
        reason, path = error.reason, f".{error.field}" if error.field[:1] not in ("", "[") else error.field
    return FieldError(f"{within}{path.rstrip('`')}".removeprefix("."), reason)
