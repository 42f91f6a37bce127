"""Documents that a client may have already: ETag, If-None-Match (RFC 9110)."""

from __future__ import annotations

import hashlib

import msgspec
from fastapi import Request, Response

from central.api.documents import Responses

NOT_MODIFIED: Responses = {304: {"description": "It is the one that `If-None-Match` names"}}
JSON_OBJECT: Responses = {200: {"content": {"application/json": {"schema": {"type": "object"}}}}, **NOT_MODIFIED}


def conditional(request: Request, document: object, same_as: object = None, *, cache: str = "no-cache") -> Response:
    """The document as JSON, or 304 if the client has it. `same_as`: what tells it apart, if that is less than all of it."""
    body = msgspec.json.encode(document)
    told = msgspec.json.encode(same_as) if same_as is not None else body
    tag = f'W/"{hashlib.sha256(told).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": cache, "Vary": "Authorization"}
    wanted = request.headers.get("if-none-match", "")
    if wanted.strip() == "*" or tag.removeprefix("W/") in [each.strip().removeprefix("W/") for each in wanted.split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
