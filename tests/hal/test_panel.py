"""The front panel: its own firmware on its interpreter, the production driver, and everything that can come between them."""

from __future__ import annotations

import struct
from itertools import pairwise
from pathlib import Path

import pytest

from hal.drivers.panel import FrontPanel
from hal.panel_firmware import firmware_version
from hal.ports import (
    DoorClosed,
    DoorOpened,
    Key,
    KeyFreed,
    KeyHeld,
    KeyPressed,
    KeyStuck,
    LightIs,
    MainsBack,
    MainsLost,
    PanelIs,
    PanelStarted,
    PanelState,
    StartCause,
    Supply,
    Tone,
)
from hal.wire import panel as wire
from tests.hal.panel_rig import OFF, PanelRig, pressed, states


def test_it_says_who_it_is_and_what_stands_open(rig: PanelRig) -> None:
    board = b"\xe6SIMULAT".hex()
    assert [event for _, event in rig.events] == [
        PanelStarted(board, StartCause.POWER, 1),
        PanelIs(PanelState.OK, firmware_version().hex()),
        DoorClosed(),
        MainsBack(),
    ]
    readings = rig.driver.readings
    assert (readings.millivolts, readings.celsius, readings.cause, readings.tampered) == (4985, 27, 1, False)
    assert rig.driver.supply() == Supply(under_voltage=False, celsius=27)
    assert readings.log == ("start 1", "alone", "served")


def test_every_key_is_the_key(rig: PanelRig) -> None:
    for key in Key:
        rig.press(key)
    assert pressed(rig) == list(Key)


def test_a_key_is_told_within_a_few_milliseconds_of_being_believed(rig: PanelRig) -> None:
    at = rig.time.now
    rig.press(Key.A)
    ((told, _),) = [each for each in rig.events if isinstance(each[1], KeyPressed)]
    assert 0.010 <= told - at <= 0.014


def test_tones_sound_on_the_board_and_the_five_clicks(rig: PanelRig) -> None:
    moved: list[tuple[float, int]] = []
    rig.device.moved = lambda pin, level: moved.append((round(rig.time.now, 3), level)) if pin == 17 else None
    rig.driver.beep(Tone.IGNORED)
    rig.timer.watch()
    rig.run(1.0)
    lengths = [round(after - before, 2) for (before, _), (after, _) in pairwise(moved)]
    assert lengths == [0.12, 0.08, 0.12]
    moved.clear()
    rig.press(Key.D4)
    assert moved == []
    rig.press(Key.D5)
    assert [level for _, level in moved] == [1, 0]


def test_door_mains_and_cover(rig: PanelRig) -> None:
    pins = rig.wiring.pins
    rig.events.clear()
    for pin, closed in ((pins.door, False), (pins.mains, False), (pins.tamper, False), (pins.door, True), (pins.mains, True)):
        rig.device.ground(pin, closed)
        rig.wire.look()
        rig.run(0.02)
        rig.device.ground(pin, not closed)  # it bounces
        rig.device.ground(pin, closed)
        rig.run(1.2)
    opened = PanelIs(PanelState.OK, firmware_version().hex(), opened=True)
    told = [event for _, event in rig.events if not isinstance(event, LightIs)]
    assert told == [DoorOpened(), MainsLost(), opened, DoorClosed(), MainsBack()]
    assert rig.driver.readings.tampered


def test_somebody_near_wakes_the_pi(rig: PanelRig) -> None:
    pins = rig.wiring.pins
    moved: list[int] = []
    rig.device.moved = lambda pin, level: moved.append(level) if pin == pins.wake else None
    rig.device.ground(pins.near, True)
    rig.wire.look()
    rig.run(2.0)
    assert moved == [0, 1]


def test_a_held_and_a_stuck_key(rig: PanelRig) -> None:
    rig.key(Key.OK, True)
    rig.run(31.0)
    rig.key(Key.OK, False)
    rig.run(0.5)
    keys = [event for _, event in rig.events if isinstance(event, KeyPressed | KeyHeld | KeyStuck | KeyFreed)]
    assert keys == [KeyPressed(Key.OK), KeyHeld(Key.OK), KeyStuck(Key.OK), KeyFreed(Key.OK)]


def test_a_stuck_key_is_told_to_a_new_station_and_freed_for_the_old_one(rig: PanelRig) -> None:
    rig.key(Key.A, True)
    rig.run(31.0)
    rig.device.reset(rig.time.now)
    rig.wire.look()
    rig.run(3.0)
    assert rig.told(KeyFreed) == [KeyFreed(Key.A)]
    rig.run(31.0)
    assert rig.told(KeyStuck) == [KeyStuck(Key.A)] * 2, "down at its start: no press, but stuck all the same"
    assert pressed(rig) == [Key.A]
    rig.events.clear()
    rig.start_station()
    rig.run(1.0)
    assert rig.told(KeyStuck) == [KeyStuck(Key.A)]


def test_a_key_that_is_down_at_its_start_was_not_pressed(rig: PanelRig) -> None:
    rig.device.power(False, rig.time.now)
    rig.key(Key.OK, True)
    rig.device.power(True, rig.time.now)
    rig.wire.look()
    rig.run(3.0)
    assert pressed(rig) == []
    rig.key(Key.OK, False)
    rig.run(0.2)
    rig.press(Key.OK)
    assert pressed(rig) == [Key.OK]


# --- old keys -----------------------------------------------------------------------------------------------------------


