"""How long a station takes to start, and the memory it holds."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import msgspec

from bench.desk import scratch
from bench.table import Figure
from firmware.domain.site import Site
from firmware.station.state_folder import provision
from hal.board import read_toml
from hal.shipped import ROOT

RUNS = 9


class _Start(msgspec.Struct):
    """What `bench.station` prints; seconds and MB."""

    imported: float
    ready: float
    ticket: float
    memory: float
    memory_after_ticket: float
    foreign: list[str]


def figures() -> tuple[Figure, ...]:
    """Medians of fresh processes, files in the cache, modules compiled."""
    runs = [(_bare(), _start()) for _ in range(RUNS)]
    starts = [start for _, start in runs]
    bare = median(seconds for seconds, _ in runs)
    imported, ready = median(each.imported for each in starts), median(each.ready for each in starts)
    foreign = sorted({name for each in starts for name in each.foreign})
    return (
        Figure("start: import and ready", (bare + imported + ready) * 1e3, "ms", "the sum of the next three", at_most=300),
        Figure(
            "start: the interpreter alone", bare * 1e3, "ms", f"`python -c pass`, on the wall; median of {RUNS} fresh processes"
        ),
        Figure(
            "start: imports", imported * 1e3, "ms", "all that `horodateur run` imports, pyserial too; not RPi.GPIO and spidev"
        ),
        Figure(
            "start: ready",
            ready * 1e3,
            "ms",
            "board, station, tariffs, key, new journal verified, drivers on simulated lines, panel lit, first picture",
        ),
        Figure("start: the first ticket, once", median(each.ticket for each in starts) * 1e3, "ms", "loads python-escpos"),
        Figure(
            "memory of the station, ready",
            max(each.memory for each in starts),
            "MB",
            "resident, the simulated header, panel, terminal and printer included; most of all runs",
            at_most=60,
        ),
        Figure(
            "memory of the station, after a ticket",
            max(each.memory_after_ticket for each in starts),
            "MB",
            "the same",
            at_most=60,
        ),
        Figure(
            "web or database libraries in the station",
            len(foreign),
            "modules",
            f"of fastapi, pydantic, starlette, uvicorn, sqlalchemy in sys.modules: {', '.join(foreign) or 'none'}",
            at_most=0,
        ),
    )


def _bare() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - began


def _start() -> _Start:
    with scratch() as folder:
        provision(Path(folder), read_toml(ROOT / "board" / "demo-station.toml", Site).station)
        command = [sys.executable, "-m", "bench.station", str(folder)]
        said = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE).stdout
    return msgspec.json.decode(said, type=_Start)
