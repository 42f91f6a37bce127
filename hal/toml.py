"""Strict TOML reader: a file as a frozen value, or an error naming the unknown key or wrong type."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec.inspect import AnyType, DataclassType, StructType, Type, UnionType, type_info

from hal.errors import BoardError

T = TypeVar("T")


def read_toml(file: Path | str, kind: type[T]) -> T:
    """Read a TOML file as this frozen dataclass or Struct. Raises BoardError."""
    text = read_text(file)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BoardError(str(file), "", f"is not TOML: {error}") from None
    except RecursionError:
        raise BoardError(str(file), "", "is not TOML that can be read: it is nested too deeply") from None
    if key := _unknown(table, type_info(kind)):
        raise BoardError(str(file), key, _no_such(key, type_info(kind)), line_of(text, key))
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        key, reason = _fault(str(error))
        raise BoardError(str(file), key, reason, line_of(text, key)) from None


def read_text(file: Path | str) -> str:
    """The whole file. Raises BoardError."""
    try:
        return Path(file).read_text("utf-8")
    except OSError as error:
        raise BoardError(str(file), "", error.strerror or "cannot be read") from None
    except UnicodeDecodeError:
        raise BoardError(str(file), "", "is not UTF-8") from None


def line_of(text: str, key: str) -> int:
    """Line number of a key in a TOML text, or of the table it is missing from; 0 if neither is there."""
    key, table, nearest = key.split("[")[0], "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[([\w.]+)\]", line):
            table = header[1] + "."
            if key.startswith(table) or key == header[1]:
                nearest = number
        elif (entry := re.match(r"\s*([\w.]+)\s*=", line)) and table + entry[1] == key:
            return number
    return nearest


def _fault(message: str) -> tuple[str, str]:
    """The key and the reason in what msgspec says: "Expected `int`, got `str` - at `$.display.dc`"."""
    reason, _, path = message.partition(" - at `$")
    key = path.strip(".`")
    if missing := re.fullmatch(r"Object missing required field `(\w+)`", reason):
        return f"{key}.{missing[1]}".strip("."), "is missing"
    return key, reason.replace("`", "")


def _no_such(key: str, kind: Type) -> str:
    """Why a key is unknown. After the head of a table every line is the table's: one for the file itself stands above it."""
    table, _, name = key.rpartition(".")
    above = table and isinstance(kind, DataclassType | StructType) and name in {field.name for field in kind.fields}
    return f"no such key in [{table}]: the line `{name} = …` stands above the first table" if above else "no such key"


def _unknown(value: object, kind: Type, key: str = "") -> str:
    """The first key that no field of this type reads, or empty. Looked for before anything else: it may be one misspelt."""
    for table in kind.types if isinstance(kind, UnionType) else (kind,):
        if not isinstance(table, DataclassType | StructType) or not isinstance(value, dict) or not _is_of(table, value):
            continue
        fields = {field.name: field.type for field in table.fields}
        for name, inside in value.items():
            path = f"{key}.{name}".strip(".")
            if name not in (*fields, _tag_field(table)):
                return path
            if unknown := _unknown(inside, fields.get(name, AnyType()), path):
                return unknown
    return ""


def _is_of(table: DataclassType | StructType, value: dict[str, object]) -> bool:
    """Whether a table of the file is of this type, as its tag says where the type has one."""
    return not isinstance(table, StructType) or table.tag_field is None or value.get(table.tag_field) == table.tag


def _tag_field(table: DataclassType | StructType) -> str | None:
    return table.tag_field if isinstance(table, StructType) else None
