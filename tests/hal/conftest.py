"""What several tests of the front panel start from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hal.panel_rig import PanelRig


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[PanelRig]:
    """A panel that a station has greeted."""
    with PanelRig(tmp_path) as found:
        found.run(1.0)
        yield found
