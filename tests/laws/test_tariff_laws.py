"""Laws of the tariff engine, and an oracle of another shape: minute by minute, sharing no code, tables or calendar with it."""

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
from hypothesis import example, given, settings
from hypothesis import strategies as st

from firmware.tariff import Quote, Tariffs, ladder, load_tariffs, quote

PARIS = ZoneInfo("Europe/Paris")
MINUTE = timedelta(minutes=1)
FREE = holidays.country_holidays("FR", years=range(2014, 2037))

# Cents a quarter costs, one letter or digit a quarter: typed from the price of each hour.
OLD_1, OLD_2 = [100] * 8, [60] * 8
MID_1 = [100] * 8 + [200] * 4 + [250] * 4 + [300] * 8
MID_2 = [60] * 8 + [120] * 4 + [180] * 4 + [215] * 4 + [240] * 4
NEW_1 = [150] * 8 + [300] * 4 + [375] * 4 + [450] * 8
NEW_2 = MID_1


@cache
def the_tariffs() -> Tariffs:
    return load_tariffs(Path(__file__).parents[2] / "tariffs.json")


def oracle_paid(minute: datetime) -> bool:
    wall = minute.astimezone(PARIS)
    return wall.strftime("%H") in {f"{hour:02}" for hour in range(9, 20)} and wall.weekday() != 6 and wall.date() not in FREE


def oracle_grid(zone: int, start: datetime) -> list[int]:
    day = start.astimezone(PARIS).strftime("%Y%m%d")
    if day < "20180101":
        return OLD_1 if zone == 1 else OLD_2
    if day < "20210801":
        return MID_1 if zone == 1 else MID_2
    return NEW_1 if zone == 1 else NEW_2


def oracle_period(at: datetime, quarters: int) -> tuple[datetime, datetime]:
    """Let a meter run: wait for the first paid minute, then count paid minutes."""
    minute = at.astimezone(UTC)
    if minute.second or minute.microsecond:
        minute = minute.replace(second=0, microsecond=0) + MINUTE
    while not oracle_paid(minute):
        minute += MINUTE
    start, counted = minute, 0
    while counted < quarters * 15:
        counted += oracle_paid(minute)
        minute += MINUTE
    return start, minute


INSTANTS = st.datetimes(
    min_value=datetime(2015, 1, 1, 1),  # noqa: DTZ001 Hypothesis adds the zone
    max_value=datetime(2035, 12, 28),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, PARIS]),
)
ZONES = st.sampled_from([1, 2])
QUARTERS = st.integers(1, 24)


@settings(max_examples=150, deadline=None)
@given(ZONES, INSTANTS, QUARTERS)
@example(1, datetime(2021, 7, 31, 19, 45, tzinfo=PARIS), 2)
@example(1, datetime(2021, 7, 31, 19, 59, 1, tzinfo=PARIS), 24)
@example(2, datetime(2017, 12, 30, 20, 0, tzinfo=PARIS), 24)
@example(1, datetime(2026, 3, 28, 17, 0, tzinfo=PARIS), 24)
@example(1, datetime(2026, 10, 24, 17, 0, tzinfo=PARIS), 24)
@example(1, datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=1), 1)
@example(2, datetime(2032, 5, 5, 19, 30, 30, tzinfo=PARIS), 24)
@example(1, datetime(2022, 12, 24, 19, 0, tzinfo=PARIS), 24)
def test_the_engine_agrees_with_a_meter_that_counts_minutes(zone: int, at: datetime, quarters: int) -> None:
    start, end = oracle_period(at, quarters)
    grid = oracle_grid(zone, start)
    answer = quote(the_tariffs(), zone, at, quarters)
    if quarters > len(grid):
        assert not isinstance(answer, Quote)
        return
    assert isinstance(answer, Quote)
    assert (answer.start.astimezone(UTC), answer.end.astimezone(UTC)) == (start, end)
    assert answer.cents == sum(grid[:quarters])
    assert [line.cents for line in answer.lines] == [sum(grid[i : min(i + 4, quarters)]) for i in range(0, quarters, 4)]


