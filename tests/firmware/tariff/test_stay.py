"""Stays: which purchases share one grid, where they end, and when parking can be bought again."""

import pytest

from firmware.tariff import NotSold, Quote, Refusal, Stay, Tariffs, again_at, continues, stay_at
from tests.builders import ladder, paris, quote, sold


def buy(tariffs: Tariffs, stay: Stay, at: str, units: int, regime: str = "visitor") -> tuple[Quote | NotSold, Stay]:
    """What a machine does: find the stay, price, and remember what was sold."""
    now = stay_at(tariffs, stay, paris(at))
    answer = quote(tariffs, 1, paris(at), units, regime=regime, reached=now.reached, since=now.end, begun=now.begun)
    return answer, (now.after(answer) if isinstance(answer, Quote) else now)


@pytest.mark.parametrize(
    ("ended", "at", "same"),
    [  # 4 March 2026 is a Wednesday
        ("2026-03-04T12:00", "2026-03-04T11:00", True),
        ("2026-03-04T12:00", "2026-03-04T12:00", True),
        ("2026-03-04T12:00", "2026-03-04T12:15", True),
        ("2026-03-04T12:00", "2026-03-04T12:15:01", False),
        ("2026-03-04T12:00", "2026-03-04T12:16", False),
        ("2026-03-04T19:50", "2026-03-04T23:00", True),
        ("2026-03-04T19:50", "2026-03-05T09:05", True),
        ("2026-03-04T19:50", "2026-03-05T09:06", False),
        ("2026-03-07T20:00", "2026-03-09T09:15", True),
        ("2026-03-07T20:00", "2026-03-09T09:16", False),
        ("2026-03-09T09:15", "2026-03-07T21:00", True),
    ],
)
def test_a_stay_continues_up_to_fifteen_paid_minutes_after_its_end(tariffs: Tariffs, ended: str, at: str, same: bool) -> None:
    assert continues(tariffs, paris(ended), paris(at)) == same


def test_an_extension_goes_on_from_the_end_and_from_the_quarter_reached(tariffs: Tariffs) -> None:
    first, stay = buy(tariffs, Stay(), "2026-03-04T10:00", 8)
    more, stay = buy(tariffs, stay, "2026-03-04T11:00", 4)
    assert (sold(first).cents, sold(more).cents) == (1200, 1200)
    assert (sold(more).start, sold(more).end) == (paris("2026-03-04T12:00"), paris("2026-03-04T13:00"))
    assert stay == Stay(12, paris("2026-03-04T13:00"), paris("2026-03-04T10:00"))
    late, stay = buy(tariffs, stay, "2026-03-04T13:10", 1)
    assert (sold(late).start, sold(late).cents) == (paris("2026-03-04T13:10"), 375), "the ten minutes are not charged"


def test_a_new_stay_begins_at_the_first_hour_again(tariffs: Tariffs) -> None:
    _, stay = buy(tariffs, Stay(), "2026-03-04T10:00", 8)
    again, stay = buy(tariffs, stay, "2026-03-04T12:16", 1)
    assert sold(again).cents == 150
    assert stay == Stay(1, paris("2026-03-04T12:31"), paris("2026-03-04T12:16"))


@pytest.mark.parametrize(
    ("paid_at", "end", "again"),
    [
        ("2026-03-04T10:00", "2026-03-04T16:00", "2026-03-04T16:16"),
        ("2026-03-04T13:44", "2026-03-04T19:44", "2026-03-04T20:00"),
        ("2026-03-04T13:50", "2026-03-04T19:50", "2026-03-05T09:06"),
        ("2026-03-06T17:00", "2026-03-07T12:00", "2026-03-07T12:16"),
    ],
)
def test_after_the_maximum_it_says_when_parking_can_be_bought_again(
    tariffs: Tariffs, paid_at: str, end: str, again: str
) -> None:
    _, stay = buy(tariffs, Stay(), paid_at, 24)
    assert stay.end == paris(end)
    refused, stay = buy(tariffs, stay, end, 1)
    assert isinstance(refused, NotSold)
    assert refused.reason is Refusal.PAST_MAXIMUM
    assert again_at(tariffs, stay, paris(end)) == paris(again)
    fresh, _ = buy(tariffs, stay, again, 1)
    assert sold(fresh).cents == 150, "at that minute a new stay begins"
    assert again_at(tariffs, stay, paris("2026-03-10T10:00")) == paris("2026-03-10T10:00")
    assert again_at(tariffs, Stay(), paris("2026-03-10T10:00")) == paris("2026-03-10T10:00")


def test_one_minute_earlier_it_is_still_the_same_stay(tariffs: Tariffs) -> None:
    _, stay = buy(tariffs, Stay(), "2026-03-04T10:00", 24)
    refused, _ = buy(tariffs, stay, "2026-03-04T16:15", 1)
    assert isinstance(refused, NotSold)


def test_the_version_of_the_first_minute_prices_the_whole_stay(tariffs: Tariffs) -> None:
    """31 July 2021 is a Saturday, the last day of the tariff of 2018; the extension runs on Monday 2 August."""
    first, stay = buy(tariffs, Stay(), "2021-07-31T19:00", 4)
    more, _ = buy(tariffs, stay, "2021-07-31T19:30", 4)
    assert (sold(more).start, sold(more).tariff) == (paris("2021-08-02T09:00"), "2018-01-01")
    assert sold(first).cents + sold(more).cents == 800
    fresh, _ = buy(tariffs, Stay(), "2021-07-31T20:30", 4)
    assert (sold(fresh).tariff, sold(fresh).cents) == ("2021-08-01", 600)


def test_a_resident_s_days_add_up(tariffs: Tariffs) -> None:
    first, stay = buy(tariffs, Stay(), "2026-03-05T14:30", 3, "resident")
    more, stay = buy(tariffs, stay, "2026-03-06T10:00", 4, "resident")
    whole = sold(quote(tariffs, 1, paris("2026-03-05T14:30"), 7, regime="resident"))
    assert sold(first).cents + sold(more).cents == whole.cents == 900
    assert sold(more).end == whole.end == paris("2026-03-12T14:30")
    eighth, _ = buy(tariffs, stay, "2026-03-10T10:00", 1, "resident")
    assert isinstance(eighth, NotSold)


def test_a_free_day_is_not_taken_twice(tariffs: Tariffs) -> None:
    _, stay = buy(tariffs, Stay(), "2026-03-04T10:00", 1, "cmi_s")
    again, _ = buy(tariffs, stay, "2026-03-04T15:00", 1, "cmi_s")
    assert isinstance(again, NotSold)
    tomorrow, _ = buy(tariffs, stay, "2026-03-05T10:16", 1, "cmi_s")
    assert sold(tomorrow).cents == 0


def test_a_ladder_continues_a_stay_too(tariffs: Tariffs) -> None:
    steps = ladder(tariffs, 1, paris("2026-03-04T11:00"), reached=22, since=paris("2026-03-04T15:30"))
    assert [step.end for step in steps] == [paris("2026-03-04T15:45"), paris("2026-03-04T16:00")]
    assert ladder(tariffs, 1, paris("2026-03-04T11:00"), reached=24, since=paris("2026-03-04T16:00")) == ()
    assert ladder(tariffs, 1, paris("2026-03-04T11:00"), reached=99) == ()
