"""What a self-test concludes from what the devices, the folder and the computer say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from msgspec import structs

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
from hal.board import load_board
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
from hal.time_zone import PARIS
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
    assert found("printer", of_devices(structs.replace(BOARD, printer="simulated"), {}, ())).verdict is DeviceVerdict.ABSENT


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
    assert of_city(DeliveryStatus(NOW - timedelta(hours=2), 40), 2, NOW).says == "2 écritures en attente"
    late = of_city(DeliveryStatus(NOW - timedelta(days=3), 40), 2, NOW)
    assert late.verdict is DeviceVerdict.NOTE
    assert "2 écritures" in late.says


# --- the command --------------------------------------------------------------------------------------------------
