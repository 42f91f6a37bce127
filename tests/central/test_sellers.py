"""Sellers by telephone over HTTP: start, extend, stop, the price to the cent, whose token it is, and their silence."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import Engine, select

from central.access.tokens import Scope
from central.db.tables import audit, rights
from central.operations.fleet import list_stations
from central.operations.retention import RetentionPeriods, delete_expired
from central.rules.evidence import CheckRules
from tests.central.api_client import NO_LIMITS, Client, client_of, seller_of
from tests.central.register_rows import HOUR, MINUTE, TEN, entitle, report

PARKINGS = "/v1/operators/parkphone/parkings"
BODY: dict[str, object] = {
    "plate": "ab-123-cd",
    "zone": 1,
    "sector": "11D",
    "bought_at": "2026-03-04T10:00:00+01:00",
    "units": 4,
    "cents": 600,
    "currency": "EUR",
}
CHECK = {"plate": "AB-123-CD", "zone": 1, "sector": "11D", "at": "2026-03-04T10:30:00+01:00"}
DAYS_400 = timedelta(days=400)


@pytest.fixture
def seller(store: Engine) -> Client:
    """A seller at ten o'clock in Paris, in a city with one station that is up to date."""
    client = client_of(store, limits=NO_LIMITS)
    client.clock.at = TEN - HOUR
    report(store, "75011-0042", TEN + 3 * HOUR)
    seller = seller_of(client)
    client.clock.at = TEN
    return seller


def put(seller: Client, id: object = "A-1", **changed: object) -> httpx.Response:
    return seller.put(f"{PARKINGS}/{id}", {**BODY, **changed})


def refused(answer: httpx.Response) -> tuple[int, list[str]]:
    return answer.status_code, [each["field"] for each in answer.json().get("errors", [])]


def checked(seller: Client, at: str = "2026-03-04T10:30:00+01:00") -> dict[str, object]:
    answer: dict[str, object] = seller.as_role("agent").post("/v1/checks", {**CHECK, "at": at}).json()
    return answer


# --- start, extend, stop ----------------------------------------------------------------------------------------------


def test_a_parking_is_a_right_like_any_other(seller: Client) -> None:
    answer = put(seller)
    assert answer.status_code == 201
    assert answer.json() == {
        "operator": "parkphone",
        "id": "A-1",
        "version": 1,
        "status": "sold",
        "units": 4,
        "cents": 600,
        "currency": "EUR",
        "start": "2026-03-04T10:00:00+01:00",
        "end": "2026-03-04T11:00:00+01:00",
        "tariff": answer.json()["tariff"],
        "known_from": "2026-03-04T10:00:00+01:00",
    }
    found = checked(seller)
    assert (found["allowed"], found["because"], found["until"]) == (True, "right", "2026-03-04T11:00:00+01:00")
    assert found["right"]["station"] == "parkphone"  # type: ignore[index]


def test_the_same_again_is_answered_as_before_and_changes_nothing(seller: Client) -> None:
    first = put(seller)
    for at in (TEN + MINUTE, TEN + 5 * HOUR):
        seller.clock.at = at
        again = put(seller)
        assert (again.status_code, again.json()) == (200, first.json())
    with seller.city.store.begin() as connection:
        assert len(connection.execute(select(rights)).all()) == 1


def test_an_earlier_message_that_comes_again_is_answered_as_it_was_and_changes_nothing(seller: Client) -> None:
    stop: dict[str, object] = {"units": 4, "cents": 600, "stopped_at": "2026-03-04T10:25:00+01:00"}
    said: list[dict[str, object]] = [{}, {"units": 8, "cents": 1200}, stop]
    seller.clock.at = TEN + 30 * MINUTE
    first = [put(seller, **each).json() for each in said]
    seller.clock.at = TEN + 5 * HOUR
    assert [put(seller, **each).json() for each in said[::-1]] == first[::-1]
    assert refused(put(seller, units=6, cents=900)) == (409, ["units"])


def test_it_is_extended_on_the_progressive_grid_and_stopped(seller: Client) -> None:
    put(seller)
    seller.clock.at = TEN + 30 * MINUTE
    longer = put(seller, units=12, cents=2400)
    assert (longer.status_code, longer.json()["end"], longer.json()["version"]) == (200, "2026-03-04T13:00:00+01:00", 2)
    seller.clock.at = TEN + 90 * MINUTE
    stopped = put(seller, units=8, cents=1200, stopped_at="2026-03-04T11:29:00+01:00")
    assert (stopped.json()["status"], stopped.json()["end"]) == ("stopped", "2026-03-04T11:29:00+01:00")
    assert checked(seller, "2026-03-04T11:28:00+01:00")["because"] == "right"
    assert checked(seller, "2026-03-04T11:30:00+01:00")["because"] == "tolerance"
    assert not checked(seller, "2026-03-04T11:40:00+01:00")["allowed"]


