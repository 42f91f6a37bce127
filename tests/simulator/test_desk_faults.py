"""Power cuts and faults at a desk: money stays accounted for, alarms are raised, selling goes on."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from PIL import Image

from hal.shipped import BOARDS
from simulator.desk.desk import Desk
from simulator.desk.front import PANEL_FAULTS
from simulator.devices.caisse_ap_terminal import CaisseApDevice
from simulator.devices.nexo_terminal import NexoDevice
from simulator.devices.terminal import ConcertDevice
from simulator.setting import Setting, with_card, with_wiring
from tests.simulator.machine import PLATE, DeskRig, switched_on

# --- mains --------------------------------------------------------------------------------------------------------


def test_the_mains_off_and_on(machine: DeskRig) -> None:
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
def test_a_power_cut_while_paying_leaves_the_money_accounted_for(machine: DeskRig, after: float) -> None:
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
def test_a_power_cut_while_printing_leaves_the_right(machine: DeskRig, after: float) -> None:
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
        machine.press("OK", "OK", "OK")
        machine.advance(0.5)
        assert machine.post("/api/card", card="contactless")["taken"] is True
        machine.advance(5.0)
        quote = machine.state("quote")
        assert isinstance(quote, dict)
        assert (quote["reference"], quote["amount_cents"]) == ("75011-0042-000002", 2700)  # the 3rd and 4th hour
        assert quote["end"] == "2026-03-04T14:01:00+01:00"


# --- faults -------------------------------------------------------------------------------------------------------


def faults() -> list[tuple[str, str]]:
    apart = ("card", "panel")  # there are several terminals, and not every board has a front panel
    return [(device, fault) for device, known in Desk.faults.items() for fault in known if device not in apart]


@pytest.mark.parametrize(("device", "fault"), faults())
def test_every_fault_that_is_listed_can_begin_and_end_and_selling_goes_on(machine: DeskRig, device: str, fault: str) -> None:
    machine.post("/api/fault", device=device, fault=fault, on=True)
    shown = machine.state("faults")
    assert isinstance(shown, dict)
    assert shown[device] == [fault]
    machine.advance(45.0)
    machine.press("B")
    machine.advance(80.0)
    machine.post("/api/fault", device=device, fault=fault, on=False)
    machine.advance(120.0)
    assert machine.state("faults") == {each: [] for each in machine.desk.faults}
    assert machine.state("alarms") == []
    assert machine.state("screen") in ("idle", "resting")
    machine.sale()
    assert machine.debits() == [1200]
    machine.advance(60.0)
    assert machine.state("unsent") == 0


@pytest.mark.parametrize("fault", PANEL_FAULTS)
def test_every_fault_of_a_front_panel_can_begin_and_end_and_selling_goes_on(setting: Setting, fault: str) -> None:
    with switched_on(with_wiring(setting, BOARDS / "paris-v2.toml")) as machine:
        test_every_fault_that_is_listed_can_begin_and_end_and_selling_goes_on(machine, "panel", fault)


def test_a_station_without_a_front_panel_has_no_faults_of_one(machine: DeskRig) -> None:
    body = {"device": "panel", "fault": "off", "on": True}
    assert machine.ask("POST", "/api/fault", body).status_code == 422


TERMINALS: dict[str, Mapping[str, str]] = {
    "concert": ConcertDevice.faults,
    "caisse-ap": CaisseApDevice.faults,
    "nexo": NexoDevice.faults,
}


@pytest.mark.parametrize(("protocol", "fault"), [(protocol, fault) for protocol in TERMINALS for fault in TERMINALS[protocol]])
def test_every_fault_of_a_terminal_can_begin_and_end_and_selling_goes_on(setting: Setting, protocol: str, fault: str) -> None:
    with switched_on(with_card(setting, protocol)) as machine:
        if fault == "forgets":
            restart_that_forgets(machine)
        else:
            test_every_fault_that_is_listed_can_begin_and_end_and_selling_goes_on(machine, "card", fault)


def restart_that_forgets(machine: DeskRig) -> None:
    """Nothing tells the till that its login is gone before it asks: the first payment is refused, and asked for again."""
    machine.post("/api/fault", device="card", fault="forgets", on=True)
    machine.post("/api/fault", device="card", fault="forgets", on=False)
    machine.press(*PLATE, "OK", "OK", "OK")
    assert machine.state("screen") == "refused"
    machine.press("OK", "OK")
    machine.advance(0.5)
    machine.post("/api/card", card="contactless")
    machine.advance(20.0)
    assert machine.debits() == [1200]
    assert machine.state("alarms") == []


def test_faults_raise_the_alarms_a_technician_reads(machine: DeskRig) -> None:
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
        listed = machine.state("troubles")
        assert isinstance(listed, list)
        assert len(listed) == 1
        shown = listed[0]
        assert shown["name"] == alarm
        assert all(shown[member] for member in ("code", "severity", "says", "remedy", "effect"))
        machine.post("/api/fault", device=device, fault=fault, on=False)
        machine.advance(75.0)
        assert machine.state("alarms") == [], f"after {device} {fault}"


def test_a_stuck_blade_keeps_the_ticket_on_the_roll(machine: DeskRig) -> None:
    machine.pay()
    machine.post("/api/fault", device="printer", fault="cutter", on=True)
    machine.press("OK")
    machine.advance(20.0)
    assert machine.state("tickets") == 0
    printing = machine.state("printing")
    assert isinstance(printing, dict)
    assert printing["printing"] is True


def test_the_power_cut_among_the_faults_is_the_switch_of_the_mains(machine: DeskRig) -> None:
    machine.post("/api/fault", device="mains", fault="cut", on=True)
    assert machine.state("power") is False
    machine.post("/api/power", on=True)
    faults = machine.state("faults")
    assert isinstance(faults, dict)
    assert faults["mains"] == []
    machine.post("/api/power", on=False)
    machine.post("/api/fault", device="mains", fault="cut", on=False)
    assert machine.state("power") is True


def test_a_slow_disk_holds_the_machine_and_what_is_typed_meanwhile_waits(machine: DeskRig) -> None:
    machine.press(*PLATE, "OK", "OK")
    machine.post("/api/fault", device="disk", fault="slow", on=True)
    before = machine.desk.time.now
    machine.press("OK")
    assert machine.desk.time.now >= before + 2.0, "the journal is written before the bank is asked"
    machine.advance(3.0)
    assert machine.state("screen") == "present card"


def test_what_is_sold_without_a_network_reaches_the_city_afterwards(machine: DeskRig) -> None:
    machine.post("/api/fault", device="network", fault="down", on=True)
    machine.sale()
    assert machine.state("unsent") == 3
    assert machine.check()["allowed"] is False
    machine.post("/api/fault", device="network", fault="down", on=False)
    machine.advance(120.0)
    assert machine.state("unsent") == 0
    assert machine.check()["allowed"] is True


def test_while_the_outcome_of_a_payment_cannot_be_written_the_city_accuses_nobody(machine: DeskRig) -> None:
    """Neither while the station tries, nor while its process is started again and again; then the doubt is written."""
    machine.to_payment()
    machine.post("/api/fault", device="disk", fault="full", on=True)
    machine.post("/api/card", card="contactless")
    screens = set()
    for _ in range(40):
        machine.advance(3.0)
        screens.add(machine.state("screen"))
        found = machine.check()
        assert (found["allowed"], found["conclusive"]) == (False, False)
    assert screens <= {"broken", "off"}
    machine.post("/api/fault", device="disk", fault="full", on=False)
    machine.advance(15.0)
    assert machine.facts()[-1] in ("in doubt", "right sold")
    assert machine.debits() == [1200]
    assert machine.check()["allowed"] is True


@pytest.mark.parametrize("fault", ["full", "io_error"])
def test_a_machine_that_cannot_write_its_journal_is_not_heard(machine: DeskRig, fault: str) -> None:
    """It sells nothing, and no entry says so: whoever asks for payment then must not be told that it worked."""

    def reaches() -> datetime:
        return datetime.fromisoformat(str(machine.check("ZZ-999-ZZ")["complete_until"]))

    machine.post("/api/fault", device="disk", fault=fault, on=True)
    machine.advance(70.0)
    before = reaches()
    machine.advance(200.0)
    assert (reaches(), machine.check("ZZ-999-ZZ")["conclusive"]) == (before, False)
    machine.post("/api/fault", device="disk", fault=fault, on=False)
    machine.advance(130.0)
    assert reaches() > before + timedelta(seconds=200)


def test_a_door_that_moves_while_the_disk_is_full_is_written_down_once_it_is_not(machine: DeskRig) -> None:
    machine.desk.fault("disk", "full", True)
    machine.desk.fault("door", "open", True)
    machine.advance(2.0)
    machine.desk.fault("door", "open", False)
    machine.advance(1.0)
    machine.desk.fault("disk", "full", False)
    machine.advance(3.0)
    assert machine.facts().count("door") == 2
