"""Simulated loudspeaker with its engine: takes the lines of the station, keeps what was said and when, and takes its time.

It is the far end of the pipe: what it says is text, at the pace of a voice. Whoever wants to hear it has it made into sound.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hal.ports import NEVER, Instant

PACE, BREATH = 0.08, 0.5
"""Seconds of a character, and around each phrase: a purchase in French then lasts as long as SVOX Pico took for it."""

FAULTS = {"silent": "Le moteur de parole ne répond plus"}


@dataclass(frozen=True)
class Said:
    """One utterance, from when until when it was heard."""

    number: int
    language: str
    phrases: tuple[str, ...]
    volume: int
    begun: Instant
    ended: Instant = NEVER
    whole: bool = False
    """It was said to its end; else it was interrupted."""

    @property
    def text(self) -> str:
        """What was said, as a subtitle."""
        return " ".join(phrase if phrase[-1:] in ".!?:" else f"{phrase}." for phrase in self.phrases)


def seconds_of(phrases: tuple[str, ...]) -> float:
    """How long a voice takes for these."""
    return sum(BREATH + PACE * len(phrase) for phrase in phrases)


def _answer(**members: int | bool) -> bytes:
    return json.dumps(members).encode() + b"\n"


class SpeakerDevice:
    """Far end of the pipe to the speech engine."""

    def __init__(self) -> None:
        self._unread = b""
        self._until: Instant = NEVER
        self._jack: bool | None = None
        self.faults: set[str] = set()
        self.said: list[Said] = []
        """Every utterance, oldest first."""
        self.headset = False

    @property
    def wake_at(self) -> Instant:
        """When the present utterance is over; at once after a hand at the jack."""
        return 0.0 if self._jack is not None else self._until

    def plug(self, plugged: bool) -> None:
        """A hand plugs a headset in, or pulls it out."""
        if plugged != self.headset:
            self.headset = self._jack = plugged

    def receive(self, data: bytes, now: Instant) -> bytes:
        """Orders: a new utterance interrupts the one before."""
        *lines, self._unread = (self._unread + data).split(b"\n")
        return b"".join(self._obey(json.loads(line), now) for line in lines if "silent" not in self.faults)

    def _obey(self, order: dict[str, Any], now: Instant) -> bytes:
        match order:
            case {"say": number, "private": True} if not self.headset:
                self._stop(now)
                return _answer(ended=number, left_out=0)
            case {"say": number, "language": language, "phrases": phrases, "volume": volume}:
                self._stop(now)
                self.said.append(Said(number, language, tuple(phrases), volume, now))
                self._until = now + seconds_of(tuple(phrases))
            case {"hush": number} if self.speaking and self.said[-1].number == number:
                self._stop(now)
                return _answer(ended=number, left_out=0)
        return b""

    def wake(self, now: Instant) -> bytes:
        """The end of an utterance; the jack."""
        if self._jack is not None:
            plugged, self._jack = self._jack, None
            return _answer(headset=plugged)
        number = self.said[-1].number
        self._stop(now, whole=True)
        return _answer(ended=number, left_out=0)

    @property
    def speaking(self) -> bool:
        """Whether anything is being said now."""
        return self._until < NEVER

    def power_on(self) -> None:
        """The engine starts with its station, and tells of a headset that is in."""
        self._jack = True if self.headset else None

    def power_cut(self, now: Instant) -> None:
        """The station's power goes, and its sound card's with it."""
        self._stop(now)
        self._unread, self._jack = b"", None

    def _stop(self, now: Instant, *, whole: bool = False) -> None:
        if self.speaking:
            last = self.said[-1]
            self.said[-1] = Said(last.number, last.language, last.phrases, last.volume, last.begun, now, whole)
            self._until = NEVER
