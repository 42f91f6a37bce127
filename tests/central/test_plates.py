"""Plates beside the entries: checked against the body, kept apart from it, and missed when they have gone."""

from __future__ import annotations

import json

import pytest

from central.db.tables import dead_letters, entries, rights
from central.operations.exceptions_queue import list_dead_letters
from firmware.domain.base64url import base64url_encode
from firmware.protocol.facts import PaymentStarted, RightSold, UnexpectedEvent
from tests.central.cards import first_card
from tests.central.signing_station import PERSONAL, SigningStation, all_of, count, right


def test_a_plate_stands_beside_the_body_and_in_the_right(station: SigningStation) -> None:
    card = first_card()
    card.write(PaymentStarted(right()))
    card.write(RightSold(right()))
    card.write(UnexpectedEvent("x"))
    assert card.hand_in(station) == (200, {"next": 4})
    assert [row.personal is not None for row in all_of(station.city, entries)] == [True, True, False]
    assert all(row.personal[16:] == b"AB123CD" for row in all_of(station.city, entries) if row.personal)
    assert all(b"AB123CD" not in row.body for row in all_of(station.city, entries))
    assert {row.plate for row in all_of(station.city, rights)} == {"AB123CD"}


OTHER = base64url_encode(bytes(16) + b"ZZ999ZZ")


@pytest.mark.parametrize("personal", [OTHER, base64url_encode(b"short"), "A", "not base64url!", ""])
def test_a_plate_that_the_body_was_not_written_with_is_refused(station: SigningStation, personal: str) -> None:
    card = first_card()
    card.write(UnexpectedEvent("x"))
    (_, digest) = card.write(RightSold(right()))
    PERSONAL[digest] = personal
    status, problem = card.hand_in(station)
    assert (status, [each["field"] for each in problem["errors"]]) == (422, ["entries[1].personal"])  # type: ignore[attr-defined]
    assert (count(station.city, entries), station.request_number) == (0, 1)


def test_a_plate_beside_an_entry_that_has_none_is_refused(station: SigningStation) -> None:
    card = first_card()
    (_, digest) = card.write(UnexpectedEvent("x"))
    PERSONAL[digest] = OTHER
    assert card.hand_in(station)[0] == 422


def test_an_entry_whose_plate_has_gone_is_stored_and_waits_for_a_person(station: SigningStation) -> None:
    card = first_card()
    (body, digest) = card.write(RightSold(right()))
    del PERSONAL[digest]
    assert card.hand_in(station) == (200, {"next": 2})
    (letter,) = all_of(station.city, dead_letters)
    assert (letter.reason, count(station.city, rights)) == ("its plate was deleted", 0)
    assert [each.body for each in list_dead_letters(station.city.store)] == [body]


def test_what_stands_beside_a_fact_that_is_not_understood_is_kept(station: SigningStation) -> None:
    card = first_card()
    (body, _) = card.write(UnexpectedEvent("x"))
    assert json.loads(body)["fact"]["fact"] == "strange"
    card.writes.texts.clear()
    text = card.write_text(body.replace('"strange"', '"of tomorrow"'))
    PERSONAL[text[1]] = OTHER
    assert card.hand_in(station) == (200, {"next": 2})
    (row,) = all_of(station.city, entries)
    assert (row.personal, count(station.city, dead_letters)) == (bytes(16) + b"ZZ999ZZ", 1)
