"""PIN lockout: each wrong PIN costs the person and the machine a longer wait, through power cuts too."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.ledger.ledger import ledger_of
from firmware.ledger.lockout import MACHINE, Lockout
from firmware.protocol.facts import Fact, PinRefused, ServiceOpened
from tests.builders import PARIS

AT = datetime(2026, 3, 4, 10, 0, tzinfo=PARIS)
EXPECTED = [0, 0, 30, 120, 600, 3600, 3600, 3600]
MACHINE_EXPECTED = [0, 0, 30, 120, 600, 600]
"""Seconds after the first, the second… wrong PIN."""


def after(*facts: Fact) -> Lockout:
    return ledger_of(facts).lockout


def wrong(person: str, count: int, at: datetime = AT) -> list[Fact]:
    return [PinRefused(person, at)] * count


@pytest.mark.parametrize(("count", "seconds"), list(enumerate(EXPECTED, 1)))
def test_each_wrong_pin_costs_at_least_as_much_as_the_one_before(count: int, seconds: int) -> None:
    assert after(*wrong("07", count)).wait("07", AT) == timedelta(seconds=seconds)


def test_the_wait_shortens_by_the_clock_on_the_wall_and_ends() -> None:
    lockout = after(*wrong("07", 3))
    assert lockout.wait("07", AT + timedelta(seconds=29)) == timedelta(seconds=1)
    assert lockout.wait("07", AT + timedelta(seconds=30)) == timedelta()


def test_three_people_guessed_at_in_turn_lock_the_machine_for_everybody() -> None:
    lockout = after(*wrong("01", 1), *wrong("02", 1), *wrong("03", 1))
    assert lockout.wait("99", AT) == lockout.wait(MACHINE, AT) == timedelta(seconds=30)


def test_a_right_pin_makes_the_machine_and_that_person_forget_and_nobody_else() -> None:
    lockout = after(*wrong("07", 4), ServiceOpened("08"))
    assert lockout.wait("08", AT) == lockout.wait(MACHINE, AT) == timedelta()
    assert lockout.wait("07", AT) == timedelta(minutes=2)
    assert after(*wrong("07", 4), ServiceOpened("07")).wait("07", AT) == timedelta()


def test_the_street_keeps_everybody_out_for_ten_minutes_and_no_longer() -> None:
    """A cut wire reads as an open door: whoever types all day locks out whom he names, an hour, and the others as he leaves."""
    lockout = after(*(PinRefused(f"{number:02}", AT) for number in range(100)), *wrong("07", 50))
    assert lockout.wait("42", AT) == lockout.wait(MACHINE, AT) == timedelta(minutes=10)
    assert lockout.wait("07", AT) == timedelta(hours=1)


def test_a_code_that_opened_is_remembered_and_a_pin_is_not() -> None:
    assert after(ServiceOpened("07"), ServiceOpened("07", "2026-03-04T14:45:00+00:00")).used == (
        ("07", "2026-03-04T14:45:00+00:00"),
    )


def test_a_clock_that_was_set_back_lets_nobody_in() -> None:
    assert after(*wrong("07", 3)).wait("07", AT - timedelta(days=1)) > timedelta(days=1)


people = st.sampled_from(["01", "07", "42"])
facts = st.lists(
    st.one_of(
        st.builds(PinRefused, people, st.integers(0, 10**6).map(lambda seconds: AT + timedelta(seconds=seconds))),
        st.builds(ServiceOpened, people),
    ),
    max_size=30,
)


@given(facts, people)
def test_the_journal_alone_says_who_is_locked_out_so_a_power_cut_changes_nothing(written: list[Fact], person: str) -> None:
    """The running fold and the one after a start agree, and nobody waits less than the machine does."""
    running = Lockout()
    for fact in written:
        running = running.after(fact)
    restarted = after(*written)
    assert restarted == running
    assert restarted.wait(person, AT) >= restarted.wait(MACHINE, AT) >= timedelta()


@given(st.lists(people, min_size=3, max_size=20))
def test_whoever_is_guessed_at_the_machine_waits_for_all_of_them_together(tried: list[str]) -> None:
    costs = timedelta(seconds=MACHINE_EXPECTED[min(len(tried), len(MACHINE_EXPECTED)) - 1])
    assert after(*(PinRefused(person, AT) for person in tried)).wait(MACHINE, AT) == costs
