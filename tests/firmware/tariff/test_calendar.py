"""Paid hours, nights, Sundays, holidays and clock changes: the tables of the domain, and an independent calendar."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import holidays
import pytest

from firmware.tariff import Calendar, Period, Quote, Tariffs, load_tariffs
from tests.builders import PARIS, TARIFF_FILE, paris, quote

MINUTES = {"15 min": 15, "1 h": 60, "2 h": 120, "3 h": 180, "6 h": 360}


@pytest.fixture(scope="module")
def calendar(tariffs: Tariffs) -> Calendar:
    return tariffs.calendar


@pytest.mark.parametrize(
    ("paid_at", "duration", "start", "end"),
    [  # 4 March 2026 is a Wednesday; 2020 has a Tuesday 10 November
        ("2026-03-04T10:00", "2 h", "2026-03-04T10:00", "2026-03-04T12:00"),
        ("2026-03-04T08:30", "1 h", "2026-03-04T09:00", "2026-03-04T10:00"),
        ("2026-03-04T19:00", "1 h", "2026-03-04T19:00", "2026-03-04T20:00"),
        ("2026-03-04T19:00", "2 h", "2026-03-04T19:00", "2026-03-05T10:00"),
        ("2026-03-07T19:30", "1 h", "2026-03-07T19:30", "2026-03-09T09:30"),
        ("2026-03-07T21:00", "15 min", "2026-03-09T09:00", "2026-03-09T09:15"),
        ("2020-11-10T18:00", "3 h", "2020-11-10T18:00", "2020-11-12T10:00"),
        ("2026-03-06T17:00", "6 h", "2026-03-06T17:00", "2026-03-07T12:00"),
        # at and around the openings and closings
        ("2026-03-04T09:00", "1 h", "2026-03-04T09:00", "2026-03-04T10:00"),
        ("2026-03-04T20:00", "15 min", "2026-03-05T09:00", "2026-03-05T09:15"),
        ("2026-03-04T19:50", "15 min", "2026-03-04T19:50", "2026-03-05T09:05"),
        ("2026-03-07T19:59:01", "15 min", "2026-03-09T09:00", "2026-03-09T09:15"),
        ("2026-03-08T00:00", "1 h", "2026-03-09T09:00", "2026-03-09T10:00"),
        # Good Friday evening to Tuesday: Saturday is paid, Easter Monday is not
        ("2026-04-03T19:00", "2 h", "2026-04-03T19:00", "2026-04-04T10:00"),
        ("2026-04-04T19:00", "2 h", "2026-04-04T19:00", "2026-04-07T10:00"),
        # Christmas 2026 is a Friday; 1 May and 8 May 2026 are Fridays
        ("2026-12-24T18:00", "3 h", "2026-12-24T18:00", "2026-12-26T10:00"),
        ("2026-05-01T12:00", "1 h", "2026-05-02T09:00", "2026-05-02T10:00"),
    ],
)
def test_start_and_end(tariffs: Tariffs, paid_at: str, duration: str, start: str, end: str) -> None:
    offer = quote(tariffs, 1, paris(paid_at), MINUTES[duration] // 15)
    assert isinstance(offer, Quote)
    assert (offer.start, offer.end) == (paris(start), paris(end))
    assert offer.start.tzinfo is offer.end.tzinfo
    assert str(offer.end.tzinfo) == "Europe/Paris"


@pytest.mark.parametrize(
    ("asked", "start"),
    [
        ("2026-03-04T10:00:00", "2026-03-04T10:00"),
        ("2026-03-04T10:00:00.000001", "2026-03-04T10:01"),
        ("2026-03-04T10:00:59", "2026-03-04T10:01"),
        ("2026-03-04T10:59:30", "2026-03-04T11:00"),
        ("2026-03-04T08:59:30", "2026-03-04T09:00"),
    ],
)
def test_the_paid_period_starts_at_a_whole_minute(tariffs: Tariffs, asked: str, start: str) -> None:
    assert tariffs.start(paris(asked)) == paris(start)


def test_the_start_step_is_a_parameter(tariffs: Tariffs) -> None:
    by_five = replace(tariffs, start_step_minutes=5)
    assert by_five.start(paris("2026-03-04T10:00")) == paris("2026-03-04T10:00")
    assert by_five.start(paris("2026-03-04T10:00:01")) == paris("2026-03-04T10:05")
    assert by_five.start(paris("2026-03-04T10:56:01")) == paris("2026-03-04T11:00")


def test_every_day_of_the_calendar_against_an_independent_list_of_holidays(calendar: Calendar) -> None:
    public = holidays.country_holidays("FR", years=range(2015, 2036))
    day = date(2015, 1, 1)
    while day <= date(2035, 12, 31):
        noon = datetime.combine(day, time(12), PARIS)
        assert calendar.is_paid(noon) == (day.weekday() < 6 and day not in public), day
        day += timedelta(days=1)


def test_the_eleven_holidays_of_2026(calendar: Calendar) -> None:
    listed = {day.isoformat() for day in calendar.free_days if day.year == 2026}
    assert listed == {
        "2026-01-01",
        "2026-04-06",
        "2026-05-01",
        "2026-05-08",
        "2026-05-14",
        "2026-05-25",
        "2026-07-14",
        "2026-08-15",
        "2026-11-01",
        "2026-11-11",
        "2026-12-25",
    }


def test_paid_until_the_closing_and_not_at_it(calendar: Calendar) -> None:
    assert not calendar.is_paid(paris("2026-03-04T08:59:59"))
    assert calendar.is_paid(paris("2026-03-04T09:00"))
    assert calendar.is_paid(paris("2026-03-04T19:59:59"))
    assert not calendar.is_paid(paris("2026-03-04T20:00"))
    assert calendar.is_paid(paris("2026-08-12T12:00")), "August is paid"
    assert calendar.is_paid(datetime.fromisoformat("2026-03-04T08:00:00+00:00")), "9:00 in Paris"


def test_openings_and_closings(calendar: Calendar) -> None:
    assert calendar.next_opening(paris("2026-03-04T10:00")) == paris("2026-03-05T09:00")
    assert calendar.next_opening(paris("2026-03-04T09:00")) == paris("2026-03-04T09:00")
    assert calendar.next_opening(paris("2026-03-07T19:00")) == paris("2026-03-09T09:00")
    assert calendar.first_paid(paris("2026-03-04T10:00")) == paris("2026-03-04T10:00")
    assert calendar.first_paid(paris("2026-04-05T10:00")) == paris("2026-04-07T09:00"), "Easter"
    assert calendar.closing(paris("2026-03-04T10:00")) == paris("2026-03-04T20:00")
    assert calendar.closing(paris("2026-03-04T20:00")) == paris("2026-03-05T20:00")
    assert calendar.closing(paris("2026-03-08T12:00")) == paris("2026-03-09T20:00")


def test_an_exceptional_free_day_is_free(tmp_path: Path) -> None:
    text = TARIFF_FILE.read_text(encoding="utf-8")
    declared = '"exception_periods": [{"first_day": "2026-03-05", "last_day": "2026-03-06", "name": "Pic de pollution"}]'
    assert '"exception_periods": []' in text
    (tmp_path / "tariffs.json").write_text(text.replace('"exception_periods": []', declared), encoding="utf-8")
    pollution = load_tariffs(tmp_path / "tariffs.json").calendar
    assert pollution.advance(paris("2026-03-04T19:00"), 120) == paris("2026-03-07T10:00")
    assert next(pollution.payable_days(paris("2026-03-04T19:00"))) == paris("2026-03-07T19:00")


def test_payable_days_pass_over_sundays_and_holidays(calendar: Calendar) -> None:
    days = calendar.payable_days(paris("2026-04-03T18:00"))  # Good Friday, before Easter Monday
    assert [next(days) for _ in range(3)] == [
        paris("2026-04-04T18:00"),
        paris("2026-04-07T18:00"),
        paris("2026-04-08T18:00"),
    ]


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-03-04T10:00", "2026-03-04T10:15", 15),
        ("2026-03-04T19:45", "2026-03-05T08:00", 15),
        ("2026-03-07T19:50", "2026-03-09T09:05", 15),
        ("2026-03-08T10:00", "2026-03-08T20:00", 0),
        ("2026-03-04T10:15", "2026-03-04T10:00", 0),
    ],
)
def test_paid_time_between_two_instants(calendar: Calendar, start: str, end: str, minutes: int) -> None:
    assert calendar.paid_time(paris(start), paris(end)) == timedelta(minutes=minutes)


def test_stretches_of_a_weekend(calendar: Calendar) -> None:
    assert calendar.stretches(paris("2026-03-07T19:30"), paris("2026-03-09T10:00")) == (
        Period(True, paris("2026-03-07T19:30"), paris("2026-03-07T20:00")),
        Period(False, paris("2026-03-07T20:00"), paris("2026-03-09T09:00")),
        Period(True, paris("2026-03-09T09:00"), paris("2026-03-09T10:00")),
    )
    assert calendar.stretches(paris("2026-03-08T10:00"), paris("2026-03-08T11:00")) == (
        Period(False, paris("2026-03-08T10:00"), paris("2026-03-08T11:00")),
    )
    assert calendar.stretches(paris("2026-03-08T10:00"), paris("2026-03-08T10:00")) == ()


@pytest.mark.parametrize(
    ("saturday", "monday", "minutes"),
    [
        ("2026-03-21T20:00", "2026-03-23T09:00", 37 * 60),
        ("2026-03-28T20:00", "2026-03-30T09:00", 36 * 60),
        ("2026-10-24T20:00", "2026-10-26T09:00", 38 * 60),
    ],
)
def test_a_weekend_lasts_an_hour_less_or_more_when_clocks_change(
    calendar: Calendar, saturday: str, monday: str, minutes: int
) -> None:
    (weekend,) = calendar.stretches(paris(saturday), paris(monday))
    assert (weekend.paid, weekend.minutes) == (False, minutes)


@pytest.mark.parametrize("saturday", ["2026-03-28", "2026-10-24"])
def test_a_stay_over_a_clock_change_keeps_its_local_hours(tariffs: Tariffs, saturday: str) -> None:
    offer = quote(tariffs, 1, paris(f"{saturday}T19:00"), 8)
    assert isinstance(offer, Quote)
    monday = date.fromisoformat(saturday) + timedelta(days=2)
    assert offer.end == datetime.combine(monday, time(10), PARIS)


@pytest.mark.parametrize(
    ("night", "start", "minutes", "end"),
    [
        ("spring: 2:00 is followed by 3:00", "2026-03-29T01:30:00+01:00", 60, "2026-03-29T03:30:00+02:00"),
        ("autumn: 2:30 comes twice", "2026-10-25T02:30:00+02:00", 60, "2026-10-25T02:30:00+01:00"),
        ("autumn, through both", "2026-10-25T01:30:00+02:00", 180, "2026-10-25T03:30:00+01:00"),
    ],
)
def test_paid_minutes_are_real_minutes(calendar: Calendar, night: str, start: str, minutes: int, end: str) -> None:
    """If Sunday nights were paid: no minute is lost or given away when clocks change."""
    always = replace(calendar, opens=time(0), closes=time(20), weekdays=frozenset(range(1, 8)))
    local = datetime.fromisoformat(start).astimezone(PARIS)
    assert always.advance(local, minutes).isoformat() == end, night
    (stretch,) = always.stretches(datetime.fromisoformat(start), datetime.fromisoformat(end))
    assert (stretch.paid, stretch.minutes) == (True, minutes)


def test_naive_times_are_refused(calendar: Calendar) -> None:
    for ask in (calendar.is_paid, calendar.next_opening, calendar.first_paid, calendar.closing, calendar.knows):
        with pytest.raises(ValueError, match="naive"):
            ask(datetime(2026, 3, 4, 10))  # noqa: DTZ001


def test_the_calendar_knows_its_years(calendar: Calendar) -> None:
    assert not calendar.knows(datetime(2014, 12, 31, 22, 59, tzinfo=UTC))
    assert calendar.knows(datetime(2014, 12, 31, 23, 0, tzinfo=UTC))
    assert calendar.knows(paris("2035-12-31T23:59"))
    assert not calendar.knows(paris("2036-01-01T00:00"))
