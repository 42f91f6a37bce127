"""The API of a whole desk: what is promised, what is not understood, and the wire trace."""

from __future__ import annotations

import pytest

from tests.simulator.machine import AT, DeskRig

# --- the list -----------------------------------------------------------------------------------------------------

PROMISED = {
    ("POST", "/api/key"),
    ("POST", "/api/card"),
    ("POST", "/api/clock"),
    ("POST", "/api/fault"),
    ("POST", "/api/power"),
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
    ("GET", "/api/wire"),
}


def test_everything_promised_is_listed_and_explained(machine: DeskRig) -> None:
    listed = machine.ask("GET", "/api").json()
    assert {(route["method"], route["path"]) for route in listed["routes"]} >= PROMISED
    assert all(route["says"] for route in listed["routes"])
    assert len(listed["keys"]) == 44
    assert {"approved", "contactless", "declined", "mute"} <= listed["cards"].keys()
    assert {
        "printer",
        "printer cable",
        "computer",
        "card",
        "card cable",
        "keypad",
        "display",
        "door",
        "mains",
        "speaker",
        "clock",
        "network",
        "disk",
    } == listed["faults"].keys()
    assert listed["alarms"]["printer out"] == "Imprimante : plus de papier"


def test_the_state_has_what_is_promised(machine: DeskRig) -> None:
    state = machine.ask("GET", "/api/state").json()
    assert {"screen", "lines", "plate", "quote", "ticket", "journal", "unsent", "alarms", "now"} <= state.keys()
    assert (state["screen"], state["plate"], state["quote"], state["ticket"]) == ("idle", None, None, None)
    assert (state["alarms"], state["unsent"]) == ([], 0)
    assert state["now"] == AT


# --- what is not understood ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body", "accepted"),
    [
        ("/api/key", {"key": "?"}, ["A", "OK", "CORRECT", "9"]),
        ("/api/key", {"key": "a"}, ["A"]),
        ("/api/key", {}, ["key"]),
        ("/api/card", {"card": "gold"}, ["approved", "declined", "mute"]),
        ("/api/fault", {"device": "toaster", "fault": "jam", "on": True}, ["printer", "card", "network"]),
        ("/api/fault", {"device": "printer", "fault": "hungry", "on": True}, ["paper_out", "jam"]),
        ("/api/fault", {"device": "printer", "fault": "jam", "on": "yes"}, ["device", "fault", "on"]),
        ("/api/power", {"on": 1}, ["on"]),
        ("/api/clock", {}, ["at", "speed", "advance_s"]),
        ("/api/clock", {"at": AT, "speed": 1}, ["at", "speed", "advance_s"]),
        ("/api/clock", {"speed": -1}, ["at", "speed", "advance_s"]),
        ("/api/clock", {"advance_s": 1e9}, ["at", "speed", "advance_s"]),
    ],
)
def test_what_is_unknown_is_422_naming_what_is_accepted(
    machine: DeskRig, path: str, body: dict[str, object], accepted: list[str]
) -> None:
    before = machine.ask("GET", "/api/state").json()
    answer = machine.ask("POST", path, body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(accepted) <= set(answer.json()["accepted"])
    assert machine.ask("GET", "/api/state").json() == before


@pytest.mark.parametrize("at", ["yesterday", "2026-13-01T00:00", "1999-01-01T00:00", "2026-03-04T10:00+99:00", ""])
def test_a_time_that_is_none_is_422(machine: DeskRig, at: str) -> None:
    assert machine.ask("POST", "/api/clock", {"at": at}).status_code == 422
    assert machine.state("now") == AT


@pytest.mark.parametrize("plate", ["", "---", "ABCDEFGHIJK"])
def test_a_plate_of_none_or_eleven_characters_is_422_at_the_city(machine: DeskRig, plate: str) -> None:
    answer = machine.ask("POST", "/central/v1/checks", {"plate": plate, "zone": 1, "sector": "11D"})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nowhere", 404),
        ("POST", "/api/nowhere", 404),
        ("GET", "/api/", 404),
        ("GET", "/api/state/screen", 404),
        ("GET", "/api/key", 405),
        ("DELETE", "/api/state", 405),
        ("POST", "/api", 405),
        ("GET", "/api/ticket.png", 404),
        ("GET", "/api/ticket.txt", 404),
        ("GET", "/api/paper.png", 404),
    ],
)
def test_what_is_not_there_is_a_problem_document_too(machine: DeskRig, method: str, path: str, status: int) -> None:
    answer = machine.ask(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
    assert answer.json()["detail"]


def test_a_wrong_method_is_told_the_right_one(machine: DeskRig) -> None:
    answer = machine.ask("GET", "/api/key")
    assert (answer.headers["allow"], answer.json()["accepted"]) == ("POST", ["POST"])
    assert "/api/state" in machine.ask("GET", "/api/nowhere").json()["accepted"]


# --- the wires ----------------------------------------------------------------------------------------------------


def test_the_trace_says_in_words_what_went_over_each_wire(machine: DeskRig) -> None:
    machine.sale()
    said: dict[tuple[str, str], list[str]] = {}
    for transfer in machine.ask("GET", "/api/wire").json():
        said.setdefault((transfer["line"], transfer["from"]), []).append(transfer["said"])
    assert "demande : paiement, 12.00 EUR, référence 31PA010001" in said["card", "station"]
    assert "réponse : paiement, oui, 12.00 EUR, transaction T000001, référence 31PA010001" in said["card", "card"]
    assert "DLE EOT : imprimante ?" in said["printer", "station"]
    assert any("VILLE DE PARIS" in words for words in said["printer", "station"])
    assert any(words.startswith("état ") for words in said["printer", "printer"])
    assert any(words.endswith("écriture signée") for words in said["network", "station"])
    assert "suivante 5, la ville a 1:4" in said["network", "network"]
    assert "touche A : front sur la colonne 16" in said["keypad", "keypad"]
    assert "écrire" in said["display", "station"]


def test_the_trace_goes_on_after_a_number(machine: DeskRig) -> None:
    machine.press("A")
    numbers = [transfer["n"] for transfer in machine.ask("GET", "/api/wire").json()]
    assert numbers == sorted(set(numbers))
    later = machine.ask("GET", f"/api/wire?after={numbers[-5]}").json()
    assert [transfer["n"] for transfer in later] == numbers[-4:]
