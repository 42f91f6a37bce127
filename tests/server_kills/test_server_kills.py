"""A PostgreSQL that is killed loses nothing that was acknowledged: the small size; `make server-kills` runs the whole."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.server_kills.trial import WAYS, run_trial

KILLS, SEED = 3, 7


@pytest.mark.parametrize("way", WAYS)
def test_nothing_that_was_acknowledged_is_lost_and_the_journals_arrive_whole(way: str) -> None:
    with tempfile.TemporaryDirectory(prefix="hdt-") as folder:  # a socket's path must be short
        Path(folder).chmod(0o755)
        totals = run_trial(way, KILLS, SEED, Path(folder), lambda line: None)
    assert (totals.kills, totals.lost) == (KILLS, 0)
    assert totals.acknowledged > 0
