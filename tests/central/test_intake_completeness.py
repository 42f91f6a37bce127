"""Intake: how far a station's data is complete, and which silences are kept."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from central.db.tables import silences
from central.operations.fleet import enrol
from firmware.protocol.facts import UnexpectedEvent
from tests.central.signing_station import (
    DAY,
    MINUTE,
    NOW,
    REPORT,
    STATION,
    TARIFFS,
    THERE,
    WRITTEN,
    SigningStation,
    StatementFields,
    all_of,
    chain,
    count,
    enrolment_of,
    station_row,
)

FIVE = chain([UnexpectedEvent(str(number)) for number in range(5)])
OTHER = chain(
    [
        UnexpectedEvent("0"),
        UnexpectedEvent("1"),
        UnexpectedEvent("another past"),
        UnexpectedEvent("3"),
        UnexpectedEvent("4"),
        UnexpectedEvent("5"),
    ]
)


def test_nothing_more_to_come_completes_until_now(station: SigningStation) -> None:
    station.hand_in(FIVE)
    assert station_row(station.city).complete_until == NOW


def test_a_station_with_more_behind_completes_nothing_and_shows_its_queue(station: SigningStation) -> None:
    station.hand_in(FIVE[:3], held=9)
    assert (station_row(station.city).complete_until, station_row(station.city).queue) == (None, 6)
    station.hand_in(FIVE, held=9, now=NOW + MINUTE)
    assert (station_row(station.city).complete_until, station_row(station.city).queue) == (None, 4)


def test_a_repeat_of_old_entries_completes_nothing_though_it_claims_the_end(station: SigningStation) -> None:
    """A station that has lost the end of its journal must not be believed to be complete."""
    station.hand_in(FIVE)
    station.hand_in(FIVE[:3], now=NOW + MINUTE)
    station.hand_in([], now=NOW + MINUTE, last=3, head=FIVE[2][1])
    assert station_row(station.city).complete_until == NOW


def test_neither_gap_nor_fork_completes_anything(station: SigningStation) -> None:
    station.hand_in(FIVE[:4])
    for texts in (OTHER[2:3], OTHER[5:]):
        station.hand_in(texts, now=NOW + MINUTE)
        assert station_row(station.city).complete_until == NOW


def test_a_request_held_up_on_its_way_completes_until_it_was_sent(station: SigningStation) -> None:
    station.hand_in(FIVE, sent_at=NOW - 2 * MINUTE)
    assert station_row(station.city).complete_until == NOW - 2 * MINUTE


def test_a_folder_that_cannot_be_written_speaks_for_nothing_that_happens_now(station: SigningStation) -> None:
    station.hand_in(FIVE)
    nothing_more: StatementFields = {"last": 5, "head": FIVE[-1][1]}
    unwritable: StatementFields = {"report": replace(REPORT, unwritable=True), **nothing_more}
    station.hand_in([], now=NOW + MINUTE, **unwritable)
    assert (station_row(station.city).complete_until, station_row(station.city).last_contact) == (NOW, NOW + MINUTE)
    station.hand_in([], now=NOW + 2 * MINUTE, **nothing_more)
    assert station_row(station.city).complete_until == NOW + 2 * MINUTE


def test_a_clock_ahead_completes_no_further_than_now(station: SigningStation) -> None:
    station.hand_in(FIVE, sent_at=NOW + DAY)
    assert station_row(station.city).complete_until == NOW


def test_a_copy_that_hands_in_what_was_sold_before_takes_the_completeness_back(station: SigningStation) -> None:
    station.hand_in(FIVE[:3])
    station.hand_in(FIVE[:4], held=5)
    assert station_row(station.city).complete_until == WRITTEN
    station.hand_in(FIVE)
    assert station_row(station.city).complete_until == NOW


def test_completeness_never_goes_back(station: SigningStation) -> None:
    station.hand_in(FIVE[:3])
    station.hand_in(FIVE[3:], sent_at=NOW - DAY)
    station.hand_in(FIVE, held=7)
    assert station_row(station.city).complete_until == NOW


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1970-01-01T00:00:00Z"])
def test_a_clock_that_cannot_be_right_completes_nothing_and_sells_all_the_same(station: SigningStation, text: str) -> None:
    assert station.hand_in(FIVE, sent_at=datetime.fromisoformat(text)) == (200, {"next": 6})
    assert station_row(station.city).complete_until is None
    assert abs(station_row(station.city).clock_offset) > 86400 * 365


def test_what_a_station_reports_of_itself_is_kept(station: SigningStation) -> None:
    station.hand_in(FIVE, sent_at=NOW + timedelta(seconds=2.5), held=8)
    row = station_row(station.city)
    assert (row.software, row.holding, row.clock, row.queue) == ("2.1.0", {"tariffs": 3}, "synchronised", 3)
    assert (row.clock_offset, row.last_contact) == (2.5, NOW)


def test_a_silence_is_kept_with_what_it_hid(station: SigningStation) -> None:
    station.hand_in([])
    station.hand_in([], now=NOW + 2 * MINUTE)
    late = NOW + 62 * MINUTE
    hidden = chain([UnexpectedEvent(str(number)) for number in range(5)], at=late)
    station.hand_in(hidden[:2], now=late, held=5)
    station.hand_in(hidden, now=late + MINUTE)
    station.hand_in([], now=late + 2 * MINUTE, last=5, head=hidden[4][1])
    rows = [(row.station, row.since, row.until) for row in all_of(station.city, silences)]
    assert rows == [(STATION, NOW - DAY, NOW), (STATION, NOW + 2 * MINUTE, late + MINUTE)]


def test_a_station_that_was_just_enrolled_has_not_been_silent(station: SigningStation) -> None:
    enrol(station.city.store, TARIFFS, enrolment_of(THERE), "the test", NOW)
    SigningStation(station.city, THERE).hand_in([], now=NOW + 2 * MINUTE)
    assert count(station.city, silences) == 0