def test_as_known_before_it_was_stopped_it_still_ran(seller: Client) -> None:
    put(seller)
    seller.clock.at = TEN + 20 * MINUTE
    put(seller, units=1, cents=150, stopped_at="2026-03-04T10:10:00+01:00")
    question = {**CHECK, "known_at": "2026-03-04T10:15:00+01:00"}
    answer = seller.as_role("agent").post("/v1/checks", question).json()
    assert (answer["allowed"], answer["then"]["because"]) == (False, "right")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"plate": "AB-123-CE"}, "plate"),
        ({"bought_at": "2026-03-04T09:59:00+01:00"}, "bought_at"),
        ({"sector": "11C"}, "sector"),
        ({"units": 3, "cents": 450}, "units"),
    ],
)
def test_what_a_parking_keeps_is_a_conflict_that_names_the_member(
    seller: Client, changed: dict[str, object], field: str
) -> None:
    put(seller)
    assert refused(put(seller, **changed)) == (409, [field])


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"units": 8, "cents": 1200}, "units"),
        ({"stopped_at": "2026-03-04T10:30:00+01:00", "units": 2, "cents": 300}, "units"),
        ({"cents": 601}, "cents"),
        ({"plate": "ZZ-999-ZZ"}, "plate"),
    ],
)
def test_another_body_about_one_that_has_ended_is_a_conflict(seller: Client, changed: dict[str, object], field: str) -> None:
    put(seller)
    seller.clock.at = TEN + HOUR
    assert refused(put(seller, **changed)) == (409, [field])
    assert put(seller).status_code == 200


def test_what_the_driver_did_in_time_may_be_told_late(seller: Client) -> None:
    put(seller)
    seller.clock.at = TEN + HOUR + 10 * MINUTE
    late = put(seller, units=8, cents=1200, done_at="2026-03-04T10:59:00+01:00")
    assert (late.status_code, late.json()["end"]) == (200, "2026-03-04T12:00:00+01:00")
    assert refused(put(seller, units=12, cents=2400, done_at="2026-03-04T11:20:00+01:00")) == (422, ["done_at"])


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"cents": 599}, "cents"),
        ({"cents": 601}, "cents"),
        ({"currency": "GBP"}, "currency"),
        ({"units": 25, "cents": 7500}, "units"),
        ({"units": 0, "cents": 0}, "units"),
        ({"zone": 2}, "zone"),
        ({"sector": "21A"}, "sector"),
        ({"vehicle": "spaceship"}, "vehicle"),
        ({"regime": "guest"}, "regime"),
        ({"regime": "resident", "units": 1, "cents": 150}, "regime"),
        ({"plate": ""}, "plate"),
        ({"plate": "AB-123-CD" * 3}, "plate"),
        ({"bought_at": "2026-03-04T10:00:01+01:00"}, "bought_at"),
        ({"bought_at": "2026-03-04T10:00:00"}, "bought_at"),
        ({"bought_at": "2014-06-02T10:00:00+02:00"}, "bought_at"),
        ({"stopped_at": "2026-03-04T10:00:00+01:00"}, "stopped_at"),
        ({"price": 6}, "price"),
    ],
)
def test_a_wrong_member_is_named_and_nothing_is_stored(seller: Client, wrong: dict[str, object], field: str) -> None:
    assert refused(put(seller, **wrong)) == (422, [field])
    with seller.city.store.begin() as connection:
        assert connection.execute(select(rights)).all() == []
        assert "request refused" in connection.scalars(select(audit.c.action)).all()


def test_a_resident_may_be_sold_his_day(seller: Client) -> None:
    entitle(seller.city.store, "AB123CD", "resident", ["11D"])
    assert put(seller, regime="resident", units=1, cents=150).status_code == 201


@pytest.mark.parametrize(("regime", "sectors"), [("resident", ["16A"]), ("pro_sedentary", ["3B", "12A"])])
def test_nobody_is_sold_the_price_of_another_sector(seller: Client, regime: str, sectors: list[str]) -> None:
    """2017 DVD 14-1, article 7: outside one's sectors one is a visitor."""
    entitle(seller.city.store, "AB123CD", regime, sectors)
    answer = put(seller, regime=regime, units=1, cents=150)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "sector")


