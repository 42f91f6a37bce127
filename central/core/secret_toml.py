"""Settings that hold a secret: a TOML file that only its owner reads."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from firmware.domain.errors import FileError

_Settings = TypeVar("_Settings", bound=Struct)


def read_secret_toml(path: Path, kind: type[_Settings]) -> _Settings:
    """The settings in a file. Raises FileError for none, for one that others can read, and for what it should not hold."""
    try:
        with path.open("rb") as file:
            mode, document = os.fstat(file.fileno()).st_mode, tomllib.load(file)
    except (OSError, ValueError) as error:
        raise FileError(str(path), "", str(getattr(error, "strerror", None) or error)) from error
    if mode & 0o077:
        raise FileError(str(path), "", f"holds a secret and is readable by other users: chmod 600 {path}")
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        raise FileError(str(path), "", str(error)) from error
