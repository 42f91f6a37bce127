"""A small street: every invariant holds under heavy faults, and the same seed gives the same trace."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from sqlalchemy import delete

from central.db.tables import entries
from simulator.desk.desk import Desk
from simulator.invariants.gather import heal
from simulator.street.laws import law_plan
from simulator.street.plan import StreetPlan
from simulator.street.plot import plot
from simulator.street.report import report_text
from simulator.street.station import ViolationError
from simulator.street.street import street
from tests.builders import ROOT

SMALL = StreetPlan(7, stations=3, hours=0.25, faults="heavy", per_day=1500, visits=12)
TRACE = """
from simulator.street.plan import StreetPlan
from simulator.street.street import street
with street(StreetPlan(12, stations=2, hours=1.0, faults="heavy", per_day=1500, visits=5)) as made:
    made.run()
    report = made.report(at_rest=True)
    print(report.trace, report.visits, report.facts["sales"])
"""


def test_the_same_seed_gives_the_same_trace_whatever_the_hash_seed() -> None:
    told = set()
    for seed in ("0", "12345"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run([sys.executable, "-c", TRACE], env=environment, capture_output=True, text=True, check=True)
        told.add(done.stdout)
    assert len(told) == 1
    digest, visits, sales = told.pop().split()
    assert len(digest) == 64
    assert int(visits) >= 5
    assert int(sales) > 0


def test_a_street_under_heavy_faults_comes_to_rest_and_reports() -> None:
    shares = []
    with street(SMALL) as made:
        made.run(lambda share, visits: shares.append(share))
        report = made.report(at_rest=True)
    assert shares[-1] == 1.0
    assert report.visits >= 8
    assert report.faults > 3
    assert report.facts["sales"] > 3
    assert report.delays
    assert report.cents == sum(each.cents for each in made.stations[0].desk.cabinet.terminal.core.ledger) or report.cents > 0
    told = report_text(report)
    assert "seed         7" in told
    assert "0 wrongly concluded" in told
    assert plot(report).startswith("<svg")


def test_a_seed_names_a_day_and_how_much_goes_wrong() -> None:
    assert law_plan(1).begins != law_plan(2).begins
    assert {law_plan(seed).faults for seed in range(3)} == {"light", "heavy"}
    assert {law_plan(1).place(number).protocol for number in range(3)} == {"concert", "caisse-ap", "nexo"}


def test_what_does_not_hold_at_rest_ends_a_street(monkeypatch: pytest.MonkeyPatch) -> None:
    """The defect: the city throws entries away."""
    monkeypatch.setattr("simulator.street.station.heal", _heal_and_forget)
    plan = StreetPlan(3, stations=1, hours=0.2, faults="none", per_day=1500, habits=("buys",), visits=1)
    with street(plan) as made, pytest.raises(ViolationError, match="I3 does not hold"):
        made.run()


def _heal_and_forget(desk: Desk) -> float:
    healed = heal(desk)
    with desk.city.store.begin() as connection:
        connection.execute(delete(entries))
    return healed
