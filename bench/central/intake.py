"""How fast the city takes entries, beside how fast PostgreSQL alone takes the same rows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bench.central import journals
from bench.central.clients import ClientResults, ClientTask, split_task, start_clients
from bench.central.delays import percentile
from bench.central.scale import BenchScale
from bench.central.server import SERVED_BY, BenchServer, enrol_stations
from bench.table import Figure
from central.db.tables import entries
from hal.time_zone import PARIS

HOUR = timedelta(hours=1)
LARGEST = 100


def figures(server: BenchServer, scale: BenchScale) -> Iterator[Figure]:
    """Batches of each size on a register that was empty; the rows of the largest again, by COPY."""
    taken = 0.0
    for size, number in scale.batches.items():
        done = post_journals(server, scale, (size,) * (number // scale.stations))
        taken = done.entries / done.seconds
        yield from _of(done, size, scale)
    bare = copy_rows(server)
    how = "the rows just taken, all of them in one COPY in one transaction into a table with the same key"
    yield Figure("bare COPY, the same rows", bare, "rows/s", how)
    yield Figure(
        f"entries in batches of {LARGEST}, against bare COPY",
        taken / bare,
        "ratio",
        "COPY checks no signature and no chain, makes no right, and commits once",
    )


def post_journals(server: BenchServer, scale: BenchScale, batches: tuple[int, ...]) -> ClientResults:
    """Post the journals of all stations. Raises RuntimeError if anything is missing afterwards."""
    names = journals.names(scale.stations)
    enrol_stations(server.store, names)
    now = datetime.now(PARIS)
    task = ClientTask(server.port, names, batches, now - 3 * HOUR, now)
    with start_clients(split_task(task, scale.clients)) as clients:
        clients.go()
        done = clients.done()
    with server.store.begin() as connection:
        kept = connection.scalar(select(func.count()).select_from(entries))
    if kept != sum(batches) * scale.stations:
        raise RuntimeError(f"{sum(batches) * scale.stations} entries were acknowledged, {kept} are there")
    return done


def _of(done: ClientResults, size: int, scale: BenchScale) -> Iterator[Figure]:
    goal = size == LARGEST
    how = (
        f"{len(done.delays)} signed batches of {scale.stations} stations, posted by {scale.clients} client processes over HTTP "
        f"as fast as they are answered, on the same two processors; {SERVED_BY}"
    )
    yield Figure(
        f"entries in batches of {size}", done.entries / done.seconds, "entries/s", how, at_least=10_000 if goal else None
    )
    yield Figure(f"batch of {size}, p50", percentile(done.delays, 50), "ms", "the same run, seen by the client")
    yield Figure(f"batch of {size}, p99", percentile(done.delays, 99), "ms", "the same", at_most=100 if goal else None)


def copy_rows(server: BenchServer) -> float:
    """Copy the same rows with bare COPY: rows a second."""
    with server.direct() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (LIKE entries INCLUDING INDEXES)")
        with cursor.copy("COPY entries TO STDOUT (FORMAT binary)") as out:
            rows = [bytes(block) for block in out]
        began = time.perf_counter()
        with cursor.copy("COPY bare FROM STDIN (FORMAT binary)") as into:
            for block in rows:
                into.write(block)
        seconds = time.perf_counter() - began
        number = cursor.rowcount
        cursor.execute("DROP TABLE bare")
    return number / seconds
