"""Entries of journals from before generations, and a register that goes back a revision and comes again."""

from __future__ import annotations

from sqlalchemy import Engine, select

from central.db import tables
from central.db.store import migrate
from central.rules.journals import place_in
from firmware.protocol.facts import UnexpectedEvent
from tests.central.cards import StationCard
from tests.central.signing_station import STATION, THERE, SigningStation, all_of, city_of


def test_what_was_met_before_generations_is_journal_0_and_no_entry_is_met_twice_after_going_back(bare: Engine) -> None:
    migrate(bare)
    station, card = SigningStation(city_of(bare, STATION, THERE)), StationCard.of_before_generations()
    card.write(UnexpectedEvent("0"))
    card.hand_in(station)
    card.begin(2, card.writes.end).write(UnexpectedEvent("1"))
    card.hand_in(station)
    migrate(bare, "register_0002")
    migrate(bare)
    with bare.begin() as connection:
        [journal] = connection.execute(select(tables.journals)).all()
        assert len(connection.execute(select(tables.station_keys)).all()) == 2
    assert (journal.station, journal.number, journal.generation, journal.genesis) == (STATION, 0, 1, b"")
    assert (journal.begins, journal.next, journal.head.hex()) == (1, 2, card.journals[0].texts[0][1])
    card.writes.handed_in = 0
    assert card.hand_in(station) == (200, {"next": 2})
    assert card.hand_in(station, journal=card.journals[0]) == (200, {"next": 2})
    assert [place_in(row.seq) for row in all_of(station.city, tables.entries)] == [(0, 1), (1, 1), (2, 1)]
