"""How long a station takes to start, and the memory it holds."""

from __future__ import annotations

import os
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


class Start(msgspec.Struct):
    """What `bench.station` prints; seconds and MB."""

    imported: float
    ready: float
    ticket: float
    memory: float
    memory_after_ticket: float
    foreign: list[str]


def figures() -> tuple[Figure, ...]:
    """Medians of fresh processes, files in the cache, modules compiled, by a first start that does not count."""
    with scratch() as compiled:
        environment = _compiling_to(compiled)
        _start(environment)
        runs = [(_bare(), _start(environment)) for _ in range(RUNS)]
    starts = [start for _, start in runs]
    return (*_times(median(seconds for seconds, _ in runs), starts), *_memory(starts), _foreign_modules(starts))


def _times(bare: float, starts: list[Start]) -> tuple[Figure, ...]:
    imported, ready = median(each.imported for each in starts), median(each.ready for each in starts)
    ticket = median(each.ticket for each in starts)
    alone = f"`python -c pass`, on the wall; median of {RUNS} fresh processes"
    imports = "all that `horodateur run` imports, compiled, pyserial too; not RPi.GPIO and spidev"
    drivers = "board, station, tariffs, key, new journal verified, drivers on simulated lines, panel lit, first picture"
    return (
        Figure("start: import and ready", (bare + imported + ready) * 1e3, "ms", "the sum of the next three", at_most=300),
        Figure("start: the interpreter alone", bare * 1e3, "ms", alone),
        Figure("start: imports", imported * 1e3, "ms", imports),
        Figure("start: ready", ready * 1e3, "ms", drivers),
        Figure("start: the first ticket, once", ticket * 1e3, "ms", "loads python-escpos"),
    )


def _memory(starts: list[Start]) -> tuple[Figure, ...]:
    ready, after_ticket = max(each.memory for each in starts), max(each.memory_after_ticket for each in starts)
    resident = "resident, the simulated header, panel, terminal and printer included; most of all runs"
    return (
        Figure("memory of the station, ready", ready, "MB", resident, at_most=60),
        Figure("memory of the station, after a ticket", after_ticket, "MB", "the same", at_most=60),
    )


def _foreign_modules(starts: list[Start]) -> Figure:
    found = sorted({name for each in starts for name in each.foreign})
    note = f"of fastapi, pydantic, starlette, uvicorn, sqlalchemy in sys.modules: {', '.join(found) or 'none'}"
    return Figure("web or database libraries in the station", len(found), "modules", note, at_most=0)


def _compiling_to(folder: Path) -> dict[str, str]:
    """This environment, with compiled modules kept there, also where it says that none are to be written."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder)}


def _bare() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - began


def _start(environment: dict[str, str]) -> Start:
    with scratch() as folder:
        provision(Path(folder), read_toml(ROOT / "board" / "demo-station.toml", Site).station)
        command = [sys.executable, "-m", "bench.station", str(folder)]
        said = subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.PIPE).stdout
    return msgspec.json.decode(said, type=Start)
