"""Journals that a test of the journal starts from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import STATION, new_journal
from tests.firmware.journal.journals import DAY, write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An empty journal, as provisioning leaves it."""
    path = tmp_path / "journal.db"
    new_journal(path, STATION)
    return path


@pytest.fixture
def written(path: Path) -> Path:
    """A closed journal of five entries."""
    write(path, DAY)
    return path
