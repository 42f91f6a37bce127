"""Feeds for other systems: the exported rate tables priced again by a reader of their own, pages, ETags, whose plates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from central.access.tokens import Scope
from central.db.store import open_store
from central.operations.positions import StationPosition, save_positions
from central.rules.evidence import RightStatus
from firmware.domain.rate_key import RateKey
from firmware.tariff import Quote, quote
from tests.central.api_client import NO_LIMITS, Client, client_of, seller_of
from tests.central.register_rows import HOUR, TARIFFS, TEN, report, right, sell

SECONDS = {"PT15M": 900, "PT1H": 3600, "P1D": 86400}


@pytest.fixture
def client(store: Engine) -> Client:
    client = client_of(store, limits=NO_LIMITS)
    client.clock.at = TEN
    return client


def cents_of(table: Mapping[str, Any], increments: int) -> int | None:
    """What so many increments cost by an exported rate table, read as its description says: no code of the engine."""
    [collection] = table["rateLineCollections"]
    total = Decimal(0)
    for line in collection["rateLines"]:
        begin, end = (int(re.fullmatch(r"PT(\d+)S", line[name])[1]) for name in ("durationStart", "durationEnd"))  # type: ignore[index]
        step = SECONDS[line["incrementPeriod"]]
        begun = max(0, min(increments * step, end) - begin)
        total += Decimal(str(line["value"])) * (begun // step)
    longest = int(re.fullmatch(r"PT(\d+)S", collection["maxTime"])[1])  # type: ignore[index]
    if increments * SECONDS[collection["minTime"]] > longest or (table["x-lengths"] and increments not in table["x-lengths"]):
        return None
    return int((total * 100).quantize(Decimal(1), ROUND_HALF_UP))


@pytest.fixture(scope="module")
def exported_tables(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('feeds')}/central.db")
    client = client_of(store, limits=NO_LIMITS)
    client.clock.at = TEN
    found: list[dict[str, Any]] = []
    while len(found) < (page := client.get(f"/v1/apds/rates?offset={len(found)}&page_size=100").json())["meta"]["total"]:
        found += page["data"]
    store.dispose()
    return found


def test_every_exported_price_is_the_engines(exported_tables: list[dict[str, Any]]) -> None:
    """All versions, zones, regimes and classes; all 24 quarters of a visitor, and every length of the others."""
    compared, halves = 0, 0
    for table in TARIFFS.rate_tables:
        at = TEN.replace(year=table.first_day.year, month=table.first_day.month, day=table.first_day.day) + timedelta(days=40)
        at = TARIFFS.calendar.first_paid(at)
        for key in table.grids:
            [exported] = [each for each in exported_tables if is_of(each, table.name, key)]
            for increments in range(1, 26):
                offer = quote(TARIFFS, key, at, increments)
                assert cents_of(exported, increments) == (offer.cents if isinstance(offer, Quote) else None), (key, increments)
                compared += 1
            halves += any(line["value"] * 100 % 1 for line in exported["rateLineCollections"][0]["rateLines"])
    assert compared >= 600
    assert halves >= 2, "no price has a fraction of a cent: the rounding is not tried"


def is_of(exported: Mapping[str, Any], name: str, key: RateKey) -> bool:
    same = (exported["x-zone"], exported["x-regime"], exported["x-vehicle"]) == tuple(key)
    return same and exported["validityStart"].startswith(name)


# --- pages and ETags --------------------------------------------------------------------------------------------------


def test_what_the_client_has_is_not_sent_again(client: Client) -> None:
    for url in ("/v1/apds/rates", "/v1/apds/places", "/v1/datex2/parking"):
        first = client.get(url)
        tag = first.headers["etag"]
        client.clock.at += HOUR
        assert asked_with(client, url, tag).status_code == 304
        assert asked_with(client, url, f'"other", {tag}').status_code == 304
        assert asked_with(client, url, 'W/"other"').status_code == 200
    one = client.get("/v1/apds/rates").json()["data"][0]
    assert client.get(f"/v1/apds/rates/{one['id']}").json() == one
    assert client.get("/v1/apds/rates/none").status_code == 404


def asked_with(client: Client, url: str, tag: str) -> httpx.Response:
    import asyncio

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(client.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://city") as http:
            return await http.get(url, headers={"if-none-match": tag})

    return asyncio.run(send())


def test_the_places_are_the_sectors_with_a_station(client: Client) -> None:
    [place] = client.get("/v1/apds/places").json()["data"]
    assert (place["x-sector"], place["x-zone"], place["type"], place["timeZone"]) == ("11D", 1, "place", "Europe/Paris")
    assert sites_of(client) == [], "nobody has said where it is"
    save_positions(client.city.store, [StationPosition("75011-0042", 48.8638, 2.3705, "")], "the test", TEN)
    [site] = sites_of(client)
    assert (site["_id"], site["type"], site["maximumParkingDuration"]) == (place["id"], "onStreet", 6 * 3600)
    assert site["locationAndDimension"] == {"coordinatesForDisplay": {"latitude": 48.8638, "longitude": 2.3705}}


def sites_of(client: Client) -> list[dict[str, object]]:
    found: list[dict[str, object]] = client.get("/v1/datex2/parking").json()["parkingPublicationLight"]["parkingSite"]
    return found


def test_the_pages_show_what_was_known_at_one_instant(client: Client) -> None:
    sell(client.city.store, *(right(f"AB{number:03}CD") for number in range(1, 6)))
    sell(client.city.store, replace(right("EF001GH"), status=RightStatus.STARTED), right("EF002GH", TEN - 3 * HOUR))
    partner = client.with_token(Scope.PARTNER)
    first = partner.get("/v1/apds/sessions?page_size=3").json()
    assert (first["meta"]["total"], len(first["data"])) == (5, 3)
    client.clock.at += HOUR / 2
    sell(client.city.store, right("AA000AA", TEN + HOUR / 2))
    following = f"/v1/apds/sessions?page_size=3&offset=3&reference_instant={first['meta']['referenceInstant']}"
    second = partner.get(following).json()
    assert (second["meta"]["total"], len(second["data"])) == (5, 2)
    assert len({each["id"] for each in [*first["data"], *second["data"]]}) == 5
    assert partner.get("/v1/apds/sessions").json()["meta"]["total"] == 6
    assert partner.get(f"/v1/apds/sessions?reference_instant={int(client.clock.at.timestamp()) + 9}").status_code == 422


@pytest.mark.parametrize("feed", ["sessions", "rights/assigned"])
def test_a_plate_is_told_only_to_who_may_check_plates(client: Client, feed: str) -> None:
    sell(client.city.store, right("AB123CD"))
    url = f"/v1/apds/{feed}"
    assert client.get(url).status_code == 401
    assert client.with_token(*set(Scope) - {Scope.PARTNER}).get(url).status_code == 403
    without, with_plates = client.with_token(Scope.PARTNER).get(url), client.with_token(Scope.PARTNER, Scope.CHECK).get(url)
    assert "AB123CD" not in without.text
    assert with_plates.text.count("AB123CD") == 1
    assert with_plates.headers["cache-control"] == "no-store"


def test_a_session_points_to_its_right_and_its_place(client: Client) -> None:
    sell(client.city.store, right("AB123CD"))
    partner = client.with_token(Scope.PARTNER)
    [session], [assigned] = (partner.get(f"/v1/apds/{feed}").json()["data"] for feed in ("sessions", "rights/assigned"))
    [place] = client.get("/v1/apds/places").json()["data"]
    [segment] = session["segments"]
    assert segment["assignedRight"]["id"] == assigned["id"]
    assert session["hierachyElement"]["id"] == place["id"]
    assert assigned["rightSpecification"] in place["rightSpecifications"]
    assert (segment["actualStart"], assigned["expiry"]) == ("2026-03-04T10:00:00+01:00", "2026-03-04T11:00:00+01:00")
    assert segment["financialTransactions"][0]["segmentValue"] == 6.0


def test_stopped_before_its_first_paid_minute_a_parking_ends_no_earlier_than_it_starts(client: Client) -> None:
    stop, place = "2026-03-04T23:32:00+01:00", "/v1/operators/parkphone/parkings/A-1"
    said = {"plate": "AB-123-CD", "zone": 1, "sector": "11D", "units": 4, "cents": 600, "currency": "EUR"}
    said["bought_at"] = "2026-03-04T23:30:00+01:00"
    report(client.city.store, "75011-0042", TEN)
    client.clock.at = datetime.fromisoformat(stop)
    seller = seller_of(client)
    assert seller.put(place, said).json()["start"] == "2026-03-05T09:00:00+01:00"
    stopped = seller.put(place, {**said, "stopped_at": stop}).json()
    assert (stopped["start"], stopped["end"]) == (stop, stop)
    assert seller.put(place, {**said, "stopped_at": stop}).json() == stopped, "the same again"
    partner, query = client.with_token(Scope.PARTNER), f"?end_after={int(TEN.timestamp())}"
    [session], [assigned] = (partner.get(f"/v1/apds/{feed}{query}").json()["data"] for feed in ("sessions", "rights/assigned"))
    assert (session["actualStart"], session["actualEnd"], assigned["expiry"]) == (said["bought_at"], stop, stop)
