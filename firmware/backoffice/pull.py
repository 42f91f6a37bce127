"""Publication pull: fetches what the city publishes for this station.

The theory. The station asks, the city never speaks first. What arrives is believed for the city's signature and by the rules of
the publication store alone, whatever carried it. What is not taken is told, and asked for again later: until then the station
goes on with what it has. It may be killed at any moment: what it knows is in the store.
"""

from __future__ import annotations

from collections.abc import Callable

from firmware.backoffice.publication_store import PublicationStoreError
from firmware.backoffice.retry import Requester
from firmware.backoffice.signer import Signer
from firmware.protocol.envelope import Envelope
from firmware.protocol.messages import CityAnswer, DeliveryReport
from hal.ports import AT_ONCE, Instant

TellTime = Callable[[Envelope, int, Instant], None]
"""Takes the city's signed time: its envelope, the number of the request that it answers, and when it came."""
PROMPT = 60.0
"""Seconds within which an answer must come for the time in it to be this instant's: half of what a clock may be off."""
Accept = Callable[[Envelope], None]
"""Keeps a publication. Raises PublicationStoreError for one that is not to be believed, or cannot be kept."""


class Pull(Requester):
    """Asks at start and every five minutes."""

    every = 300.0
    """Seconds between two questions."""
    time_out = 120.0
    """A copy of rights is long, and some lines are slow; but a station is silent after three minutes, and its sales wait
    meanwhile."""
    longest = every
    silence = "the city does not say what is published"

    def __init__(
        self,
        signer: Signer,
        accept: Accept,
        delivery: Callable[[], DeliveryReport] = DeliveryReport,
        tell_time: TellTime = lambda envelope, number, now: None,
    ) -> None:
        """`accept` is told of each publication, oldest first; `delivery`: how the deliveries of this moment go."""
        super().__init__(signer, shortest=5.0)
        self._accept, self._delivery, self._tell_time = accept, delivery, tell_time
        self._asked, self._asked_at = 0, AT_ONCE

    def request(self, now: Instant) -> bytes:
        """The question, always."""
        body = self._signer.pull(self._delivery())
        self._asked, self._asked_at = self._signer.last_number, now
        return body

    def read(self, answer: CityAnswer, now: Instant) -> None:
        """Hand each publication to the store, and the city's time to whoever holds a clock against it."""
        if answer.time and now - self._asked_at <= PROMPT:
            self._tell_time(answer.time, self._asked, now)
        if answer.publications is None:
            self.fail(answer.detail or "the city's answer says nothing of publications", now)
        elif refused := self._refused(answer.publications):
            self.fail(refused, now)
        else:
            self.succeed(wake_at=now + self.every)

    def _refused(self, publications: tuple[Envelope, ...]) -> str:
        """Why some are not taken, empty if all are. A bad one keeps no good one out."""
        reasons = []
        for envelope in publications:
            try:
                self._accept(envelope)
            except PublicationStoreError as error:
                reasons.append(str(error))
        return "; ".join(reasons)
