"""Sales at a desk: ticket, right, debit and the city's answer; and how time passes."""

from __future__ import annotations

import io
from dataclasses import replace

from PIL import Image

from simulator.setting import Setting
from tests.simulator.machine import AT, PLATE, DeskRig, switched_on

# --- a visit ------------------------------------------------------------------------------------------------------


def test_a_sale_leaves_a_ticket_a_right_and_a_debit(machine: DeskRig) -> None:
    machine.press(*PLATE)
    assert machine.state("plate") == "AB123CD"
    machine.press("OK", "OK")
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


def test_the_city_answers_on_the_same_port_until_the_very_minute(machine: DeskRig) -> None:
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


def test_the_ticket_as_picture_text_and_bytes(machine: DeskRig) -> None:
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
    assert b"\x1b@" in data[:16], "behind the question whether this printer gives numbers back"
    assert b"12:01" in data
    assert len(data) <= 1500


def test_the_screen_is_what_the_panel_was_told(machine: DeskRig) -> None:
    def shown() -> Image.Image:
        return Image.open(io.BytesIO(machine.ask("GET", "/api/screen.png").content)).convert("L")

    idle = shown()
    assert (idle.size, idle.getextrema()) == ((256, 64), (0, 255))
    machine.press("A")
    assert shown() != idle
    assert shown().tobytes() == machine.desk.cabinet.panel.picture().tobytes()
    machine.post("/api/fault", device="display", fault="dark", on=True)
    assert shown().getextrema() == (0, 0)


def test_a_card_nobody_asked_for_is_not_taken(machine: DeskRig) -> None:
    assert machine.post("/api/card", card="approved")["taken"] is False
    assert machine.debits() == []


def test_a_card_that_is_declined_costs_nothing(machine: DeskRig) -> None:
    machine.to_payment()
    machine.post("/api/card", card="declined")
    machine.advance(6.0)
    assert machine.state("screen") == "refused"
    assert machine.facts() == ["started", "payment started", "refused"]
    assert machine.debits() == []


def test_a_key_held_clears_the_plate(machine: DeskRig) -> None:
    machine.press(*PLATE)
    machine.press("CORRECT")
    assert machine.state("plate") == "AB123C"
    machine.post("/api/key", key="CORRECT", held=True)
    assert machine.state("plate") == ""


# --- time ---------------------------------------------------------------------------------------------------------


def test_the_clock_is_set_and_advanced(machine: DeskRig) -> None:
    assert machine.post("/api/clock", at="2018-03-05T09:00")["now"] == "2018-03-05T09:00:00+01:00"
    assert machine.post("/api/clock", advance_s=90)["now"] == "2018-03-05T09:01:30+01:00"
    assert machine.post("/api/clock", at="2026-07-14T08:00:00Z")["now"] == "2026-07-14T10:00:00+02:00"
    lines = machine.state("lines")
    assert isinstance(lines, list)
    assert "Payant" not in " ".join(lines)
    assert "Gratuit" in " ".join(lines), "the fourteenth of July is free"


def test_the_speed_is_how_much_virtual_time_a_real_second_is(machine: DeskRig) -> None:
    assert machine.post("/api/clock", speed=60) == {"now": AT, "speed": 60.0}
    machine.desk.tick(0.5)
    assert machine.state("now") == "2026-03-04T10:00:30+01:00"
    machine.post("/api/clock", speed=0)
    machine.desk.tick(10.0)
    assert machine.state("now") == "2026-03-04T10:00:30+01:00"


def test_an_evening_passes_at_once_and_the_station_is_still_there(machine: DeskRig) -> None:
    machine.press("A")
    machine.post("/api/clock", at="2026-03-04T19:30:00+01:00")
    machine.advance(3600)
    assert machine.state("now") == "2026-03-04T20:30:00+01:00"
    assert machine.state("screen") == "resting"
    assert machine.state("alarms") == []


def test_a_zone_two_station_sells_zone_two(setting: Setting) -> None:
    site = replace(setting.site, station="75016-0042", zone=2, arrondissement=16, sector="16G")
    with switched_on(replace(setting, site=site)) as machine:
        machine.press(*PLATE, "OK", "OK")
        quote = machine.state("quote")
        assert isinstance(quote, dict)
        assert (quote["amount_cents"], quote["zone"]) == (800, 2)
