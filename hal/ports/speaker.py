"""Speaker port: what a station says aloud, and what it hears of its jack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

VOLUMES = range(5)
"""Steps of the volume, the softest first."""
DEFAULT_VOLUME = 2


class Utterance(Struct, frozen=True):
    """What is said in one breath, phrase after phrase; numbers, plates and times are words already."""

    language: str
    phrases: tuple[str, ...]
    volume: int = DEFAULT_VOLUME
    private: bool = False
    """For the wearer of a headset alone: where none is in it is not said, and what is left of it is not once none is."""


class SpeechEnded(Struct, frozen=True):
    """All of the last utterance is said, or was given up: nothing sounds any more."""


class HeadsetIn(Struct, frozen=True):
    """A headset was plugged in: from now on nobody but its wearer hears what is said."""


class HeadsetOut(Struct, frozen=True):
    """The headset was pulled out."""


SpeakerEvent = SpeechEnded | HeadsetIn | HeadsetOut


class Speaker(Protocol):
    """Speaker: says utterances, one at a time."""

    def speak(self, utterance: Utterance) -> None:
        """Begin to say this, in place of what is being said; returns at once. One `SpeechEnded` follows, whatever happens."""

    def hush(self) -> None:
        """Be silent at once; `SpeechEnded` follows if anything was being said."""

    def take(self) -> Sequence[SpeakerEvent]:
        """The events since the last call, oldest first."""


class NoSpeaker:
    """The speaker of a station without one: every utterance is over at once."""

    def __init__(self) -> None:
        self._events: list[SpeakerEvent] = []

    def speak(self, utterance: Utterance) -> None:
        """Say nothing."""
        self._events.append(SpeechEnded())

    def hush(self) -> None:
        """Nothing sounds."""

    def take(self) -> Sequence[SpeakerEvent]:
        """The ends of what was not said."""
        events, self._events = self._events, []
        return events
