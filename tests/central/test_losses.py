"""Entries that a station held, and that are gone: an incident, whatever number its journal reaches later."""

from __future__ import annotations

from central.operations.exceptions_queue import clear_incident, list_incidents
from tests.central.cards import first_card
from tests.central.register_rows import ask
from tests.central.signing_station import MINUTE, NOW, STATION, SigningStation
from tests.central.test_journals import write


def test_a_folder_that_was_put_back_whole_is_seen_by_what_it_said_it_held(station: SigningStation) -> None:
    """It holds four entries, the city two of them; then an old copy with three, which goes on. Two are gone for ever."""
    card = write(first_card(), "0", "1", "2")
    copied = card.copied()
    write(card, "3").hand_in(station, limit=2)
    copied.writes.handed_in = 2
    write(copied, "another", "and more", at=NOW + MINUTE)
    copied.writes.texts, more = copied.writes.texts[:3], copied.writes.texts[3:]
    copied.hand_in(station, NOW + MINUTE)
    (lost,) = list_incidents(station.city.store)
    said = f"station {STATION} held 4 entries of generation 1, and now 3; those from 4 on never came, and are gone"
    assert (lost.kind, lost.generation, lost.seq, lost.body.startswith(said)) == ("loss", 1, 4, True)
    copied.writes.texts += more
    copied.hand_in(station, NOW + 2 * MINUTE)
    assert len(list_incidents(station.city.store)) == 1
    assert not ask(station.city, at=NOW + MINUTE, now=NOW + 3 * MINUTE).conclusive
    clear_incident(station.city.store, lost.id, "ana", "the bank knows of none", NOW)
    assert ask(station.city, at=NOW + MINUTE, now=NOW + 3 * MINUTE).conclusive


def test_what_a_station_holds_less_of_but_the_city_has_is_no_loss(station: SigningStation) -> None:
    card = write(first_card(), "0", "1", "2")
    copied = card.copied()
    write(card, "3").hand_in(station)
    copied.writes.handed_in = 3
    copied.hand_in(station, NOW + MINUTE)
    card.begin(2, card.writes.end)
    card.hand_in(station, NOW + MINUTE)
    card.journals[0].texts, card.journals[0].handed_in = card.journals[0].texts[:2], 2
    card.hand_in(station, NOW + MINUTE, journal=card.journals[0])
    assert list_incidents(station.city.store) == ()
