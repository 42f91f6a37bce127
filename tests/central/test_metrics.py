"""Prometheus metrics: true of the register and of this server, and of no plate or person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine

from central.operations import exceptions_queue, fleet
from central.rules.journals import EntryPlace
from firmware.domain.parking_right import ParkingRight
from firmware.protocol.facts import PaymentStarted, RightSold
from tests.central.api_client import CHECK, NO_LIMITS, Client, client_of
from tests.central.signing_station import NOW, STATION, THERE, SigningStation, chain

RIGHT = ParkingRight(
    f"{STATION}-000001", "AB123CD", 1, "11D", "visitor", "car", NOW, NOW + timedelta(hours=1), 4, 600, "2021-08-01"
)


@pytest.fixture
def client(store: Engine) -> Client:
    """A city with two stations."""
    return client_of(store, STATION, THERE, limits=NO_LIMITS)


def read(client: Client) -> dict[str, float]:
    """`name{label="value"}` -> value, as Prometheus reads it."""
    answer = client.get("/metrics")
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/plain")
    samples = [sample for family in text_string_to_metric_families(answer.text) for sample in family.samples]
    return {"/".join((sample.name, *sample.labels.values())): sample.value for sample in samples}


def test_an_empty_city_has_figures_too(store: Engine) -> None:
    client = client_of(store, STATION)
    fleet.revoke(store, STATION, "the test", NOW)
    figures = read(client)
    assert figures["horodateur_entries_total"] == figures["horodateur_stations"] == 0
    assert figures["horodateur_complete_until_age_seconds"] == 0


def test_the_register_is_counted(client: Client) -> None:
    station, journal = SigningStation(client.city), chain([PaymentStarted(RIGHT), RightSold(RIGHT, True)])
    station.hand_in(journal, held=7)
    figures = read(client)
    assert figures["horodateur_entries_total"] == 2
    assert figures["horodateur_stations"] == 2
    assert figures["horodateur_stations_queue"] == 5
    assert figures["horodateur_stations_silent"] == 2
    station.hand_in(journal)
    assert [read(client)[f"horodateur_stations_{name}"] for name in ("queue", "silent")] == [0, 1]


def test_what_waits_is_counted_until_it_is_cleared(client: Client) -> None:
    station = SigningStation(client.city)
    station.hand_in(chain([{"type": "FromTheFuture"}]))
    station.hand_in(chain([RightSold(RIGHT, True)]))
    names = ("dead_letters_total", "dead_letters_waiting", "forks_total", "incidents_open")
    assert [read(client)[f"horodateur_{name}"] for name in names] == [1, 1, 1, 1]
    exceptions_queue.clear_dead_letter(client.city.store, STATION, EntryPlace(0, 1), "the test", "seen", NOW)
    exceptions_queue.clear_incident(
        client.city.store, exceptions_queue.list_incidents(client.city.store)[0].id, "the test", "seen", NOW
    )
    assert [read(client)[f"horodateur_{name}"] for name in names] == [1, 0, 1, 0]


def test_the_age_is_that_of_the_worst_station(client: Client) -> None:
    SigningStation(client.city).hand_in([])
    SigningStation(client.city, THERE).hand_in([], NOW - timedelta(minutes=10))
    assert read(client)["horodateur_complete_until_age_seconds"] == 600
    fleet.revoke(client.city.store, THERE, "the test", NOW)
    assert read(client)["horodateur_complete_until_age_seconds"] == 0


def test_requests_refusals_and_checks_are_counted(client: Client) -> None:
    agent = client.as_role("agent")
    for _ in range(3):
        agent.post("/v1/checks", CHECK)
    agent.post("/v1/checks", CHECK | {"at": "2026-03-08T10:00:00+01:00"})
    client.post("/v1/checks", CHECK)
    replace(client, token="hdt_").post("/v1/checks", CHECK)
    client.post(
        f"/v1/stations/{STATION}/entries", content=SigningStation(client.city).request([]).replace(b'"held":0', b'"held":1')
    )
    client.get("/AB-123-CD")
    figures = read(client)
    assert figures["horodateur_request_seconds_count/POST//v1/checks/200"] == 4
    assert figures["horodateur_request_seconds_count/POST//v1/checks/401"] == 2
    assert figures["horodateur_request_seconds_count/GET/(none)/404"] == 1
    assert figures["horodateur_checks_total/refused"] == 3
    assert figures["horodateur_checks_total/free"] == 1
    assert figures["horodateur_authentication_failures_total/token"] == 2
    assert figures["horodateur_authentication_failures_total/station"] == 1


def test_no_figure_is_about_somebody(client: Client) -> None:
    client.as_role("agent").post("/v1/checks", CHECK)
    SigningStation(client.city).hand_in(chain([RightSold(RIGHT, True)]))
    text = client.get("/metrics").text
    assert not [word for word in ("AB123CD", "AB-123-CD", "Dupont", "hdt_", STATION, "11D") if word in text]


def test_two_applications_count_for_themselves(store: Engine) -> None:
    one, other = client_of(store), client_of(store)
    one.get("/health")
    assert "horodateur_request_seconds_count/GET//health/200" in read(one)
    assert "horodateur_request_seconds_count/GET//health/200" not in read(other)
