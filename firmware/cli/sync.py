"""`horodateur sync`: the process that carries the journal to the city and brings back what is published, and nothing else.

It works on the running station's folder and may be killed at any moment: what it knows is in the journal, on the shelf and in
the city. The cursor file beside the journal only saves sending again what the city has. The cursor names the last entry
acknowledged *and its hash*: a cursor that is not of this journal (another card, a tail lost) counts for nothing, and
everything is offered again.

httpx is imported where it is used: it would cost the station's own start, which shares this command line, 100 ms.
"""

from __future__ import annotations

import argparse
import contextlib
import select
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, urlsplit

from firmware.backoffice.delivery_status import note_delivery
from firmware.backoffice.publication_store import PublicationStore
from firmware.backoffice.pull import Pull
from firmware.backoffice.signer import Signer
from firmware.backoffice.sync import Sync
from firmware.domain.site import Site
from firmware.journal.journal import JournalError, JournalReader
from firmware.paper.receipt_signing import SigningKey, SigningKeyError
from firmware.protocol.messages import ClockQuality, StatusReport
from firmware.station.state_folder import JOURNAL, open_publication_store, open_signing_key
from firmware.station.stop_signal import StopSignal
from hal.board import read_toml
from hal.clock import SystemClock
from hal.errors import BoardError
from hal.ports import Clock, Instant
from hal.version import running_build

if TYPE_CHECKING:
    import httpx

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

LONGEST_ANSWER = 64 << 20
"""Bytes; a copy of the rights of a whole city has less."""
QUALITIES = {True: ClockQuality.SYNCHRONISED, False: ClockQuality.FREE, None: ClockQuality.UNKNOWN}

Post = Callable[[bytes], bytes | None]
"""A request body out; the answer's body, or None when one of them is lost."""


class Asker(Protocol):
    """An End whose messages are whole bodies: `Sync`, `Pull`."""

    time_out: float
    trouble: str | None
    wake_at: Instant

    def wake(self, now: Instant) -> bytes:
        """The next request, if there is one."""

    def receive(self, data: bytes, now: Instant) -> bytes:
        """The answer."""

    def lost(self, now: Instant) -> None:
        """There is none."""


@dataclass(frozen=True)
class Errand:
    """Who asks, and what carries the question."""

    asker: Asker
    post: Post


def add_parser(subparsers: Subparsers) -> None:
    """Add `sync`. The command is `arguments.run(arguments)`, which returns the exit status."""
    parser = subparsers.add_parser(
        "sync",
        help="send the journal to the city, and fetch what it publishes, for as long as it runs",
        description="Send a station's journal to the city and fetch what the city publishes for it, until SIGTERM or Ctrl-C.",
    )
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help="the station's folder")
    parser.add_argument("--station", type=Path, required=True, metavar="FILE", help="its identity")
    parser.add_argument(
        "--central", type=_base_url, metavar="URL", help="base URL of the city's API (default: as its identity says)"
    )
    parser.set_defaults(run=lambda arguments: run(arguments.state, arguments.station, arguments.central))


