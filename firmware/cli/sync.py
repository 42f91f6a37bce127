"""`horodateur sync`: the process that carries the journal to the city, and nothing else.

It reads the journal beside the running station and may be killed at any moment: what it knows is in the journal and in the
city, and the cursor file beside the journal only saves sending again what the city has. The cursor names the last entry
acknowledged *and its hash*: a cursor that is not of this journal (another card, a tail lost) counts for nothing, and
everything is offered again.

httpx is imported where it is used: it would cost the station's own start, which shares this command line, 100 ms.
"""

from __future__ import annotations

import argparse
import contextlib
import select
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from firmware.journal import JournalError, Reader
from firmware.stop import Stop
from firmware.sync import Sync
from hal.clock import SystemClock
from hal.ports import Clock

if TYPE_CHECKING:
    import httpx

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

Post = Callable[[bytes], bytes | None]
"""A request body out; the answer's body, or None when one of them is lost."""


def add_parser(subparsers: Subparsers) -> None:
    """Add `sync`. The command is `arguments.run(arguments)`, which returns the exit status."""
    parser = subparsers.add_parser("sync", help="send the journal to the city, for as long as it runs")
    parser.add_argument("--journal", type=Path, required=True, metavar="PATH", help="the station's journal")
    parser.add_argument("--central", type=_base_url, required=True, metavar="URL", help="base URL of the city's API")
    parser.set_defaults(run=lambda arguments: run(arguments.journal, arguments.central))


def run(journal: Path, central: str) -> int:
    """Carry entries until SIGTERM or SIGINT, then return 0; 1 if the journal cannot be read."""
    import httpx

    stop = Stop()
    try:
        with contextlib.closing(Reader(journal)) as reader, httpx.Client(timeout=Sync.time_out) as client:
            _carry(reader, poster(client, central, reader.station), stop)
    except JournalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def poster(client: httpx.Client, central: str, station: str) -> Post:
    """What carries one request body to the city and brings back the answer's, or None when either is lost."""
    import httpx

    url = f"{central.rstrip('/')}/v1/stations/{quote(station, safe='')}/entries"

    def post(body: bytes) -> bytes | None:
        try:
            return client.post(url, content=body, headers={"content-type": "application/json"}).content
        except httpx.HTTPError:
            return None

    return post


def step(sync: Sync, post: Post, clock: Clock) -> None:
    """Let `sync` do what it woke for."""
    request = sync.wake(clock.now())
    if not request:
        return
    answer = post(request)
    if answer is None:
        sync.lost(clock.now())
    else:
        sync.receive(answer, clock.now())


def read_cursor(reader: Reader) -> int:
    """The last entry this journal's city is known to have; 0 if that is not known."""
    try:
        seq, digest = _cursor_path(reader).read_text().split()
        entries = reader.entries_after(int(seq) - 1, 1)
    except (OSError, ValueError):
        return 0
    return entries[0].seq if entries and entries[0].hash.hex() == digest else 0


def write_cursor(reader: Reader, acknowledged: int) -> None:
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


def _cursor_path(reader: Reader) -> Path:
    return reader.path.with_name(reader.path.name + ".cursor")


def _carry(reader: Reader, post: Post, stop: Stop) -> None:
    clock = SystemClock()
    sync = Sync(reader.entries_after, read_cursor(reader))
    while not stop.asked:
        acknowledged, trouble = sync.acknowledged, sync.trouble
        step(sync, post, clock)
        if sync.acknowledged != acknowledged:
            write_cursor(reader, sync.acknowledged)
            sys.stderr.write(f"acknowledged to entry {sync.acknowledged}\n")
        if sync.trouble != trouble:
            sys.stderr.write(f"{sync.trouble or 'all is well'}\n")
        select.select([stop], [], [], max(0.0, sync.wake_at - clock.now()))
