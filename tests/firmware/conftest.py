"""What the tests of the station start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import state_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A state folder, provisioned for the demonstration station."""
    return state_folder(tmp_path / "state")
