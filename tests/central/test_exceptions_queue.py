"""The exceptions queue: dead letters and incidents stay until a person clears them."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from central.core.audit import list_audit
from central.db.tables import dead_letters, incidents
from central.operations.exceptions_queue import clear_dead_letter, clear_incident, list_dead_letters, list_incidents
from central.rules.journals import EntryPlace
from firmware.protocol.facts import UnexpectedEvent
from tests.central.signing_station import MINUTE, NOW, STATION, THERE, SigningStation, all_of, chain, city_of

LATER = NOW + MINUTE
ODD = chain([UnexpectedEvent("0"), {"fact": "teleported"}, {"fact": "shrunk"}])


@pytest.fixture
def station(store: Engine) -> SigningStation:
    """That of a station which has said two things nobody understands, and then told another past."""
    city = city_of(store, STATION, THERE)
    station = SigningStation(city)
    station.hand_in(ODD)
    station.hand_in(chain([UnexpectedEvent("another past")]), now=LATER)
    return station


def test_dead_letters_wait_with_their_text_and_the_reason(station: SigningStation) -> None:
    first, second = list_dead_letters(station.city.store)
    assert (first.station, first.seq, first.received_at, first.body) == (STATION, 2, NOW, ODD[1][0])
    assert (second.seq, second.body) == (3, ODD[2][0])
    assert "teleported" in first.reason


def test_incidents_wait_with_what_the_station_has(station: SigningStation) -> None:
    (incident,) = list_incidents(station.city.store)
    body, digest = chain([UnexpectedEvent("another past")])[0]
    assert (incident.kind, incident.generation, incident.journal) == ("fork", 1, 0)
    assert (incident.station, incident.seq, incident.hash, incident.body) == (STATION, 1, digest, body)
    assert incident.first_seen == LATER


def test_a_dead_letter_that_was_looked_at_waits_no_longer_and_is_kept(station: SigningStation) -> None:
    store = station.city.store
    clear_dead_letter(store, STATION, EntryPlace(0, 2), "ana", "an entry of software 3; counted by hand", LATER)
    assert [letter.seq for letter in list_dead_letters(store)] == [3]
    kept = all_of(station.city, dead_letters)[0]
    assert (kept.seq, kept.cleared_at, kept.cleared_by) == (2, LATER, "ana")
    assert (kept.note, all_of(station.city, dead_letters)[1].cleared_at) == ("an entry of software 3; counted by hand", None)
    noted = list_audit(store)[-1]
    assert (noted.at, noted.who, noted.action, noted.subject) == (LATER, "ana", "clear", f"dead letter {STATION} 2")
    assert noted.detail == {"note": "an entry of software 3; counted by hand"}


def test_an_incident_that_was_looked_at_waits_no_longer_and_the_same_fork_does_not_return(station: SigningStation) -> None:
    store = station.city.store
    (incident,) = list_incidents(store)
    clear_incident(store, incident.id, "ana", "card cloned, station taken away", LATER)
    station.hand_in(chain([UnexpectedEvent("another past")]), now=LATER)
    assert list_incidents(store) == ()
    (kept,) = all_of(station.city, incidents)
    assert (kept.cleared_at, kept.cleared_by, kept.note) == (LATER, "ana", "card cloned, station taken away")
    assert list_audit(store)[-1].subject == f"incident {incident.id}"


def test_what_does_not_wait_cannot_be_cleared(station: SigningStation) -> None:
    store = station.city.store
    clear_dead_letter(store, STATION, EntryPlace(0, 2), "ana", "seen", NOW)
    noted = list_audit(store)
    for name, seq in ((STATION, 2), (STATION, 1), (THERE, 2)):
        with pytest.raises(LookupError):
            clear_dead_letter(store, name, EntryPlace(1, seq), "bob", "again", LATER)
        with pytest.raises(LookupError):
            clear_dead_letter(store, name, EntryPlace(0, seq), "bob", "again", LATER)
    with pytest.raises(LookupError):
        clear_incident(store, 4711, "bob", "again", LATER)
    assert all_of(station.city, dead_letters)[0].cleared_by == "ana"
    assert list_audit(store) == noted


@pytest.mark.parametrize("note", ["", "  \n", "a\0b"])
def test_whoever_clears_says_what_was_found(station: SigningStation, note: str) -> None:
    store = station.city.store
    with pytest.raises(ValueError, match="note"):
        clear_dead_letter(store, STATION, EntryPlace(0, 2), "ana", note, LATER)
    with pytest.raises(ValueError, match="note"):
        clear_incident(store, list_incidents(store)[0].id, "ana", note, LATER)
    assert (len(list_dead_letters(store)), len(list_incidents(store))) == (2, 1)