@given(ZONES, INSTANTS, st.integers(0, 24))
@example(1, datetime(2026, 3, 6, 19, 53, tzinfo=PARIS), 3)
def test_a_ladder_is_every_quote_in_one_go(zone: int, at: datetime, reached: int) -> None:
    tariffs = the_tariffs()
    quotes = [quote(tariffs, zone, at, quarters, reached=reached) for quarters in range(1, 26)]
    assert list(ladder(tariffs, zone, at, reached=reached)) == [answer for answer in quotes if isinstance(answer, Quote)]


@given(ZONES, INSTANTS, st.integers(0, 23))
def test_more_time_costs_more_and_ends_later(zone: int, at: datetime, reached: int) -> None:
    for shorter, longer in pairwise(ladder(the_tariffs(), zone, at, reached=reached)):
        assert shorter.cents < longer.cents
        assert shorter.end.astimezone(UTC) < longer.end.astimezone(UTC)
        assert shorter.start == longer.start


@given(ZONES, INSTANTS, st.integers(1, 23), st.data())
def test_an_extension_costs_what_buying_it_all_at_once_would(zone: int, at: datetime, first: int, data: st.DataObject) -> None:
    tariffs = the_tariffs()
    begun = quote(tariffs, zone, at, first)
    if not isinstance(begun, Quote):
        return
    more = data.draw(st.integers(1, 24))
    whole = quote(tariffs, zone, at, first + more)
    extension = quote(tariffs, zone, at, more, reached=first)
    assert isinstance(whole, Quote) == isinstance(extension, Quote)
    if isinstance(whole, Quote) and isinstance(extension, Quote):
        assert begun.cents + extension.cents == whole.cents


@given(ZONES, INSTANTS, st.integers(0, 23), QUARTERS)
def test_the_lines_add_up_to_the_price_and_the_time(zone: int, at: datetime, reached: int, quarters: int) -> None:
    answer = quote(the_tariffs(), zone, at, quarters, reached=reached)
    if isinstance(answer, Quote):
        assert sum(line.cents for line in answer.lines) == answer.cents
        assert sum(line.quarters for line in answer.lines) == answer.units == quarters
        assert [line.hour for line in answer.lines] == sorted({line.hour for line in answer.lines})


@given(ZONES, INSTANTS, QUARTERS)
def test_a_stay_starts_in_paid_time_and_ends_in_it_or_at_its_closing(zone: int, at: datetime, quarters: int) -> None:
    answer = quote(the_tariffs(), zone, at, quarters)
    if isinstance(answer, Quote):
        assert oracle_paid(answer.start)
        assert answer.start >= at
        last_minute = answer.end.astimezone(UTC) - MINUTE
        assert oracle_paid(last_minute)
        assert oracle_paid(answer.end) or (answer.end.hour, answer.end.minute) == (20, 0)


@given(ZONES, INSTANTS, st.lists(QUARTERS, max_size=12))
def test_no_sequence_of_purchases_passes_the_maximum_stay(zone: int, at: datetime, purchases: list[int]) -> None:
    tariffs, reached, paid = the_tariffs(), 0, 0
    for quarters in purchases:
        answer = quote(tariffs, zone, at, quarters, reached=reached)
        if isinstance(answer, Quote):
            reached, paid = reached + quarters, paid + answer.cents
    grid = oracle_grid(zone, tariffs.start(at))
    assert reached <= len(grid)
    assert paid == sum(grid[:reached])


@given(INSTANTS, st.integers(0, 10 * 24 * 60))
def test_stretches_leave_no_hole_and_alternate(at: datetime, minutes: int) -> None:
    start = at.astimezone(UTC)
    end = start + minutes * MINUTE
    pieces = the_tariffs().calendar.stretches(start, end)
    instants = [start, *(piece.end.astimezone(UTC) for piece in pieces)]
    assert instants[-1] == end
    assert [piece.start.astimezone(UTC) for piece in pieces] == instants[:-1]
    assert all(one.paid != next_one.paid for one, next_one in pairwise(pieces))
    assert all(oracle_paid(piece.start) == piece.paid for piece in pieces)
