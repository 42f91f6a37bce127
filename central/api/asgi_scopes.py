"""What is read of a request before the framework has looked at it, from its ASGI scope."""

from __future__ import annotations

from starlette.types import Scope


def path_in(scope: Scope) -> str:
    """The path, without where the application is mounted."""
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))


def header_in(scope: Scope, name: bytes, default: str = "") -> str:
    """The first header of this name. `name`: in lower case, as a server hands them on."""
    return next((value.decode("latin-1") for each, value in scope["headers"] if each == name), default)
