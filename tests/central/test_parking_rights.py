"""Parking rights and alarms as journal entries change them, however the entries were cut into batches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from itertools import count as count_up

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, Table

from central.core.city import City
from central.db.tables import alarms, dead_letters, entries, rights
from central.register.parking_rights import fold
from central.rules.journals import JournalPast
from firmware.domain.parking_right import ParkingRight
from firmware.protocol.entry import EntryContent
from firmware.protocol.facts import (
    AlarmCleared,
    AlarmRaised,
    Fact,
    InDoubt,
    PaymentRefused,
    PaymentStarted,
    RightSold,
    Started,
    TicketPrinted,
    UnexpectedEvent,
)
from tests.central.signing_station import MINUTE, NOW, STATION, WRITTEN, SigningStation, all_of, chain, city_of, count, right

HOUR = timedelta(hours=1)


def history(city: City) -> list[tuple[str, int, str, datetime, datetime | None]]:
    """Every status every right has had."""
    rows = all_of(city, rights)
    return [(row.reference[-1], row.seq, row.status, row.known_from, row.known_until) for row in rows]


def test_a_sale_is_a_right_as_it_was_sold(station: SigningStation) -> None:
    station.hand_in(chain([PaymentStarted(right()), RightSold(right(plate="bo-123-is")), TicketPrinted(right().reference)]))
    began, row = all_of(station.city, rights)
    assert (began.seq, began.status, began.known_until) == (1, "started", NOW)
    assert row._asdict() == {
        "station": STATION,
        "reference": "75011-0042-000001",
        "seq": 2,
        "status": "sold",
        "plate": "BO123IS",
        "alike": "8012315",
        "zone": 1,
        "sector": "11D",
        "regime": "visitor",
        "vehicle": "car",
        "bought_at": WRITTEN,
        "start": NOW,
        "end": NOW + HOUR,
        "units": 4,
        "cents": 600,
        "tariff": "2021-08-01",
        "known_from": NOW,
        "known_until": None,
    }


@pytest.mark.parametrize("together", [True, False])
def test_a_payment_that_began_is_open_until_it_ends_whatever_else_its_station_says(
    station: SigningStation, together: bool
) -> None:
    texts = chain(
        [PaymentStarted(right()), PaymentStarted(right(2)), PaymentRefused(right().reference, "declined"), Started("2", "t")]
    )
    if not together:
        station.hand_in(texts[:2], held=4)
    station.hand_in(texts, now=NOW + MINUTE)
    begun = NOW + MINUTE if together else NOW
    assert history(station.city) == [("1", 1, "started", begun, NOW + MINUTE), ("2", 2, "started", begun, None)]


@pytest.mark.parametrize(("ending", "status"), [(RightSold(right()), "sold"), (InDoubt(right(), "power cut"), "provisional")])
def test_a_payment_that_ends_takes_the_place_of_the_open_one(station: SigningStation, ending: Fact, status: str) -> None:
    texts = chain([PaymentStarted(right()), ending])
    station.hand_in(texts[:1], held=2)
    station.hand_in(texts, now=NOW + MINUTE)
    assert history(station.city) == [("1", 1, "started", NOW, NOW + MINUTE), ("1", 2, status, NOW + MINUTE, None)]


@pytest.mark.parametrize(("moved", "bought"), [(-60, -60), (1, 0)])
def test_a_right_is_bought_at_the_earlier_of_the_two_moments_its_payment_has(moved: int, bought: int) -> None:
    """A clock that is set back while the motorist pays must not take the time in between from the right."""
    facts: list[tuple[int, Fact]] = [(0, PaymentStarted(right())), (moved, RightSold(right()))]
    content = [
        EntryContent(seq, STATION, WRITTEN + minutes * MINUTE, float(seq), "boot", fact)
        for seq, (minutes, fact) in enumerate(facts, 1)
    ]
    (_, sold) = fold(JournalPast(0, (range(1 << 40),)), (), content).states
    assert (sold.status.value, sold.bought_at) == ("sold", WRITTEN + bought * MINUTE)


def test_what_is_sold_is_kept_though_another_right_was_begun_under_its_reference(station: SigningStation) -> None:
    station.hand_in(chain([PaymentStarted(right()), RightSold(right(plate="ZZ999ZZ")), PaymentStarted(right())]))
    assert [(row.plate, row.status, row.known_until) for row in all_of(station.city, rights)] == [
        ("AB123CD", "started", NOW),
        ("ZZ999ZZ", "sold", None),
    ]
    assert count(station.city, dead_letters) == 0


@pytest.mark.parametrize(
    ("ending", "status"), [(RightSold(right()), "sold"), (PaymentRefused(right().reference, "not debited"), "promised")]
)
def test_what_was_in_doubt_and_then_known_is_both_each_in_its_time(station: SigningStation, ending: Fact, status: str) -> None:
    texts = chain([InDoubt(right(), "unanswered"), ending])
    station.hand_in(texts[:1], held=2)
    station.hand_in(texts, now=NOW + MINUTE)
    later = NOW + MINUTE
    assert history(station.city) == [("1", 1, "provisional", NOW, later), ("1", 2, status, later, None)]
    assert {row.bought_at for row in all_of(station.city, rights)} == {WRITTEN}


def test_both_at_once_are_both_kept_and_only_the_last_was_ever_known(station: SigningStation) -> None:
    station.hand_in(chain([InDoubt(right(), "unanswered"), RightSold(right())]))
    assert history(station.city) == [("1", 1, "provisional", NOW, NOW), ("1", 2, "sold", NOW, None)]


def test_what_was_sold_is_never_taken_back(station: SigningStation) -> None:
    station.hand_in(
        chain([RightSold(right()), PaymentRefused(right().reference, "?"), InDoubt(right(), "power cut"), RightSold(right())])
    )
    assert history(station.city) == [("1", 1, "sold", NOW, None)]
    assert count(station.city, dead_letters) == 0


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("second", [RightSold(right(plate="ZZ999ZZ")), InDoubt(right(cents=1), "unanswered")])
def test_another_sale_under_the_same_reference_waits_for_a_person(
    station: SigningStation, second: Fact, together: bool
) -> None:
    texts = chain([RightSold(right()), second])
    if not together:
        station.hand_in(texts[:1])
    station.hand_in(texts)
    assert history(station.city) == [("1", 1, "sold", NOW, None)]
    (letter,) = all_of(station.city, dead_letters)
    assert (letter.seq, letter.reason) == (2, "another right 75011-0042-000001 than the one of entry 1")


NAIVE = datetime(2026, 3, 4, 10, 0)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("sold", "reason"),
    [
        (right(start=NAIVE), "dates"),
        (right(end=NOW), "dates"),
        (right(end=datetime(9999, 12, 31, 23, tzinfo=UTC)), "dates"),
        (right(cents=-5), "numbers"),
        (right(units=2**70), ""),
        (right(zone=2**31), "numbers"),
        (right(plate=""), "plate"),
        (right(plate="AB-123-CD-WXYZ"), "plate"),
        (right(sector="1\0D"), "character 0"),
    ],
)
def test_a_right_that_cannot_be_waits_for_a_person(station: SigningStation, sold: ParkingRight, reason: str) -> None:
    assert station.hand_in(chain([RightSold(sold), UnexpectedEvent("1")])) == (200, {"next": 3})
    (letter,) = all_of(station.city, dead_letters)
    assert reason in letter.reason
    assert (count(station.city, rights), count(station.city, entries)) == (0, 2)


# --- alarms -------------------------------------------------------------------------------------------------------


def alarms_of(city: City) -> list[tuple[int, str, bool]]:
    """Each alarm there was, and whether it is up."""
    return [(row.seq, row.alarm, row.cleared_at is None) for row in all_of(city, alarms)]


def test_an_alarm_is_up_until_it_is_cleared(station: SigningStation) -> None:
    station.hand_in(
        chain(
            [
                AlarmRaised("printer out"),
                AlarmRaised("terminal silent"),
                AlarmCleared("printer out"),
                AlarmRaised("printer out"),
            ]
        )
    )
    assert alarms_of(station.city) == [(1, "printer out", False), (2, "terminal silent", True), (4, "printer out", True)]


def test_an_alarm_of_an_earlier_batch_is_cleared(station: SigningStation) -> None:
    texts = chain([AlarmRaised("printer out"), AlarmRaised("key 5 stuck"), AlarmCleared("printer out")])
    station.hand_in(texts[:2])
    station.hand_in(texts)
    assert alarms_of(station.city) == [(1, "printer out", False), (2, "key 5 stuck", True)]


def test_a_start_ends_what_was_up_and_what_is_still_wrong_is_raised_again(station: SigningStation) -> None:
    station.hand_in(
        chain(
            [AlarmRaised("printer out"), AlarmRaised("terminal silent"), Started("2.1.0", "t"), AlarmRaised("terminal silent")]
        )
    )
    assert alarms_of(station.city) == [
        (1, "printer out", False),
        (2, "terminal silent", False),
        (4, "terminal silent", True),
    ]


def test_an_alarm_of_a_station_that_has_lost_the_time_is_dated_by_the_city(station: SigningStation) -> None:
    station.hand_in(
        chain([AlarmRaised("printer out"), AlarmCleared("printer out")], at=datetime.min.replace(tzinfo=timezone(14 * HOUR)))
    )
    (row,) = all_of(station.city, alarms)
    assert (row.raised_at, row.cleared_at) == (NOW, NOW)


# --- however it is cut --------------------------------------------------------------------------------------------

FACTS: Sequence[Fact] = (
    *(RightSold(right(1)), InDoubt(right(1), "unanswered"), PaymentRefused(right(1).reference, "?")),
    *(RightSold(right(1, plate="ZZ999ZZ")), RightSold(right(2)), PaymentStarted(right(1)), PaymentStarted(right(2))),
    *(Started("2.1.0", "t"), AlarmRaised("a"), AlarmRaised("b"), AlarmCleared("a"), AlarmCleared("b")),
)
serial = count_up()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(facts=st.lists(st.sampled_from(FACTS), min_size=2, max_size=8))
def test_entries_say_the_same_in_one_batch_as_one_by_one(store: Engine, facts: list[Fact]) -> None:
    found = []
    for ends in ([len(facts)], range(1, len(facts) + 1)):
        name = f"75011-{next(serial):04d}"
        station, texts = SigningStation(city_of(store, name), name), chain(facts, name)
        for end in ends:
            assert station.hand_in(texts[:end], held=len(texts))[0] == 200
        found.append([mine(station, table) for table in (rights, alarms, dead_letters)])
    assert found[0] == found[1]


def mine(station: SigningStation, table: Table) -> list[dict[str, object]]:
    """What the register has of this station, but for whose it is and until when it was known."""
    rows = [row._asdict() for row in all_of(station.city, table) if row.station == station.station]
    return [{**row, "station": "", "known_until": row.get("known_until") is not None} for row in rows]
