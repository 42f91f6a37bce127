"""Authentication of stations: signatures, and rejection of replays."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, insert

from central.access.station_auth import PULLS, STATEMENTS, AcceptedRequest, RequestForm, StationStanding, authenticate, use_up
from central.core.city import City
from central.core.problems import Problem
from central.db.tables import entries, stations
from central.operations.fleet import enrol, revoke
from central.register.publications import pull
from firmware.protocol.envelope import Envelope, envelope_in
from firmware.protocol.facts import UnexpectedEvent
from firmware.protocol.messages import PullRequest, batch_in, pull_of, statement_in
from tests.central.signing_station import (
    DAY,
    NOW,
    STATION,
    TARIFFS,
    THERE,
    SigningStation,
    chain,
    city_of,
    count,
    enrolment_of,
    genesis,
    key_of,
    station_row,
)

FIVE = chain([UnexpectedEvent(str(number)) for number in range(5)])


@pytest.fixture
def city(store: Engine) -> City:
    """Two stations were enrolled yesterday."""
    return city_of(store, STATION, THERE)


def answer(
    city: City, envelope: Envelope, form: RequestForm[Any] = STATEMENTS, station: str = STATION
) -> AcceptedRequest[Any] | Problem:
    with city.store.begin() as connection:
        answered = authenticate(connection, station, envelope, form)
        if isinstance(answered, AcceptedRequest):
            use_up(connection, answered, NOW)
        return answered


def signed(document: bytes, prefix: bytes = b"horodateur contact\n", key: Ed25519PrivateKey | None = None) -> Envelope:
    """Signed here, and not by the code under test."""
    proof = base64.urlsafe_b64encode((key or key_of(STATION)).sign(prefix + document)).rstrip(b"=")
    return envelope_in(b'{"signed": ' + document + b', "signature": "' + proof + b'"}')


def statement(**said: object) -> bytes:
    report = {"software": "1.0", "clock": "synchronised", "holding": {}}
    chain = {"base": genesis(), "last": 0, "head": genesis(), "held": 0}
    truth = {"station": STATION, "contact": 7, "sent_at": "2026-03-04T10:00:00Z", **chain, "report": report}
    return json.dumps({**truth, **said}).encode()


def test_a_station_that_signs_is_accepted_and_the_city_says_where_it_stands(city: City) -> None:
    document = statement()
    said = answer(city, signed(document))
    assert said == AcceptedRequest(
        STATION, StationStanding(1, "11D", None, NOW - DAY, None, 0), document, statement_in(document)
    )
    assert (station_row(city).contact, station_row(city).last_contact) == (7, NOW)


def test_a_pull_uses_the_same_request_numbers(city: City) -> None:
    asked = envelope_in(pull_of(PullRequest(STATION, 7, {"tariffs": 1}), key_of(STATION)))
    assert isinstance(answer(city, asked, PULLS), AcceptedRequest)
    refused = answer(city, signed(statement()))
    assert isinstance(refused, Problem)
    assert json.loads(refused.body)["contact_from"] == 8


def test_a_pull_is_answered_once(city: City) -> None:
    asked = pull_of(PullRequest(STATION, 7, {}), key_of(STATION))
    assert (pull(city, STATION, asked, NOW).status, station_row(city).contact) == (200, 7)
    assert pull(city, STATION, asked, NOW).status == 409


FORGED: dict[str, Callable[[], Envelope]] = {
    "by another station's key": lambda: signed(statement(), key=key_of(THERE)),
    "for another purpose": lambda: signed(statement(), b"horodateur pull\n"),
    "for no purpose": lambda: signed(statement(), b""),
    "over another text": lambda: Envelope(signed(statement(contact=8)).signed, signed(statement()).signature),
    "with one space more": lambda: Envelope(msgspec.Raw(statement() + b" "), signed(statement()).signature),
    "with nothing": lambda: Envelope(signed(statement()).signed, "A" * 86),
    "with what is no base64": lambda: Envelope(signed(statement()).signed, "é" * 86),
}


@pytest.mark.parametrize("how", FORGED)
def test_what_the_station_did_not_sign_is_not_accepted(city: City, how: str) -> None:
    before = station_row(city)
    refused = answer(city, FORGED[how]())
    assert isinstance(refused, Problem)
    assert (refused.status, refused.errors[0].field, station_row(city)) == (401, "signature", before)


@pytest.mark.parametrize("station", ["75011-9999", "", "a\0b", "75011-00420", "../../etc", "é"])
def test_a_station_that_is_not_enrolled_is_not_accepted(city: City, station: str) -> None:
    refused = answer(city, signed(statement(station=station)), station=station)
    assert isinstance(refused, Problem)
    assert (refused.status, count(city, stations)) == (401, 2)


def test_a_station_of_before_there_were_keys_is_not_accepted(city: City) -> None:
    with city.store.begin() as connection:
        connection.execute(insert(stations).values(station="75013-0001", next=1, head=b"\0" * 32))
    refused = answer(city, signed(statement(station="75013-0001")), station="75013-0001")
    assert isinstance(refused, Problem)
    assert refused.status == 401


def test_a_revoked_station_is_not_accepted_from_the_next_request_on(city: City) -> None:
    station = SigningStation(city)
    assert station.hand_in(FIVE[:2])[0] == 200
    revoke(city.store, STATION, "the test", NOW)
    assert station.hand_in(FIVE)[0] == 401
    assert count(city, entries) == 2


def test_after_a_change_of_keys_only_the_new_one_is_accepted(city: City) -> None:
    enrol(city.store, TARIFFS, enrolment_of(STATION, "new"), "the test", NOW)
    assert isinstance(answer(city, signed(statement())), Problem)
    assert isinstance(answer(city, signed(statement(), key=key_of("new"))), AcceptedRequest)


def test_what_was_signed_for_one_station_is_not_accepted_at_the_route_of_another_with_the_same_key(city: City) -> None:
    enrol(city.store, TARIFFS, enrolment_of(THERE, STATION), "the test", NOW)
    refused = answer(city, signed(statement()), station=THERE)
    assert isinstance(refused, Problem)
    assert (refused.status, refused.errors[0].field) == (422, "signed.station")
    assert station_row(city, THERE).contact == 0


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"contact": -1}, "signed.contact"),
        ({"contact": 1 << 53}, "signed.contact"),
        ({"sent_at": "2026-03-04T10:00:00"}, "signed.sent_at"),
        ({"head": "0"}, "signed.head"),
        ({"report": {"software": "1.0", "clock": "sundial"}}, "signed.report.clock"),
        ({"report": {"software": "1\0", "clock": "synchronised"}}, "signed"),
        ({"extra": 1}, "signed"),
    ],
)
def test_what_is_signed_and_no_statement_is_refused_naming_the_field(city: City, said: dict[str, object], field: str) -> None:
    refused = answer(city, signed(statement(**said)))
    assert isinstance(refused, Problem)
    assert (refused.status, refused.errors[0].field, station_row(city).contact) == (422, field, 0)


def test_the_same_bytes_are_accepted_once(city: City) -> None:
    station = SigningStation(city)
    request = station.request(FIVE)
    assert station.send(request) == (200, {"next": 6})
    status, problem = station.send(request, NOW + timedelta(days=400))
    assert (status, problem["contact_from"]) == (409, 2)  # type: ignore[index]
    assert station_row(city).last_contact == NOW


def test_a_number_that_is_not_greater_is_refused_though_it_was_never_used(city: City) -> None:
    assert isinstance(answer(city, signed(statement(contact=7))), AcceptedRequest)
    refused = answer(city, signed(statement(contact=3)))
    assert isinstance(refused, Problem)
    assert json.loads(refused.body)["contact_from"] == 8


def test_a_gap_and_a_fork_use_the_number_up(city: City) -> None:
    station = SigningStation(city)
    for request in (station.request(FIVE[2:]), station.request(chain([UnexpectedEvent("x")])[:1])):
        station.send(request)
        status, problem = station.send(request)
        assert (status, "contact_from" in problem) == (409, True)  # type: ignore[operator]


def test_whoever_alters_a_batch_on_its_way_does_not_use_up_the_number_of_the_true_one(city: City) -> None:
    station = SigningStation(city)
    request = station.request(FIVE)
    whole = batch_in(request)
    cut = msgspec.json.encode(msgspec.structs.replace(whole, entries=whole.entries[:-1]))
    assert station.send(cut)[0] == 422
    assert station.send(request) == (200, {"next": 6})
