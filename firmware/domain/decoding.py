"""Decoding of JSON from outside: every failure is a ValueError that names the member."""

from __future__ import annotations

from typing import TypeVar

import msgspec

T = TypeVar("T")


class StrictStruct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A JSON object whose members are all known: an unknown one is a mistake or a trick, and never becomes a silent default."""


def decode_json(decoder: msgspec.json.Decoder[T], data: bytes) -> T:
    """Decode JSON that anybody may have written. Raises ValueError naming the wrong member, also for nesting too deep."""
    try:
        return decoder.decode(data)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def place_and_reason(error: msgspec.ValidationError) -> tuple[str, str]:
    """The path (`$.zones[0]`; `$` for the whole document) and the reason in what msgspec says of a wrong document."""
    reason, _, place = str(error).partition(" - at ")
    return place.strip("`") or "$", reason
