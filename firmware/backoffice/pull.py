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
from hal.ports import Instant

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

    def __init__(self, signer: Signer, accept: Accept, delivery: Callable[[], DeliveryReport] = DeliveryReport) -> None:
        """`accept` is told of each publication, oldest first; `delivery`: how the deliveries of this moment go."""
        super().__init__(signer, shortest=5.0)
        self._accept, self._delivery = accept, delivery

    def request(self, now: Instant) -> bytes:
        """The question, always."""
        return self._signer.pull(self._delivery())

    def read(self, answer: CityAnswer, now: Instant) -> None:
        """Hand each publication to the store."""
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
