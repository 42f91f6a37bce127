"""What waits for a person waits until one has looked, and says what was found."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from central.core.audit import trail
from central.db.tables import dead_letters, incidents
from central.operations.exceptions_queue import clear_dead_letter, clear_incident
from central.operations.exceptions_queue import dead_letters as letters_waiting
from central.operations.exceptions_queue import incidents as incidents_waiting
from firmware.protocol.facts import UnexpectedEvent
from tests.central.speaking import MINUTE, NOW, STATION, THERE, Mouth, all_of, chain, city_of

LATER = NOW + MINUTE
ODD = chain([UnexpectedEvent("0"), {"fact": "teleported"}, {"fact": "shrunk"}])


@pytest.fixture
def mouth(store: Engine) -> Mouth:
    """That of a station which has said two things nobody understands, and then told another past."""
    city = city_of(store, STATION, THERE)
    mouth = Mouth(city)
    mouth.says(ODD)
    mouth.says(chain([UnexpectedEvent("another past")]), now=LATER)
    return mouth


def test_dead_letters_wait_with_their_text_and_the_reason(mouth: Mouth) -> None:
    first, second = letters_waiting(mouth.city.store)
    assert (first.station, first.seq, first.received_at, first.body) == (STATION, 2, NOW, ODD[1][0])
    assert (second.seq, second.body) == (3, ODD[2][0])
    assert "teleported" in first.reason


def test_incidents_wait_with_what_the_station_has(mouth: Mouth) -> None:
    (incident,) = incidents_waiting(mouth.city.store)
    body, digest = chain([UnexpectedEvent("another past")])[0]
    assert (incident.station, incident.seq, incident.hash, incident.body) == (STATION, 1, digest, body)
    assert incident.first_seen == LATER


def test_a_dead_letter_that_was_looked_at_waits_no_longer_and_is_kept(mouth: Mouth) -> None:
    store = mouth.city.store
    clear_dead_letter(store, STATION, 2, "ana", "an entry of software 3; counted by hand", LATER)
    assert [letter.seq for letter in letters_waiting(store)] == [3]
    kept = all_of(mouth.city, dead_letters)[0]
    assert (kept.seq, kept.cleared_at, kept.cleared_by) == (2, LATER, "ana")
    assert (kept.note, all_of(mouth.city, dead_letters)[1].cleared_at) == ("an entry of software 3; counted by hand", None)
    noted = trail(store)[-1]
    assert (noted.at, noted.who, noted.action, noted.subject) == (LATER, "ana", "clear", f"dead letter {STATION} 2")
    assert noted.detail == {"note": "an entry of software 3; counted by hand"}


def test_an_incident_that_was_looked_at_waits_no_longer_and_the_same_fork_does_not_return(mouth: Mouth) -> None:
    store = mouth.city.store
    (incident,) = incidents_waiting(store)
    clear_incident(store, incident.id, "ana", "card cloned, station taken away", LATER)
    mouth.says(chain([UnexpectedEvent("another past")]), now=LATER)
    assert incidents_waiting(store) == ()
    (kept,) = all_of(mouth.city, incidents)
    assert (kept.cleared_at, kept.cleared_by, kept.note) == (LATER, "ana", "card cloned, station taken away")
    assert trail(store)[-1].subject == f"incident {incident.id}"


def test_what_does_not_wait_cannot_be_cleared(mouth: Mouth) -> None:
    store = mouth.city.store
    clear_dead_letter(store, STATION, 2, "ana", "seen", NOW)
    noted = trail(store)
    for station, seq in ((STATION, 2), (STATION, 1), (THERE, 2)):
        with pytest.raises(LookupError):
            clear_dead_letter(store, station, seq, "bob", "again", LATER)
    with pytest.raises(LookupError):
        clear_incident(store, 4711, "bob", "again", LATER)
    assert all_of(mouth.city, dead_letters)[0].cleared_by == "ana"
    assert trail(store) == noted


@pytest.mark.parametrize("note", ["", "  \n", "a\0b"])
def test_whoever_clears_says_what_was_found(mouth: Mouth, note: str) -> None:
    store = mouth.city.store
    with pytest.raises(ValueError, match="note"):
        clear_dead_letter(store, STATION, 2, "ana", note, LATER)
    with pytest.raises(ValueError, match="note"):
        clear_incident(store, incidents_waiting(store)[0].id, "ana", note, LATER)
    assert (len(letters_waiting(store)), len(incidents_waiting(store))) == (2, 1)
