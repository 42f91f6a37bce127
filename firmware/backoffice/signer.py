"""Builds signed station requests: status report, request number, signature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.protocol.entry import Entry
from firmware.protocol.messages import DeliveryReport, PullRequest, StationStatement, StatusReport, batch_of, pull_of


class Signer:
    """Signs the requests of one station. All its requesters share one signer, for the request numbers are shared."""

    def __init__(
        self, station: str, key: Ed25519PrivateKey, wall: Callable[[], datetime], report: Callable[[], StatusReport]
    ) -> None:
        """`wall`: what the station's clock says, aware; `report`: the status report of this moment."""
        self.station = station
        self.wall = wall
        self._key, self._report = key, report
        self._last_number = 0

    def batch(
        self,
        entries: Sequence[Entry],
        *,
        sent_at: datetime,
        base: bytes,
        last: int,
        head: bytes,
        held: int,
        generation: int,
        genesis: str,
        newest: int,
    ) -> bytes:
        """A request body that hands these entries in; the members are those of a StationStatement."""
        statement = StationStatement(
            self.station,
            self._next(),
            sent_at,
            base.hex(),
            last,
            head.hex(),
            held,
            self._report(),
            generation,
            genesis,
            newest,
        )
        return batch_of(statement, entries, self._key)

    def pull(self, delivery: DeliveryReport) -> bytes:
        """A request body that asks for what is published and newer than what the station reports to hold."""
        return pull_of(PullRequest(self.station, self._next(), self._report().holding, delivery), self._key)

    @property
    def last_number(self) -> int:
        """Of the last request that was made."""
        return self._last_number

    def count_from(self, request_number: int) -> None:
        """Go on from this request number, or a greater one: the city has taken more than this start of the station has sent."""
        self._last_number = max(self._last_number, request_number - 1)

    def _next(self) -> int:
        self._last_number += 1
        return self._last_number
