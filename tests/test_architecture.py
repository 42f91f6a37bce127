"""docs/ARCHITECTURE.md: every file it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/ARCHITECTURE.md").read_text("utf-8")
NAMED = re.findall(r"`((?:[\w.-]+/)+[\w.-]*|tariffs\.json|pyproject\.toml)`", PAGE)


def test_the_page_names_files() -> None:
    assert len(set(NAMED)) >= 100


@pytest.mark.parametrize("name", sorted(set(NAMED)))
def test_what_it_names_is_there(name: str) -> None:
    assert (ROOT / name).exists()


def test_every_decision_is_numbered_once() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs/decisions").glob("*.md")]
    assert sorted(numbers) == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
