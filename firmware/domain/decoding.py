"""JSON that anybody may have written."""

from __future__ import annotations

from typing import TypeVar

import msgspec

T = TypeVar("T")


def decoded(decoder: msgspec.json.Decoder[T], data: bytes) -> T:
    """What the decoder reads. Raises ValueError naming the member that is wrong, for nesting too deep to follow as well."""
    try:
        return decoder.decode(data)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
