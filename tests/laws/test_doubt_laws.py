"""Law of a doubt: whatever made it, once the terminal can say what became of the payment it ends within half a minute."""

from __future__ import annotations

from datetime import datetime

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from firmware.protocol.facts import InDoubt, RightSold
from simulator.desk.desk import Desk
from simulator.setting import demonstration, with_card
from simulator.visit_files.money import facts
from tests.builders import PARIS
from tests.money.cells import desk_of

AT = datetime(2026, 3, 4, 10, 0, tzinfo=PARIS)
WITHIN = 30.0
"""Seconds from the terminal's knowing to the end of the doubt."""
KEEPS_IT = (
    ("card", "unsure"),
    ("card", "mute_status"),
    ("card", "mute"),
    ("card", "off"),
    ("card cable", "cut"),
)
"""What keeps a terminal from saying what became of a payment."""


def in_doubt(desk: Desk) -> None:
    """A payment that the bank debits while the station has no power."""
    for key in ("A", "B", "1", "2", "3", "C", "D", "OK", "OK", "OK"):
        desk.press(key)
    desk.advance(2.0)
    assert desk.card("contactless")
    desk.power(False)
    desk.advance(5.0)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(KEEPS_IT), st.floats(150.0, 600.0))
@example(("card", "unsure"), 3500.0)
@example(("card", "mute_status"), 171.0)
def test_a_doubt_ends_within_half_a_minute_of_the_terminals_knowing(fault: tuple[str, str], after: float) -> None:
    with desk_of(lambda folder: Desk(with_card(demonstration(folder, AT), "nexo"))) as desk:
        in_doubt(desk)
        desk.fault(*fault, True)
        desk.power(True)
        desk.advance(after)
        assert any(isinstance(fact, InDoubt) for fact in facts(desk))
        assert not any(isinstance(fact, RightSold) for fact in facts(desk))
        desk.fault(*fault, False)
        desk.advance(WITHIN)
        assert any(isinstance(fact, RightSold) for fact in facts(desk))
