"""Speaker driver: hands utterances to a speech engine in a process of its own, over a pipe.

The theory. A visit waits while it is being spoken to, so every utterance must have an end: the engine's own word, or, where the
engine is silent, dead or absent, a deadline reckoned from the length of the text. The engine parses text in native code; that
it may fall over costs a sentence and never the station.
"""

from __future__ import annotations

from collections.abc import Sequence

from hal.ports import AT_ONCE, NEVER, HeadsetIn, HeadsetOut, Instant, SpeakerEvent, SpeechEnded, Utterance
from hal.wire.speech import EndedAnswer, HeadsetAnswer, SpeechLines, hush_line, say_line, station_message

SLOWEST = 0.25
"""Seconds a character takes at most; an engine says about fifteen a second."""
GRACE = 3.0
"""Seconds for an engine to begin at all."""


class EngineSpeaker:
    """`Speaker` and `End` of the pipe to a speech engine."""

    def __init__(self) -> None:
        self._lines = SpeechLines()
        self._unsent = b""
        self._number = 0
        self._saying: int | None = None
        self._gives_up: Instant = NEVER
        self._longest = 0.0
        self._headset = False
        self._events: list[SpeakerEvent] = []
        self.left_out = 0
        """Characters the engine did not have, since the start."""

    @property
    def wake_at(self) -> Instant:
        """At once if there is something to send; else when what is being said must be over."""
        return AT_ONCE if self._unsent else self._gives_up

    def speak(self, utterance: Utterance) -> None:
        """Begin to say this; the deadline runs from the next wake."""
        self._number += 1
        self._saying = self._number
        self._events = [event for event in self._events if not isinstance(event, SpeechEnded)]  # of what came before
        self._longest = GRACE + SLOWEST * sum(map(len, utterance.phrases))
        self._unsent += say_line(self._number, utterance)

    def hush(self) -> None:
        """Be silent at once."""
        if self._saying is not None:
            self._unsent += hush_line(self._saying)
            self._end()

    def take(self) -> Sequence[SpeakerEvent]:
        """The events since the last call, oldest first."""
        events, self._events = self._events, []
        return events

    def receive(self, data: bytes, now: Instant) -> bytes:
        """The engine speaks: of an utterance that was replaced meanwhile nothing follows."""
        for line in self._lines.feed(data):
            match station_message(line):
                case EndedAnswer(number, left_out):
                    self.left_out += max(0, left_out)
                    if number == self._saying:
                        self._end()
                case HeadsetAnswer(plugged) if plugged != self._headset:
                    self._headset = plugged  # an engine that starts tells what is so; only what is new is an event
                    self._events.append(HeadsetIn() if plugged else HeadsetOut())
        return b""

    def wake(self, now: Instant) -> bytes:
        """Send what is to be said; give up what should long be over."""
        unsent, self._unsent = self._unsent, b""
        if unsent and self._saying is not None:
            self._gives_up = now + self._longest
        elif self._saying is not None and now >= self._gives_up:
            self._end()
            return hush_line(self._number)
        return unsent

    def _end(self) -> None:
        self._saying, self._gives_up = None, NEVER
        self._events.append(SpeechEnded())
