"""A street: stations in turn, the one that is furthest behind first, one city for all, until the plan's time is over.

The theory. Each station has its own virtual time, and the city is called with the time of the station that speaks. As the one
furthest behind always goes next, the city's clock is never out of step by more than one step, a minute at most: less than the
clocks of real servers may be. So a station's part of a street is a visit file, which plays the same without the others.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from heapq import heapify, heapreplace
from pathlib import Path

from sqlalchemy import func, select

from central.db.store import open_store
from central.db.tables import checks, entries
from firmware.tariff import load_tariffs
from hal.shipped import TARIFFS
from simulator.desk.city import DATABASE, SharedCity, open_city
from simulator.desk.city import KEY as CITY_KEY
from simulator.setting import demonstration
from simulator.street.plan import StreetPlan
from simulator.street.report import StreetReport
from simulator.street.station import StreetStation, setting_at
from simulator.street.trace import StreetTrace
from simulator.visit_files.play import write_known_key

ShowProgress = Callable[[float, int], None]
"""Told the share of the street that is done, 0 to 1, and the visits so far."""
MEMORY = Path("/dev/shm")
"""A folder whose disk is memory: a simulated card need not survive this computer."""


def silent(share: float, visits: int) -> None:
    """No progress is shown."""


@contextlib.contextmanager
def folder_in_memory() -> Iterator[Path]:
    """A folder that is deleted in the end, in memory where this computer has such a disk."""
    with tempfile.TemporaryDirectory(prefix="street-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


@contextlib.contextmanager
def shared_city(folder: Path) -> Iterator[SharedCity]:
    """A city of its own on SQLite, with the key that everybody knows."""
    folder.mkdir(parents=True, exist_ok=True)
    write_known_key(folder / CITY_KEY)
    (folder / DATABASE).write_bytes(_empty_database())
    city = open_city(folder, load_tariffs(TARIFFS), bytes)
    try:
        yield SharedCity(city)
    finally:
        city.store.dispose()


@cache
def _empty_database() -> bytes:
    """The database of a city that holds nothing: its tables are made once, every street's is a copy."""
    with folder_in_memory() as folder:
        open_store(f"sqlite:///{folder / DATABASE}").dispose()
        return (folder / DATABASE).read_bytes()


class RunningStreet:
    """A street under way. Close it."""

    def __init__(self, plan: StreetPlan, folder: Path, shared: SharedCity, *, remote: bool = False) -> None:
        """`remote`: the city is another process, and cannot be asked what it holds."""
        self.plan, self._shared, self._remote = plan, shared, remote
        self.trace = StreetTrace()
        shown = demonstration(folder, plan.begins)
        self.stations = [
            StreetStation(plan, place, setting_at(place, shown, folder / f"{place.number:04d}"), shared, self.trace)
            for place in map(plan.place, range(plan.stations))
        ]

    @property
    def visits(self) -> int:
        """How many motorists have come and gone."""
        return sum(station.visits for station in self.stations)

    def run(self, progress: ShowProgress = silent) -> None:
        """Run to the end, and to rest. Raises ViolationError."""
        turns = [(station.now, number) for number, station in enumerate(self.stations)]
        heapify(turns)
        done = 0
        while turns and not self.stations[turns[0][1]].over and not self._enough():
            _, number = turns[0]
            self.stations[number].step()
            heapreplace(turns, (self.stations[number].now, number))
            done += 1
            if done % 100 == 0:
                progress(turns[0][0] / (self.plan.hours * 3600), self.visits)
        for station in self.stations:
            station.finish(city=not self._remote)
        progress(1.0, self.visits)

    def _enough(self) -> bool:
        return self.plan.visits is not None and self.visits >= self.plan.visits

    def report(self, *, at_rest: bool) -> StreetReport:
        """What happened so far."""
        report = StreetReport(self.plan.seed, self.plan.stations, trace=self.trace.digest, events=self.trace.events)
        report.at_rest = at_rest
        for station in self.stations:
            report.hours += station.now / 3600
            report.visits += station.visits
            report.faults += station.faults
            report.faults_by_hour.update(station.faults_by_hour)
            report.cards += station.cards
            report.add_facts(station.journal.written)
        if not self._remote:
            self._add_city(report)
        return report

    def _add_city(self, report: StreetReport) -> None:
        with self._shared.city.store.begin() as connection:
            report.checks = connection.scalar(select(func.count()).select_from(checks)) or 0
            received = {row.hash: row.received_at for row in connection.execute(select(entries.c.hash, entries.c.received_at))}
        for station in self.stations:
            there = ((each, received[each.entry.hash]) for each in station.journal.written if each.entry.hash in received)
            report.add_delays(there)

    def close(self) -> None:
        """Switch every station off."""
        for station in self.stations:
            station.desk.close()


@contextlib.contextmanager
def street(plan: StreetPlan) -> Iterator[RunningStreet]:
    """A street with a city of its own, in a folder that is deleted in the end."""
    with (
        folder_in_memory() as folder,
        shared_city(folder / "city") as shared,
        contextlib.closing(RunningStreet(plan, folder, shared)) as made,
    ):
        yield made
