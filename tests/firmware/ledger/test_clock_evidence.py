"""Clock evidence: what proves the clock wrong, what clears it, and when it has run unsynchronised for too long."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from firmware.ledger.clock_evidence import CONFIRMED, DRIFTS_AFTER, SLACK, CityTime, ClockEvidence, ClockTrust, judge_clock
from firmware.protocol.facts import AlarmCleared, AlarmRaised, Fact, InDoubt, PaymentStarted, RightSold, ServiceDone, Started
from tests.builders import PARIS, right

RELEASED = datetime(2025, 1, 1, tzinfo=PARIS)
AT = datetime(2026, 3, 4, 10, 0, tzinfo=PARIS)
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
RIGHT = right(start=AT, end=AT + 60 * MINUTE, units=4, cents=600)
FREE = structs.replace(RIGHT, cents=0, regime="cmi_s")
NOTE = AlarmRaised("printer out")


def trust(
    wall: datetime,
    evidence: ClockEvidence,
    synchronised: bool | None = None,
    instant: float = 0.0,
    city: CityTime | None = None,
) -> ClockTrust:
    return judge_clock(wall, instant, evidence, synchronised, RELEASED, city)


def seen(*facts: tuple[Fact, datetime], boot: float | None = None) -> ClockEvidence:
    evidence = ClockEvidence()
    for fact, at in facts:
        evidence = evidence.after(fact, at, boot)
    return evidence


# --- wrong --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("synchronised", [None, False, True])
def test_before_the_release_and_after_this_century_it_is_wrong_whoever_keeps_it(synchronised: bool | None) -> None:
    for wall in (RELEASED - SECOND, datetime(2000, 1, 1, tzinfo=PARIS), datetime(2100, 1, 1, tzinfo=PARIS)):
        assert trust(wall, ClockEvidence(), synchronised).wrong
    for wall in (RELEASED, datetime(2099, 12, 31, 23, 59, tzinfo=PARIS)):
        assert not trust(wall, ClockEvidence(), synchronised).wrong


@pytest.mark.parametrize("synchronised", [None, False, True])
def test_more_than_two_minutes_before_what_is_written_it_is_wrong(synchronised: bool | None) -> None:
    evidence = seen((NOTE, AT))
    assert timedelta(minutes=2) == SLACK
    assert not trust(AT - SLACK, evidence, synchronised).wrong
    assert trust(AT - SLACK - SECOND, evidence, synchronised).wrong
    assert "2026-03-04 10:00" in trust(AT - DAY, evidence, synchronised).why


def test_what_was_written_while_it_was_wrong_does_not_make_it_right() -> None:
    """The alarm itself is written down by the wrong clock: it must not be its own alibi."""
    back = AT - 60 * MINUTE
    evidence = seen((NOTE, AT), (AlarmRaised("clock wrong"), back))
    assert trust(back + SECOND, evidence).wrong


def test_within_one_boot_time_goes_on_since_the_last_entry() -> None:
    evidence = ClockEvidence().after(NOTE, AT, 100.0)
    hour_later = 100.0 + 3600
    assert trust(AT + 30 * MINUTE, evidence, instant=hour_later).wrong
    assert not trust(AT + 59 * MINUTE, evidence, instant=hour_later).wrong
    assert not trust(AT + 30 * MINUTE, seen((NOTE, AT)), instant=hour_later).wrong


# --- what ends the dispute ----------------------------------------------------------------------------------------


def test_a_clock_that_agrees_with_the_citys_signed_time_is_believed_and_the_journal_is_not() -> None:
    """Once, the clock said 2031. The city says the date: a year later it must not stand condemned by that entry."""
    evidence, city = seen((NOTE, AT + 2000 * DAY)), CityTime(AT - MINUTE, 40.0)
    assert trust(AT, evidence).wrong
    assert trust(AT, evidence, True, 100.0, city) == ClockTrust("synchronised")
    assert trust(AT, evidence, False, 100.0, city) == ClockTrust("free running")
    assert trust(AT + MINUTE, evidence.synchronised(AT, None)) == ClockTrust("unknown")
    assert not trust(AT + MINUTE, evidence.after(PaymentStarted(RIGHT, "synchronised"), AT, None)).wrong
    assert not trust(AT + MINUTE, evidence.after(RightSold(FREE, clock="synchronised"), AT, None)).wrong
    assert not trust(AT + MINUTE, evidence.after(Started("0.1.0", "x", "synchronised"), AT, None)).wrong


@pytest.mark.parametrize("off", [-DAY, -SLACK - SECOND, SLACK + SECOND, DAY])
def test_the_time_of_whoever_owns_the_cable_is_not_believed_against_the_citys(off: timedelta) -> None:
    """Nor is it against the journal: a synchronised clock before what is written is wrong."""
    city = CityTime(AT, 100.0)
    found = trust(AT + off + 60 * MINUTE, seen((NOTE, AT - 30 * DAY)), True, 3700.0, city)
    assert found.wrong
    assert "the city's signed time, 2026-03-04 11:00" in found.why
    assert not trust(AT + 60 * MINUTE + (SLACK if off > timedelta() else -SLACK), ClockEvidence(), True, 3700.0, city).wrong


@pytest.mark.parametrize("end", [RightSold(RIGHT, None, "synchronised"), InDoubt(RIGHT, "power cut", "synchronised")])
def test_the_end_of_a_payment_says_nothing_of_the_clock_that_dates_it(end: Fact) -> None:
    evidence = seen((NOTE, AT))
    assert trust(AT - DAY, evidence.after(end, AT - DAY, None)).wrong


@pytest.mark.parametrize("word", [ServiceDone("07", CONFIRMED), AlarmCleared("clock wrong")])
def test_so_is_one_that_a_technician_found_right(word: Fact) -> None:
    evidence = seen((NOTE, AT + 2000 * DAY)).after(word, AT, None)
    assert not trust(AT + MINUTE, evidence).wrong
    assert trust(AT - DAY, evidence).wrong


def test_an_impossible_date_is_no_witness() -> None:
    evidence = seen((NOTE, AT), (NOTE, datetime(2106, 2, 7, tzinfo=PARIS)))
    assert not trust(AT + MINUTE, evidence).wrong


# --- quality and drift --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("synchronised", "quality"), [(True, "synchronised"), (False, "free running"), (None, "unknown")])
def test_the_quality_is_what_the_kernel_says_of_a_clock_that_is_not_wrong(synchronised: bool | None, quality: str) -> None:
    assert trust(AT, seen((NOTE, AT)), synchronised) == ClockTrust(quality)


def test_a_week_alone_is_an_alarm_counted_from_when_it_was_last_kept_right_through_power_cuts_too() -> None:
    kept = seen((NOTE, AT - 30 * DAY), (PaymentStarted(RIGHT, "synchronised"), AT), (NOTE, AT + DAY))
    assert not trust(AT + DRIFTS_AFTER, kept, synchronised=False).drifting
    assert trust(AT + DRIFTS_AFTER + SECOND, kept, synchronised=False).drifting
    assert not trust(AT + 100 * DAY, kept, synchronised=None).drifting
    assert not trust(AT + 100 * DAY, kept, synchronised=True).drifting


def test_one_that_never_was_kept_right_is_alone_since_the_first_entry() -> None:
    evidence = seen((NOTE, AT), (NOTE, AT + 6 * DAY))
    assert not trust(AT + 7 * DAY, evidence, synchronised=False).drifting
    assert trust(AT + 8 * DAY, evidence, synchronised=False).drifting


MINUTES = st.integers(-100_000, 100_000).map(lambda minutes: AT + minutes * MINUTE)


@given(st.lists(MINUTES, min_size=1), st.integers(0, 100_000))
def test_a_right_clock_after_all_that_was_written_is_never_called_wrong(dates: list[datetime], later: int) -> None:
    evidence = seen(*((NOTE, at) for at in dates))
    assert not trust(max(dates) + later * MINUTE, evidence).wrong


@given(st.lists(MINUTES, min_size=1), st.integers(3, 100_000))
def test_a_clock_before_anything_that_was_written_is_always_called_wrong(dates: list[datetime], earlier: int) -> None:
    evidence = seen(*((NOTE, at) for at in dates))
    assert trust(max(dates) - earlier * MINUTE, evidence).wrong