def test_keys_that_waited_for_a_station_are_dropped_and_counted(rig: PanelRig) -> None:
    rig.stop_station()
    rig.run(4.0)
    rig.press(Key.OK)
    rig.press(Key.OK)
    rig.run(3.0)
    assert rig.device.second_line.text == OFF
    rig.start_station()
    rig.sent.clear()
    rig.run(1.0)
    told = [frame for sender, data in rig.sent if sender == "panel" for frame in wire.PanelFrames().take(data)]
    assert wire.KEY not in [kind for kind, _, _ in told], "not even offered"
    assert (wire.LOST, struct.pack("<H", 2)) in [(kind, payload) for kind, _, payload in told]
    assert pressed(rig) == []
    assert rig.driver.readings.dropped >= 2
    assert rig.device.second_line.text == ""
    rig.press(Key.A)
    assert pressed(rig) == [Key.A]


@pytest.mark.parametrize("seconds", [0.5, 1.5, 2.5, 6.0])
def test_a_station_that_hangs_takes_no_key_that_is_too_old(rig: PanelRig, seconds: float) -> None:
    """What came meanwhile lies in the kernel's buffer, and is read at once when it goes on."""
    buffer: list[bytes] = []
    running, rig.timer.off = rig.wire.on_data, True
    rig.wire.on_data = buffer.append
    rig.press(Key.OK, 0.05)
    rig.run(seconds)
    rig.wire.on_data, rig.timer.off = running, False
    running(b"".join(buffer))
    rig.run(1.0)
    young = seconds < 1.8
    assert pressed(rig) == ([Key.OK] if young else [])
    if not young:
        assert rig.driver.readings.dropped in (1, 2)  # both ends count it, where each thinks the other has not taken it
    rig.press(Key.A)
    assert pressed(rig)[-1:] == [Key.A]


def test_the_panel_s_clock_may_run_on_for_weeks_and_wrap(tmp_path: Path) -> None:
    rig = FrontPanel([[Key.OK] + [None] * 6] * 7, (b"12345678",), 5)
    now = 0.0
    line = rig.wake(now)
    ((_, _, hello),) = wire.PanelFrames().take(line)
    status = struct.pack(
        wire.STATUS_FORM, struct.unpack("<I", hello[:4])[0], 1, b"12345678", b"abcdefgh", 1, wire.WRAP - 500, 0, 0
    )
    rig.receive(wire.encode(wire.STATUS, 0, status), now)

    def key(seq: int, ms: int, at: float) -> list[object]:
        rig.receive(wire.encode(wire.KEY, seq, struct.pack(wire.KEY_FORM, ms, 0, wire.PRESSED)), at)
        return [event for event in rig.take() if isinstance(event, KeyPressed)]

    assert key(0, wire.WRAP - 400, 0.1) == [KeyPressed(Key.OK)]
    assert key(1, 500, 1.0) == [KeyPressed(Key.OK)]
    assert key(2, 500, 3.1) == []
    assert rig.readings.dropped == 1


# --- versions -------------------------------------------------------------------------------------------------------------


def test_another_firmware_is_said_to_be_unknown_and_its_keys_still_reach_the_service_menu(rig: PanelRig) -> None:
    rig.stop_station()
    rig.start_station((b"another!",))
    rig.run(1.0)
    assert states(rig)[-1] is PanelState.UNKNOWN
    rig.press(Key.A)
    assert pressed(rig) == [Key.A]


@pytest.mark.parametrize("kind", [wire.HELLO, wire.PING, wire.WELCOME, wire.BEEP, wire.LIGHT, wire.ARM, 0x0F, 0x7F])
@pytest.mark.parametrize("payload", [b"", b"\x01", b"\x01\x02\x03", b"\x01\x02\x03\x04"])
def test_a_frame_of_another_length_than_its_own_stops_nothing(rig: PanelRig, kind: int, payload: bytes) -> None:
    """Its sum is right: a later station says it so, and a panel that started anew at each would never serve."""
    starts = rig.device.starts
    rig.wire.write(wire.encode(kind, 0, payload))
    rig.run(1.0)
    rig.press(Key.A)
    assert rig.device.starts == starts
    assert pressed(rig) == [Key.A]


def test_another_protocol_is_unknown_and_stays_so() -> None:
    driver, now = FrontPanel([[Key.OK] + [None] * 6] * 7, (b"12345678",), 5), 0.0
    frames = wire.PanelFrames()
    events: list[object] = []
    while now < 10:
        now = max(driver.wake_at, now)
        for kind, _, payload in frames.take(driver.wake(now)):
            if kind == wire.HELLO:
                told = driver.receive(wire.encode(wire.STATUS, 0, payload[:4] + b"\x03other things"), now + 0.01)
                assert told == b""
        events += driver.take()
    assert events == [PanelIs(PanelState.UNKNOWN)]


def test_no_panel_at_all_is_silent() -> None:
    driver = FrontPanel([[Key.OK] + [None] * 6] * 7, (b"12345678",), 5)
    now = 0.0
    while now < 20:
        now = max(now + 0.001, driver.wake_at)
        driver.wake(now)
    assert driver.take() == [PanelIs(PanelState.SILENT)]
    assert driver.supply() == Supply()


def test_an_answer_to_an_earlier_greeting_begins_nothing() -> None:
    driver = FrontPanel([[Key.OK] + [None] * 6] * 7, (b"12345678",), 5)
    driver.wake(0.0)
    status = struct.pack(wire.STATUS_FORM, 5, 1, b"12345678", b"abcdefgh", 1, 0, 0, 0)
    assert driver.receive(wire.encode(wire.STATUS, 0, status), 0.1) == b""
    assert driver.take() == []
