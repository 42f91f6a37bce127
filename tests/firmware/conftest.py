"""What the tests of the station start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import state_folder
from tests.firmware.cards import write_card


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A state folder, provisioned for the demonstration station."""
    return state_folder(tmp_path / "state")


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """The state folder of a flashed card, without its journal."""
    return write_card(tmp_path)


@pytest.fixture
def provisioned_card(folder: Path) -> Path:
    """The state folder of a flashed card, with its journal."""
    return write_card(folder)