def test_a_token_is_for_one_seller_and_no_other(seller: Client) -> None:
    other = seller_of(seller, "other")
    assert other.put(f"{PARKINGS}/A-1", BODY).status_code == 403
    assert other.put("/v1/operators/parkphone/complete-until", {"until": "2026-03-04T09:30:00+01:00"}).status_code == 403
    assert other.put("/v1/operators/nobody/parkings/A-1", BODY).status_code == 404
    assert other.put("/v1/operators/other/parkings/A-1", BODY).status_code == 201
    assert seller.with_token(Scope.SELL).put(f"{PARKINGS}/A-1", BODY).status_code == 403


def test_a_token_that_sells_names_whose_it_is(seller: Client) -> None:
    clerk = seller.with_token(*Scope)
    asked = {"who": "Park & Phone", "scopes": ["sell"]}
    assert clerk.post("/v1/tokens", {**asked, "operator": "parkphone"}).status_code == 201
    assert refused(clerk.post("/v1/tokens", asked)) == (422, ["operator"])
    assert refused(clerk.post("/v1/tokens", {**asked, "operator": "parkfone"})) == (422, ["operator"]), "nobody of that name"
    assert refused(clerk.post("/v1/tokens", {**asked, "scopes": ["check"], "operator": "parkphone"})) == (422, ["operator"])


def test_one_that_is_revoked_sells_nothing_more(seller: Client) -> None:
    operator = seller.as_role("operator")
    assert operator.post("/v1/operators/parkphone/revoke").status_code == 204
    assert refused(put(seller)) == (422, ["bought_at"])
    assert put(seller, bought_at="2026-03-04T09:30:00+01:00").status_code == 201
    [listed] = operator.get("/v1/operators").json()
    assert (listed["operator"], listed["revoked_at"]) == ("parkphone", "2026-03-04T10:00:00+01:00")
    seller.clock.at += HOUR
    seller_of(seller)
    assert put(seller, id="A-2", bought_at="2026-03-04T11:00:00+01:00").status_code == 201


# --- their silence ----------------------------------------------------------------------------------------------------


def says(seller: Client, until: str) -> httpx.Response:
    return seller.put("/v1/operators/parkphone/complete-until", {"until": until})


def test_a_silent_seller_leaves_a_refusal_open_and_is_named(seller: Client) -> None:
    seller.clock.at = TEN + HOUR
    assert says(seller, "2026-03-04T10:20:00+01:00").status_code == 204
    found = checked(seller)
    assert (found["conclusive"], found["silent"]) == (False, ["parkphone"])
    assert found["sellers"] == {"stations": 1, "silent": 1, "complete_until": "2026-03-04T10:20:00+01:00", "incidents": 0}
    says(seller, "2026-03-04T10:30:00+01:00")
    assert not checked(seller)["conclusive"]  # at the very instant it vouched for, more may come
    says(seller, "2026-03-04T10:30:01+01:00")
    assert (checked(seller)["conclusive"], checked(seller)["silent"]) == (True, [])
    put(seller, bought_at="2026-03-04T10:25:00+01:00")
    assert checked(seller)["allowed"]


def test_what_a_seller_had_vouched_for_is_remembered(seller: Client) -> None:
    report(seller.city.store, "75011-0042", TEN + 3 * HOUR)
    seller.clock.at = TEN + 31 * MINUTE
    says(seller, "2026-03-04T10:05:00+01:00")
    seller.clock.at = TEN + 2 * HOUR
    says(seller, "2026-03-04T12:00:00+01:00")
    question = {**CHECK, "known_at": "2026-03-04T10:40:00+01:00"}
    answer = seller.as_role("agent").post("/v1/checks", question).json()
    assert (answer["conclusive"], answer["then"]["conclusive"]) == (True, False)
    assert answer["then"]["sellers"]["complete_until"] == "2026-03-04T10:05:00+01:00"


def test_nobody_vouches_for_the_future_or_takes_back_what_he_vouched_for(seller: Client) -> None:
    assert refused(says(seller, "2026-03-04T10:00:01+01:00")) == (422, ["until"])
    assert says(seller, "2026-03-04T09:50:00+01:00").status_code == 204
    assert says(seller, "2026-03-04T09:50:00+01:00").status_code == 204
    assert refused(says(seller, "2026-03-04T09:49:00+01:00")) == (409, ["until"])


def test_a_seller_is_no_machine(seller: Client) -> None:
    put(seller)
    listed = list_stations(seller.city.store, seller.clock(), CheckRules())
    assert "parkphone" not in [each.station for each in listed]


def test_its_plates_are_deleted_with_the_others(seller: Client) -> None:
    put(seller)
    assert delete_expired(seller.city.store, "the test", TEN + DAYS_400, RetentionPeriods()).rights == 1
    assert refused(put(seller)) == (409, ["plate"])
