"""The front panel's watch over the Pi, and a whole day of its own."""

from __future__ import annotations

from hal.panel_firmware import firmware_version
from hal.ports import Key, PanelIs, PanelState
from tests.hal.panel_rig import HUNG, OFF, PanelRig, pressed

# --- the watch over the Pi --------------------------------------------------------------------------------------------------


def power_cuts(rig: PanelRig) -> list[float]:
    """Instants at which it took the Pi's power, from now on."""
    cuts: list[float] = []
    rig.device.moved = lambda pin, level: (
        cuts.append(round(rig.time.now)) if (pin, level) == (rig.wiring.pins.pi_power, 0) else None
    )
    return cuts


def test_a_silent_pi_is_given_its_power_anew_three_times_an_hour_and_counted(rig: PanelRig) -> None:
    cuts, start = power_cuts(rig), rig.time.now
    rig.stop_station()
    rig.run(9.9 * 60)
    assert cuts == []
    rig.run(110 * 60)
    assert [round((cut - start) / 60) for cut in cuts] == [10, 20, 30, 70, 80, 90]
    assert rig.device.second_line.text in (OFF, HUNG)
    rig.device.reset(rig.time.now)
    rig.wire.look()
    rig.run(1.0)
    rig.start_station()
    rig.run(1.0)
    assert rig.driver.readings.cycles == 6, "counted through a start of its own"
    assert rig.told(PanelIs)[-1] == PanelIs(PanelState.OK, firmware_version().hex(), cuts=6)


def test_each_silence_says_on_the_second_line_that_no_cut_is_left(rig: PanelRig) -> None:
    rig.stop_station()
    rig.run(41 * 60)
    assert rig.device.second_line.text == HUNG
    rig.start_station()
    rig.run(2.0)
    assert rig.device.second_line.text == ""
    rig.stop_station()
    rig.run(9 * 60)
    assert rig.device.second_line.text == OFF
    rig.run(2 * 60)
    assert rig.device.second_line.text == HUNG


def test_an_open_cover_is_told_once_and_so_is_a_closed_one(rig: PanelRig) -> None:
    for closed in (False, False, True):
        rig.device.ground(rig.wiring.pins.tamper, closed)
        rig.wire.look()
        rig.run(0.2)
    reports = [event.opened for event in rig.told(PanelIs) if isinstance(event, PanelIs)]
    assert reports == [False, True, False]


def test_an_update_is_left_alone(rig: PanelRig) -> None:
    rig.driver.expect_silence(3600)
    rig.timer.watch()
    rig.run(0.1)
    cuts = power_cuts(rig)
    rig.stop_station()
    rig.run(59 * 60)
    assert cuts == []
    rig.run(2 * 60)
    assert len(cuts) == 1


def test_a_technician_is_left_alone(rig: PanelRig) -> None:
    cuts = power_cuts(rig)
    rig.device.ground(rig.wiring.pins.door, False)
    rig.wire.look()
    rig.stop_station()
    rig.run(60 * 60)
    assert cuts == []


def test_a_whole_day_leaves_no_memory_taken(rig: PanelRig) -> None:
    rig.run(600.0)
    rig.press(Key.A)
    before = rig.device.free(rig.time.now)
    for hour in range(24):
        rig.run(3600 - 0.18)
        rig.press(Key.A)
        if hour == 11:
            rig.stop_station()
            rig.start_station()
    after = rig.device.free(rig.time.now)
    assert before - after < 1024 or before == 0
    assert rig.device.starts == 1
    assert len(pressed(rig)) == 25
