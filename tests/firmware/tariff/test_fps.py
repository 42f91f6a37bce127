"""The post-parking charge: the examples of the deliberation, and each rule at its boundaries."""

from datetime import date, datetime

import pytest

from firmware.domain.rate_key import RateKey
from firmware.tariff import NotSold, Refusal, Tariffs, quote
from firmware.tariff.file import FpsRule
from firmware.tariff.fps import (
    Control,
    FpsAmounts,
    Receipt,
    appeal_until,
    due_cents,
    increased_cents,
    last_receipt,
    months_later,
    notice,
    notified_on,
    payable_until,
    rebate_until,
    rebated_cents,
    reduced_cents,
    reduced_until,
)
from tests.builders import PARIS, paris


@pytest.fixture(scope="module")
def rule_of_2018(tariffs: Tariffs) -> FpsRule:
    rule = tariffs.fps_rule_at(datetime(2018, 3, 5, tzinfo=PARIS))
    assert rule is not None
    return rule


@pytest.fixture(scope="module")
def rule_of_today(tariffs: Tariffs) -> FpsRule:
    rule = tariffs.fps_rule_at(datetime(2026, 3, 4, tzinfo=PARIS))
    assert rule is not None
    return rule


def issued(answer: FpsAmounts | NotSold) -> FpsAmounts:
    assert isinstance(answer, FpsAmounts), answer
    return answer


@pytest.mark.parametrize(
    ("zone", "receipt", "due", "reduced"),
    [  # 2017 DVD 14: 12:00-13:30 paid, controlled at 15:00; and nothing paid
        (1, 600, 4400, 3080),
        (2, 360, 3140, 2198),
        (1, 0, 5000, 3500),
        (2, 0, 3500, 2450),
    ],
)
def test_the_examples_of_the_deliberation(tariffs: Tariffs, zone: int, receipt: int, due: int, reduced: int) -> None:
    charge = issued(notice(tariffs, Control(zone, paris("2018-03-05T15:00")), receipt_cents=receipt))
    assert (charge.due_cents, charge.reduced_cents) == (due, reduced)
    assert charge.reduced_until == paris("2018-03-09T15:00")


@pytest.mark.parametrize(
    ("at", "vehicle", "zone_1", "zone_2"),
    [
        ("2018-01-02T10:00", "car", 5000, 3500),
        ("2021-07-31T10:00", "car", 5000, 3500),
        ("2021-08-01T10:00", "car", 7500, 5000),
        ("2022-09-01T10:00", "two_wheeler", 3750, 2500),
        ("2024-09-30T10:00", "car", 7500, 5000),
        ("2024-10-01T10:00", "car", 7500, 5000),
        ("2024-10-01T10:00", "heavy", 22500, 15000),
        ("2024-10-01T10:00", "two_wheeler", 3750, 2500),
    ],
)
def test_the_amounts_of_every_version(tariffs: Tariffs, at: str, vehicle: str, zone_1: int, zone_2: int) -> None:
    amounts = [issued(notice(tariffs, Control(zone, paris(at), vehicle))).fps_cents for zone in (1, 2)]
    assert amounts == [zone_1, zone_2]


@pytest.mark.parametrize(
    ("at", "zone", "vehicle", "reason"),
    [
        ("2017-12-30T10:00", 1, "car", Refusal.NO_FPS),
        ("2017-12-31T23:59", 1, "car", Refusal.NO_FPS),
        ("2014-12-31T10:00", 1, "car", Refusal.NO_TARIFF),
        ("2022-08-31T10:00", 1, "two_wheeler", Refusal.PARKS_FREE),
        ("2024-09-30T10:00", 1, "heavy", Refusal.UNKNOWN_VEHICLE),
        ("2026-03-04T10:00", 3, "car", Refusal.UNKNOWN_ZONE),
        ("0001-01-01T00:00", 1, "car", Refusal.NO_TARIFF),
        ("9999-12-31T23:59", 1, "car", Refusal.NO_TARIFF),
    ],
)
def test_where_there_is_none(tariffs: Tariffs, at: str, zone: int, vehicle: str, reason: Refusal) -> None:
    answer = notice(tariffs, Control(zone, paris(at), vehicle))
    assert isinstance(answer, NotSold)
    assert answer.reason is reason


def test_no_less_than_nothing_is_due() -> None:
    assert due_cents(5000, 4999) == 1
    assert due_cents(5000, 5000) == due_cents(5000, 6000) == 0


@pytest.mark.parametrize(("due", "reduced"), [(4400, 3080), (3750, 2625), (1, 1), (3, 2), (5, 4), (0, 0)])
def test_seventy_percent_rounded_half_up(rule_of_2018: FpsRule, due: int, reduced: int) -> None:
    assert reduced_cents(rule_of_2018, due) == reduced


@pytest.mark.parametrize(
    ("issued_at", "until"),
    [
        ("2018-03-05T15:00:30", "2018-03-09T15:00:30+01:00"),
        ("2018-03-24T15:00:00", "2018-03-28T16:00:00+02:00"),  # clocks change on the 25th: 96 hours are 96 hours
    ],
)
def test_ninety_six_hours_from_the_issue(rule_of_2018: FpsRule, issued_at: str, until: str) -> None:
    assert reduced_until(rule_of_2018, paris(issued_at), date(2018, 3, 30), PARIS).isoformat() == until


