"""What those who open the cabinet leave in the journal, and a checkpoint that somebody wrote without the station's key."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from firmware.protocol.facts import CountersCollected, Fact, PinRefused, ServiceOpened
from firmware.station.checkpoint import CHECKPOINT, read_checkpoint
from firmware.station.signing_key import load_signing_key
from firmware.station.state_folder import KEY
from simulator.street.plan import StreetPlan
from simulator.street.street import street
from tests.builders import desk


def facts_of(habit: str, people: int) -> list[Fact]:
    """What so many people of this habit leave at a station without faults."""
    plan = StreetPlan(3, stations=1, hours=3.0, faults="none", per_day=1500.0, habits=(habit,), visits=people)
    with street(plan) as under_way:
        under_way.run()
        return [each.content.fact for each in under_way.stations[0].journal.written]


@pytest.mark.parametrize(
    ("habit", "kind", "least"),
    [("collects", CountersCollected, 4), ("guesses-pins", PinRefused, 6), ("uses-a-code", ServiceOpened, 1)],
)
def test_a_habit_leaves_what_it_is_for(habit: str, kind: type[Fact], least: int) -> None:
    counts = Counter(type(fact) for fact in facts_of(habit, 2))
    assert counts[kind] >= least


def test_a_one_time_code_is_tried_again() -> None:
    facts = [fact for fact in facts_of("uses-a-code", 1) if isinstance(fact, ServiceOpened | PinRefused)]
    assert [type(fact) for fact in facts] == [ServiceOpened, PinRefused]
    assert isinstance(facts[0], ServiceOpened)
    assert facts[0].code


def test_a_forged_checkpoint_says_something_else_and_is_not_signed(tmp_path: Path) -> None:
    with desk(tmp_path) as made:
        made.advance(130.0)
        made.power(False)
        before = (tmp_path / CHECKPOINT).read_bytes()
        made.forge_sd()
        forged = (tmp_path / CHECKPOINT).read_bytes()
    assert msgspec.msgpack.decode(forged[64:]) != msgspec.msgpack.decode(before[64:])
    assert read_checkpoint(tmp_path, load_signing_key(tmp_path / KEY).public_key()) is None
