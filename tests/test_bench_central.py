"""Benchmark of the city: it runs on a small scale, and every figure is kept. No time is asserted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.central.__main__ import SUBJECTS, measure
from bench.central.scale import QUICK

RESULTS = json.loads((Path(__file__).parents[1] / "bench" / "central-results.json").read_text("utf-8"))
FIGURES = {figure["name"]: figure for figure in RESULTS["figures"]}


@pytest.mark.parametrize(
    ("name", "goal"),
    [
        ("a flush of this disk, p50", ""),
        ("entries in batches of 1", ""),
        ("entries in batches of 10", ""),
        ("entries in batches of 100", ">= 10000"),
        ("batch of 100, p99", "<= 100"),
        ("bare COPY, the same rows", ""),
        ("entries in batches of 100, against bare COPY", ""),
        ("a day's backlog, drained", "<= 10"),
        ("memory of the server's processes", ""),
        ("memory of PostgreSQL", ""),
        ("from a sale to a check that sees it, p95", "<= 5"),
        ("plate check, 1 M rights, p50", "<= 2"),
        ("plate check, 1 M rights, p99", "<= 10"),
        ("plate check, 10 M rights, p50", "<= 2"),
        ("plate check, 10 M rights, p99", "<= 10"),
        ("plate check, bare function, 10 M rights, p50", "<= 2"),
        ("plate check, bare function, 10 M rights, p99", "<= 10"),
    ],
)
def test_figure_is_kept_beside_its_goal(name: str, goal: str) -> None:
    figure = FIGURES[name]
    assert figure["goal"] == goal
    assert figure["value"] > 0
    assert figure["unit"]
    assert figure["includes"]


def test_results_do_not_name_the_machine() -> None:
    assert set(RESULTS) == {"date", "python", "processor", "cpus", "figures"}


def test_every_subject_can_be_measured_on_a_small_scale() -> None:
    small = {figure.name for figure in measure(QUICK, list(SUBJECTS))}
    assert {name.replace("0.002 M", "1 M") for name in small} <= set(FIGURES)
