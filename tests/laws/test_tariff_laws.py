"""Laws of the tariff engine, and an oracle of another shape: minute by minute, sharing no code, tables or calendar with it."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import holidays
from hypothesis import example, given, settings
from hypothesis import strategies as st

from firmware.tariff import NotSold, Quote, Stay, stay_at
from tests.builders import PARIS, ladder, quote
from tests.builders import tariffs as the_tariffs

MINUTE = timedelta(minutes=1)
FREE = set(holidays.country_holidays("FR", years=range(2014, 2037)))

# Cents a quarter of an hour costs, one entry a quarter: typed from the price of each hour.
OLD_1, OLD_2 = [100] * 8, [60] * 8
MID_1 = [100] * 8 + [200] * 4 + [250] * 4 + [300] * 8
MID_2 = [60] * 8 + [120] * 4 + [180] * 4 + [215] * 4 + [240] * 4
NEW_1 = [150] * 8 + [300] * 4 + [375] * 4 + [450] * 8
NEW_2 = MID_1
TWO_1 = [75] * 8 + [150] * 4 + [188, 187, 188, 187] + [225] * 8
TWO_2 = [50] * 8 + [100] * 4 + [125] * 4 + [150] * 8
HEAVY_1 = [450] * 8 + [900] * 4 + [1125] * 4 + [1350] * 8
HEAVY_2 = [300] * 8 + [600] * 4 + [750] * 4 + [900] * 8

DAYS = {"resident", "pro_sedentary", "low_emission_resident", "low_emission_pro_sedentary"}
HOURS = {"pro_mobile", "low_emission_pro_mobile"}
WHOLE_DAYS = {"pro_public", "cmi_s"}
QUARTERS = {"visitor", "low_emission"}
REGIMES = sorted(DAYS | HOURS | WHOLE_DAYS | QUARTERS)
TWO_WHEELERS_HAVE = {"visitor", "resident", "low_emission", "low_emission_resident", "cmi_s"}


def oracle_payable(wall: datetime) -> bool:
    return wall.weekday() != 6 and date(wall.year, wall.month, wall.day) not in FREE


def oracle_paid(minute: datetime) -> bool:
    wall = minute.astimezone(PARIS)
    return 9 <= wall.hour < 20 and oracle_payable(wall)


def oracle_start(at: datetime) -> datetime:
    minute = at.astimezone(UTC)
    if minute.second or minute.microsecond:
        minute = minute.replace(second=0, microsecond=0) + MINUTE
    while not oracle_paid(minute):
        minute += MINUTE
    return minute


def oracle_prices(regime: str, vehicle: str, zone: int, start: datetime) -> list[int] | None:
    """Cents of each successive unit; None where the version of that day does not sell it."""
    day = start.astimezone(PARIS).strftime("%Y%m%d")
    if vehicle == "two_wheeler" and (day < "20220901" or regime not in TWO_WHEELERS_HAVE):
        return None
    if vehicle == "heavy" and (day < "20241001" or regime == "low_emission"):
        return None
    if regime == "visitor":
        return oracle_visitor(vehicle, zone, day)
    return {
        "resident": ([75] if vehicle == "two_wheeler" else [150]) * 6 + [0],
        "pro_sedentary": [150],
        "pro_mobile": [50] * 7,
        "low_emission": [0] * (8 if day < "20180101" else 24),
        "low_emission_resident": [0] * 7,
        "low_emission_pro_mobile": [0] * 7,
    }.get(regime, [0])


def oracle_visitor(vehicle: str, zone: int, day: str) -> list[int]:
    if vehicle == "two_wheeler":
        return TWO_1 if zone == 1 else TWO_2
    if vehicle == "heavy":
        return HEAVY_1 if zone == 1 else HEAVY_2
    if day < "20180101":
        return OLD_1 if zone == 1 else OLD_2
    if day < "20210801":
        return MID_1 if zone == 1 else MID_2
    return NEW_1 if zone == 1 else NEW_2


def oracle_end(regime: str, start: datetime, units: int) -> datetime:
    """Let a meter run, and look at it every minute."""
    minute = start
    if regime in DAYS:
        days, wall = min(units, 6), start.astimezone(PARIS)
        while days:
            minute += MINUTE
            now = minute.astimezone(PARIS)
            days -= (now.hour, now.minute) == (wall.hour, wall.minute) and oracle_payable(now)
        return minute
    left = units * (15 if regime in QUARTERS else 60 if regime in HOURS else 24 * 60)
    while left:
        left -= regime in WHOLE_DAYS or oracle_paid(minute)
        minute += MINUTE
    return minute


EDGES = [
    datetime(2017, 12, 30, 20, 0, tzinfo=PARIS),
    datetime(2021, 7, 31, 19, 45, tzinfo=PARIS),
    datetime(2022, 8, 31, 19, 59, 1, tzinfo=PARIS),
    datetime(2024, 9, 30, 18, 0, tzinfo=PARIS),
    datetime(2026, 3, 28, 17, 0, tzinfo=PARIS),
    datetime(2026, 10, 24, 17, 0, tzinfo=PARIS),
    datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=1),
    datetime(2032, 5, 5, 19, 30, 30, tzinfo=PARIS),
    datetime(2022, 12, 24, 19, 0, tzinfo=PARIS),
]
ANY_TIME = st.datetimes(
    min_value=datetime(2015, 1, 1, 1),  # noqa: DTZ001 Hypothesis adds the zone
    max_value=datetime(2035, 12, 18),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, PARIS]),
)
NEAR_AN_EDGE = st.builds(lambda edge, minutes: edge + minutes * MINUTE, st.sampled_from(EDGES), st.integers(-3000, 3000))
INSTANTS = ANY_TIME | NEAR_AN_EDGE
ZONES = st.sampled_from([1, 2])
VEHICLES = st.sampled_from(["car", "two_wheeler", "heavy"])
UNITS = st.integers(1, 25)
WHO = st.tuples(st.sampled_from(["visitor", *REGIMES]), VEHICLES)


@settings(max_examples=1000, deadline=None)
@given(WHO, ZONES, INSTANTS, UNITS)
@example(("visitor", "car"), 1, EDGES[1], 2)
@example(("visitor", "two_wheeler"), 1, EDGES[2], 15)
@example(("visitor", "heavy"), 2, EDGES[3] + timedelta(hours=3), 24)
@example(("resident", "car"), 1, EDGES[4], 7)
@example(("resident", "two_wheeler"), 2, EDGES[8], 6)
@example(("cmi_s", "heavy"), 2, EDGES[5], 1)
@example(("pro_mobile", "car"), 1, EDGES[7], 7)
@example(("low_emission", "car"), 1, EDGES[0] - timedelta(hours=4), 9)
def test_the_engine_agrees_with_a_meter_that_counts_minutes(who: tuple[str, str], zone: int, at: datetime, units: int) -> None:
    regime, vehicle = who
    start = oracle_start(at)
    prices = oracle_prices(regime, vehicle, zone, start)
    answer = quote(the_tariffs(), zone, at, units, regime=regime, vehicle=vehicle)
    if prices is None or units > len(prices) or not oracle_sells(regime, start, units):
        assert isinstance(answer, NotSold)
        return
    assert isinstance(answer, Quote)
    assert (answer.start, answer.end) == (start, oracle_end(regime, start, units))
    assert answer.cents == sum(prices[:units])
    if regime == "visitor":
        assert [line.cents for line in answer.lines] == [sum(prices[i : min(i + 4, units)]) for i in range(0, units, 4)]


@settings(deadline=None)
@given(WHO, ZONES, INSTANTS, st.integers(0, 25))
@example(("visitor", "car"), 1, datetime(2026, 3, 6, 19, 53, tzinfo=PARIS), 3)
@example(("resident", "car"), 1, datetime(2026, 3, 6, 19, 53, tzinfo=PARIS), 6)
def test_a_ladder_is_every_quote_in_one_go(who: tuple[str, str], zone: int, at: datetime, reached: int) -> None:
    tariffs, (regime, vehicle) = the_tariffs(), who
    quotes = [quote(tariffs, zone, at, units, regime=regime, vehicle=vehicle, reached=reached) for units in range(1, 26)]
    sold = [answer for answer in quotes if isinstance(answer, Quote)]
    assert list(ladder(tariffs, zone, at, regime=regime, vehicle=vehicle, reached=reached)) == sold


@given(WHO, ZONES, INSTANTS, st.integers(0, 23))
def test_more_time_never_costs_less_nor_ends_earlier(who: tuple[str, str], zone: int, at: datetime, reached: int) -> None:
    regime, vehicle = who
    for shorter, longer in pairwise(ladder(the_tariffs(), zone, at, regime=regime, vehicle=vehicle, reached=reached)):
        the_free_sunday = regime in DAYS and reached + longer.units == 7
        assert shorter.start == longer.start
        assert shorter.end < longer.end or the_free_sunday
        assert shorter.cents < longer.cents or the_free_sunday or (shorter.cents == longer.cents == 0)
        assert shorter.end <= longer.end
        assert shorter.cents <= longer.cents


@settings(deadline=None)
@given(WHO, ZONES, INSTANTS, st.integers(1, 24), st.integers(1, 24))
@example(("visitor", "car"), 1, datetime(2021, 7, 31, 19, 0, tzinfo=PARIS), 4, 4)
def test_an_extension_costs_and_ends_what_buying_it_all_at_once_would(
    who: tuple[str, str], zone: int, at: datetime, first: int, more: int
) -> None:
    tariffs, (regime, vehicle) = the_tariffs(), who
    begun = quote(tariffs, zone, at, first, regime=regime, vehicle=vehicle)
    if not isinstance(begun, Quote):
        return
    stay = Stay().after(begun)
    whole = quote(tariffs, zone, at, first + more, regime=regime, vehicle=vehicle)
    extension = quote(
        tariffs, zone, at, more, regime=regime, vehicle=vehicle, reached=stay.reached, since=stay.end, begun=stay.begun
    )
    if not all(oracle_sells(regime, begun.start, units) for units in (more, first + more)):
        assert not (isinstance(whole, Quote) and isinstance(extension, Quote))
        return
    assert isinstance(whole, Quote) == isinstance(extension, Quote)
    if isinstance(whole, Quote) and isinstance(extension, Quote):
        assert begun.cents + extension.cents == whole.cents
        assert (extension.tariff, extension.end) == (whole.tariff, whole.end)


@given(WHO, ZONES, INSTANTS, st.integers(0, 23), UNITS)
def test_the_lines_add_up_to_the_price_and_the_time(
    who: tuple[str, str], zone: int, at: datetime, reached: int, units: int
) -> None:
    answer = quote(the_tariffs(), zone, at, units, regime=who[0], vehicle=who[1], reached=reached)
    if isinstance(answer, Quote):
        assert sum(line.cents for line in answer.lines) == answer.cents
        assert sum(line.units for line in answer.lines) == answer.units == units
        assert [line.step for line in answer.lines] == sorted({line.step for line in answer.lines})
        assert all(line.text for line in answer.lines)


@given(WHO, ZONES, INSTANTS, UNITS)
def test_a_stay_starts_in_paid_time_and_ends_in_it_or_at_its_closing(
    who: tuple[str, str], zone: int, at: datetime, units: int
) -> None:
    answer = quote(the_tariffs(), zone, at, units, regime=who[0], vehicle=who[1])
    if isinstance(answer, Quote):
        assert oracle_paid(answer.start)
        assert answer.start >= at
        assert answer.end > answer.start
        if who[0] not in WHOLE_DAYS:
            closing = (answer.end.hour, answer.end.minute) == (20, 0)
            assert oracle_paid(answer.end) or (closing and oracle_paid(answer.end.astimezone(UTC) - MINUTE))


@settings(deadline=None)
@given(WHO, ZONES, INSTANTS, st.lists(st.tuples(UNITS, st.integers(0, 900)), max_size=12))
def test_no_sequence_of_purchases_passes_the_maximum_stay(
    who: tuple[str, str], zone: int, at: datetime, purchases: list[tuple[int, int]]
) -> None:
    """However purchases follow one another: within a stay the units never pass the maximum and the grid is paid as one."""
    tariffs, (regime, vehicle), stay, paid = the_tariffs(), who, Stay(), 0
    for units, minutes_later in purchases:
        before, stay = stay, stay_at(tariffs, stay, at)
        assert (stay == before) == (before.end is None or oracle_continues(before.end, at))
        paid = paid if stay == before else 0
        answer = quote(
            tariffs, zone, at, units, regime=regime, vehicle=vehicle, reached=stay.reached, since=stay.end, begun=stay.begun
        )
        if isinstance(answer, Quote):
            stay, paid = stay.after(answer), paid + answer.cents
            prices = oracle_prices(regime, vehicle, zone, stay.begun or at)
            assert prices is not None
            assert stay.reached <= len(prices)
            assert paid == sum(prices[: stay.reached])
        at = (at.astimezone(UTC) + minutes_later * MINUTE).astimezone(PARIS)


def oracle_continues(end: datetime, at: datetime) -> bool:
    """Count the paid minutes from the end to the next start; more than fifteen is another stay."""
    minute, start, paid = end.astimezone(UTC), oracle_start(at), 0
    while minute < start and paid <= 15:
        paid += oracle_paid(minute)
        minute += MINUTE
    return paid <= 15


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


def oracle_sells(regime: str, start: datetime, units: int) -> bool:
    """Until 28 February 2017 a resident bought one day, or the week."""
    free_choice = regime not in ("resident", "low_emission_resident") or start >= datetime(2017, 3, 1, tzinfo=PARIS)
    return free_choice or units in (1, 7)