def test_nine_days_from_the_sending_date(rule_of_today: FpsRule) -> None:
    until = reduced_until(rule_of_today, paris("2026-03-04T15:00"), date(2026, 3, 6), PARIS)
    assert until.isoformat() == "2026-03-15T23:59:59+01:00"


def test_the_window_changes_with_the_rule_of_the_day_of_issue(tariffs: Tariffs) -> None:
    before, after = (issued(notice(tariffs, Control(1, paris(at)))) for at in ("2021-07-31T19:00", "2021-08-02T09:00"))
    assert (before.reduced_until, after.reduced_until) == (paris("2021-08-04T19:00"), paris("2021-08-11T23:59:59"))


def test_the_deadlines(rule_of_today: FpsRule) -> None:
    notified = notified_on(rule_of_today, date(2026, 3, 27))
    assert notified == date(2026, 4, 1)
    assert payable_until(rule_of_today, notified) == date(2026, 7, 1)
    assert appeal_until(rule_of_today, notified) == date(2026, 5, 1)
    assert rebate_until(rule_of_today, date(2026, 7, 10)) == date(2026, 8, 10)


@pytest.mark.parametrize(
    ("day", "count", "later"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 9, 15), 3, date(2026, 12, 15)),
        (date(2026, 10, 15), 3, date(2027, 1, 15)),
    ],
)
def test_months(day: date, count: int, later: date) -> None:
    assert months_later(day, count) == later


@pytest.mark.parametrize(
    ("due", "increased", "rebated"),
    [
        (4400, 9400, 7520),
        (7500, 12500, 10000),
        (3750, 8750, 7000),
        (2500, 7500, 6000),
        (20001, 25001, 20001),
        (22500, 27500, 22500),
        (25000, 30000, 25000),
        (26000, 31200, 26000),
        (0, 0, 0),
    ],
)
def test_fifty_euros_or_twenty_percent_more_and_twenty_percent_less_within_a_month(
    rule_of_today: FpsRule, due: int, increased: int, rebated: int
) -> None:
    assert increased_cents(rule_of_today, due) == increased
    assert rebated_cents(rule_of_today, due) == rebated, "CGPPP L.2323-7-1: never more off than was put on"


@pytest.mark.parametrize(
    ("receipt", "control", "then"),
    [
        (None, "2018-03-05T15:00", "2018-03-06T10:00"),
        ("2018-03-05T12:00", "2018-03-05T15:00", "2018-03-05T18:00"),
        ("2018-03-05T17:00", "2018-03-05T19:30", "2018-03-06T12:00"),
        ("2018-03-05T08:30", "2018-03-05T14:59", "2018-03-05T15:00"),
    ],
)
def test_the_next_charge_counts_from_the_receipt_or_else_from_the_control(
    tariffs: Tariffs, receipt: str | None, control: str, then: str
) -> None:
    issued_at = paris(receipt) if receipt else None
    charge = issued(notice(tariffs, Control(1, paris(control)), receipt_cents=600 if receipt else 0, receipt_at=issued_at))
    assert charge.next_notice_at == paris(then)


def test_the_latest_receipt_whose_maximum_stay_covers_the_control_is_deducted(tariffs: Tariffs) -> None:
    morning, noon = Receipt(paris("2018-03-05T09:00"), 1000), Receipt(paris("2018-03-05T12:00"), 600)

    def deducted(at: str) -> Receipt | None:
        return last_receipt(tariffs, Control(1, paris(at)), (noon, morning))

    assert deducted("2018-03-05T08:59") is None
    assert deducted("2018-03-05T11:59") == morning
    assert deducted("2018-03-05T14:59") == noon
    assert deducted("2018-03-05T17:59") == noon
    assert deducted("2018-03-05T18:00") is None, "six hours after the latest one"
    assert last_receipt(tariffs, Control(3, paris("2018-03-05T12:00")), (noon,)) is None


def test_one_charge_buys_the_maximum_stay(tariffs: Tariffs) -> None:
    charge = issued(notice(tariffs, Control(1, paris("2026-03-07T16:00"))))
    assert charge.next_notice_at == paris("2026-03-09T11:00")
    assert not charge.free_then
    assert issued(notice(tariffs, Control(1, paris("2026-03-08T16:00")))).free_then


@pytest.mark.parametrize("at", ["2035-12-31T14:01", "2035-12-31T15:00", "2036-01-02T10:00"])
def test_past_the_calendar_no_charge_is_worked_out(tariffs: Tariffs, at: str) -> None:
    """Its maximum stay would end on a day whose holidays nobody has listed: 1 January is one."""
    answer = notice(tariffs, Control(1, paris(at)))
    assert isinstance(answer, NotSold)
    same = quote(tariffs, RateKey(1), paris(at), 24)
    assert isinstance(same, NotSold)
    assert answer.reason is same.reason is Refusal.NO_TARIFF


def test_the_last_charge_of_the_calendar_ends_in_it(tariffs: Tariffs) -> None:
    answer = notice(tariffs, Control(1, paris("2035-12-31T14:00")))
    assert isinstance(answer, FpsAmounts)
    assert answer.next_notice_at == paris("2035-12-31T20:00")
