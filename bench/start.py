"""How long a station takes to start, and the memory it holds."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

import msgspec

from bench.desk import scratch
from bench.table import Figure
from firmware.domain.site import Site
from firmware.station.state_folder import provision
from hal.board import read_toml
from hal.shipped import ROOT

RUNS = 9
COMMANDS = {"--help": ("--help",), "quote": ("quote", "--zone", "1", "--at", "2026-03-04T10:00", "--quarters", "6")}


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
        commands = tuple(_command(name, words, environment) for name, words in COMMANDS.items())
    starts = [start for _, start in runs]
    bare = median(seconds for seconds, _ in runs)
    return (*_times(bare, starts), *commands, *_memory(starts), _foreign_modules(starts))


def _command(name: str, words: tuple[str, ...], environment: dict[str, str]) -> Figure:
    """A whole command, from the shell's side."""
    program = (sys.executable, "-c", "import sys; from firmware.cli import main; sys.exit(main())")
    took = median(_timed((*program, *words), environment).computed for _ in range(RUNS))
    return Figure(f"horodateur {name}", took * 1e3, "ms", f"a fresh process, processor time; median of {RUNS}", at_most=150)


def _times(bare: float, starts: list[Start]) -> tuple[Figure, ...]:
    imported, ready = median(each.imported for each in starts), median(each.ready for each in starts)
    ticket = median(each.ticket for each in starts)
    alone = f"`python -c pass`, on the wall; median of {RUNS} fresh processes"
    imports = "all that `horodateur run` imports, compiled, pyserial too; not RPi.GPIO and spidev"
    drivers = "board, station, tariffs, key, new journal verified, drivers on simulated lines, panel lit, first picture"
    return (
        Figure("start: import and ready", (bare + imported + ready) * 1e3, "ms", "the sum of the next three", at_most=300),
        Figure("start: the interpreter alone", bare * 1e3, "ms", alone),
        Figure("start: imports", imported * 1e3, "ms", imports, at_most=200),
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
    return _timed((sys.executable, "-c", "pass"), dict(os.environ)).waited


class _Took(NamedTuple):
    """Seconds of a process: of the processor, and on the wall."""

    computed: float
    waited: float


def _timed(command: tuple[str, ...], environment: dict[str, str]) -> _Took:
    began, computed = time.perf_counter(), _children()
    subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    return _Took(_children() - computed, time.perf_counter() - began)


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _start(environment: dict[str, str]) -> Start:
    with scratch() as folder:
        provision(Path(folder), read_toml(ROOT / "board" / "demo-station.toml", Site).station)
        command = [sys.executable, "-m", "bench.station", str(folder)]
        said = subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.PIPE).stdout
    return msgspec.json.decode(said, type=Start)
