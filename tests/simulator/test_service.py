"""A technician at the simulated machine: what the tickets say can be checked against the journal and the station's key."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import msgspec
import pytest

from central.operations.access_codes import issue_code
from central.register import publications
from firmware.journal.journal_file import JournalReader
from firmware.paper.receipt_signing import ReceiptError, verify_receipt, verify_text
from firmware.protocol.facts import CountersCollected, Fact, PinRefused, RightSold, ServiceClosed, ServiceDone, ServiceOpened
from firmware.protocol.messages import Configuration
from firmware.service.people import new_person
from firmware.station.state_folder import JOURNAL, PEOPLE, open_signing_key
from hal.shipped import ROOT
from simulator.desk.desk import Desk
from simulator.visit_files.expectations import screen_name
from simulator.visit_files.money import facts
from simulator.visit_files.play import desk_for
from simulator.visit_files.visit import read_visit

VISITS = ROOT / "simulator" / "visits"
ROWS = ("1234567890", "AZERTYUIOP", "QSDFGHJKLM", "WXCVBN")
OTHERS = ("CORRECT", "INFO", "LANG", "MINUS", "PLUS", "MAX", "CANCEL", "OK")
PIN = "402917"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with contextlib.closing(desk_for(read_visit(VISITS / "service-menu.visit"), tmp_path)) as desk:
        yield desk


def press(desk: Desk, *keys: str) -> None:
    for key in keys:
        desk.press(key)
    desk.advance(0.3)


def until(desk: Desk, screen: str) -> None:
    give_up = desk.time.now + 60
    while screen_name(desk) != screen:
        assert desk.time.now < give_up, screen_name(desk)
        desk.advance(0.1)


def open_menu(desk: Desk, pin: str = PIN) -> None:
    desk.fault("door", "open", True)
    desk.advance(0.5)
    press(desk, "CORRECT", "CORRECT", "INFO", *"07", *pin, "OK")


def sell_an_hour(desk: Desk) -> None:
    press(desk, *"AB123CD", "OK", "OK", "1", "OK")
    desk.advance(1)
    assert desk.card("approved")
    until(desk, "approved")
    press(desk, "CANCEL")


def code_on(desk: Desk) -> str:
    (code,) = re.findall(r"\[QR: (.*)\]", desk.ticket_text() or "")
    return str(code)


def accept(desk: Desk) -> float:
    """The guided round, all well; the virtual seconds it took, report printed."""
    begun = desk.time.now
    press(desk, "3", "OK", *"".join(ROWS), *OTHERS)
    press(desk, "OK", "OK", "OK", "OK", "OK", "OK")
    until(desk, "service paper")
    press(desk, "OK")
    until(desk, "service clock")
    press(desk, "OK", "OK", "OK", "OK")
    until(desk, "service result")
    return desk.time.now - begun


def test_the_acceptance_report_is_signed_and_the_journal_holds_its_digest(desk: Desk) -> None:
    open_menu(desk)
    accept(desk)
    signed = code_on(desk)
    fields = verify_text(signed, open_signing_key(desk.setting.folder).public_key(), "HDA1")
    assert fields[1:3] == ("75011-0042", "07")
    assert fields[4:] == tuple(
        f"{trial}=passed" for trial in ("keypad", "display", "buzzer", "printer", "terminal", "clock", "network", "power")
    )
    (said,) = [fact.detail for fact in facts(desk) if isinstance(fact, ServiceDone) and fact.action == "acceptance"]
    assert said == f"passed sha256 {hashlib.sha256(signed.rpartition('|')[0].encode()).hexdigest()}"


def test_the_acceptance_test_fits_into_its_minute(desk: Desk) -> None:
    open_menu(desk)
    assert accept(desk) < 60


def test_a_report_that_was_touched_or_is_of_another_kind_is_not_believed(desk: Desk) -> None:
    open_menu(desk)
    accept(desk)
    public = open_signing_key(desk.setting.folder).public_key()
    with pytest.raises(ReceiptError):
        verify_text(code_on(desk).replace("power=passed", "power=failed"), public, "HDA1")
    with pytest.raises(ReceiptError):
        verify_receipt(code_on(desk), public)


def test_the_statistics_ticket_reconciles_to_the_cent_with_the_journal_up_to_its_head(desk: Desk) -> None:
    sell_an_hour(desk)
    open_menu(desk)
    press(desk, "6", "OK", "OK")
    until(desk, "service result")
    fields = verify_text(code_on(desk), open_signing_key(desk.setting.folder).public_key(), "HDS1")
    number, since_seq, seq, head, birth, collected, since = fields[3:]
    with contextlib.closing(JournalReader(desk.setting.folder / JOURNAL)) as reader:
        entries = reader.entries_after(0, int(seq))
        told = [reader.content_of(entry).fact for entry in entries]
    assert entries[-1].hash.hex() == head
    revenue = sum(fact.right.cents for fact in told if isinstance(fact, RightSold))
    assert revenue > 0
    assert int(birth.split()[1]) == revenue == int(collected.split()[1])
    assert since.split()[:2] == ["0", "0"]
    assert isinstance(told[int(since_seq) - 1], CountersCollected)
    assert number == "1"


def test_the_test_ticket_carries_the_whole_diagnostic_signed(desk: Desk) -> None:
    desk.fault("printer", "paper_near_end", True)
    desk.advance(40)
    open_menu(desk)
    press(desk, "OK")
    until(desk, "service result")
    fields = verify_text(code_on(desk), open_signing_key(desk.setting.folder).public_key(), "HDD1")
    assert fields[1] == "75011-0042"
    assert [field.split()[0] for field in fields[3:12]] == ["sw", "tf", "pub", "clk", "pow", "net", "jnl", "cnt", "alm"]
    text = desk.ticket_text() or ""
    listed = re.findall(r"^  (\S+ \d\d/\d\d \d\d:\d\d)", text, re.MULTILINE)
    assert listed[0].startswith("S07")
    assert fields[12].split(",")[:3] == listed[:3]


def test_the_pin_is_in_no_file_no_trace_and_on_no_paper(desk: Desk) -> None:
    open_menu(desk, "771903")
    press(desk, *"07", *PIN, "OK")
    press(desk, "OK")
    until(desk, "service result")
    desk.advance(5)
    kept = b"".join(path.read_bytes() for path in desk.setting.folder.rglob("*") if path.is_file())
    seen = repr(desk.state()) + (desk.ticket_text() or "") + repr(facts(desk)) + code_on(desk)
    for pin in (PIN, "771903"):
        assert pin.encode() not in kept
        assert pin not in seen
        assert pin.encode() not in desk.cabinet.printer.tickets[-1].data


def test_without_a_list_of_people_the_menu_says_so_and_stays_shut(desk: Desk) -> None:
    (desk.setting.folder / PEOPLE).unlink()
    desk.fault("door", "open", True)
    desk.advance(0.5)
    press(desk, "CORRECT", "CORRECT", "INFO")
    assert screen_name(desk) == "service shut"
    press(desk, *"07", *PIN, "OK")
    desk.advance(30)
    assert not any(isinstance(fact, ServiceOpened) for fact in facts(desk))


def test_a_list_that_cannot_be_read_keeps_the_menu_shut_and_the_machine_selling(desk: Desk) -> None:
    (desk.setting.folder / PEOPLE).write_text("{\n")
    desk.fault("door", "open", True)
    desk.advance(0.5)
    press(desk, "CORRECT", "CORRECT", "INFO")
    assert screen_name(desk) == "service shut"
    desk.fault("door", "open", False)
    desk.advance(25)
    sell_an_hour(desk)


def test_a_power_cut_at_any_moment_of_a_wrong_try_never_buys_one_for_nothing(desk: Desk) -> None:
    """Two wrong PINs are free; from then on a try that was answered is a try that was written down."""
    for _ in range(6):
        open_menu(desk, "771903")
        desk.advance(0.2)
        desk.power(False)
        desk.advance(1)
        desk.power(True)
        desk.advance(3)
    assert sum(isinstance(fact, PinRefused) for fact in facts(desk)) == 3
    open_menu(desk)
    assert screen_name(desk) == "service locked"


def sessions(told: list[Fact]) -> list[str]:
    """The person each action of a technician falls into the session of; raises where it falls into none."""
    inside, found = "", []
    for fact in told:
        match fact:
            case ServiceOpened(person):
                inside = person
            case ServiceClosed():
                inside = ""
            case ServiceDone(person):
                assert person == inside
                found.append(person)
    return found


def test_every_action_lies_in_the_session_of_who_did_it(desk: Desk) -> None:
    open_menu(desk)
    accept(desk)
    press(desk, "OK", "7", "OK", "OK")
    until(desk, "service result")
    desk.fault("door", "open", False)
    desk.advance(1)
    assert len(sessions(facts(desk))) > 10
    assert any(isinstance(fact, ServiceClosed) for fact in facts(desk))


def open_login(desk: Desk) -> None:
    desk.fault("door", "open", True)
    desk.advance(0.5)
    press(desk, "CORRECT", "CORRECT", "INFO")


def test_a_code_of_the_city_opens_a_locked_menu_once_and_without_the_network(desk: Desk) -> None:
    desk.advance(1)
    desk.fault("network", "down", True)
    for _ in range(3):
        open_menu(desk, "771903")
        press(desk, "CANCEL")
    open_login(desk)
    assert screen_name(desk) == "service locked"
    now = desk.clock.wall()
    code, until = issue_code(desk.city, desk.setting.site.station, "42", 15, "console", now)
    press(desk, "INFO", *"42", *code, "OK")
    assert screen_name(desk) == "service menu"
    assert facts(desk)[-1] == ServiceOpened("42", until.astimezone(UTC).isoformat())
    press(desk, "CANCEL", "CORRECT", "CORRECT", "INFO", "INFO", *"42", *code, "OK")
    assert screen_name(desk) != "service menu"
    assert isinstance(facts(desk)[-1], PinRefused)


def test_who_the_city_adds_is_let_in_and_who_it_removes_is_not(desk: Desk) -> None:
    added = new_person("42", "C. Petit", "135790", bytes(16), "collector")
    now = desk.clock.wall()
    body = msgspec.json.encode(Configuration(people=(added,)))
    publications.publish(desk.city, "configuration", desk.setting.site.station, body, now, "console", now)
    desk.advance(600)
    open_menu(desk)
    assert screen_name(desk) == "service number"
    press(desk, *"42", *"135790", "OK")
    assert screen_name(desk) == "service menu"
    press(desk, "0", "OK")
    assert screen_name(desk) == "service menu", "a collector takes no machine out of sales"
