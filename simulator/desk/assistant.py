"""The assistant of a desk: sets the desk's own clock; its stick is the folder `usb` beside the journal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from firmware.diagnosis.tasks import export, set_the_clock
from firmware.service.assistance import HelpTask, TaskResult
from simulator.desk.station_clock import StationClock

STICK = "usb"


class DeskAssistant:
    """Does each task at once, in no virtual time."""

    def __init__(self, folder: Path, station: str, clock: StationClock) -> None:
        self._folder, self._station, self._clock = folder, station, clock
        self._result: Callable[[], TaskResult] = lambda: TaskResult(False, "")

    def ask(self, task: HelpTask, detail: str) -> None:
        """Do it when it is looked for: a jump of the clock in the middle of a turn would be another than on a Pi."""
        now = self._clock.wall()
        self._result = lambda: self._do(task, detail, now)

    def result(self) -> TaskResult:
        """What came of it."""
        result = self._result()
        self._result = lambda: result
        return result

    def _do(self, task: HelpTask, detail: str, now: datetime) -> TaskResult:
        if task is HelpTask.CLOCK:
            return set_the_clock(detail, self._clock.set)
        stick = self._folder / STICK
        stick.mkdir(exist_ok=True)
        return export(self._folder, stick, self._station, now)
