"""A power cut after any operation of a station's disk: what was acknowledged is there. `make crash-states` tries them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.__main__ import LEVELS, in_a_life_synchronised, lost
from tests.crash.enumeration import findings, in_a_station_life, scratch_folder
from tests.crash.faults import KINDS, after_faults
from tests.crash.laws import crash_states, last_states
from tests.crash.workload import SHORT_LIFE, lived, provisioned, station_life


def test_nothing_that_was_acknowledged_is_lost() -> None:
    found = in_a_station_life(5, every=9)
    assert found.states > 200
    assert found.acknowledged > 2_000
    assert found.broken == {}


@pytest.mark.parametrize("level", LEVELS)
def test_a_journal_that_synchronises_less_is_seen_to_lose_entries(level: str) -> None:
    found = in_a_life_synchronised(level)
    assert lost(found) > found.states // 4


@pytest.mark.parametrize(("kind", "first"), [(kind, number) for number, kind in enumerate(KINDS)])
def test_nothing_is_lost_when_a_call_fails(kind: str, first: int) -> None:
    found = after_faults(kind, first, step=17)
    assert found.states > 40
    assert found.broken == {}


def test_a_new_station_is_whole() -> None:
    with scratch_folder() as folder:
        found = findings(last_states(lived(folder, [provisioned])))
    assert found.states >= 1
    assert found.broken == {}


@pytest.mark.parametrize("kind", ["EIO", "ENOSPC"])
def test_a_journal_that_could_not_be_made_whole_is_not_provisioned(kind: str) -> None:
    assert after_faults(kind, acts=[provisioned]).broken == {}


def test_deleted_plates_are_not_brought_back() -> None:
    """Whatever a power cut leaves, no file has them."""
    with scratch_folder() as folder:
        life = lived(folder, SHORT_LIFE)
    states = [state for state in crash_states(life) if state.promise.deleted]
    assert states
    for state in states:
        assert not [plate for plate in state.promise.deleted if any(plate.encode() in each for each in state.files.values())]


def test_a_life_sells_begins_another_journal_and_deletes_plates(tmp_path: Path) -> None:
    promise = lived(tmp_path, station_life(5)).promise
    assert {each.generation for each in promise.entries} == {1, 2}
    assert len(promise.deleted) > 4
