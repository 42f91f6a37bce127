"""OpenAPI descriptions: the problems a route can answer, and bodies that a route reads for itself."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from central.core.problems import MEDIA_TYPE

Responses = dict[int | str, dict[str, Any]]
"""As FastAPI wants it."""

GEOJSON = "application/geo+json"
"""GeoJSON (RFC 7946)."""
SIGNED: Responses = {
    200: {"content": {"application/json": {"schema": {"type": "object", "required": ["signed", "signature"]}}}}
}
"""An envelope signed by the city."""
WRONG = {
    "type": "object",
    "required": ["field", "reason"],
    "properties": {"field": {"type": "string"}, "reason": {"type": "string"}},
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": WRONG},
    },
}
WHY = {
    HTTPStatus.BAD_REQUEST: "The body could not be read",
    HTTPStatus.UNAUTHORIZED: "No good token, or not signed by the key of this station",
    HTTPStatus.FORBIDDEN: "The token is not good for this",
    HTTPStatus.NOT_FOUND: "There is none",
    HTTPStatus.CONFLICT: "It is so already, or something stands against it",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too long",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Nothing was stored: the members that are wrong are named",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests: `Retry-After` says how many seconds to wait",
    HTTPStatus.SERVICE_UNAVAILABLE: "The database does not answer: nothing was stored, try again",
}
ANYONE = (400, 413, 422, 429, 503)
"""What can happen to any request."""
WITH_TOKEN = (401, 403, *ANYONE)


def problems(*statuses: int) -> Responses:
    """The OpenAPI responses for these problem statuses."""
    return {
        status: {"description": WHY[HTTPStatus(status)], "content": {MEDIA_TYPE: {"schema": PROBLEM}}} for status in statuses
    }


def body(media_type: str, example: str | dict[str, object], schema: dict[str, object] | None = None) -> dict[str, Any]:
    """The OpenAPI description of a request body that the route reads for itself."""
    shape = schema or {"type": "string" if isinstance(example, str) else "object"}
    return {"requestBody": {"required": True, "content": {media_type: {"schema": shape, "example": example}}}}
