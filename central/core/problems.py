"""What the city answers; where it will not do what was asked, a problem document (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

import msgspec

MEDIA_TYPE = "application/problem+json"
NOT_TEXT = b"\\u0000"
"""The character 0 as JSON writes it: PostgreSQL keeps no text that has it."""


@dataclass(frozen=True)
class Reply:
    """What a station is answered."""

    status: int
    """As in HTTP."""
    body: bytes
    media_type: str = "application/json"


@dataclass(frozen=True)
class InvalidField:
    """One member of the request that cannot be taken."""

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
        """As JSON."""
        title = HTTPStatus(self.status).phrase
        document = {"type": "about:blank", "title": title, "status": self.status, "detail": self.detail, **self.members}
        return msgspec.json.encode({**document, "errors": self.errors} if self.errors else document)

    @property
    def reply(self) -> Reply:
        """As a station is answered."""
        return Reply(self.status, self.body, MEDIA_TYPE)


def unprocessable(errors: Sequence[InvalidField]) -> Problem:
    """422, naming every field."""
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "; ".join(f"{e.field}: {e.reason}" if e.field else e.reason for e in errors), errors
    )


def wrong_in(error: ValueError, within: str = "") -> InvalidField:
    """Where a decoder stumbled, and over what. `within`: the member that held what was decoded."""
    reason, _, path = str(error).partition(" - at `$")
    return InvalidField(f"{within}{path.rstrip('`')}".removeprefix("."), reason)
