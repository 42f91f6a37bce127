"""The API of the desk machine over the real desk: what another program does, and what comes of it on wire, disk and paper.

Time passes only when asked for (`advance_s`): nothing here waits.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from PIL import Image
from starlette.applications import Starlette

from central.access.tokens import Scope, issue
from central.app import create_app
from firmware.station.state_folder import JOURNAL
from hal.clock import PARIS
from simulator.desk.desk import Desk
from simulator.devices.terminal_frames import TerminalRequest
from simulator.setting import Setting, demonstration
from simulator.web.server import build

AT = "2026-03-04T10:00:00+01:00"
PLATE = ("A", "B", "1", "2", "3", "C", "D")


@dataclass
class Machine:
    """The desk and a program that speaks to it."""

    desk: Desk
    app: Starlette
    token: str
    """Of an agent who checks plates."""

    def ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        async def asking() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            bearer = {"authorization": f"Bearer {self.token}"}
            async with httpx.AsyncClient(transport=transport, base_url="http://desk", headers=bearer) as client:
                return await client.request(method, path, json=body)

        return asyncio.run(asking())

    def post(self, path: str, **body: object) -> dict[str, object]:
        answer = self.ask("POST", path, body)
        assert answer.status_code == 200, answer.text
        said = answer.json()
        assert isinstance(said, dict)
        return said

    def state(self, member: str) -> object:
        return self.ask("GET", "/api/state").json()[member]

    def press(self, *keys: str) -> None:
        for key in keys:
            self.post("/api/key", key=key)

    def advance(self, seconds: float) -> None:
        self.post("/api/clock", advance_s=seconds)

    def facts(self) -> list[str]:
        journal = self.state("journal")
        assert isinstance(journal, list)
        return [entry["fact"]["fact"] for entry in journal]

    def debits(self) -> list[int]:
        return [debit.cents for debit in self.desk.cabinet.terminal.ledger]

    def to_payment(self) -> None:
        """A plate, two hours, OK."""
        self.press(*PLATE, "OK", "2", "OK")
        assert self.state("screen") == "present card"
        self.advance(0.5)

    def pay(self, card: str = "contactless") -> None:
        self.to_payment()
        assert self.post("/api/card", card=card)["taken"] is True
        self.advance(5.0)
        assert self.state("screen") == "approved"

    def sale(self) -> None:
        """A whole visit, with its ticket, sent to the city."""
        self.pay()
        self.press("OK")
        self.advance(8.0)
        assert self.state("screen") == "take ticket"

    def check(self, plate: str = "AB-123-CD", zone: int = 1) -> dict[str, object]:
        return self.post("/central/v1/checks", plate=plate, zone=zone, sector="11D" if zone == 1 else "20B")


@contextlib.contextmanager
def switched_on(setting: Setting) -> Iterator[Machine]:
    with contextlib.closing(Desk(setting)) as desk:
        token = issue(desk.city.store, "agent", {Scope.CHECK}, timedelta(days=90), "test", desk.clock.wall())
        machine = Machine(desk, build(desk, create_app(desk.city, desk.clock.wall)), token)
        machine.advance(3.0)
        machine.post("/api/clock", at=AT)
        yield machine


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    return demonstration(tmp_path, datetime(2026, 3, 4, 10, tzinfo=PARIS))


@pytest.fixture
def machine(setting: Setting) -> Iterator[Machine]:
    with switched_on(setting) as machine:
        yield machine


# --- the list -----------------------------------------------------------------------------------------------------

PROMISED = {
    ("POST", "/api/key"),
    ("POST", "/api/card"),
    ("POST", "/api/clock"),
    ("POST", "/api/fault"),
    ("POST", "/api/power"),
    ("POST", "/api/check"),
    ("GET", "/api/state"),
    ("GET", "/api/screen.png"),
    ("GET", "/api/ticket.png"),
    ("GET", "/api/ticket.txt"),
    ("GET", "/api/ticket.bin"),
    ("GET", "/api/wire"),
}


def test_everything_promised_is_listed_and_explained(machine: Machine) -> None:
    listed = machine.ask("GET", "/api").json()
    assert {(route["method"], route["path"]) for route in listed["routes"]} >= PROMISED
    assert all(route["says"] for route in listed["routes"])
    assert len(listed["keys"]) == 44
    assert {"approved", "contactless", "declined", "mute"} <= listed["cards"].keys()
    assert {"printer", "card", "keypad", "display", "door", "mains", "clock", "network"} == listed["faults"].keys()
    assert listed["alarms"]["printer out"] == "Imprimante : plus de papier"


def test_the_state_has_what_is_promised(machine: Machine) -> None:
    state = machine.ask("GET", "/api/state").json()
    assert {"screen", "lines", "plate", "quote", "ticket", "journal", "unsent", "alarms", "now"} <= state.keys()
    assert (state["screen"], state["plate"], state["quote"], state["ticket"]) == ("idle", None, None, None)
    assert (state["alarms"], state["unsent"]) == ([], 0)
    assert state["now"] == AT


# --- a visit ------------------------------------------------------------------------------------------------------


def test_a_sale_leaves_a_ticket_a_right_and_a_debit(machine: Machine) -> None:
    machine.press(*PLATE)
    assert machine.state("plate") == "AB123CD"
    machine.press("OK", "2")
    quote = machine.state("quote")
    assert isinstance(quote, dict)
    assert (quote["amount_cents"], quote["start"], quote["end"]) == (
        1200,
        "2026-03-04T10:01:00+01:00",
        "2026-03-04T12:01:00+01:00",
    )
    assert (quote["units"], quote["unit"], quote["regime"], quote["vehicle"]) == (8, "quarter", "visitor", "car")
    assert quote["tariff"] == "2024-10-01"
    machine.press("OK")
    machine.advance(0.5)
    assert machine.state("terminal_display") == ["INSEREZ CARTE", "12,00 EUR"]
    assert machine.post("/api/card", card="approved") == {"card": "approved", "taken": True}
    machine.advance(5.0)
    assert machine.state("screen") == "approved"
    machine.press("OK")
    machine.advance(8.0)
    assert machine.facts() == ["started", "payment started", "right sold", "ticket printed"]
    assert machine.debits() == [1200]
    assert machine.state("unsent") == 0
    ticket = machine.state("ticket")
    assert isinstance(ticket, str)
    assert "12:01" in ticket


def test_the_city_answers_on_the_same_port_until_the_very_minute(machine: Machine) -> None:
    assert machine.check()["allowed"] is False
    machine.sale()
    answer = machine.check("ab 123 cd")
    assert (answer["allowed"], answer["until"], answer["silent"]) == (True, "2026-03-04T12:01:00+01:00", [])
    assert machine.check(zone=2)["allowed"] is False
    machine.post("/api/clock", at="2026-03-04T12:00:59+01:00")
    assert machine.check()["because"] == "right"
    machine.post("/api/clock", at="2026-03-04T12:01:00+01:00")
    assert machine.check()["because"] == "tolerance"
    machine.post("/api/clock", at="2026-03-04T12:06:00+01:00")
    assert machine.check()["allowed"] is False


def test_the_ticket_as_picture_text_and_bytes(machine: Machine) -> None:
    for name in ("png", "txt", "bin"):
        assert machine.ask("GET", f"/api/ticket.{name}").status_code == 404
    machine.sale()
    text = machine.ask("GET", "/api/ticket.txt")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert text.text == machine.state("ticket")
    assert "VILLE DE PARIS" in text.text
    picture = Image.open(io.BytesIO(machine.ask("GET", "/api/ticket.png").content))
    assert picture.width >= 576
    greys = picture.convert("L").histogram()
    assert sum(greys[:64]) > 1000, "black"
    assert sum(greys[192:]) > 100_000, "on paper"
    data = machine.ask("GET", "/api/ticket.bin").content
    assert data.startswith(b"\x1b@")
    assert b"12:01" in data
    assert len(data) <= 1500


def test_the_screen_is_what_the_panel_was_told(machine: Machine) -> None:
    def shown() -> Image.Image:
        return Image.open(io.BytesIO(machine.ask("GET", "/api/screen.png").content)).convert("L")

    idle = shown()
    assert (idle.size, idle.getextrema()) == ((256, 64), (0, 255))
    machine.press("A")
    assert shown() != idle
    assert shown().tobytes() == machine.desk.cabinet.panel.picture().tobytes()
    machine.post("/api/fault", device="display", fault="dark", on=True)
    assert shown().getextrema() == (0, 0)


def test_a_card_nobody_asked_for_is_not_taken(machine: Machine) -> None:
    assert machine.post("/api/card", card="approved")["taken"] is False
    assert machine.debits() == []


def test_a_card_that_is_declined_costs_nothing(machine: Machine) -> None:
    machine.to_payment()
    machine.post("/api/card", card="declined")
    machine.advance(6.0)
    assert machine.state("screen") == "refused"
    assert machine.facts() == ["started", "payment started", "refused"]
    assert machine.debits() == []


def test_a_key_held_clears_the_plate(machine: Machine) -> None:
    machine.press(*PLATE)
    machine.press("CORRECT")
    assert machine.state("plate") == "AB123C"
    machine.post("/api/key", key="CORRECT", held=True)
    assert machine.state("plate") == ""


# --- time ---------------------------------------------------------------------------------------------------------


def test_the_clock_is_set_and_advanced(machine: Machine) -> None:
    assert machine.post("/api/clock", at="2018-03-05T09:00")["now"] == "2018-03-05T09:00:00+01:00"
    assert machine.post("/api/clock", advance_s=90)["now"] == "2018-03-05T09:01:30+01:00"
    assert machine.post("/api/clock", at="2026-07-14T08:00:00Z")["now"] == "2026-07-14T10:00:00+02:00"
    lines = machine.state("lines")
    assert isinstance(lines, list)
    assert lines[0].endswith("10:00")
    assert "Gratuit" in " ".join(lines), "the fourteenth of July is free"


def test_the_speed_is_how_much_virtual_time_a_real_second_is(machine: Machine) -> None:
    assert machine.post("/api/clock", speed=60) == {"now": AT, "speed": 60.0}
    machine.desk.tick(0.5)
    assert machine.state("now") == "2026-03-04T10:00:30+01:00"
    machine.post("/api/clock", speed=0)
    machine.desk.tick(10.0)
    assert machine.state("now") == "2026-03-04T10:00:30+01:00"


def test_an_evening_passes_at_once_and_the_station_is_still_there(machine: Machine) -> None:
    machine.press("A")
    machine.post("/api/clock", at="2026-03-04T19:30:00+01:00")
    machine.advance(3600)
    assert machine.state("now") == "2026-03-04T20:30:00+01:00"
    assert machine.state("screen") == "idle"
    assert machine.state("alarms") == []


# --- mains --------------------------------------------------------------------------------------------------------


def test_the_mains_off_and_on(machine: Machine) -> None:
    assert machine.post("/api/power", on=False) == {"on": False}
    state = machine.ask("GET", "/api/state").json()
    assert (state["screen"], state["lines"], state["plate"], state["quote"]) == ("off", [], None, None)
    assert state["power"] is False
    assert Image.open(io.BytesIO(machine.ask("GET", "/api/screen.png").content)).getextrema() == (0, 0)
    machine.press("A", "OK")
    machine.advance(60.0)
    machine.post("/api/power", on=False)
    assert machine.state("screen") == "off"
    machine.post("/api/power", on=True)
    machine.post("/api/power", on=True)
    assert machine.state("screen") == "idle"
    machine.advance(3.0)
    assert machine.facts() == ["started", "started"]
    assert machine.state("alarms") == []


MOMENTS = [0.0, 0.02, 0.05, 0.2, 0.79, 0.81, 0.85, 0.9, 1.0, 2.0]
"""Seconds after a contactless card is presented: the bank says yes at 0.8."""


@pytest.mark.parametrize("after", MOMENTS)
def test_a_power_cut_while_paying_leaves_the_money_accounted_for(machine: Machine, after: float) -> None:
    machine.to_payment()
    machine.post("/api/card", card="contactless")
    machine.advance(after)
    machine.post("/api/power", on=False)
    machine.advance(30.0)
    machine.post("/api/power", on=True)
    assert machine.state("screen") == "idle"
    machine.advance(10.0)
    assert machine.debits() == [1200], "the terminal has its own mains"
    ends = [fact for fact in machine.facts() if fact in ("right sold", "in doubt", "refused")]
    assert ends in (["right sold"], ["in doubt"], ["in doubt", "right sold"])
    assert machine.state("unsent") == 0
    assert machine.check()["allowed"] is True, "sold or promised, the car may stay"


@pytest.mark.parametrize("after", [0.0, 0.3, 1.0, 2.0, 4.0])
def test_a_power_cut_while_printing_leaves_the_right(machine: Machine, after: float) -> None:
    machine.pay()
    machine.press("OK")
    machine.advance(after)
    machine.post("/api/power", on=False)
    machine.post("/api/power", on=True)
    machine.advance(10.0)
    assert machine.state("screen") == "idle"
    assert machine.facts().count("right sold") == 1
    assert machine.check()["until"] == "2026-03-04T12:01:00+01:00"


def test_a_folder_is_opened_again_where_it_was_left(setting: Setting) -> None:
    with switched_on(setting) as machine:
        machine.sale()
    with switched_on(setting) as machine:
        assert machine.facts() == ["started", "payment started", "right sold", "ticket printed", "started"]
        machine.advance(20.0)
        assert machine.check()["allowed"] is True
        machine.press(*PLATE, "OK")
        assert machine.state("screen") == "already paid"
        machine.press("OK", "2", "OK")
        machine.advance(0.5)
        assert machine.post("/api/card", card="contactless")["taken"] is True
        machine.advance(5.0)
        quote = machine.state("quote")
        assert isinstance(quote, dict)
        assert (quote["reference"], quote["amount_cents"]) == ("75011-0042-000002", 2700)  # the 3rd and 4th hour
        assert quote["end"] == "2026-03-04T14:01:00+01:00"


# --- faults -------------------------------------------------------------------------------------------------------


def faults() -> list[tuple[str, str]]:
    return [(device, fault) for device, known in Desk.faults.items() for fault in known]


@pytest.mark.parametrize(("device", "fault"), faults())
def test_every_fault_that_is_listed_can_begin_and_end_and_selling_goes_on(machine: Machine, device: str, fault: str) -> None:
    machine.post("/api/fault", device=device, fault=fault, on=True)
    shown = machine.state("faults")
    assert isinstance(shown, dict)
    assert shown[device] == [fault]
    machine.advance(45.0)
    machine.press("B")
    machine.advance(80.0)
    machine.post("/api/fault", device=device, fault=fault, on=False)
    machine.advance(120.0)
    assert machine.state("faults") == {each: [] for each in Desk.faults}
    assert machine.state("alarms") == []
    assert machine.state("screen") == "idle"
    machine.sale()
    assert machine.debits() == [1200]
    machine.advance(60.0)
    assert machine.state("unsent") == 0


def test_faults_raise_the_alarms_a_technician_reads(machine: Machine) -> None:
    alarms = {
        ("printer", "paper_near_end"): "printer near end",
        ("printer", "paper_out"): "printer out",
        ("printer", "cover_open"): "printer cover open",
        ("printer", "jam"): "printer offline",
        ("printer", "mute"): "printer silent",
        ("card", "mute"): "terminal silent",
        ("keypad", "stuck"): "key A stuck",
        ("door", "open"): "door open",
        ("mains", "lost"): "mains lost",
        ("clock", "reset"): "clock wrong",
    }
    for (device, fault), alarm in alarms.items():
        machine.post("/api/fault", device=device, fault=fault, on=True)
        machine.advance(75.0)
        assert machine.state("alarms") == [alarm]
        troubles = machine.state("troubles")
        assert isinstance(troubles, list)
        assert len(troubles) == 1
        trouble = troubles[0]
        assert trouble["name"] == alarm
        assert all(trouble[member] for member in ("code", "severity", "says", "remedy", "effect"))
        machine.post("/api/fault", device=device, fault=fault, on=False)
        machine.advance(75.0)
        assert machine.state("alarms") == [], f"after {device} {fault}"


def test_what_is_sold_without_a_network_reaches_the_city_afterwards(machine: Machine) -> None:
    machine.post("/api/fault", device="network", fault="down", on=True)
    machine.sale()
    assert machine.state("unsent") == 3
    assert machine.check()["allowed"] is False
    machine.post("/api/fault", device="network", fault="down", on=False)
    machine.advance(120.0)
    assert machine.state("unsent") == 0
    assert machine.check()["allowed"] is True


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
    machine: Machine, path: str, body: dict[str, object], accepted: list[str]
) -> None:
    before = machine.ask("GET", "/api/state").json()
    answer = machine.ask("POST", path, body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(accepted) <= set(answer.json()["accepted"])
    assert machine.ask("GET", "/api/state").json() == before


@pytest.mark.parametrize("at", ["yesterday", "2026-13-01T00:00", "1999-01-01T00:00", "2026-03-04T10:00+99:00", ""])
def test_a_time_that_is_none_is_422(machine: Machine, at: str) -> None:
    assert machine.ask("POST", "/api/clock", {"at": at}).status_code == 422
    assert machine.state("now") == AT


@pytest.mark.parametrize("plate", ["", "---", "ABCDEFGHIJK"])
def test_a_plate_of_none_or_eleven_characters_is_422_at_the_city(machine: Machine, plate: str) -> None:
    answer = machine.ask("POST", "/central/v1/checks", {"plate": plate, "zone": 1, "sector": "11D"})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


# --- the wires ----------------------------------------------------------------------------------------------------


def test_the_trace_says_in_words_what_went_over_each_wire(machine: Machine) -> None:
    machine.sale()
    said: dict[tuple[str, str], list[str]] = {}
    for transfer in machine.ask("GET", "/api/wire").json():
        said.setdefault((transfer["line"], transfer["from"]), []).append(transfer["said"])
    assert {"ENQ", "demande 12.00 EUR, référence 0042000001", "EOT"} <= set(said["card", "station"])
    assert "réponse : accepté, 00001200 centimes, référence 0042000001" in said["card", "card"]
    assert "DLE EOT : imprimante ?" in said["printer", "station"]
    assert any("VILLE DE PARIS" in words for words in said["printer", "station"])
    assert any(words.startswith("état ") for words in said["printer", "printer"])
    assert any(words.endswith("écritures, signées") for words in said["network", "station"])
    assert "next 5" in said["network", "network"]
    assert said["keypad", "keypad"]
    assert "écrire" in said["display", "station"]


def test_the_trace_goes_on_after_a_number(machine: Machine) -> None:
    machine.press("A")
    numbers = [transfer["n"] for transfer in machine.ask("GET", "/api/wire").json()]
    assert numbers == sorted(set(numbers))
    later = machine.ask("GET", f"/api/wire?after={numbers[-5]}").json()
    assert [transfer["n"] for transfer in later] == numbers[-4:]


# --- no card number anywhere --------------------------------------------------------------------------------------


def card_number() -> str:
    """Sixteen digits with the check digit of a card. Made here: no number of a card stands in any file."""
    digits = "4" + "".join(str(number * 7 % 10) for number in range(1, 15))
    return next(digits + check for check in "0123456789" if luhn(digits + check))


def luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def card_like(text: str) -> list[str]:
    """The runs of 13 to 19 digits that a scanner would take for a card number; decimal fractions are none."""
    runs = re.findall(r"(?<![0-9.])[3-6](?:[ -]?[0-9]){12,18}(?![0-9])", text)
    return [run for run in runs if luhn(re.sub("[ -]", "", run))]


def test_the_scanner_finds_what_it_looks_for() -> None:
    number = card_number()
    assert len(number) == 16
    assert card_like(f"CARTE {number} DEBIT") == [number]
    assert card_like(f"CARTE {number[:-1]}{(int(number[-1]) + 1) % 10} DEBIT") == []


@pytest.fixture
def told(setting: Setting, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[Machine]:
    """After a sale with a terminal that is set to long answers and prints the whole card number in them, unasked."""

    def long_answer(request: TerminalRequest, result: str) -> bytes:
        report = f"CARTE BANCAIRE {card_number()} DEBIT".ljust(55)
        return f"{request.till}{result}{request.amount}1{report}{request.currency}{request.private}".encode("ascii")

    monkeypatch.setattr(TerminalRequest, "answer", long_answer)
    caplog.set_level(logging.DEBUG)
    with switched_on(setting) as machine:
        machine.sale()
        yield machine


def test_a_long_answer_is_understood(told: Machine) -> None:
    assert told.facts() == ["started", "payment started", "right sold", "ticket printed"]


def test_no_card_number_is_kept_said_or_printed(told: Machine, setting: Setting, caplog: pytest.LogCaptureFixture) -> None:
    kept = {path: told.ask("GET", path).content for path in ("/api/state", "/api/ticket.txt", "/api/ticket.bin")}
    kept |= {file.name: file.read_bytes() for file in setting.folder.rglob("*") if file.is_file()}
    assert {JOURNAL, "central.db"} <= kept.keys()
    kept["log"] = caplog.text.encode()
    hidden = (card_number()[:8], card_number()[-8:])
    for name, data in kept.items():
        for form in (str.encode, lambda text: base64.b64encode(text.encode()), lambda text: text.encode().hex().encode()):
            assert not any(form(part) in data for part in hidden), name
        assert card_like(data.decode("latin-1")) == [], name


def test_no_card_number_is_in_the_wire_trace(told: Machine) -> None:
    """Not in its words, and not in the bytes it shows: they are looked at, copied into bug reports, kept in files."""
    transfers = told.ask("GET", "/api/wire").json()
    assert card_like(json.dumps([transfer["said"] for transfer in transfers])) == []
    said = b"".join(bytes.fromhex(transfer["hex"]) for transfer in transfers if transfer["line"] == "card")
    assert card_like(said.decode("latin-1")) == []
    assert card_number()[:8].encode() not in said


def test_a_zone_two_station_sells_zone_two(setting: Setting) -> None:
    with switched_on(replace(setting, site=replace(setting.site, zone=2, arrondissement=16))) as machine:
        machine.press(*PLATE, "OK", "2")
        quote = machine.state("quote")
        assert isinstance(quote, dict)
        assert (quote["amount_cents"], quote["zone"]) == (800, 2)
