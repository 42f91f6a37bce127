"""Figures of the machine: how busy it is with other things, and how long its disk takes to keep a promise.

Every commit waits for one flush, so no commit is faster than that.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from bench.central.delays import percentile
from bench.central.scale import BenchScale
from bench.central.server import BenchServer
from bench.table import Figure

PAGE = b"x" * 8192
FLUSHES = 500


def figures(server: BenchServer, scale: BenchScale) -> Iterator[Figure]:
    """Before anything is asked of the server."""
    others = f"over the minute before, {os.getloadavg()[0]:.1f} other processes wanted a processor"
    delays = list(_flushes(server))
    what = f"{FLUSHES} times 8 kB written and flushed with fdatasync, as PostgreSQL does at each commit, one after the other"
    yield Figure("a flush of this disk, p50", percentile(delays, 50), "ms", f"{what}; {others}")
    yield Figure("a flush of this disk, p99", percentile(delays, 99), "ms", "the same")


def _flushes(server: BenchServer) -> Iterator[float]:
    with (server.cluster.folder.parent / "flushed").open("wb", buffering=0) as file:
        for _ in range(FLUSHES):
            file.write(PAGE)
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            yield time.perf_counter() - began