def run(state: Path, station: Path, central: str | None) -> int:
    """Carry until SIGTERM or SIGINT, then return 0; 1 if a file it needs cannot be read."""
    import httpx

    stop = StopSignal()
    try:
        site = read_toml(station, Site)
        with contextlib.closing(_reader(state, site)) as reader, httpx.Client() as client:
            _Courier(
                client, central or site.central, site, reader, open_signing_key(state), open_publication_store(state, site)
            ).carry(stop)
    except (BoardError, JournalError, SigningKeyError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _reader(state: Path, site: Site) -> JournalReader:
    reader = JournalReader(state / JOURNAL)
    if reader.station != site.station:
        reader.close()
        raise JournalError(reader.path, f"it is the journal of station {reader.station}, not of {site.station}")
    return reader


class _Courier:
    """The errands of one station, and what is said of them on the error stream."""

    def __init__(
        self,
        client: httpx.Client,
        central: str,
        site: Site,
        reader: JournalReader,
        signing_key: SigningKey,
        publication_store: PublicationStore,
    ) -> None:
        self._clock, self._reader, self._publication_store = SystemClock(), reader, publication_store
        software = running_build().label
        report = partial(report_of, self._clock, publication_store, software)
        signer = Signer(site.station, signing_key.key, self._clock.wall, report)
        self._sync = Sync(reader, signer, read_cursor(reader))
        pull = Pull(signer, lambda envelope: publication_store.accept(envelope, self._clock.wall()))
        url = f"{central.rstrip('/')}/v1/stations/{quote(site.station, safe='')}"
        self._errands = (
            Errand(self._sync, poster(client, f"{url}/entries", Sync.time_out, self._clock)),
            Errand(pull, poster(client, f"{url}/publications", Pull.time_out, self._clock)),
        )
        self._told: tuple[str, ...] = ()

    def carry(self, stop: StopSignal) -> None:
        """Until asked to stop."""
        while not stop.asked:
            acknowledged = self._sync.acknowledged
            for errand in self._errands:
                if step(errand, self._clock) and errand.asker.trouble is None:
                    note_delivery(self._reader.path.parent, self._clock.wall())
            if self._sync.acknowledged != acknowledged:
                write_cursor(self._reader, self._sync.acknowledged)
                sys.stderr.write(f"acknowledged to entry {self._sync.acknowledged}\n")
            self._tell((*(errand.asker.trouble for errand in self._errands), *self._publication_store.trouble))
            wake_at = min(errand.asker.wake_at for errand in self._errands)
            select.select([stop], [], [], max(0.0, wake_at - self._clock.now()))

    def _tell(self, troubles: Iterable[str | None]) -> None:
        """Each trouble once, when it begins; and the end of the last."""
        now = tuple(trouble for trouble in troubles if trouble)
        for trouble in now:
            if trouble not in self._told:
                sys.stderr.write(f"{trouble}\n")
        if self._told and not now:
            sys.stderr.write("all is well\n")
        self._told = now


def report_of(clock: Clock, publication_store: PublicationStore, software: str) -> StatusReport:
    """The status report of this station."""
    return StatusReport(software, QUALITIES[clock.synchronised()], publication_store.versions)


def poster(client: httpx.Client, url: str, time_out: float, clock: Clock) -> Post:
    """What carries one request body to the city and brings back the answer's, or None when either is lost.

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


def step(errand: Errand, clock: Clock) -> bool:
    """Let whoever asks do what it woke for, if it is time. Whether an answer came."""
    asker = errand.asker
    request = asker.wake(clock.now()) if asker.wake_at <= clock.now() else b""
    if not request:
        return False
    answer = errand.post(request)
    if answer is None:
        asker.lost(clock.now())
    else:
        asker.receive(answer, clock.now())
    return answer is not None


def read_cursor(reader: JournalReader) -> int:
    """The last entry this journal's city is known to have; 0 if that is not known."""
    try:
        seq, digest = _cursor_path(reader).read_text().split()
        entries = reader.entries_after(int(seq) - 1, 1)
    except (OSError, ValueError):
        return 0
    return entries[0].seq if entries and entries[0].hash.hex() == digest else 0


def write_cursor(reader: JournalReader, acknowledged: int) -> None:
    """Remember it for the next start. Not being able to is no trouble: the city takes repeats."""
    path = _cursor_path(reader)
    beside = path.with_name(path.name + ".new")
    entries = reader.entries_after(acknowledged - 1, 1) if acknowledged else []
    for entry in entries:
        with contextlib.suppress(OSError):
            beside.write_text(f"{entry.seq} {entry.hash.hex()}\n")
            beside.replace(path)


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise argparse.ArgumentTypeError(f"{text!r} is not an http:// or https:// address")
    return text


def _cursor_path(reader: JournalReader) -> Path:
    return reader.path.with_name(reader.path.name + ".cursor")
