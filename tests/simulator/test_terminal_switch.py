"""Another card terminal is delivered at a desk: the station starts again with it, its journal goes on, the choice is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from hal.board import ConcertWiring
from hal.errors import BoardError
from simulator.desk.desk import Desk
from simulator.desk.terminals import PROTOCOLS, TerminalStaysError
from simulator.setting import AT_A_DESK, CHOSEN, Setting, chosen_protocol, demonstration
from tests.simulator.machine import DeskRig

SPOKEN = {"nexo": "nexo Retailer", "caisse-ap": "Caisse-AP", "concert": "Concert"}


def test_a_desk_speaks_nexo_and_can_be_switched_to_whatever_has_a_wiring(machine: DeskRig) -> None:
    assert machine.state("protocol") == "nexo"
    assert machine.state("terminal_speaks") == "nexo Retailer"
    assert PROTOCOLS == SPOKEN
    assert PROTOCOLS.keys() == AT_A_DESK.keys()


def test_each_sells_and_the_journal_goes_on(machine: DeskRig) -> None:
    for protocol in ("caisse-ap", "concert", "nexo"):
        assert machine.post("/api/terminal", protocol=protocol) == {"protocol": protocol}
        assert machine.state("terminal_speaks") == SPOKEN[protocol]
        machine.advance(5.0)
        machine.press("A", "B", *"12", protocol[0].upper(), "OK", "OK", "1", "OK")
        machine.advance(0.5)
        assert machine.post("/api/card", card="contactless")["taken"] is True
        machine.advance(5.0)
        assert machine.state("screen") == "approved"
        machine.press("CANCEL")
    sale = ["started", "payment started", "right sold"]
    assert machine.facts() == ["started", *sale, *sale, *sale]
    assert [debit.cents for debit in machine.desk.cabinet.debits()] == [600, 600, 600]


def test_cards_and_faults_are_those_of_the_terminal_that_stands_there(machine: DeskRig) -> None:
    machine.post("/api/fault", device="card", fault="mute", on=True)
    machine.post("/api/fault", device="card cable", fault="cut", on=True)
    machine.post("/api/terminal", protocol="concert")
    listed = machine.ask("GET", "/api").json()
    assert "mute_after_enq" in listed["faults"]["card"]
    faults = machine.state("faults")
    assert isinstance(faults, dict)
    assert (faults["card"], faults["card cable"]) == ([], ["cut"]), "the new one is whole, the cable is the same"
    machine.advance(60.0)
    assert machine.state("alarms") == ["terminal silent"]


def test_the_choice_is_kept_in_the_folder(machine: DeskRig, setting: Setting) -> None:
    machine.post("/api/terminal", protocol="caisse-ap")
    assert chosen_protocol(setting.folder) == "caisse-ap"
    assert demonstration(setting.folder, setting.at).reference.card == AT_A_DESK["caisse-ap"]


def test_an_unknown_name_changes_nothing(machine: DeskRig, setting: Setting) -> None:
    refused = machine.ask("POST", "/api/terminal", {"protocol": "zvt"})
    assert refused.status_code == 422
    assert refused.json()["detail"] == "unknown protocol 'zvt'; accepted: nexo, caisse-ap, concert"
    assert (machine.state("protocol"), machine.facts()) == ("nexo", ["started"])
    assert not (setting.folder / CHOSEN).exists()


def test_a_file_that_was_written_by_hand_is_named_with_what_it_may_say(tmp_path: Path) -> None:
    (tmp_path / CHOSEN).write_text("zvt\n")
    with pytest.raises(BoardError, match=f"{CHOSEN}: no protocol 'zvt': one of concert, caisse-ap, nexo"):
        chosen_protocol(tmp_path)


def test_not_while_the_end_of_a_payment_is_waited_for(machine: DeskRig) -> None:
    machine.to_payment()
    refused = machine.ask("POST", "/api/terminal", {"protocol": "concert"})
    assert refused.status_code == 409
    assert refused.json()["detail"] == "a payment is under way: its end comes from the terminal that stands here"
    assert (machine.state("protocol"), machine.state("screen")) == ("nexo", "present card")
    machine.post("/api/card", card="approved")
    machine.advance(8.0)
    assert machine.debits() == [1200]


def test_without_power_it_is_like_any_power_cut(machine: DeskRig) -> None:
    """The next start finds the payment without an end; the new terminal has never heard of it, which is no refusal."""
    machine.to_payment()
    machine.post("/api/card", card="contactless")
    machine.advance(0.1)
    machine.post("/api/power", on=False)
    machine.post("/api/terminal", protocol="concert")
    assert machine.state("power") is False
    machine.post("/api/power", on=True)
    machine.advance(130.0)
    assert machine.facts()[-1] == "in doubt"
    assert machine.check()["allowed"] is True


@pytest.fixture
def with_real_terminal(setting: Setting) -> Iterator[Desk]:
    desk = Desk(setting)
    real = ConcertWiring(port="/dev/ttyNOWHERE", baud=9600)
    desk.setting = replace(setting, board=structs.replace(setting.board, card=real))
    yield desk
    desk.close()


def test_a_real_terminal_stays(with_real_terminal: Desk) -> None:
    assert with_real_terminal.protocols == {}
    with pytest.raises(TerminalStaysError, match="a real card terminal"):
        with_real_terminal.switch_terminal("nexo")
