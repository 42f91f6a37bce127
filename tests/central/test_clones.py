"""Two machines under one name: found out, told to both, and kept as an incident until a person has looked."""

from __future__ import annotations

import pytest

from central.db.tables import entries
from central.intake.clones import open_clone
from central.operations.exceptions_queue import clear_incident, list_incidents
from firmware.domain.errors import FieldError
from tests.central.cards import StationCard, first_card
from tests.central.signing_station import MINUTE, NOW, STATION, SigningStation, count, station_row
from tests.central.test_journals import enrol_key, write


def clone(station: SigningStation) -> tuple[StationCard, StationCard]:
    """Two cards that take turns: the city has just seen that both are alive."""
    card = write(first_card(), "0")
    card.hand_in(station)
    other = card.copied()
    for each, name in ((card, "1"), (other, "another 1"), (card, "2")):
        assert "clone" not in write(each, name).hand_in(station)[1]
    assert write(other, "another 2").hand_in(station) == (200, {"next": 4, "clone": True})
    return card, other


def test_two_machines_under_one_name_are_an_incident_and_both_are_taken(station: SigningStation) -> None:
    card, _ = clone(station)
    (fork, incident) = list_incidents(station.city.store)
    assert (fork.kind, incident.kind, incident.journal, incident.seq) == ("fork", "clone", 1, 3)
    assert incident.body.startswith(f"two machines hand in as station {STATION}: generation 1 at entry 3, begun with key ")
    assert write(card, "3").hand_in(station) == (200, {"next": 5, "clone": True})
    assert len(list_incidents(station.city.store)) == 2
    assert count(station.city, entries) == 6


def test_a_card_that_is_put_back_once_is_no_clone(station: SigningStation) -> None:
    card = write(first_card(), "0")
    card.hand_in(station)
    new = card.copied().begin(2, card.writes.end)
    new.hand_in(station)
    card.hand_in(station)
    card.hand_in(station)
    assert station_row(station.city).returns == 1
    assert list_incidents(station.city.store) == ()


def test_no_other_key_is_enrolled_while_two_machines_are_alive(station: SigningStation) -> None:
    clone(station)
    enrol_key(station.city, STATION)
    incident = list_incidents(station.city.store)[1].id
    with pytest.raises(FieldError, match=f"incident {incident} ") as refused:
        enrol_key(station.city, "new")
    assert refused.value.field == "public_key"
    clear_incident(station.city.store, incident, "ana", "the other card is in my hand", NOW)
    assert station_row(station.city).returns == 0
    enrol_key(station.city, "new")


def test_after_it_was_cleared_two_machines_are_found_out_again(station: SigningStation) -> None:
    card, other = clone(station)
    clear_incident(station.city.store, list_incidents(station.city.store)[1].id, "ana", "looked", NOW)
    assert card.hand_in(station, NOW + MINUTE) == (200, {"next": 4})
    assert other.hand_in(station, NOW + MINUTE) == (200, {"next": 4, "clone": True})
    with station.city.store.begin() as connection:
        assert open_clone(connection, STATION) is not None
