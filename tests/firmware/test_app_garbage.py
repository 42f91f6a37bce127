"""Garbage on every line: nothing is raised, nothing is sold, and the station goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.protocol.facts import RightSold
from hal.ports import NEVER
from simulator.desk.desk import Desk
from simulator.visit_files.money import facts
from tests import builders

MEANINGFUL = st.lists(st.sampled_from(list(b"\x02\x03\x04\x05\x06\x10\x11\x12\x13\x14\x15\x16\x1a\x1d\x37\x25\x00\xff017A9 ")))
GARBAGE = st.one_of(st.binary(max_size=60), MEANINGFUL.map(bytes))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with builders.desk(tmp_path_factory.mktemp("garbage") / "state") as desk:
        desk.advance(3.0)
        yield desk


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["keypad", "card", "printer", "buzzer"]), GARBAGE, st.sampled_from([0.0, 0.4, 5.0]))),
    st.sampled_from([(), ("A",), ("A", "B", "1", "2", "3", "C", "D", "OK"), ("A", "B", "1", "2", "3", "C", "D", "OK", "OK")]),
)
def test_garbage_on_any_line_raises_nothing_and_buys_nothing(
    desk: Desk, noise: list[tuple[str, bytes, float]], keys: tuple[str, ...]
) -> None:
    assert desk.running
    station = desk.running.station
    plugs = {plug.name: plug for plug in station.plugs}
    for key in keys:
        desk.press(key)
    for line, data, seconds in noise:
        station.receive(plugs[line], data)
        desk.advance(seconds)
    assert station.wake_at < NEVER
    assert not [fact for fact in facts(desk) if isinstance(fact, RightSold)]
