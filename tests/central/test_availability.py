"""Whether a machine could be paid at then: near, far, down, silent, not enrolled, not known yet; and the public's routes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, update

from central.api.public_stations import StationCollection
from central.app import create_app
from central.core.fields import WHAT_A_DATE_IS
from central.core.remembered import LAG
from central.db.tables import alarms, silences
from central.db.tables import stations as station_table
from central.operations.availability import Availability, nearest_working
from central.operations.positions import (
    StationPosition,
    metres_between,
    positions_in_csv,
    positions_in_geojson,
    read_positions,
    save_positions,
)
from central.pages.alarm_words import stops_sales, words_of
from firmware.domain.errors import FieldError
from tests.central.api_client import NO_LIMITS, Client, ManualClock
from tests.central.register_rows import HOUR, MINUTE, TEN, city_of, enrol

HERE = (48.8638, 2.3705)
NEAR, FAR, BESIDE = "75011-0042", "75011-0043", "75011-0044"
PLACES = (
    StationPosition(NEAR, 48.8650, 2.3705, "12 rue Oberkampf"),  # 133 m
    StationPosition(BESIDE, 48.8639, 2.3705),  # 11 m
    StationPosition(FAR, 48.8638, 2.3735),  # 219 m
)


@pytest.fixture
def stations(store: Engine) -> Engine:
    """Three stations that have handed in all they had at ten."""
    for each in PLACES:
        enrol(store, each.station, TEN)
    save_positions(store, PLACES, "the test", TEN)
    return store


def raise_alarm(store: Engine, station: str, alarm: str, minutes: int, ends: int | None = None) -> None:
    """`minutes` before ten, and until then."""
    row = {"station": station, "seq": minutes, "alarm": alarm, "raised_at": TEN - minutes * MINUTE}
    with store.begin() as connection:
        connection.execute(insert(alarms).values(**row, cleared_at=None if ends is None else TEN - ends * MINUTE))


def working(store: Engine, minutes_ago: int = 10) -> bool | None:
    return nearest_working(store, stops_sales, *HERE, TEN - minutes_ago * MINUTE).working


def test_a_machine_within_reach_that_worked_is_enough(stations: Engine) -> None:
    found = nearest_working(stations, stops_sales, *HERE, TEN - 10 * MINUTE)
    assert [(each.station, each.metres, each.availability.value) for each in found.machines] == [
        (BESIDE, 11, "working"),
        (NEAR, 133, "working"),
    ]
    assert (found.working, found.complete_until) == (True, TEN)
    raise_alarm(stations, BESIDE, "terminal silent", 30)
    assert working(stations) is True


def test_all_within_reach_are_down(stations: Engine) -> None:
    for station in (NEAR, BESIDE):
        raise_alarm(stations, station, "terminal silent", 30, 5)
    assert [working(stations, minutes) for minutes in (31, 30, 10, 6, 5)] == [True, False, False, False, True]


def test_an_alarm_with_which_it_sells_takes_nothing_away(stations: Engine) -> None:
    for station in (NEAR, BESIDE):
        raise_alarm(stations, station, "printer out", 30)
    assert working(stations) is True


def test_where_the_data_does_not_reach_nobody_can_say(stations: Engine) -> None:
    for station in (NEAR, BESIDE):
        know_until(stations, station, TEN - HOUR)
    assert working(stations, 10) is None
    assert working(stations, 70) is True
    raise_alarm(stations, NEAR, "no tariff", 30)
    assert working(stations, 10) is None
    raise_alarm(stations, BESIDE, "no tariff", 30)
    assert working(stations, 10) is False


def know_until(store: Engine, station: str, until: datetime) -> None:
    """Let the data of a station go no further."""
    with store.begin() as connection:
        connection.execute(update(station_table).where(station_table.c.station == station).values(complete_until=until))


def test_in_a_silence_nobody_can_say(stations: Engine) -> None:
    with stations.begin() as connection:
        for station in (NEAR, BESIDE):
            row = {"station": station, "since": TEN - 20 * MINUTE, "until": TEN - 5 * MINUTE}
            connection.execute(insert(silences).values(row))
    assert [working(stations, minutes) for minutes in (21, 10, 5)] == [True, None, True]


def test_none_within_reach_is_none(stations: Engine) -> None:
    found = nearest_working(stations, stops_sales, 48.80, 2.30, TEN)
    assert (found.working, found.machines, found.complete_until) == (False, (), None)


def test_a_machine_that_may_stand_anywhere_may_stand_here(stations: Engine) -> None:
    enrol(stations, "75011-0045", TEN)
    found = nearest_working(stations, stops_sales, 48.80, 2.30, TEN)
    assert (found.working, found.unplaced) == (None, 1)
    assert working(stations) is True, "one that worked is enough"
    with stations.begin() as connection:
        gone = update(station_table).where(station_table.c.station == "75011-0045")
        connection.execute(gone.values(revoked_at=TEN - MINUTE))
    assert nearest_working(stations, stops_sales, 48.80, 2.30, TEN).working is False


def test_before_it_was_enrolled_it_was_not_there(stations: Engine) -> None:
    assert nearest_working(stations, stops_sales, *HERE, TEN - timedelta(days=200)).machines == ()


@pytest.mark.parametrize(
    ("latitude", "longitude", "metres"),
    [(48.8638, 2.3705, 0), (48.8648, 2.3705, 111), (48.8638, 2.3719, 102), (-48.8638, 2.3705, 10_867_000)],
)
def test_metres(latitude: float, longitude: float, metres: int) -> None:
    assert metres_between(StationPosition(NEAR, *HERE), latitude, longitude) == pytest.approx(metres, abs=max(1, metres / 1000))


# --- the routes ----------------------------------------------------------------------------------------------------


@pytest.fixture
def client(stations: Engine) -> Client:
    city, clock = city_of(stations), ManualClock(TEN)
    return Client(create_app(city, clock, NO_LIMITS), city, clock)


def test_everybody_may_ask(client: Client) -> None:
    answer = client.get("/v1/public/nearest-working?at=48.8638,2.3705&when=2026-03-04T09:50:00%2B01:00").json()
    assert (answer["working"], answer["within_metres"]) == (True, 200)
    assert answer["machines"][0] == {
        "station": BESIDE,
        "metres": 11,
        "availability": "working",
        "known_until": TEN.isoformat(),
    }


def test_now_is_as_last_heard_and_the_past_is_what_is_known(client: Client, stations: Engine) -> None:
    """Its data never reaches this very moment; of two minutes ago it is not known yet."""
    for station in (NEAR, BESIDE):
        know_until(stations, station, TEN - 3 * MINUTE)
    here = "/v1/public/nearest-working?at=48.8638,2.3705"
    two_minutes_ago = f"{here}&when=2026-03-04T09:58:00%2B01:00"
    assert [client.get(url).json()["working"] for url in (here, two_minutes_ago)] == [True, None]
    for station in (NEAR, BESIDE):
        know_until(stations, station, TEN - 3 * MINUTE - timedelta(seconds=1))
    assert client.get(here).json()["working"] is None
    said = client.get("/v1/stations.geojson").json()["features"]
    states = {each["properties"]["station"]: each["properties"]["availability"] for each in said}
    assert states[NEAR] == states[BESIDE] == "unknown"
    raise_alarm(stations, BESIDE, "terminal silent", 30)
    raise_alarm(stations, NEAR, "terminal silent", 30)
    assert client.get(here).json()["working"] is False


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("at=x", "at"),
        ("at=2.3705", "at"),
        ("at=91,2", "at"),
        ("at=48.8,181", "at"),
        ("at=NaN,2", "at"),
        ("when=2026-03-04T09:50:00%2B01:00", "at"),
        ("at=48.8,2.3&when=2026-03-04T10:00:01%2B01:00", "when"),
        ("at=48.8,2.3&when=2024-03-04T10:00:00%2B01:00", "when"),
        ("at=48.8,2.3&when=x", "when"),
    ],
)
def test_what_is_no_place_or_no_time_is_refused(client: Client, query: str, field: str) -> None:
    answer = client.get(f"/v1/public/nearest-working?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


@pytest.mark.parametrize("when", ["now", "2026-03-04T10:00:00", "2026-13-04T10:00:00Z", "1772614800"])
def test_every_date_that_is_none_is_answered_in_the_same_words(client: Client, when: str) -> None:
    answer = client.get(f"/v1/public/nearest-working?at=48.8,2.3&when={when}")
    assert answer.json()["errors"] == [{"field": "when", "reason": WHAT_A_DATE_IS}]


def test_stations_as_geojson(client: Client) -> None:
    said = client.get("/v1/stations.geojson")
    assert said.headers["content-type"] == "application/geo+json"
    answer = said.json()
    assert answer["type"] == "FeatureCollection"
    [near] = [each for each in answer["features"] if each["properties"]["station"] == NEAR]
    assert near["geometry"] == {"type": "Point", "coordinates": [2.3705, 48.865]}
    assert near["properties"] == {
        "station": NEAR,
        "zone": 1,
        "sector": "11D",
        "address": "12 rue Oberkampf",
        "availability": Availability.WORKING.value,
        "known_until": TEN.isoformat(),
    }
    assert StationCollection.model_validate(answer).model_dump(mode="json") == answer, "it is what /docs says"


def test_however_many_ask_the_stations_are_read_once_a_second(client: Client) -> None:
    def known_until() -> set[str]:
        features = client.get("/v1/stations.geojson").json()["features"]
        return {each["properties"]["known_until"] for each in features if each["properties"]["station"] == NEAR}

    assert known_until() == {TEN.isoformat()}
    know_until(client.city.store, NEAR, TEN - MINUTE)
    assert known_until() == {TEN.isoformat()}
    client.clock.at += LAG
    assert known_until() == {(TEN - MINUTE).isoformat()}


# --- positions -----------------------------------------------------------------------------------------------------

CSV = ["station,latitude,longitude,address", "75011-0042,48.8638,2.3705,12 rue Oberkampf"]


def test_positions_are_read_from_both_kinds_of_file() -> None:
    wanted = (StationPosition(NEAR, *HERE, "12 rue Oberkampf"),)
    assert positions_in_csv(CSV) == wanted
    said = '{"station": "75011-0042", "address": "12 rue Oberkampf"}'
    feature = f'{{"geometry": {{"coordinates": [2.3705, 48.8638]}}, "properties": {said}}}'
    assert positions_in_geojson(f'{{"features": [{feature}]}}') == wanted


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["a,b"],
        [CSV[0], "75011-0042,x,2,"],
        [CSV[0], "75011-0042,91,2,"],
        [CSV[0], "75011-0042,nan,2,"],
        *([CSV[0], f"75011-0042,{each},2,"] for each in ("4_8.8", "٤٨.٨", "４８.８", "4.88e1", "inf", "")),
        [CSV[0], "75011-0042,48,2," + "x" * 101],
        [*CSV, CSV[1]],
    ],
)
def test_a_file_that_is_wrong_is_refused(lines: list[str]) -> None:
    with pytest.raises(FieldError):
        positions_in_csv(lines)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"features": [1]}', '{"features": [{"geometry": null}]}', "[" * 50_000])
def test_json_that_is_no_geojson_is_refused(text: str) -> None:
    with pytest.raises(FieldError):
        positions_in_geojson(text)


def test_a_station_that_is_unknown_keeps_the_others_out(stations: Engine) -> None:
    with pytest.raises(FieldError, match="75099-0001"):
        save_positions(stations, [StationPosition(NEAR, 1.0, 1.0), StationPosition("75099-0001", 1.0, 1.0)], "the test", TEN)
    assert read_positions(stations)[NEAR].latitude == 48.8650


# --- alarms in words -----------------------------------------------------------------------------------------------


def test_every_key_has_its_words_and_an_unknown_alarm_too() -> None:
    assert (words_of("key OK stuck").code, words_of("key OK stuck").says) == ("K1", "Touche OK coincée")
    assert words_of("of tomorrow").code == "?"
    assert [stops_sales([name]) for name in ("no tariff", "terminal silent", "printer out", "of tomorrow")] == [
        *(True, True),
        *(False, False),
    ]
