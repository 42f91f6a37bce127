"""One request at a time to the city, tried again until it is answered well.

The theory. What is wrong waits: a request that is lost, or answered with anything that does not help, is followed by a pause,
and each pause is twice as long as the one before it, up to a limit. One answer is different: a request number that was used
before (this station has lost its count) is mended by counting on from where the city says, so the same request goes out again
at once; but only once, for a city that is never content must not be asked without end.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from firmware.backoffice.signer import Signer
from firmware.protocol.messages import CityAnswer, city_answer_in
from hal.ports import AT_ONCE, Instant


class Requester(ABC):
    """An End whose messages are whole request and answer bodies: one request out, one answer in."""

    time_out: ClassVar[float]
    """Seconds the city has to answer."""
    longest: ClassVar[float]
    """Seconds between two tries, at most."""
    silence: ClassVar[str]
    """The problem when no answer comes."""

    def __init__(self, signer: Signer, shortest: float) -> None:
        """`shortest`: seconds before the second try."""
        self.problem: str | None = None
        """Why the last request did not end well; None when all is well."""
        self.wake_at: Instant = AT_ONCE
        self._signer = signer
        self._shortest = self._pause = shortest
        self._in_flight = False
        self._recounted = False

    @abstractmethod
    def request(self, now: Instant) -> bytes:
        """The next request body; empty if there is nothing to say, and then `wake_at` is put off."""

    @abstractmethod
    def read(self, answer: CityAnswer, now: Instant) -> None:
        """Take the city's answer, then `succeed` or `fail`."""

    def wake(self, now: Instant) -> bytes:
        """The next request; nothing while there is none to send, or when what woke us is the city's silence."""
        if self._in_flight:
            self.lost(now)
            return b""
        body = self.request(now)
        if body:
            self._in_flight = True
            self.wake_at = now + self.time_out
        return body

    def receive(self, data: bytes, now: Instant) -> bytes:
        """The city's answer. Anything that is not one is a problem; an answer nobody waits for is ignored."""
        if not self._in_flight:
            return b""
        self._in_flight = False
        answer = _answer_in(data)
        if answer.request_number_from is None:
            self._recounted = False
            self.read(answer, now)
        else:
            self._recount(answer.request_number_from, now)
        return b""

    def lost(self, now: Instant) -> None:
        """The request, or its answer, did not get through: try again later."""
        self._in_flight = False
        self.fail(self.silence, now)

    def succeed(self, wake_at: Instant) -> None:
        """All is well; the next request is due at `wake_at`."""
        self.problem = None
        self._pause = self._shortest
        self.wake_at = wake_at

    def fail(self, problem: str, now: Instant) -> None:
        """Try again after a pause, twice as long each time."""
        self.problem = problem
        self.wake_at = now + self._pause
        self._pause = min(2 * self._pause, self.longest)

    def _recount(self, number: int, now: Instant) -> None:
        self._signer.count_from(number)
        if self._recounted:
            self.fail(f"the city counts requests from {number}, again", now)
            return
        self._recounted = True
        self.wake_at = now


def _answer_in(data: bytes) -> CityAnswer:
    """The city's answer; what is none becomes one that says so."""
    try:
        answer = city_answer_in(data)
    except ValueError as error:
        return CityAnswer(detail=f"the city's answer is not one: {error}")
    return CityAnswer(detail="the city's answer says nothing") if answer == CityAnswer() else answer
