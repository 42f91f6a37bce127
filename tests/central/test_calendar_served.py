"""The city's server starts only with prices whose calendar serves it today and a hundred days back, or with published ones."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from central.cli.common import now
from tests.calendars import with_calendar
from tests.central.console import Console

OPTION = "--accept-short-calendar"
NOWHERE = ("--host", "192.0.2.1", "--port", "0")
"""An address that is no computer's of ours (RFC 5737): a server that would start ends here, before it listens."""


def at(days: int) -> date:
    """A day so many days from today."""
    return now().date() + timedelta(days=days)


def said_of(console: Console, calendar: bytes, *words: str) -> str:
    """What `serve` says of a tariff file with this calendar before it ends."""
    file = console.folder / "prices.json"
    file.write_bytes(calendar)
    status, out, err = console.types("serve", "--tariffs", file, *NOWHERE, *words)
    assert (status, out) == (1, "")
    return err


def test_a_calendar_that_begins_too_late_is_not_served_unless_it_is_meant(started: Console) -> None:
    said = said_of(started, with_calendar(first=at(-99)))
    assert f"prices.json: $.calendar.first_day: {at(-99)} is too late: the calendar lacks the 100 days before" in said
    assert f", or {OPTION}" in said
    assert "horodateur-central publish tariffs" in said
    assert "--host" in said_of(started, with_calendar(first=at(-100)))
    assert "--host" in said_of(started, with_calendar(first=at(0)), OPTION)


@pytest.mark.parametrize("words", [[], [OPTION]])
def test_a_calendar_without_today_is_never_served(started: Console, words: list[str]) -> None:
    for calendar, place in ((with_calendar(first=at(1)), "first_day"), (with_calendar(last=at(-1)), "last_day")):
        said = said_of(started, calendar, *words)
        assert f"$.calendar.{place}: " in said
        assert OPTION not in said, "it would not help"


def test_a_server_starts_again_on_the_last_day_of_its_calendar(started: Console) -> None:
    """What publishing refuses a year ahead must not end the server that has run all along."""
    assert "--host" in said_of(started, with_calendar(last=at(0)))


def test_what_is_published_serves_in_the_place_of_the_file(started: Console) -> None:
    over = with_calendar(last=at(-1))
    (started.folder / "longer.json").write_bytes(with_calendar())
    since = (now() - timedelta(minutes=1)).isoformat()
    assert started.types("publish", "tariffs", started.folder / "longer.json", "--from", since)[0] == 0
    assert "--host" in said_of(started, over)


def test_what_a_console_publishes_is_refused_with_the_way_out(started: Console) -> None:
    (started.folder / "short.json").write_bytes(with_calendar(last=at(399)))
    words = ("publish", "tariffs", started.folder / "short.json", "--from", now().isoformat())
    status, _, err = started.types(*words)
    assert (status, f", or {OPTION}; nothing was published" in err) == (1, True)
    assert started.types(*words, OPTION)[0] == 0
