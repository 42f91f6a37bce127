"""The assistant's tasks: the clock is set, a diagnostic bundle is written to a stick."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from firmware.diagnosis.diag_bundle import write_bundle
from firmware.service.assistance import FAILED, NO_ROOM, NO_STICK, NOT_PERMITTED, HelpTask, TaskResult
from firmware.station.assistant import AnswerFile, put_answer, take_request

ROOM = 8 << 20
"""Bytes a stick must have free."""
FACTS = 500
"""Journal entries of a bundle."""
BUNDLES = 100
"""Bundles of one instant: a clock that stands at the same date after each start."""
SetClock = Callable[[datetime], None]


def run_task(requests: Path, state: Path, stick: Path, station: str, set_clock: SetClock, now: datetime) -> TaskResult:
    """Take the request away, do it, and leave the answer. Raises OSError or ValueError if there is none that can be read."""
    request = take_request(requests)
    result = set_the_clock(request.detail, set_clock) if request.task is HelpTask.CLOCK else export(state, stick, station, now)
    put_answer(requests, AnswerFile(request.number, result.done, result.detail))
    return result


def set_the_clock(detail: str, set_clock: SetClock) -> TaskResult:
    """Set the clock to this instant, ISO 8601 with its offset."""
    try:
        at = datetime.fromisoformat(detail)
        if at.tzinfo is None:
            return TaskResult(False, FAILED)
        set_clock(at)
    except PermissionError:
        return TaskResult(False, NOT_PERMITTED)
    except (OSError, ValueError):
        return TaskResult(False, FAILED)
    return TaskResult(True, detail)


def export(state: Path, stick: Path, station: str, now: datetime) -> TaskResult:
    """Write a diagnostic bundle of this state folder to the stick mounted there; it holds no plate and no secret."""
    try:
        if shutil.disk_usage(stick).free < ROOM:
            return TaskResult(False, NO_ROOM)
    except OSError:
        return TaskResult(False, NO_STICK)
    name = f"horodateur-{station}-{now:%Y%m%d-%H%M%S}"
    for copy in range(BUNDLES):
        out = stick / (f"{name}-{copy}.tar.gz" if copy else f"{name}.tar.gz")
        with contextlib.suppress(FileExistsError):
            return _written(state, out)
    return TaskResult(False, FAILED)


def _written(state: Path, out: Path) -> TaskResult:
    """Raises FileExistsError."""
    try:
        write_bundle(state, out, FACTS)
        descriptor = os.open(out, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    except FileExistsError:
        raise
    except OSError:
        return TaskResult(False, FAILED)
    return TaskResult(True, out.name)
