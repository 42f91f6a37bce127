"""Routes of operators and auditors: stations, exceptions, series, tariffs, tokens, and the audit trail."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from central.access.tokens import token_id
from central.db.tables import generations, publications
from firmware.domain.parking_right import ParkingRight
from firmware.protocol.envelope import PUBLICATION, envelope_in, open_envelope, public_key_text
from firmware.protocol.facts import RightSold
from firmware.protocol.messages import publication_in
from tests.calendars import with_calendar
from tests.central.api_client import CHECK, NO_LIMITS, Client, client_of
from tests.central.signing_station import NOW, STATION, THERE, SigningStation, chain, count, key_of

HEADER = "plate,holding,sectors,valid_from,valid_until\n"
CMI = HEADER + "AB-123-CD,cmi_s,,2026-01-01T00:00:00+01:00,\n"
TARIFFS = (Path(__file__).parents[2] / "tariffs.json").read_bytes().strip()
SINCE = "effective_from=2026-03-05T00:00:00%2B01:00"
RIGHT = ParkingRight(
    f"{STATION}-000001", "AB123CD", 1, "11D", "visitor", "car", NOW, NOW + timedelta(hours=1), 4, 600, "2021-08-01"
)


@pytest.fixture
def operator(store: Engine) -> Client:
    """An operator of a city with one station."""
    return client_of(store, limits=NO_LIMITS).as_role("operator")


def list_audit(operator: Client) -> list[dict[str, Any]]:
    noted: list[dict[str, Any]] = operator.get("/v1/audit").json()
    return noted


def name(operator: Client) -> str:
    """As it stands in the audit trail."""
    return f"Dupont ({token_id(operator.token)})"


# --- stations --------------------------------------------------------------------------------------------------------


def enrolment(station: str = THERE) -> dict[str, object]:
    return {"station": station, "zone": 2, "sector": "12A", "public_key": public_key_text(key_of(station).public_key())}


def test_a_station_is_accepted_once_it_is_enrolled_and_no_more_once_revoked(operator: Client) -> None:
    station, url = SigningStation(operator.city, THERE), f"/v1/stations/{THERE}/entries"
    assert operator.post(url, content=station.request([])).status_code == 401
    assert operator.post("/v1/stations", enrolment()).status_code == 204
    assert operator.post(url, content=station.request([])).status_code == 200
    assert [each["station"] for each in operator.get("/v1/stations").json()] == [STATION, THERE]
    assert operator.post(f"/v1/stations/{THERE}/revoke").status_code == 204
    assert operator.post(url, content=station.request([])).status_code == 401
    assert [(each["who"], each["action"]) for each in list_audit(operator)][-2:] == [
        (name(operator), "enrol"),
        (name(operator), "revoke"),
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"station": "a station"}, "station"),
        ({"station": "75011-00042"}, "station"),
        ({"zone": 3}, "zone"),
        ({"zone": 1}, "zone"),
        ({"sector": "13A"}, "sector"),
        ({"sector": "D11"}, "sector"),
        ({"sector": "99Z"}, "sector"),
        ({"public_key": "A" * 42}, "public_key"),
        ({"public_key": "A" * 42 + "B"}, "public_key"),
        ({"private_key": "x"}, "private_key"),
    ],
)
def test_a_wrong_enrolment_names_the_field(operator: Client, change: dict[str, object], field: str) -> None:
    answer = operator.post("/v1/stations", enrolment() | change)
    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, [field])
    assert [each["station"] for each in operator.get("/v1/stations").json()] == [STATION]


def test_what_is_not_there_cannot_be_revoked_or_cleared(operator: Client) -> None:
    note = {"note": "seen"}
    answers = [
        operator.post(f"/v1/stations/{THERE}/revoke"),
        operator.post(f"/v1/dead-letters/{STATION}/1/clear", note),
        operator.post("/v1/incidents/1/clear", note),
        operator.delete("/v1/tokens/0123456789ab"),
    ]
    assert [(each.status_code, each.json()["status"]) for each in answers] == [(404, 404)] * 4


def test_what_waits_is_cleared_with_a_note(operator: Client) -> None:
    station = SigningStation(operator.city)
    station.hand_in(chain([{"type": "FromTheFuture"}]))
    station.hand_in(chain([RightSold(RIGHT, True)]))
    [letter], [incident] = operator.get("/v1/dead-letters").json(), operator.get("/v1/incidents").json()
    assert (letter["station"], letter["seq"], incident["seq"]) == (STATION, 1, 1)
    letters, incidents = f"/v1/dead-letters/{STATION}/1/clear", f"/v1/incidents/{incident['id']}/clear"
    assert [operator.post(url, {"note": ""}).status_code for url in (letters, incidents)] == [422, 422]
    assert [operator.post(url, {"note": "seen"}).status_code for url in (letters, incidents)] == [204, 204]
    assert [operator.get("/v1/dead-letters").json(), operator.get("/v1/incidents").json()] == [[], []]
    assert [operator.post(url, {"note": "seen"}).status_code for url in (letters, incidents)] == [404, 404]


@pytest.mark.parametrize("number", ["-1", "1.5", "x", str(1 << 53), "9" * 30])
def test_a_number_that_is_none_is_no_500(operator: Client, number: str) -> None:
    for url in (f"/v1/dead-letters/{STATION}/{number}/clear", f"/v1/incidents/{number}/clear"):
        assert operator.post(url, {"note": "seen"}).status_code == 422


# --- rights, tariffs, configurations ---------------------------------------------------------------------------------


def test_a_series_is_replaced_and_known_to_the_next_check(operator: Client) -> None:
    answer = operator.put("/v1/rights/cmi", content=CMI.encode())
    assert (answer.status_code, answer.json()) == (200, {"generation": 1})
    assert operator.post("/v1/checks", CHECK).json()["because"] == "register"
    emptied = operator.put("/v1/rights/cmi", content=HEADER.encode())
    assert (emptied.status_code, [each["field"] for each in emptied.json()["errors"]]) == (422, ["accept_shrink"])
    assert operator.put("/v1/rights/cmi?accept_shrink=1", content=HEADER.encode()).json() == {"generation": 2}
    assert operator.post("/v1/checks", CHECK).json()["because"] is None


@pytest.mark.parametrize(
    ("series", "text", "field"),
    [
        ("cmi", CMI + "EF-456-GH,cmi,,2026-01-01T00:00:00+01:00,\n", "line 3, holding"),
        ("cmi", CMI + "AB123CD,cmi_s,,2026-01-01T00:00:00+01:00,\n", "line 3, plate"),
        ("cmi", CMI + "EF-456-GH,cmi_s,,2026-01-01T00:00:00,\n", "line 3, valid_from"),
        ("cmi", CMI[:-1], "line 2"),
        ("cmi", "", "line 1"),
        ("C%20M", CMI, "series"),
    ],
)
def test_a_wrong_series_names_the_line_and_changes_nothing(operator: Client, series: str, text: str, field: str) -> None:
    answer = operator.put(f"/v1/rights/{series}", content=text.encode())
    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, [field])
    assert count(operator.city, generations) == 0


def test_a_series_may_be_longer_than_other_bodies(operator: Client) -> None:
    rows = "".join(f"{number},cmi_s,,2026-01-01T00:00:00+01:00,\n" for number in range(30_000))
    assert len(HEADER + rows) > 1 << 20
    assert operator.put("/v1/rights/cmi", content=(HEADER + rows).encode()).json() == {"generation": 1}


def test_a_short_calendar_is_refused_with_the_way_out(operator: Client) -> None:
    short = with_calendar(last=date(2026, 12, 31))
    [said] = operator.put(f"/v1/tariffs?{SINCE}", content=short).json()["errors"]
    assert (said["field"], said["reason"].endswith(", or accept_short_calendar=true")) == ("body.calendar.last_day", True)
    assert operator.put(f"/v1/tariffs?{SINCE}&accept_short_calendar=true", content=short).json() == {"version": 1}


def test_tariffs_are_published_signed_and_shown_for_any_date(operator: Client) -> None:
    assert operator.get("/v1/tariffs").status_code == 404
    dearer = TARIFFS.replace(b'{"units": 1, "cents": 150}', b'{"units": 1, "cents": 160}')
    assert dearer != TARIFFS
    assert operator.put(f"/v1/tariffs?{SINCE}", content=TARIFFS).json() == {"version": 1}
    assert operator.put("/v1/tariffs?effective_from=2026-04-01T00:00:00%2B02:00", content=dearer).json() == {"version": 2}
    assert operator.get("/v1/tariffs").status_code == 404
    for at, version, body in (("2026-03-05T00:00:00%2B01:00", 1, TARIFFS), ("2026-04-01T00:00:00%2B02:00", 2, dearer)):
        envelope = envelope_in(operator.get(f"/v1/tariffs?at={at}").content)
        document = publication_in(open_envelope(PUBLICATION, envelope, operator.city.key.public_key()))
        assert (document.version, document.audience, bytes(document.body)) == (version, "all", body)


@pytest.mark.parametrize(
    ("url", "body", "field"),
    [
        (f"/v1/tariffs?{SINCE}", b"{}", "body"),
        (f"/v1/tariffs?{SINCE}", b"", "body"),
        (f"/v1/tariffs?{SINCE}", TARIFFS.replace(b'"regimes"', b'"colours"', 1), "body"),
        ("/v1/tariffs", TARIFFS, "effective_from"),
        ("/v1/tariffs?effective_from=2026-03-05T00:00:00", TARIFFS, "effective_from"),
        ("/v1/tariffs?effective_from=tomorrow", TARIFFS, "effective_from"),
        (f"/v1/configuration/{THERE}?{SINCE}", b'{"street":"mixed"}', "audience"),
        (f"/v1/configuration/{STATION}?{SINCE}", b'{"street":"blue"}', "body.street"),
        (f"/v1/configuration/{STATION}?{SINCE}", b'{"colour":"blue"}', "body"),
    ],
)
def test_what_cannot_be_published_names_the_field(operator: Client, url: str, body: bytes, field: str) -> None:
    answer = operator.put(url, content=body)
    assert answer.status_code == 422, answer.text
    assert [each["field"].startswith(field) for each in answer.json()["errors"]] == [True]
    assert count(operator.city, publications) == 0


def test_a_configuration_is_published_for_one_station(operator: Client) -> None:
    answer = operator.put(f"/v1/configuration/{STATION}?{SINCE}", content=b'{"address":"14 rue Oberkampf"}')
    assert answer.json() == {"version": 1}
    assert list_audit(operator)[-1]["subject"] == STATION


# --- tokens and the trail --------------------------------------------------------------------------------------------


def test_tokens_are_issued_listed_and_revoked_without_their_secrets(operator: Client) -> None:
    secret: str = operator.post("/v1/tokens", {"who": "Agent 1", "scopes": ["check"], "days": 2}).json()["token"]
    listed = operator.get("/v1/tokens")
    [token] = [each for each in listed.json() if each["who"] == "Agent 1"]
    assert (token["id"], token["expires_at"], token["revoked_at"]) == (token_id(secret), "2026-03-06T11:00:00+01:00", None)
    assert secret[17:] not in listed.text
    assert operator.delete(f"/v1/tokens/{token_id(secret)}").status_code == 204
    assert replace(operator, token=secret).post("/v1/checks", CHECK).status_code == 401


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"who": ""}, "who"),
        ({"who": "  "}, "who"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes[0]"),
        ({"days": 0}, "days"),
        ({"days": 367}, "days"),
        ({"days": "30"}, "days"),
        ({"secret": "x"}, "secret"),
    ],
)
def test_a_wrong_token_request_names_the_field(operator: Client, change: dict[str, object], field: str) -> None:
    answer = operator.post("/v1/tokens", {"who": "Agent 1", "scopes": ["check"], "days": 2} | change)
    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, [field])
    assert len(operator.get("/v1/tokens").json()) == 1


def test_the_trail_is_read_page_by_page(operator: Client) -> None:
    everything = list_audit(operator)
    assert len(everything) >= 2
    first = operator.get("/v1/audit?limit=1").json()
    rest = operator.get(f"/v1/audit?after={first[0]['id']}").json()
    assert first + rest == everything
    wrong = [operator.get(f"/v1/audit?{query}").status_code for query in ("limit=0", "limit=1001", "after=-1", "after=x")]
    assert wrong == [422] * 4


def test_who_reads_the_checks_is_noted(operator: Client) -> None:
    operator.post("/v1/checks", CHECK)
    [check] = operator.get("/v1/checks").json()
    assert (check["plate"], check["asked_by"], check["allowed"]) == ("AB123CD", name(operator), False)
    assert operator.get(f"/v1/checks?after={check['id']}").json() == []
    assert [each["action"] for each in list_audit(operator)][-2:] == ["checks read", "checks read"]


def test_a_late_sale_reopens_a_refusal(operator: Client) -> None:
    assert operator.post("/v1/checks", CHECK).json()["allowed"] is False
    assert operator.get("/v1/reopened?since=2026-03-04T00:00:00%2B01:00").json() == []
    operator.post(
        f"/v1/stations/{STATION}/entries", content=SigningStation(operator.city).request(chain([RightSold(RIGHT, True)]))
    )
    [reopened] = operator.get("/v1/reopened?since=2026-03-04T00:00:00%2B01:00").json()
    assert (reopened["plate"], reopened["because"], reopened["right"]["reference"]) == ("AB123CD", "right", RIGHT.reference)
    assert operator.get("/v1/reopened").status_code == 422
    assert [each["action"] for each in list_audit(operator)[-2:]] == ["reopened read", "request refused"]
