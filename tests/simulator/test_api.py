"""The desk's HTTP API, against a fake desk that records its commands."""

from __future__ import annotations

from datetime import datetime

import pytest

from hal.time_zone import PARIS
from tests.simulator.recorder import PNG, Recorder, ask


@pytest.mark.parametrize(
    ("path", "body", "answer", "told"),
    [
        ("key", {"key": "A"}, {"key": "A", "held": False}, [("press", "A", False)]),
        ("key", {"key": "CORRECT", "held": True}, {"key": "CORRECT", "held": True}, [("press", "CORRECT", True)]),
        ("card", {"card": "declined"}, {"card": "declined", "taken": True}, [("card", "declined")]),
        (
            "fault",
            {"device": "printer", "fault": "paper_out", "on": True},
            {"device": "printer", "fault": "paper_out", "on": True},
            [("fault", "printer", "paper_out", True)],
        ),
        ("power", {"on": False}, {"on": False}, [("power", False)]),
        ("check", {"plate": "AB", "zone": 1, "sector": "11D"}, {"allowed": False}, [("check", "AB", 1, "11D")]),
        (
            "check",
            {"plate": "AB", "zone": 1, "sector": "11D", "at": "2026-03-04T12:06:00"},
            {"allowed": False},
            [("check", "AB", 1, "11D", datetime(2026, 3, 4, 12, 6, tzinfo=PARIS))],
        ),
    ],
)
def test_a_command_reaches_the_desk(
    desk: Recorder, path: str, body: object, answer: object, told: list[tuple[object, ...]]
) -> None:
    response = ask(desk, "POST", f"/api/{path}", body)
    assert (response.status_code, response.json()) == (200, answer)
    assert desk.told == told


@pytest.mark.parametrize("query", ["?unknown=1", "?after=1&after=2"])
@pytest.mark.parametrize("path", ["/api", "/api/state", "/api/wire"])
def test_a_name_in_a_query_that_is_not_read_is_refused(desk: Recorder, path: str, query: str) -> None:
    assert ask(desk, "GET", f"{path}{query}").status_code == 422


def test_the_character_0_is_refused_and_the_desk_not_touched(desk: Recorder) -> None:
    assert ask(desk, "POST", "/api/check", {"plate": "A\0B", "zone": 1, "sector": "11D"}).status_code == 422
    assert desk.told == []


def test_405_names_every_method(desk: Recorder) -> None:
    assert ask(desk, "DELETE", "/api/state").headers["allow"] == "GET, HEAD"
    assert ask(desk, "GET", "/api/key").headers["allow"] == "POST"


def test_a_card_nobody_asked_for_is_not_an_error(desk: Recorder) -> None:
    desk.card_wanted = False
    assert ask(desk, "POST", "/api/card", {"card": "approved"}).json() == {"card": "approved", "taken": False}


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-03-04T10:00:00+01:00", "2026-03-04T10:00:00+01:00"),
        ("2026-07-14T08:00:00Z", "2026-07-14T10:00:00+02:00"),
        ("2014-12-31T23:30:00Z", "2015-01-01T00:30:00+01:00"),
        ("2100-01-01T00:30:00+02:00", "2099-12-31T23:30:00+01:00"),
        ("2026-07-14T10:00", "2026-07-14T10:00:00+02:00"),
        ("2026-01-14T10:00:30", "2026-01-14T10:00:30+01:00"),
    ],
)
def test_the_clock_is_set_in_paris_unless_an_offset_says_otherwise(desk: Recorder, at: str, said: str) -> None:
    assert ask(desk, "POST", "/api/clock", {"at": at}).status_code == 200
    assert desk.told == [("at", said)]


def test_the_speed_is_set(desk: Recorder) -> None:
    response = ask(desk, "POST", "/api/clock", {"speed": 60})
    assert response.json() == {"now": "2026-03-04T10:00:00+01:00", "speed": 60.0}
    assert desk.speed == 60.0


