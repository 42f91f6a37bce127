"""A city with something on every page of its operators: stations well and ill, sales, collections, exceptions, positions."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from central.access.tokens import Scope, issue_token
from central.core.city import City
from central.operations.positions import StationPosition, save_positions
from firmware.protocol.facts import AlarmCleared, AlarmRaised, CountersCollected, Fact, RightSold, Started
from tests.central.api_client import LONG
from tests.central.signing_station import NOW, SigningStation, chain, city_of, right

WELL, ILL, SILENT, NEVER = "75011-0042", "75012-0001", "75011-0043", "75020-0007"
HOSTILE = "<script>alert(1)</script>"
PLACES = (
    StationPosition(WELL, 48.8638, 2.3705, "12 rue Oberkampf"),
    StationPosition(ILL, 48.8461, 2.3795, "Avenue Daumesnil, 8"),
    StationPosition(SILENT, 48.8589, 2.3801, ""),
)


def watched_city(store: Engine) -> City:
    """The city, at ten o'clock."""
    city = city_of(store, WELL, ILL, SILENT, NEVER)
    sold: list[Fact] = [RightSold(right(number, cents=150 * number)) for number in range(1, 5)]
    collected = CountersCollected("07", 1, 0, 4, 1500)
    well = SigningStation(city)
    well.hand_in(chain([Started("2.1.0", "2021-08-01"), *sold, collected]))
    well.hand_in(chain([Started("2.1.0", "2021-08-01"), *sold, {"fact": HOSTILE}]))  # another past: a fork
    raised = [AlarmRaised(name) for name in ("terminal silent", "printer near end", "door open")]
    ills: list[Fact] = [*raised, AlarmCleared("door open")]
    SigningStation(city, ILL).hand_in(chain([Started("2.0.1", "2021-08-01"), *ills], ILL))
    hours_ago = NOW - timedelta(hours=5)
    SigningStation(city, SILENT).hand_in(chain([{"fact": "of later software"}], SILENT, hours_ago), hours_ago, held=9)
    save_positions(store, PLACES, "the test", NOW)
    issue_token(store, HOSTILE, [Scope.CHECK], LONG, "the test", NOW)
    return city
