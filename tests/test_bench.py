"""Kept benchmark results: every figure beside its goal. No time is asserted."""

import json
from pathlib import Path

import pytest

RESULTS = json.loads((Path(__file__).parents[1] / "bench" / "results.json").read_text("utf-8"))
FIGURES = {figure["name"]: figure for figure in RESULTS["figures"]}


@pytest.mark.parametrize(
    ("name", "goal"),
    [
        ("key press to frame, compute, p50", ""),
        ("key press to frame, compute, p99", "<= 2.5"),
        ("panel, key press to frame, slowest", "<= 25"),
        ("SPI, a typed letter, most", "<= 2048"),
        ("SPI, the + key, most", "<= 2048"),
        ("SPI, the + key, stay over a night, most", "<= 2048"),
        ("visits, every pixel on SPI", ">= 60"),
        ("visits, words on the glass", ">= 200"),
        ("hours of a station at 8 sales a day", ">= 200"),
        ("horodateur --help", "<= 150"),
        ("horodateur quote", "<= 150"),
        ("start: imports", "<= 200"),
        ("quotes", ">= 20000"),
        ("start: import and ready", "<= 300"),
        ("memory of the station, ready", "<= 60"),
        ("web or database libraries in the station", "<= 0"),
        ("durable appends, against bare SQLite", ">= 0.7"),
        ("ticket, longest", "<= 1500"),
    ],
)
def test_figure_is_kept_beside_its_goal(name: str, goal: str) -> None:
    figure = FIGURES[name]
    assert figure["goal"] == goal
    assert (figure["value"] > 0) == (goal != "<= 0")
    assert figure["unit"]
    assert figure["includes"]


def test_results_do_not_name_the_machine() -> None:
    assert set(RESULTS) == {"date", "python", "processor", "cpus", "figures"}
