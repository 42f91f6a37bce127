"""Holds requests against the API's own description: the names of a query; and refuses the character 0."""

from __future__ import annotations

from fastapi import Request

from central.api.description import paths_of
from central.api.errors import UnprocessableError
from central.api.request_body import NUL
from firmware.domain.decoding import GIVEN_TWICE, LONGEST_NAME, doubled_member
from firmware.domain.errors import FieldError


async def check_described(request: Request) -> None:
    """A dependency of every route: refuses a query name it does not read, one given twice (in a body too), the character 0."""
    names = [name for name, _ in request.query_params.multi_items()]
    known = _query_names(request)
    for name in names:
        if name not in known:
            accepted = f"this takes {', '.join(sorted(known))}" if known else "this takes none"
            raise UnprocessableError(FieldError(name[:LONGEST_NAME], f"no such name in a query: {accepted}"))
        if names.count(name) > 1:
            raise UnprocessableError(FieldError(name, GIVEN_TWICE))
    for name, value in (*request.query_params.items(), *request.path_params.items()):
        if "\0" in str(value):
            raise UnprocessableError(FieldError(name, NUL))
    content = await request.body() if request.scope["route"].body_field is not None else b""
    if content and (twice := doubled_member(content)):
        raise UnprocessableError(FieldError(twice, GIVEN_TWICE))


def _query_names(request: Request) -> set[str]:
    operation = paths_of(request.app).get(request.scope["route"].path, {}).get(request.method.lower(), {})
    return {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}
