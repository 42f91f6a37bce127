"""Carries one station's requests to the city over HTTP: journal sync and publication pull, in turn.

httpx is imported where it is used: the station's own start shares this command line, and it would cost 100 ms.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.backoffice.city_time_note import take_city_time
from firmware.backoffice.delivery_status import DeliveryNote, note_delivery, read_note
from firmware.backoffice.publication_store import PublicationStore
from firmware.backoffice.pull import Pull
from firmware.backoffice.signer import Signer
from firmware.backoffice.sync import Sync
from firmware.domain.site import Site
from firmware.journal.line import LineReader
from firmware.journal.marks import read_cursor, write_city_mark, write_cursor
from firmware.protocol.messages import ClockQuality, StatusReport
from hal.ports import Clock, Instant

if TYPE_CHECKING:
    import httpx

LONGEST_ANSWER = 64 << 20
"""Bytes; a copy of the rights of a whole city has less."""
QUALITIES = {True: ClockQuality.SYNCHRONISED, False: ClockQuality.FREE, None: ClockQuality.UNKNOWN}

Post = Callable[[bytes], bytes | None]
"""A request body out; the answer's body, or None when one of them is lost."""


class Exchange(Protocol):
    """An End whose messages are whole request and answer bodies: `Sync`, `Pull`."""

    problem: str | None
    wake_at: Instant

    def wake(self, now: Instant) -> bytes:
        """The next request, if there is one."""

    def receive(self, data: bytes, now: Instant) -> bytes:
        """The answer."""

    def lost(self, now: Instant) -> None:
        """There is none."""


class StopFlag(Protocol):
    """A stop flag that a signal sets, and that ends a wait."""

    asked: bool

    def fileno(self) -> int:
        """Readable once it is set."""


@dataclass(frozen=True)
class Errand:
    """One kind of request, and what carries it."""

    requester: Exchange
    post: Post


@dataclass(frozen=True)
class LinkedStation:
    """The station whose requests are carried."""

    site: Site
    software: str
    """Its version."""
    key: Ed25519PrivateKey
    journals: LineReader
    publications: PublicationStore


class Courier:
    """Runs journal sync and publication pull for one station."""

    def __init__(self, station: LinkedStation, client: httpx.Client, central: str, clock: Clock) -> None:
        """`central`: base URL of the city's API."""
        self._station, self._clock = station, clock
        store = station.publications
        self._folder = station.journals.folder
        self._writable = note_delivery(self._folder, read_note(self._folder))
        signer = Signer(station.site.station, station.key, clock.wall, self._report)
        self._sync = Sync(station.journals, signer, read_cursor(self._folder), lambda mark: write_city_mark(self._folder, mark))
        tell_time = take_city_time(self._folder, station.site.station, store.trusted)
        pull = Pull(signer, lambda envelope: store.accept(envelope, clock.wall()), self._sync.report, tell_time)
        url = f"{central.rstrip('/')}/v1/stations/{quote(station.site.station, safe='')}"
        self._errands = (
            Errand(self._sync, http_post(client, f"{url}/entries", Sync.time_out, clock)),
            Errand(pull, http_post(client, f"{url}/publications", Pull.time_out, clock)),
        )
        self._told: tuple[str, ...] = ()

    def run(self, stop: StopFlag, tell: Callable[[str], None]) -> None:
        """Carry until asked to stop. `tell` is given lines for people: what was acknowledged, what is wrong, all is well."""
        while not stop.asked:
            self.turn(tell)
            wake_at = min(errand.requester.wake_at for errand in self._errands)
            select.select([stop], [], [], max(0.0, wake_at - self._clock.now()))

    def turn(self, tell: Callable[[str], None]) -> None:
        """Run every errand that is due."""
        before = self._sync.position
        for errand in self._errands:
            if run_errand(errand, self._clock) and errand.requester is self._sync:
                self._writable = note_sync(self._folder, self._sync, self._clock.wall())
        if (position := self._sync.position) != before:
            write_cursor(self._folder, position)
            tell(f"acknowledged to entry {position.seq} of generation {position.generation}")
        self._tell((*(errand.requester.problem for errand in self._errands), *self._station.publications.rejected), tell)

    def _report(self) -> StatusReport:
        station = self._station
        return status_report(station.software, self._clock, station.publications, unwritable=not self._writable)

    def _tell(self, problems: Iterable[str | None], tell: Callable[[str], None]) -> None:
        """Each problem once, when it begins; and the end of the last."""
        now = tuple(problem for problem in problems if problem)
        for problem in now:
            if problem not in self._told:
                tell(problem)
        if self._told and not now:
            tell("all is well")
        self._told = now


def note_sync(folder: Path, sync: Sync, wall: datetime) -> bool:
    """Write down, for the station, how the last delivery that was answered went; whether it could be. `wall`: aware."""
    accepted_at = wall if sync.problem is None else read_note(folder).accepted_at
    return note_delivery(folder, DeliveryNote(accepted_at, sync.refused, sync.clone))


def status_report(software: str, clock: Clock, publications: PublicationStore, *, unwritable: bool) -> StatusReport:
    """The status report of a station: software, clock quality, publications in hand, whether its folder can be written."""
    return StatusReport(software, QUALITIES[clock.synchronised()], publications.versions, unwritable)


def http_post(client: httpx.Client, url: str, time_out: float, clock: Clock) -> Post:
    """An HTTP POST of request bodies to one URL: the answer's body, or None when request or answer is lost.

    `time_out`: seconds until the last byte of the answer. An answer that drips is lost too: sales wait behind it.
    """
    import httpx

    def post(body: bytes) -> bytes | None:
        until, answer = clock.now() + time_out, bytearray()
        headers = {"content-type": "application/json"}
        try:
            with client.stream("POST", url, content=body, headers=headers, timeout=time_out) as response:
                for piece in response.iter_bytes():
                    answer += piece
                    if len(answer) > LONGEST_ANSWER or clock.now() > until:
                        return None
        except httpx.HTTPError:
            return None
        return bytes(answer)

    return post


def run_errand(errand: Errand, clock: Clock) -> bool:
    """Send the requester's next request, if one is due. Whether an answer came."""
    requester = errand.requester
    request = requester.wake(clock.now()) if requester.wake_at <= clock.now() else b""
    if not request:
        return False
    answer = errand.post(request)
    if answer is None:
        requester.lost(clock.now())
    else:
        requester.receive(answer, clock.now())
    return answer is not None
