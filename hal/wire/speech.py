"""Lines between the station and its speech engine, each one JSON object: what to say, and what became of it.

    to the engine     {"say": 7, "language": "fr", "phrases": ["…"], "volume": 2, "private": false}      {"hush": 7}
    from the engine   {"ended": 7, "left_out": 0}      {"headset": true}

The number tells the end of an utterance from the end of the one it replaced. `left_out` counts characters the engine has not.
What is private the engine says while a headset is plugged in, and not otherwise: it knows first. It tells of the headset as
soon as it starts. A line that is no such object is dropped: the driver's own deadline ends what nobody ends.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from hal.ports.speaker import Utterance

LONGEST = 65536
"""Bytes of a line; longer ones are dropped as they come."""


class SayOrder(Struct, frozen=True):
    """Say this, in place of what is being said."""

    say: int
    language: str
    phrases: tuple[str, ...]
    volume: int
    private: bool = False


class HushOrder(Struct, frozen=True):
    """Be silent, if this is being said."""

    hush: int


class EndedAnswer(Struct, frozen=True):
    """This is over: said, interrupted, or impossible."""

    ended: int
    left_out: int = 0


class HeadsetAnswer(Struct, frozen=True):
    """Whether a headset is plugged in."""

    headset: bool


_ENCODER = msgspec.json.Encoder()
_SAY, _HUSH = msgspec.json.Decoder(SayOrder), msgspec.json.Decoder(HushOrder)
_ENDED, _HEADSET = msgspec.json.Decoder(EndedAnswer), msgspec.json.Decoder(HeadsetAnswer)


def say_line(number: int, utterance: Utterance) -> bytes:
    """The line that asks for an utterance."""
    return _line(SayOrder(number, utterance.language, utterance.phrases, utterance.volume, utterance.private))


def hush_line(number: int) -> bytes:
    """The line that asks for silence."""
    return _line(HushOrder(number))


def ended_line(number: int, left_out: int = 0) -> bytes:
    """The line that says an utterance is over."""
    return _line(EndedAnswer(number, left_out))


def headset_line(plugged: bool) -> bytes:
    """The line that says whether a headset is plugged in."""
    return _line(HeadsetAnswer(plugged))


def _line(message: Struct) -> bytes:
    return _ENCODER.encode(message) + b"\n"


def engine_message(line: bytes) -> SayOrder | HushOrder | None:
    """What the station wants of the engine; None for what is no such line."""
    try:
        return _HUSH.decode(line) if line.startswith(b'{"hush"') else _SAY.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def station_message(line: bytes) -> EndedAnswer | HeadsetAnswer | None:
    """What the engine tells the station; None for what is no such line."""
    try:
        return _HEADSET.decode(line) if line.startswith(b'{"headset"') else _ENDED.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


class SpeechLines:
    """Cuts what a pipe brings into lines, wherever reads are cut."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that are whole now, without their ends."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._rest = self._rest[-LONGEST:]
        return lines