def test_a_long_advance_is_cut_into_minutes(desk: Recorder) -> None:
    assert ask(desk, "POST", "/api/clock", {"advance_s": 150.5}).status_code == 200
    assert desk.told == [("advance", 60.0), ("advance", 60.0), ("advance", 30.5)]


NOT_UNDERSTOOD = [
    ("key", b""),
    ("key", b"{"),
    ("key", b"\xff\xfe"),
    ("key", b'{"\xff": 1}'),
    ("key", b"[" * 100_000),
    ("key", b'{"key": "A"} x'),
    ("key", []),
    ("key", {}),
    ("key", {"key": 5}),
    ("key", {"key": "A", "held": 1}),
    ("key", {"key": "A", "shift": True}),
    ("key", {"key": "a"}),
    ("key", {"key": ""}),
    ("card", {}),
    ("card", {"card": None}),
    ("card", {"card": "gold"}),
    ("card", {"card": "approved", "pin": "1234"}),
    ("clock", {}),
    ("clock", {"at": None}),
    ("clock", {"speed": 1, "advance_s": 1}),
    ("clock", {"at": "2026-03-04T10:00:00+01:00", "speed": 1}),
    ("clock", {"at": 1}),
    ("clock", {"at": "noon"}),
    ("clock", {"at": "2026-02-30T10:00:00"}),
    ("clock", {"at": "1999-03-04T10:00:00"}),
    ("clock", {"at": "2100-01-01T00:00:00"}),
    ("clock", {"at": "2099-12-31T23:30:00Z"}),
    ("clock", {"at": "2015-01-01T00:30:00+02:00"}),
    ("clock", {"at": "9999-12-31T23:59:59-12:00"}),
    ("clock", b'{"speed": NaN}'),
    ("clock", b'{"speed": Infinity}'),
    ("clock", b'{"speed": 1e999}'),
    ("clock", {"speed": "60"}),
    ("clock", {"speed": True}),
    ("clock", {"speed": -1}),
    ("clock", {"speed": 1001}),
    ("clock", {"advance_s": -0.1}),
    ("clock", {"advance_s": 1e9}),
    ("clock", b'{"advance_s": -Infinity}'),
    ("clock", {"minutes": 3}),
    ("fault", {"device": "printer", "fault": "paper_out"}),
    ("fault", {"device": "printer", "fault": "paper_out", "on": "yes"}),
    ("fault", {"device": "oven", "fault": "paper_out", "on": True}),
    ("fault", {"device": "printer", "fault": "down", "on": True}),
    ("fault", {"device": "printer", "fault": "paper_out", "on": True, "for": 3}),
    ("power", {}),
    ("power", {"on": 0}),
    ("power", {"on": True, "off": False}),
    ("power", b'{"on": true, "on": false}'),
]


