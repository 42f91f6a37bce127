"""What the city answers when it will not do what was asked: problem documents (RFC 9457). Knows no clock, no wire, no disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import msgspec

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Wrong:
    """One member of the request that cannot be taken."""

    field: str
    """Where it stands, such as `entries[3].hash`; empty for the whole body."""
    reason: str


@dataclass(frozen=True)
class Problem:
    """A problem document. `type` is left at about:blank: the title is that of the HTTP status."""

    status: int
    detail: str
    errors: Sequence[Wrong] = ()

    @property
    def body(self) -> bytes:
        """As JSON."""
        title = HTTPStatus(self.status).phrase
        document = {"type": "about:blank", "title": title, "status": self.status, "detail": self.detail}
        return msgspec.json.encode({**document, "errors": self.errors} if self.errors else document)


def unprocessable(errors: Sequence[Wrong]) -> Problem:
    """422, naming every field."""
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "; ".join(f"{e.field}: {e.reason}" if e.field else e.reason for e in errors), errors
    )
