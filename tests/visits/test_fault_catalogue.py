"""The catalogue of faults claims nothing by hand: each row's visit shows the row's screen and its alarm, and no other."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from firmware.protocol.facts import AlarmRaised
from firmware.service.alarms import OTHER, Severity, alarm_code, alarms_by_code
from simulator.desk.cabinet import Cabinet
from simulator.desk.desk import Desk
from simulator.visit_files.expectations import screen_name
from simulator.visit_files.fault_catalogue import ROWS, TERMINALS
from simulator.visit_files.fault_page import DEVICES, PAGE, faults_page, what_is_wrong
from simulator.visit_files.money import facts
from simulator.visit_files.play import desk_for
from simulator.visit_files.terminal_faults import FaultRow
from simulator.visit_files.visit import VisitStep, read_visit, run_visit
from tests.builders import ROOT

ON_GLASS = {alarm.code for alarm in OTHER if alarm.severity is Severity.CRITICAL}
"""Codes of what the journal has no alarm for, because it cannot be written: they are read off the screen."""


@dataclass
class Watch:
    """What is seen while a fault is on."""

    row: FaultRow
    was_on: bool = False
    screens: set[str] = field(default_factory=set)
    alarms: set[str] = field(default_factory=set)
    _before: int | None = None
    """Alarms in the journal when it was switched on; None while it is off."""

    def look(self, desk: Desk, step: VisitStep) -> None:
        on = self._is_on(desk, step)
        if on and self._before is None:
            self.was_on, self._before = True, len(journalled(desk))
        elif not on:
            self.end(desk)
        if on:
            self.screens.add(screen_name(desk))
            self.alarms |= codes_up(desk)

    def _is_on(self, desk: Desk, step: VisitStep) -> bool:
        """What hands do is on from their step to the end of the visit."""
        if self.row.begins:
            return self.was_on or " ".join((step.verb, *step.words)) == self.row.begins
        return self.row.fault in desk.cabinet.on[self.row.device]

    def end(self, desk: Desk) -> None:
        if self._before is not None:
            self.alarms |= set(journalled(desk)[self._before :])
        self._before = None


def journalled(desk: Desk) -> list[str]:
    """Codes of the alarms raised in the journal so far."""
    return [alarm_code(fact.alarm) for fact in facts(desk) if isinstance(fact, AlarmRaised)]


def codes_up(desk: Desk) -> set[str]:
    if desk.running is None:
        return set()
    machine = desk.running.station.machine
    shown = desk.state()["lines"]
    assert isinstance(shown, list)
    glass = {word.strip(".,:") for line in shown for word in line.split()} & ON_GLASS
    return {alarm_code(name) for name in machine.health.alarms} | glass


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.device}-{row.fault}".replace(" ", "-"))
def test_a_row_is_what_its_visit_shows(row: FaultRow, tmp_path: Path) -> None:
    visit = read_visit(ROOT / "simulator" / "visits" / f"{row.visit}.visit")
    watch = Watch(row)
    with contextlib.closing(desk_for(visit, tmp_path)) as desk:
        run_visit(visit, desk, watch.look)  # the law of the money holds at its end, or this raises
        watch.end(desk)
    assert watch.was_on, "the fault is never switched on"
    assert row.screen in watch.screens
    assert watch.alarms == ({row.alarm} if row.alarm else set())


def test_every_fault_of_a_desk_has_one_row_and_every_row_is_a_fault() -> None:
    offered = [(device, fault) for device, faults in Cabinet.faults.items() for fault in faults if device != "card"]
    listed = [(row.device, row.fault) for row in ROWS if row.device != "card"]
    assert sorted(listed) == sorted(offered)


@pytest.mark.parametrize("protocol", DEVICES)
def test_every_fault_of_every_terminal_has_one_row(protocol: str) -> None:
    rows = TERMINALS[protocol]
    assert len({row.fault for row in rows}) == len(rows)
    listed = [row.fault for row in rows if row.fault in DEVICES[protocol].faults]
    assert sorted(listed) == sorted(DEVICES[protocol].faults)
    assert all(row.fault in listed or row.begins for row in rows)


def test_a_row_names_an_alarm_of_the_catalogue_or_says_why_there_is_none() -> None:
    codes = {alarm.code for alarm in alarms_by_code()}
    for row in ROWS:
        assert row.alarm is None or row.alarm in codes
        assert ("No alarm: " in row.effect) == (row.alarm is None), row
        assert row.effect.endswith(".")


def test_the_page_is_fresh() -> None:
    assert (ROOT / "docs" / PAGE).read_text("utf-8") == faults_page(), "run make docs"


def test_the_page_has_every_fault_in_the_words_of_the_desk() -> None:
    for row in ROWS:
        assert f" | {what_is_wrong(row)} | {row.effect} |" in faults_page()
