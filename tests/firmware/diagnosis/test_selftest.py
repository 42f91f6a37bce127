"""What a self-test says of what it heard, and when it refuses to ask."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from firmware.cli import main
from firmware.diagnosis.selftest import (
    DeviceVerdict,
    Finding,
    alarms_up,
    all_well,
    of_alarms,
    of_city,
    of_clock,
    of_devices,
    of_journal,
    of_supply,
)
from firmware.ledger.clock_evidence import ClockTrust
from firmware.protocol.entry import EntryContent
from firmware.protocol.facts import AlarmCleared, AlarmRaised, Fact, Started
from firmware.service.alarms import ALARMS
from firmware.service.inspection import DeliveryStatus
from firmware.station.state_folder import JOURNAL, LOCK, claimed, is_claimed, open_journal, provision
from hal.board import load_board
from hal.clock import PARIS
from hal.ports import (
    DeviceEvent,
    DoorClosed,
    DoorOpened,
    Key,
    KeyPressed,
    MainsBack,
    MainsLost,
    PrinterIs,
    PrinterState,
    Supply,
    TerminalIs,
)
from tests.builders import ROOT

BOARD = load_board(ROOT / "board" / "paris-v1.toml")
NOW = datetime(2026, 3, 4, 10, tzinfo=PARIS)
WELL: tuple[DeviceEvent, ...] = (TerminalIs(True), PrinterIs(PrinterState.OK), DoorClosed(), MainsBack())


def found(name: str, findings: Sequence[Finding]) -> Finding:
    (finding,) = (finding for finding in findings if finding.device == name)
    return finding


def of(name: str, *heard: DeviceEvent) -> Finding:
    return found(name, of_devices(BOARD, {}, heard))


def recorded(*facts: Fact) -> list[EntryContent]:
    return [EntryContent(seq, "75011-0042", NOW, float(seq), "boot", fact) for seq, fact in enumerate(facts, 1)]


# --- devices ------------------------------------------------------------------------------------------------------


def test_what_answers_is_ok_and_what_cannot_is_left_to_a_person() -> None:
    verdicts = {finding.device: finding.verdict for finding in of_devices(BOARD, {}, WELL)}
    assert verdicts == {
        "keypad": DeviceVerdict.LOOK,
        "display": DeviceVerdict.LOOK,
        "buzzer": DeviceVerdict.LOOK,
        "terminal": DeviceVerdict.OK,
        "printer": DeviceVerdict.OK,
        "door": DeviceVerdict.OK,
        "mains": DeviceVerdict.OK,
    }


def test_who_says_nothing_is_silent_and_never_ok() -> None:
    findings = of_devices(BOARD, {}, ())
    silent = {finding.device for finding in findings if finding.verdict is DeviceVerdict.SILENT}
    assert silent == {"terminal", "printer", "door", "mains"}
    assert not all_well(findings)


@pytest.mark.parametrize("state", [state for state in PrinterState if state not in (PrinterState.OK, PrinterState.NEAR_END)])
def test_a_printer_that_cannot_print_is_said_in_the_words_of_its_alarm(state: PrinterState) -> None:
    finding = of("printer", PrinterIs(state))
    (alarm,) = (alarm for alarm in ALARMS if alarm.name == f"printer {state.value}")
    assert (finding.code, finding.says, finding.remedy) == (alarm.code, alarm.says, alarm.remedy)
    assert not all_well([finding])


def test_a_roll_near_its_end_and_an_open_door_are_worth_a_line_and_no_failure() -> None:
    findings = [of("printer", PrinterIs(PrinterState.NEAR_END)), of("door", DoorOpened())]
    assert [finding.verdict for finding in findings] == [DeviceVerdict.NOTE, DeviceVerdict.NOTE]
    assert all_well(findings)


def test_mains_lost_is_a_failure() -> None:
    assert of("mains", MainsLost()).verdict is DeviceVerdict.FAILED


def test_a_key_that_nobody_presses_and_is_down_is_a_failure_that_names_it() -> None:
    finding = of("keypad", KeyPressed(Key.M))
    assert (finding.verdict, finding.says) == (DeviceVerdict.FAILED, "Touche M coincée")


def test_the_keys_that_were_not_pressed_are_named() -> None:
    pressed = [KeyPressed(key) for key in Key if key not in (Key.A, Key.OK)]
    finding = found("keypad", of_devices(BOARD, {}, pressed, every_key=True))
    assert (finding.verdict, finding.says) == (DeviceVerdict.FAILED, "Touches muettes : A OK")
    whole = found("keypad", of_devices(BOARD, {}, [KeyPressed(key) for key in Key], every_key=True))
    assert whole.verdict is DeviceVerdict.OK


def test_a_device_that_cannot_be_opened_gives_the_reason_and_the_others_their_answers() -> None:
    findings = of_devices(BOARD, {"terminal": "no such port"}, WELL)
    assert found("terminal", findings).says == "no such port"
    assert found("terminal", findings).verdict is DeviceVerdict.FAILED
    assert found("printer", findings).verdict is DeviceVerdict.OK


def test_a_simulated_device_is_not_judged() -> None:
    assert found("printer", of_devices(replace(BOARD, printer="simulated"), {}, ())).verdict is DeviceVerdict.ABSENT


def test_whatever_is_wrong_says_what_to_do() -> None:
    events: list[Sequence[DeviceEvent]] = [
        (),
        (MainsLost(),),
        (KeyPressed(Key.A),),
        *[(PrinterIs(state),) for state in PrinterState],
    ]
    lines = [finding for heard in events for finding in of_devices(BOARD, {"display": "dark"}, heard)]
    lines += [*of_alarms(BOARD, [alarm.name for alarm in ALARMS]), of_journal("torn")]
    assert all(line.says and line.remedy for line in lines if line.verdict in (DeviceVerdict.SILENT, DeviceVerdict.FAILED))


# --- a running station, the computer, the folder ------------------------------------------------------------------


def test_the_alarms_up_are_those_raised_since_the_start_and_not_cleared() -> None:
    facts = (
        AlarmRaised("printer out"),
        Started("1", "t"),
        AlarmRaised("terminal silent"),
        AlarmRaised("door open"),
        AlarmCleared("door open"),
    )
    assert alarms_up(recorded(*facts)) == ("terminal silent",)


def test_an_alarm_that_is_up_is_a_failure_of_its_device_and_the_others_are_well() -> None:
    findings = of_alarms(BOARD, ["terminal silent"])
    assert found("terminal", findings).verdict is DeviceVerdict.FAILED
    assert found("printer", findings).verdict is DeviceVerdict.OK
    assert not [finding for finding in findings if finding.device in ("display", "buzzer")]


def test_a_clock_that_is_wrong_or_has_lost_its_battery_is_a_failure() -> None:
    wrong = of_clock(ClockTrust("wrong", "before 2025"), wired=True, battery_clock="rtc-ds1307 1-0068")
    assert (wrong.verdict, wrong.code) == (DeviceVerdict.FAILED, "C1")
    assert of_clock(ClockTrust("free running"), wired=True, battery_clock=None).verdict is DeviceVerdict.FAILED
    assert of_clock(ClockTrust("free running"), wired=False, battery_clock=None).verdict is DeviceVerdict.OK


def test_a_computer_that_says_nothing_of_its_power_is_not_said_to_be_well() -> None:
    assert of_supply(Supply()).verdict is DeviceVerdict.ABSENT
    assert of_supply(Supply(under_voltage=True)).verdict is DeviceVerdict.FAILED
    assert of_supply(Supply(under_voltage=False, celsius=51)).verdict is DeviceVerdict.OK


def test_a_city_that_was_not_heard_for_a_day_is_worth_a_line() -> None:
    assert of_city(DeliveryStatus(NOW - timedelta(hours=2), 40), 42, NOW).says == "2 écritures en attente"
    late = of_city(DeliveryStatus(NOW - timedelta(days=3), 40), 42, NOW)
    assert late.verdict is DeviceVerdict.NOTE
    assert "2 écritures" in late.says


# --- the command --------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A card's folder."""
    folder = tmp_path / "state"
    provision(folder, "75011-0042")
    shutil.copy(ROOT / "board" / "demo-station.toml", folder / "station.toml")
    (folder / "board").write_text("paris-v1\n")
    return folder


