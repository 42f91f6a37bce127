"""How far the clock on the wall may be believed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from hal import clock
from hal.clock import STA_UNSYNC, SystemClock, kernel_status
from hal.time_zone import PARIS

STA_PLL = 0x0001
STA_CLOCKERR = 0x1000


@pytest.mark.parametrize(
    ("status", "synchronised"),
    [(0, True), (STA_PLL, True), (STA_UNSYNC, False), (STA_PLL | STA_UNSYNC, False), (STA_CLOCKERR, True), (None, None)],
)
def test_what_the_kernel_says_of_its_clock(
    monkeypatch: pytest.MonkeyPatch, status: int | None, synchronised: bool | None
) -> None:
    monkeypatch.setattr(clock, "kernel_status", lambda: status)
    assert SystemClock().synchronised() is synchronised


def test_a_system_without_the_call_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert kernel_status() is None


def test_this_kernel_is_asked_and_left_as_it_is() -> None:
    """STA_ bits are below 2^16; anything else was not read from where the status is."""
    first, again = kernel_status(), kernel_status()
    assert first == again
    assert first is None or 0 <= first < 1 << 16


def test_the_clock_on_the_wall_is_that_of_paris() -> None:
    wall = SystemClock().wall()
    assert wall.tzinfo is PARIS
    assert abs(wall - datetime.now(PARIS)) < timedelta(seconds=5)
