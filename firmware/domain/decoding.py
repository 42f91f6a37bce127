"""Decoding of JSON from outside: every failure is a ValueError that names the member."""

from __future__ import annotations

from typing import TypeVar

import msgspec

T = TypeVar("T")


def decode_json(decoder: msgspec.json.Decoder[T], data: bytes) -> T:
    """Decode JSON that anybody may have written. Raises ValueError naming the wrong member, also for nesting too deep."""
    try:
        return decoder.decode(data)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
