"""A day on which the city could not be reached, handed in at once when it can."""

from __future__ import annotations

from collections.abc import Iterator

from bench.central.intake import post_journals
from bench.central.memory import proportional
from bench.central.scale import BenchScale
from bench.central.server import BenchServer
from bench.table import Figure

BATCH = 100
"""As many as a station sends at once (firmware/backoffice/sync.py)."""


def figures(server: BenchServer, scale: BenchScale) -> Iterator[Figure]:
    """Every station at once; then what the server and its database hold in memory."""
    batches = (BATCH,) * (scale.day // BATCH) + ((scale.day % BATCH,) if scale.day % BATCH else ())
    done = post_journals(server, scale, batches)
    how = (
        f"{scale.stations} stations, {scale.day} entries each, {done.entries} in all, in batches of at most {BATCH}, "
        f"by {scale.clients} clients"
    )
    yield Figure("a day's backlog, drained", done.seconds / 60, "min", how, at_most=10)
    what = "right after; shared pages counted once"
    yield Figure("memory of the server's processes", proportional(server.process.pid), "MB", what)
    yield Figure(
        "memory of PostgreSQL", proportional(_postmaster(server)), "MB", f"{what}; 1 GB of it is its own cache, as set"
    )


def _postmaster(server: BenchServer) -> int:
    return int((server.cluster.folder / "data" / "postmaster.pid").read_text().split()[0])
