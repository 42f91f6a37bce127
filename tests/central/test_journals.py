"""Journals of a station: generations, branches and clones are all taken, and the data goes no further than each of them."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import Row

from central.core.city import City
from central.db.tables import entries, incidents, journals, silences
from central.operations.exceptions_queue import list_incidents
from central.operations.fleet import Enrolment, enrol, list_stations
from central.rules.evidence import CheckRules
from central.rules.journals import entry_position, place_in
from firmware.protocol.facts import AlarmRaised, Started, UnexpectedEvent
from firmware.protocol.genesis import Position, genesis_document
from tests.central.cards import StationCard, first_card
from tests.central.signing_station import (
    DAY,
    MINUTE,
    NOW,
    STATION,
    TARIFFS,
    THERE,
    SigningStation,
    all_of,
    count,
    genesis,
    key_of,
    station_row,
)


def places(city: City) -> list[tuple[int, int]]:
    """The journal and the number of every entry."""
    return [(place_in(row.seq).number, place_in(row.seq).seq) for row in all_of(city, entries)]


def journal(city: City, number: int) -> Row[tuple[object, ...]]:
    return next(row for row in all_of(city, journals) if row.number == number)


def write(card: StationCard, *texts: str, at: datetime = NOW) -> StationCard:
    for text in texts:
        card.write(UnexpectedEvent(text), at)
    return card


def complete_until(city: City) -> datetime | None:
    until: datetime | None = station_row(city).complete_until
    return until


def enrol_key(city: City, name: str) -> None:
    enrol(city.store, TARIFFS, Enrolment(STATION, key_of(name).public_key(), 1, "11D"), "the test", NOW)


# --- places -------------------------------------------------------------------------------------------------------


def test_a_place_is_the_number_of_the_journal_and_that_of_the_entry() -> None:
    assert [place_in(entry_position(number, seq)) for number, seq in ((0, 7), (3, 0), (9, (1 << 40) - 1))] == [
        (0, 7),
        (3, 0),
        (9, (1 << 40) - 1),
    ]
    assert entry_position(0, 813) == 813


# --- generations --------------------------------------------------------------------------------------------------


def test_a_generation_goes_on_where_the_one_before_ended(station: SigningStation) -> None:
    card = write(StationCard.of_before_generations(), "0", "1")
    card.hand_in(station)
    assert station.holds == {"generation": 1, "seq": 2, "hash": card.writes.end.hash}
    card.begin(2, card.writes.end)
    assert write(card, "2").hand_in(station, NOW + MINUTE) == (200, {"next": 2})
    assert station.holds == {"generation": 2, "seq": 1, "hash": card.writes.end.hash}
    assert places(station.city) == [(0, 1), (0, 2), (1, 1)]
    assert (complete_until(station.city), count(station.city, incidents)) == (NOW + MINUTE, 0)
    (state,) = list_stations(station.city.store, NOW, CheckRules())
    assert (state.generation, state.next, state.journals) == (2, 2, ())


def test_what_an_earlier_generation_still_holds_keeps_the_station_silent(station: SigningStation) -> None:
    card = write(first_card(), "0")
    card.hand_in(station)
    write(card, "1", "2").begin(2, card.writes.end)
    write(card, "3").hand_in(station, NOW + MINUTE)
    assert complete_until(station.city) == NOW
    (state,) = list_stations(station.city.store, NOW + MINUTE, CheckRules())
    assert [(each.generation, each.number, each.next, each.missing) for each in state.journals] == [(1, 0, 2, 2)]
    assert card.hand_in(station, NOW + 2 * MINUTE, 1, journal=card.journals[0]) == (200, {"next": 3})
    card.hand_in(station, NOW + 3 * MINUTE)
    assert complete_until(station.city) == NOW
    card.hand_in(station, NOW + 4 * MINUTE, journal=card.journals[0])
    assert complete_until(station.city) == NOW + 3 * MINUTE
    assert station_row(station.city).returns == 0


def test_a_station_whose_card_was_lost_is_silent_from_when_that_was_last_complete(station: SigningStation) -> None:
    card = write(first_card(), "0")
    card.hand_in(station)
    enrol_key(station.city, "new")
    new = first_card("new")
    new.journals = []
    write(new.begin(2, None), "1").hand_in(station, NOW + DAY)
    new.hand_in(station, NOW + 2 * DAY)
    assert complete_until(station.city) == NOW


def test_a_generation_that_nobody_has_seen_is_waited_for_once_another_continues_it(station: SigningStation) -> None:
    card = write(first_card(), "0", "1")
    card.begin(2, card.writes.end)
    write(card, "2").hand_in(station)
    (state,) = list_stations(station.city.store, NOW, CheckRules())
    assert [(each.generation, each.missing) for each in state.journals] == [(1, 2)]
    assert complete_until(station.city) is None
    card.hand_in(station, NOW + MINUTE, journal=card.journals[0])
    card.hand_in(station, NOW + MINUTE)
    assert complete_until(station.city) == NOW + MINUTE
    assert [(row.number, row.generation) for row in all_of(station.city, journals)] == [(0, 2), (1, 1)]
    assert places(station.city) == [(0, 1), (1, 1), (1, 2)]


@pytest.mark.parametrize(
    ("earlier", "generation", "awaited"),
    [(1, 2, []), (2, 32, []), (31, 32, []), (1, 64, [32]), (33, 64, []), (33, 65, [64]), (1, 3, [2])],
)
def test_of_a_journal_that_does_not_know_what_it_continues_the_card_before_is_waited_for(
    station: SigningStation, earlier: int, generation: int, awaited: list[int]
) -> None:
    """A card has 32 generations; one that is here is waited for already."""
    write(StationCard([]).begin(earlier, None), "0").hand_in(station)
    before = len(all_of(station.city, journals))
    write(StationCard([]).begin(generation, None), "1").hand_in(station, NOW + DAY)
    added = [row.generation for row in all_of(station.city, journals)[before:]]
    assert sorted(added) == sorted([generation, *awaited])
    assert complete_until(station.city) == (NOW if earlier == 1 else None)


@pytest.mark.parametrize(("parent", "generation", "awaited"), [(1, 32, []), (1, 64, [32]), (33, 64, [33])])
def test_a_card_that_the_next_one_does_not_go_on_from_is_waited_for(
    station: SigningStation, parent: int, generation: int, awaited: list[int]
) -> None:
    """It is of one of the cards before, and nothing is here of the one between, or of what it continues."""
    card = write(first_card(), "0")
    card.hand_in(station)
    end = card.writes.end if parent == 1 else Position(parent, 3, "0" * 64)
    write(StationCard([]).begin(generation, end), "1").hand_in(station, NOW + DAY)
    assert [row.generation for row in all_of(station.city, journals)] == [1, generation, *awaited]
    assert complete_until(station.city) == (NOW + DAY if not awaited else NOW)


def test_a_backlog_says_nothing_of_how_complete_the_data_is_nor_of_alarms(station: SigningStation) -> None:
    card = first_card()
    card.write(AlarmRaised("printer out"))
    card.begin(2, card.writes.end)
    card.write(Started("2", "t"))
    card.write(AlarmRaised("door open"))
    card.hand_in(station)
    card.hand_in(station, journal=card.journals[0])
    (state,) = list_stations(station.city.store, NOW, CheckRules())
    assert state.alarms == ("door open",)
    assert journal(station.city, 1).complete_until is None


@pytest.mark.parametrize(
    ("document", "generation"),
    [
        ("", 2),
        ("{}", 1),
        ("[", 1),
        (genesis_document(THERE, 1, key_of(STATION).public_key(), None).decode(), 1),
        (genesis_document(STATION, 2, key_of(STATION).public_key(), None).decode(), 1),
        (genesis_document(STATION, 1, key_of("a stranger").public_key(), None).decode(), 1),
        (genesis_document(STATION, 1, key_of(STATION).public_key(), None).decode().replace('"parent":null', '"x":1'), 1),
        (genesis_document(STATION, 2, key_of(STATION).public_key(), Position(2, 1, "0" * 64)).decode(), 2),
    ],
)
def test_a_journal_that_cannot_begin_so_is_refused(station: SigningStation, document: str, generation: int) -> None:
    said = genesis(STATION, document)
    status, problem = station.hand_in([], base=said, head=said, generation=generation, genesis=document)
    assert (status, problem["errors"][0]["field"]) == (422, "signed.genesis")  # type: ignore[index]
    assert (count(station.city, journals), station_row(station.city).contact) == (0, 0)


def test_an_entry_of_another_generation_than_signed_for_is_refused(station: SigningStation) -> None:
    card = write(first_card(), "0")
    card.begin(2, card.writes.end)
    status, problem = station.hand_in(card.journals[0].texts, generation=2, genesis=card.writes.document)
    assert (status, problem["errors"][0]["field"]) == (422, "entries[0].body")  # type: ignore[index]


def test_a_later_generation_than_the_one_that_is_written_makes_no_sense(station: SigningStation) -> None:
    card = first_card().begin(2, None)
    said = genesis(STATION, card.writes.document)
    status, problem = station.hand_in([], base=said, head=said, generation=2, genesis=card.writes.document, newest=1)
    assert (status, problem["errors"][0]["field"]) == (422, "signed.newest")  # type: ignore[index]


# --- copies of a card ---------------------------------------------------------------------------------------------


def test_a_restored_card_is_taken_as_a_branch(station: SigningStation) -> None:
    card = write(first_card(), "0", "1")
    card.hand_in(station)
    old = card.copied()
    write(card, "2", "3").hand_in(station)
    assert write(old, "another 2").hand_in(station, NOW + MINUTE) == (200, {"next": 4, "fork": 3})
    assert write(old, "another 3").hand_in(station, NOW + MINUTE) == (200, {"next": 5})
    assert places(station.city) == [*((0, seq) for seq in (1, 2, 3, 4)), (1, 3), (1, 4)]
    branch = journal(station.city, 1)
    assert (branch.begins, branch.branch_of, branch.next, branch.head.hex()) == (3, 0, 5, old.writes.end.hash)
    (incident,) = all_of(station.city, incidents)
    assert (incident.kind, incident.seq, incident.hash.hex()) == ("fork", 3, old.writes.texts[2][1])
    assert write(old, "another 4").hand_in(station, NOW + MINUTE) == (200, {"next": 6})
    assert write(card, "4").hand_in(station, NOW + MINUTE) == (200, {"next": 6})


def test_a_restored_card_that_sells_nothing_sees_that_the_city_is_ahead(station: SigningStation) -> None:
    card = write(first_card(), "0", "1")
    card.hand_in(station)
    old = card.copied()
    write(card, "2", "3").hand_in(station)
    assert old.hand_in(station) == (200, {"next": 5})
    assert (count(station.city, journals), station_row(station.city).returns) == (1, 0)


def test_another_past_is_told_to_a_station_that_sells_nothing_and_nothing_is_stored(station: SigningStation) -> None:
    write(first_card(), "0", "1").hand_in(station)
    other = write(first_card(), "0", "another 1")
    other.writes.handed_in = 2
    assert other.hand_in(station) == (200, {"next": 3, "fork": 2})
    assert (len(places(station.city)), count(station.city, incidents), count(station.city, journals)) == (2, 1, 1)


def test_each_branch_is_waited_for(station: SigningStation) -> None:
    card = write(first_card(), "0")
    card.hand_in(station)
    old = card.copied()
    write(card, "1").hand_in(station, NOW + MINUTE)
    write(old, "another 1", at=NOW + MINUTE).hand_in(station, NOW + 2 * MINUTE)
    old.hand_in(station, NOW + 10 * MINUTE)
    assert complete_until(station.city) == NOW + MINUTE
    card.hand_in(station, NOW + 10 * MINUTE)
    assert complete_until(station.city) == NOW + 10 * MINUTE


def test_a_branch_whose_past_is_not_here_never_completes_until_it_is_handed_in(station: SigningStation) -> None:
    write(first_card(), "0", "1", "2").hand_in(station)
    other = write(first_card(), "0", "another 1", "another 2", "another 3")
    other.writes.handed_in = 2
    assert other.hand_in(station, NOW + MINUTE) == (200, {"next": 5, "fork": 3})
    assert (journal(station.city, 1).begins, journal(station.city, 1).branch_of) == (3, None)
    other.hand_in(station, NOW + 2 * MINUTE)
    assert (complete_until(station.city), journal(station.city, 1).complete_until) == (NOW, NOW)
    other.writes.handed_in = 0
    assert other.hand_in(station, NOW + 3 * MINUTE) == (200, {"next": 5})
    assert (journal(station.city, 1).begins, journal(station.city, 1).branch_of) == (2, 0)
    assert places(station.city) == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (1, 4)]
    assert journal(station.city, 1).complete_until == NOW + 3 * MINUTE


def test_two_beginnings_of_one_generation_are_two_journals_and_an_incident(station: SigningStation) -> None:
    write(first_card(), "0").hand_in(station)
    enrol_key(station.city, "new")
    assert write(first_card("new"), "0").hand_in(station) == (200, {"next": 2, "fork": 0})
    (incident,) = list_incidents(station.city.store)
    assert (incident.kind, incident.generation, incident.journal, incident.seq) == ("fork", 1, 1, 0)
    assert incident.body == first_card("new").writes.document
    assert places(station.city) == [(0, 1), (1, 1)]


def test_data_that_goes_back_to_the_same_instant_twice_is_one_silence(station: SigningStation) -> None:
    card = write(first_card(), "0")
    card.hand_in(station)
    old = card.copied()
    write(card, "1")
    for hour, name in ((1, "a"), (3, "b")):
        late = NOW + hour * 60 * MINUTE
        card.hand_in(station, late)
        other = write(old.copied(), name, name)
        other.hand_in(station, late, 1)
        assert complete_until(station.city) == NOW
        other.hand_in(station, late + 60 * MINUTE)
    assert complete_until(station.city) == NOW + 120 * MINUTE
    kept = [(row.since, row.until) for row in all_of(station.city, silences)]
    assert (NOW, NOW + 240 * MINUTE) in kept
    assert len({since for since, _ in kept}) == len(kept)