def test_a_running_station_is_left_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with claimed(folder):
        assert main(["selftest", "--state", str(folder)]) == 3
    assert "--running" in capsys.readouterr().err


def test_of_a_running_station_it_reads_what_it_says_itself(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = open_journal(folder, "75011-0042", "boot")
    for fact in (Started("1", "t"), AlarmRaised("printer out")):
        journal.append(fact, NOW, 1.0)
    journal.close()
    with claimed(folder):
        assert main(["selftest", "--state", str(folder), "--running", "--json"]) == 4
    findings = {line["device"]: line for line in json.loads(capsys.readouterr().out)["findings"]}
    assert (findings["printer"]["verdict"], findings["printer"]["code"]) == ("failed", "I2")
    assert findings["terminal"]["verdict"] == findings["station"]["verdict"] == "ok"


def test_a_station_that_does_not_run_says_nothing_of_its_devices(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selftest", "--state", str(folder), "--running", "--json"]) == 4
    findings = {line["device"]: line["verdict"] for line in json.loads(capsys.readouterr().out)["findings"]}
    assert findings["station"] == "failed"
    assert "terminal" not in findings


@pytest.mark.parametrize("missing", ["board", JOURNAL])
def test_a_folder_that_is_no_stations_is_refused_and_nothing_is_made_in_it(folder: Path, missing: str) -> None:
    (folder / missing).unlink()
    before = sorted(folder.iterdir())
    assert main(["selftest", "--state", str(folder)]) == 1
    assert sorted(folder.iterdir()) == before


def test_a_journal_that_was_changed_is_found(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / JOURNAL).write_bytes((folder / JOURNAL).read_bytes()[:-100])
    assert main(["selftest", "--state", str(folder), "--board", str(ROOT / "board" / "demo-desk.toml"), "--json"]) == 4
    (line,) = (line for line in json.loads(capsys.readouterr().out)["findings"] if line["device"] == "journal")
    assert (line["verdict"], line["code"]) == ("failed", "J1")


def test_the_lock_that_it_makes_is_the_stations(folder: Path) -> None:
    """The station is not root: a lock that was root's would keep it from ever starting."""
    if os.geteuid() == 0:
        for file in (folder, *folder.iterdir()):
            os.chown(file, 900, 900)
    main(["selftest", "--state", str(folder), "--board", str(ROOT / "board" / "demo-desk.toml")])
    assert (folder / LOCK).stat().st_uid == folder.stat().st_uid


def test_whether_a_folder_is_held_can_be_asked_without_holding_it(folder: Path) -> None:
    assert not is_claimed(folder)
    assert not (folder / LOCK).exists()
    with claimed(folder):
        assert is_claimed(folder)
    assert not is_claimed(folder)
