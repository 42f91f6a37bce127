"""Decoding of JSON from outside: every failure is a ValueError that names the member.

The theory. Of two members with one name decoders keep the last and say nothing. What was signed, sent or written like that says
two things, and whoever reads it with another decoder reads the other. So it is refused, by everybody who decodes what another
wrote. To look at every member in Python takes thirty times as long as to decode; but JSON that our own encoder would write just
so, byte for byte, has each of them once. Only what is written otherwise is looked at in full. A `Raw` member goes through an
encoder as it is: it is looked at by whoever decodes it.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TypeVar

import msgspec

from firmware.domain.errors import FieldError

T = TypeVar("T")
GIVEN_TWICE = "given twice"
REWRITTEN = 1 << 16
"""Bytes of a document that is decoded once more, whole, to spare looking at its members one by one: a big one takes memory."""
LONGEST_NAME = 40
"""Characters of a wrong name that are told to whoever sent it."""


class StrictStruct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A JSON object whose members are all known: an unknown one is a mistake or a trick, and never becomes a silent default."""


def decode_json(decoder: msgspec.json.Decoder[T], data: bytes) -> T:
    """Decode JSON that anybody may have written.

    Raises ValueError naming the wrong member, also for nesting too deep; FieldError for a member that is given twice.
    """
    try:
        decoded, bare = decoder.decode(data), data.strip()  # files of ours end in a new line, or are padded
        is_ours = _encoder.encode(decoded) == bare or (len(bare) <= REWRITTEN and _encoder.encode(_any.decode(bare)) == bare)
        twice = "" if is_ours else doubled_member(data)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if twice:
        raise FieldError(twice, GIVEN_TWICE)
    return decoded


_encoder, _any = msgspec.json.Encoder(), msgspec.json.Decoder()


def doubled_member(data: bytes) -> str:
    """The name of a member that an object of this JSON has twice, however deep, cut short; empty where none has.

    Keeps nothing of what it reads. Raises ValueError or RecursionError for what is no JSON.
    """
    twice: list[str] = []

    def looked_at(members: list[tuple[str, object]]) -> None:
        if len({name for name, _ in members}) < len(members):
            twice.append(Counter(name for name, _ in members).most_common(1)[0][0])

    json.loads(data, object_pairs_hook=looked_at)
    return twice[0][:LONGEST_NAME] if twice else ""


def place_and_reason(error: msgspec.ValidationError) -> tuple[str, str]:
    """The path (`$.zones[0]`; `$` for the whole document) and the reason in what msgspec says of a wrong document."""
    reason, _, place = str(error).partition(" - at ")
    return place.strip("`") or "$", reason
