"""The API's own description, read by itself: paths and their methods."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.routing import compile_path

OF_RULES = ("body", "state", "examiner", "clerk", "document", "documents", "request", "signature")
"""What rules name that is no member of a body."""


def paths_of(app: FastAPI) -> dict[str, dict[str, Any]]:
    """Path as it is described -> method in small letters -> what is said of it."""
    paths: dict[str, dict[str, Any]] = app.state.described()["paths"]
    return paths


def methods_of(app: FastAPI, path: str) -> list[str]:
    """Every method that the description has for a path; none for a path that it does not have."""
    found = [methods for template, methods in paths_of(app).items() if compile_path(template)[0].fullmatch(path)]
    return sorted({method.upper() for methods in found for method in methods})


def member_names(app: FastAPI) -> set[str]:
    """Every name that the description has for a member of a body, or for a value in a path or a query."""
    shapes = app.state.described().get("components", {}).get("schemas", {}).values()
    operations = (operation for methods in paths_of(app).values() for operation in methods.values())
    values = (each["name"] for operation in operations for each in operation.get("parameters", ()))
    return {
        "body",
        "state",
        "examiner",
        "clerk",
        "document",
        "documents",
        "signature",
        *values,
        *(name for shape in shapes for name in shape.get("properties", ())),
    }
