"""The runner sees a defect that a test sees, tells one that none sees, and leaves its copy as it was."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.planted.defect import Defect
from tests.planted.runner import Copy, Verdict

SOURCE = "def price(units: int) -> int:\n    return 150 * units\n"
TEST = """
from shop import price

def test_price():
    assert price(2) == 300

def test_nothing():
    assert price(0) == 0

def test_without_end():
    while price(1) != 150:
        pass
"""
DEARER = Defect("each unit is dearer", "shop.py", "150 * units", "151 * units", "test_shop.py::test_price")


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """A tree of one file and its test."""
    (tmp_path / "shop.py").write_text(SOURCE)
    (tmp_path / "test_shop.py").write_text(TEST)
    return Copy(tmp_path, timeout=60.0)


@pytest.mark.parametrize(
    ("test", "verdict"),
    [("test_price", Verdict.RED), ("test_nothing", Verdict.GREEN), ("test_that_is_not_there", Verdict.NOT_RUN)],
)
def test_a_defect_is_seen_by_its_own_test_or_not_at_all(copy: Copy, test: str, verdict: Verdict) -> None:
    defect = Defect(DEARER.what, DEARER.file, DEARER.old, DEARER.new, f"test_shop.py::{test}")
    assert asyncio.run(copy.outcome(defect)).verdict is verdict
    assert (copy.folder / "shop.py").read_text() == SOURCE


def test_a_test_that_does_not_end_is_ended_and_told(copy: Copy) -> None:
    defect = Defect(DEARER.what, DEARER.file, DEARER.old, DEARER.new, "test_shop.py::test_without_end")
    outcome = asyncio.run(Copy(copy.folder, timeout=3.0).outcome(defect))
    assert outcome.verdict is Verdict.TOO_LONG
    assert (copy.folder / "shop.py").read_text() == SOURCE


def test_the_tests_are_green_before_anything_is_planted(copy: Copy) -> None:
    verdict, printed = asyncio.run(copy.run(["test_shop.py::test_price", "test_shop.py::test_nothing"], 60.0))
    assert verdict is Verdict.GREEN
    assert "2 passed" in printed


def test_a_defect_without_a_place_is_told_and_runs_nothing(copy: Copy) -> None:
    defect = Defect("gone", "shop.py", "200 * units", "0", "test_shop.py::test_price")
    assert asyncio.run(copy.outcome(defect)).verdict is Verdict.NO_PLACE
    assert (copy.folder / "shop.py").read_text() == SOURCE
