"""What any test may start from, and the option of `make golden`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden_files import GoldenFiles


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one switch that lets a run write golden files."""
    parser.addoption(
        "--record-golden", action="store_true", help="record the golden files again instead of comparing (make golden)"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> GoldenFiles:
    """The recorded files of tests/golden."""
    return GoldenFiles(Path(__file__).parent / "golden", record=request.config.getoption("--record-golden"))


@pytest.fixture
def golden_docs(request: pytest.FixtureRequest) -> GoldenFiles:
    """The recorded files that are published in docs/."""
    return GoldenFiles(Path(__file__).parents[1] / "docs", record=request.config.getoption("--record-golden"))