@pytest.mark.parametrize(("path", "body"), NOT_UNDERSTOOD)
def test_what_is_not_understood_is_a_problem_and_touches_nothing(desk: Recorder, path: str, body: object) -> None:
    response = ask(desk, "POST", f"/api/{path}", body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == 422
    assert problem["detail"]
    assert desk.told == []
    assert desk.speed == 1.0


@pytest.mark.parametrize(
    ("path", "body", "accepted"),
    [
        ("key", {"key": "É"}, ["A", "5", "OK", "CORRECT"]),
        ("card", {"card": "gold"}, ["approved", "declined"]),
        ("fault", {"device": "oven", "fault": "hot", "on": True}, ["printer", "network"]),
        ("fault", {"device": "printer", "fault": "hot", "on": True}, ["paper_out"]),
        ("clock", {}, ["at", "speed", "advance_s"]),
        ("headset", {"in": True}, ["plugged"]),
        ("power", {"off": True}, ["on"]),
        ("terminal", {"protocol": "zvt"}, ["nexo", "concert"]),
    ],
)
def test_a_problem_names_what_is_accepted(desk: Recorder, path: str, body: object, accepted: list[str]) -> None:
    assert ask(desk, "POST", f"/api/{path}", body).json()["accepted"] == accepted


def test_the_list_names_every_route_key_card_and_fault(desk: Recorder) -> None:
    listed = ask(desk, "GET", "/api").json()
    assert {(route["method"], route["path"]) for route in listed["routes"]} == {
        ("POST", "/api/key"),
        ("POST", "/api/card"),
        ("POST", "/api/headset"),
        ("GET", "/api/speech.wav"),
        ("POST", "/api/clock"),
        ("POST", "/api/fault"),
        ("POST", "/api/power"),
        ("POST", "/api/terminal"),
        ("POST", "/api/check"),
        ("POST", "/api/agent"),
        ("POST", "/api/sign-in"),
        ("POST", "/api/notices"),
        ("GET", "/api/letter.pdf"),
        ("GET", "/api/state"),
        ("GET", "/api/screen.png"),
        ("GET", "/api/ticket.png"),
        ("GET", "/api/ticket.txt"),
        ("GET", "/api/ticket.bin"),
        ("GET", "/api/paper.png"),
        ("GET", "/api/wire"),
    }
    assert all(len(route["says"]) > 20 for route in listed["routes"])
    assert listed["keys"] == ["A", "5", "OK", "CORRECT"]
    assert listed["cards"]["approved"] == "Acceptée"
    assert listed["faults"]["network"] == {"down": "Coupé"}
    assert listed["protocols"] == {"nexo": "nexo Retailer", "concert": "Concert"}


def test_another_card_terminal_is_delivered_unless_a_payment_is_under_way(desk: Recorder) -> None:
    assert ask(desk, "POST", "/api/terminal", {"protocol": "concert"}).json() == {"protocol": "concert"}
    assert desk.told == [("terminal", "concert")]
    desk.paying = True
    refused = ask(desk, "POST", "/api/terminal", {"protocol": "nexo"})
    assert (refused.status_code, refused.json()["detail"]) == (409, "a payment is under way")
    assert refused.headers["content-type"] == "application/problem+json"


def test_state_and_screen_are_what_the_desk_says_now(desk: Recorder) -> None:
    state = ask(desk, "GET", "/api/state")
    assert (state.json()["screen"], state.headers["cache-control"]) == ("idle", "no-store")
    screen = ask(desk, "GET", "/api/screen.png")
    assert (screen.content, screen.headers["content-type"]) == (PNG + b"screen", "image/png")


@pytest.mark.parametrize("name", ["ticket.png", "ticket.txt", "ticket.bin", "paper.png"])
def test_before_the_first_ticket_there_is_none(desk: Recorder, name: str) -> None:
    response = ask(desk, "GET", f"/api/{name}")
    assert (response.status_code, response.json()["detail"]) == (404, "there is no ticket")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("ticket.png", PNG + b"ticket", "image/png"),
        ("ticket.txt", "Début 10:00\n".encode(), "text/plain; charset=utf-8"),
        ("ticket.bin", b"\x1b@", "application/octet-stream"),
        ("paper.png", PNG + b"paper", "image/png"),
    ],
)
def test_a_ticket_is_given_as_it_is(desk: Recorder, name: str, content: bytes, kind: str) -> None:
    desk.printed = True
    response = ask(desk, "GET", f"/api/{name}")
    assert (response.content, response.headers["content-type"]) == (content, kind)


@pytest.mark.parametrize(("query", "entries"), [("", [1, 2, 3]), ("?after=0", [1, 2, 3]), ("?after=2", [3]), ("?after=99", [])])
def test_the_wire_is_read_from_an_entry_on(desk: Recorder, query: str, entries: list[int]) -> None:
    assert [entry["n"] for entry in ask(desk, "GET", f"/api/wire{query}").json()] == entries


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "", "²", "9" * 5000])
def test_the_wire_is_read_from_a_whole_number(desk: Recorder, after: str) -> None:
    assert ask(desk, "GET", f"/api/wire?after={after}").status_code == 422


def test_a_command_is_not_a_question(desk: Recorder) -> None:
    assert ask(desk, "GET", "/api/key").is_client_error
    assert ask(desk, "POST", "/api/state", {}).is_client_error
    assert desk.told == []
