"""A tariff file is signed only if it passes every check that `tariff check` makes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from central.core.city import City
from central.register.publications import publish
from firmware.domain.calendar_reach import NOT_NEEDED
from firmware.domain.errors import FieldError
from firmware.tariff import load_tariffs
from tests.calendars import with_calendar

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
KEY = Ed25519PrivateKey.generate()
FILE = Path(__file__).parents[2] / "tariffs.json"


@pytest.fixture
def city(store: Engine) -> City:
    return City(store, KEY, load_tariffs(FILE))


def changed(change: str) -> bytes:
    """The shipped file with one thing wrong in its calendar."""
    document = json.loads(FILE.read_bytes())
    holidays = document["calendar"]["holidays"]
    match change:
        case "no 1 May":
            holidays.remove({"date": "2035-05-01", "name": "Fête du Travail"})
        case "Easter a week late":
            next(day for day in holidays if day["date"] == "2035-03-26")["date"] = "2035-04-02"
        case "London":
            document["time_zone"] = "Europe/London"
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ("no 1 May", "body.calendar.holidays"),
        ("Easter a week late", "body.calendar.holidays[221].date"),
        ("London", "body.time_zone"),
    ],
)
def test_what_tariff_check_refuses_is_not_signed(city: City, change: str, place: str) -> None:
    with pytest.raises(FieldError) as refused:
        publish(city, "tariffs", "all", changed(change), NOW, "operator", NOW)
    assert refused.value.field == place


def test_a_calendar_that_ends_soon_after_it_comes_into_force_is_not_signed_unless_it_is_meant(city: City) -> None:
    last, body = datetime(2035, 12, 31, 12, tzinfo=UTC), FILE.read_bytes()
    with pytest.raises(FieldError, match=r"body\.calendar\.last_day: 2035-12-31 is 399 days after 2034-11-27; 400 are needed"):
        publish(city, "tariffs", "all", body, last - 399 * DAY, "operator", NOW)
    with pytest.raises(FieldError, match="399 days after"):
        publish(city, "tariffs", "all", body, NOW, "operator", last - 399 * DAY)
    assert publish(city, "tariffs", "all", body, last - 400 * DAY, "operator", NOW) == 1
    assert publish(city, "tariffs", "all", body, last - 399 * DAY, "operator", NOW, NOT_NEEDED) == 2
    with pytest.raises(FieldError, match="2035-12-31 is before 2036-01-01"):
        publish(city, "tariffs", "all", body, last + DAY, "operator", NOW, NOT_NEEDED)


def test_a_calendar_that_begins_after_it_comes_into_force_or_just_before_is_not_signed(city: City) -> None:
    """From one second to the next every station would be out of service."""
    first, body = datetime(2027, 1, 1, 12, tzinfo=UTC), with_calendar(first=date(2027, 1, 1))
    with pytest.raises(FieldError, match=r"body\.calendar\.first_day: 2027-01-01 is too late: the calendar lacks 2026-12-05"):
        publish(city, "tariffs", "all", body, datetime(2026, 12, 5, tzinfo=UTC), "operator", NOW, NOT_NEEDED)
    with pytest.raises(FieldError, match="lacks the 100 days before 2027-04-10, of which rights and notices are"):
        publish(city, "tariffs", "all", body, first + 99 * DAY, "operator", NOW)
    assert publish(city, "tariffs", "all", body, first + 100 * DAY, "operator", NOW) == 1
    assert publish(city, "tariffs", "all", body, first, "operator", NOW, NOT_NEEDED) == 2, "a city that begins"
