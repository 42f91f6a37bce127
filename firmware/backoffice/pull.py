"""The way of what the city publishes to this station. Knows no clock, no wire, no disk.

The theory. The station asks, the city never speaks first. What arrives is believed for the city's signature and by the rules of
the shelf alone, whatever carried it. What is not taken is told, and asked for again later: until then the
station goes on with what it has.

`Pull` is an End like `Sync`: one request out, one answer in. It may be killed at any moment; what it knows is on the shelf.
"""

from __future__ import annotations

from collections.abc import Callable

from firmware.backoffice.publication_store import PublicationStoreError
from firmware.backoffice.signer import Signer
from firmware.backoffice.sync import answered
from firmware.protocol.envelope import Envelope
from firmware.protocol.messages import CityAnswer
from hal.ports import AT_ONCE, Instant

Accept = Callable[[Envelope], None]
"""Keeps a publication. Raises ShelfError for one that is not to be believed, or cannot be kept."""


class Pull:
    """Asks at start and every five minutes."""

    every = 300.0
    """Seconds between two questions, and between two tries at most."""
    time_out = 120.0
    """Seconds the city has to answer: a copy of rights is long, and some lines are slow; but a station is silent after three
    minutes, and its sales wait meanwhile."""
    shortest = 5.0
    """Seconds before the second try; the next waits are each twice as long."""

    def __init__(self, signer: Signer, accept: Accept) -> None:
        """`accept` is told of each publication, oldest first."""
        self.trouble: str | None = None
        """Why something published is not on the shelf; None when all is well."""
        self.wake_at: Instant = AT_ONCE
        self._signer, self._accept = signer, accept
        self._asking = False
        self._recounted = False
        self._pause = self.shortest

    def wake(self, now: Instant) -> bytes:
        """The question; nothing when what woke us is the city's silence."""
        if self._asking:
            self.lost(now)
            return b""
        self._asking = True
        self.wake_at = now + self.time_out
        return self._signer.pull()

    def receive(self, data: bytes, now: Instant) -> bytes:
        """The city's answer; one nobody waits for is ignored, and what it brings will be asked for again."""
        if self._asking:
            self._asking = False
            self._take(answered(data), now)
        return b""

    def lost(self, now: Instant) -> None:
        """The question, or its answer, did not get through: try again later."""
        self._asking = False
        self._put_off("the city does not say what is published", now)

    def _take(self, answer: CityAnswer, now: Instant) -> None:
        if answer.contact_from is not None and not self._recounted:
            self._signer.count_from(answer.contact_from)
            self._recounted = True
            self.wake_at = now
            return
        self._recounted = False
        if answer.publications is None:
            self._put_off(answer.detail or "the city's answer says nothing of publications", now)
        elif refused := self._refused(answer.publications):
            self._put_off(refused, now)
        else:
            self.trouble = None
            self._pause = self.shortest
            self.wake_at = now + self.every

    def _refused(self, publications: tuple[Envelope, ...]) -> str:
        """Hand each to the shelf; why some are not taken, empty if all are. A bad one keeps no good one out."""
        reasons = []
        for envelope in publications:
            try:
                self._accept(envelope)
            except PublicationStoreError as error:
                reasons.append(str(error))
        return "; ".join(reasons)

    def _put_off(self, trouble: str, now: Instant) -> None:
        self.trouble = trouble
        self.wake_at = now + self._pause
        self._pause = min(2 * self._pause, self.every)
