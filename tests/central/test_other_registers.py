"""One right by another office's number; every valid parking at an instant, page by page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine, select

from central.access.tokens import Scope
from central.db.tables import audit
from central.rules.evidence import RightStatus
from tests.central.api_client import NO_LIMITS, Client, client_of
from tests.central.register_rows import HOUR, MINUTE, TEN, right, sell

RIGHT = {"plate": "AB-123-CD", "holding": "cmi_s", "valid_from": "2026-01-01T00:00:00+01:00"}
CHECK = {"plate": "AB-123-CD", "zone": 1, "sector": "11D"}


@pytest.fixture
def client(store: Engine) -> Client:
    client = client_of(store, limits=NO_LIMITS)
    client.clock.at = TEN
    return client


def allowed(client: Client) -> bool:
    return bool(client.as_role("agent").post("/v1/checks", CHECK).json()["allowed"])


def test_one_right_is_put_changed_and_ended_by_its_number(client: Client) -> None:
    office = client.with_token(Scope.RIGHTS)
    url = "/v1/rights/mdph/D-75.17"
    assert office.get(url).status_code == office.delete(url).status_code == 404
    assert not allowed(client)
    put = office.put(url, RIGHT)
    assert (put.status_code, put.json()["version"], put.json()["plate"]) == (200, 1, "AB123CD")
    assert allowed(client)
    client.clock.at += MINUTE
    assert office.put(url, RIGHT).json() == put.json() == office.get(url).json()
    assert office.put(url, {**RIGHT, "plate": "EF-456-GH"}).json()["version"] == 2
    assert not allowed(client)
    assert office.put(url, RIGHT).json()["version"] == 3
    client.clock.at += MINUTE
    assert office.delete(url).status_code == 204
    assert not allowed(client)
    ended = office.get(url).json()
    assert (ended["valid_until"], ended["version"]) == ("2026-03-04T10:02:00+01:00", 4)
    assert office.delete(url).status_code == 204
    assert office.get(url).json() == ended


def test_a_series_loaded_as_a_whole_leaves_single_rights_alone(client: Client) -> None:
    office = client.with_token(Scope.RIGHTS)
    office.put("/v1/rights/mdph/17", RIGHT)
    series = b"plate,holding,sectors,valid_from,valid_until\nEF-456-GH,cmi_s,,2026-01-01T00:00:00+01:00,\n"
    assert office.put("/v1/rights/mdph", content=series).json() == {"generation": 1}
    assert allowed(client)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"plate": "-"}, "plate"),
        ({"holding": "king"}, "holding"),
        ({"sectors": ["11D"]}, "sectors"),
        ({"valid_until": "2025-01-01T00:00:00+01:00"}, "valid_until"),
        ({"valid_from": "2026"}, "valid_from"),
    ],
)
def test_a_wrong_member_of_a_right_is_named(client: Client, wrong: dict[str, object], field: str) -> None:
    answer = client.with_token(Scope.RIGHTS).put("/v1/rights/mdph/17", {**RIGHT, **wrong})
    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, [field])


def test_an_auditor_reads_every_valid_parking_page_by_page(client: Client) -> None:
    there = [right(f"AB{number:03}CD", TEN, 60) for number in range(1, 6)]
    over, later = right("EF001GH", TEN - 2 * HOUR, 60), right("EF002GH", TEN + HOUR)
    begun = replace(right("EF003GH"), status=RightStatus.STARTED)
    early = replace(right("EF004GH", TEN + HOUR), bought_at=TEN - HOUR)
    sell(client.city.store, *there, over, later, begun, early)
    auditor, at = client.as_role("auditor"), "2026-03-04T10:30:00%2B01:00"
    found: list[str] = []
    after, pages = "", 0
    while after is not None:
        page = auditor.get(f"/v1/parkings?at={at}&limit=4&after={after}").json()
        found, after, pages = [*found, *(each["plate"] for each in page["parkings"])], page["next"], pages + 1
    assert (sorted(found), pages) == (sorted(each.plate for each in (*there, early)), 2)
    with client.city.store.begin() as connection:
        assert list(connection.scalars(select(audit.c.action))).count("valid parkings read") == pages
    assert auditor.get(f"/v1/parkings?at={at}&after=x").status_code == 422
