"""Rate limits: token buckets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.access.rate_limits import Bucket, Buckets, Rate, refilled, seconds_to_wait

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
RATE = Rate(2, 5)
WHO = ("token", "0123456789ab")


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_a_burst_passes_and_then_one_at_a_time() -> None:
    buckets = Buckets(10)
    assert [buckets.take(WHO, RATE, NOON) for _ in range(5)] == [0.0] * 5
    assert buckets.take(WHO, RATE, NOON) == pytest.approx(0.5)
    assert buckets.take(WHO, RATE, later(0.25)) == pytest.approx(0.25)
    assert buckets.take(WHO, RATE, later(0.5)) == 0
    assert buckets.take(WHO, RATE, later(0.5)) == pytest.approx(0.5)


def test_who_waits_is_not_made_to_wait_longer_by_asking() -> None:
    buckets = Buckets(10)
    for _ in range(100):
        buckets.take(WHO, RATE, NOON)
    assert buckets.take(WHO, RATE, later(0.5)) == 0


def test_looking_takes_nothing() -> None:
    buckets = Buckets(10)
    assert {buckets.delay(WHO, Rate(1, 1), NOON) for _ in range(3)} == {0.0}
    assert buckets.take(WHO, Rate(1, 1), NOON) == 0
    assert {buckets.delay(WHO, Rate(1, 1), NOON) for _ in range(3)} == {1.0}


def test_a_long_pause_earns_no_more_than_a_burst() -> None:
    assert refilled(Bucket(0, NOON), RATE, later(3600)).left == 5


def test_a_clock_that_is_put_back_neither_gives_nor_takes() -> None:
    back = refilled(Bucket(1.5, later(3600)), RATE, NOON)
    assert back == Bucket(1.5, NOON)
    assert seconds_to_wait(refilled(Bucket(0, later(3600)), RATE, NOON), RATE) == pytest.approx(0.5)


def test_nobody_is_held_back_by_another() -> None:
    buckets = Buckets(10)
    while not buckets.take(WHO, RATE, NOON):
        pass
    assert buckets.take(("token", "ba9876543210"), RATE, NOON) == 0


def test_the_one_longest_unseen_is_forgotten_first() -> None:
    buckets = Buckets(2)
    first, second, third = ("a",), ("b",), ("c",)
    for who in (first, second, first, third):
        buckets.take(who, Rate(1, 1), NOON)
    assert len(buckets) == 2
    assert buckets.delay(first, Rate(1, 1), NOON) == 1
    assert buckets.delay(second, Rate(1, 1), NOON) == 0


@given(st.lists(st.floats(0, 3), min_size=1, max_size=80), st.floats(0.1, 20), st.integers(1, 20))
def test_never_more_than_a_burst_and_the_rate_since(pauses: list[float], per_second: float, burst: int) -> None:
    buckets, rate, now, passed = Buckets(10), Rate(per_second, burst), NOON, 0
    for pause in pauses:
        now += timedelta(seconds=pause)
        passed += buckets.take(WHO, rate, now) == 0
        assert passed <= burst + (now - NOON).total_seconds() * per_second + 1e-3
