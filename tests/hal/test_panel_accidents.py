"""Either end of the front panel's link gone, at whichever frame; and a bad cable."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hal.ports import Key, PanelState
from tests.hal.panel_rig import PLATE, PanelRig, pressed, states

# --- either side gone, at every frame -------------------------------------------------------------------------------------


def type_plate(rig: PanelRig) -> None:
    for key in PLATE:
        rig.press(key)


def frames_of_a_plate(tmp_path: Path) -> int:
    with PanelRig(tmp_path / "counted") as rig:
        rig.run(1.0)
        rig.sent.clear()
        type_plate(rig)
        return len(rig.sent)


def at_transfer(rig: PanelRig, number: int, act: Callable[[], None]) -> None:
    """Act once, just after this transfer has left."""
    tap, seen = rig.sent, len(rig.sent)

    class Watched(list[tuple[str, bytes]]):
        def append(self, transfer: tuple[str, bytes]) -> None:
            tap.append(transfer)
            if len(tap) - seen == number:
                rig.time.at(rig.time.now, act)

    rig.sent = Watched()


def start_again(rig: PanelRig) -> None:
    rig.stop_station()
    rig.start_station()


ACCIDENTS: dict[str, Callable[[PanelRig], None]] = {
    "the panel starts again": lambda rig: rig.device.reset(rig.time.now),
    "the panel loses its power": lambda rig: rig.device.power(True, rig.time.now),
    "the station starts again": start_again,
}


@pytest.mark.parametrize("accident", ACCIDENTS)
def test_whatever_starts_again_at_whichever_frame_no_key_is_doubled_or_made_up(tmp_path: Path, accident: str) -> None:
    count = frames_of_a_plate(tmp_path)
    assert count >= 2 * len(PLATE)
    for number in range(1, count, 1 if accident.startswith("the station") else 3):
        with PanelRig(tmp_path / str(number)) as rig:
            rig.run(1.0)

            def act(rig: PanelRig = rig) -> None:
                ACCIDENTS[accident](rig)
                rig.wire.look()

            at_transfer(rig, number, act)
            type_plate(rig)
            rig.run(3.0)
            told = pressed(rig)
            rest = iter(PLATE)
            assert all(key in rest for key in told), (number, told)
            assert len(told) >= len(PLATE) - 6
            rig.press(Key.X)
            assert pressed(rig)[-1] == Key.X, f"it serves again after {accident} at {number}"


@pytest.mark.parametrize("number", range(1, 16, 3))
def test_a_panel_that_hangs_is_started_by_its_own_watchdog(tmp_path: Path, number: int) -> None:
    with PanelRig(tmp_path) as rig:
        rig.run(1.0)
        at_transfer(rig, number, lambda: rig.device.hang(True, rig.time.now))
        type_plate(rig)
        rig.run(9.0)
        assert states(rig)[-1] is PanelState.SILENT
        rig.device.hang(False, rig.time.now)
        rig.wire.look()
        rig.run(5.0)
        assert states(rig)[-1] is PanelState.OK
        assert rig.driver.readings.cause == 3
        rig.press(Key.X)
        assert pressed(rig)[-1] == Key.X


@pytest.mark.parametrize("fault", ["garbled", "duplicated", "nuls", "loss"])
def test_a_bad_cable_costs_time_and_never_a_wrong_key(tmp_path: Path, fault: str) -> None:
    with PanelRig(tmp_path) as rig:
        rig.run(1.0)
        setattr(rig.wire.line, fault, 0.3 if fault == "loss" else True)
        rig.wire.line.latency = 0.0
        for _ in range(4):
            type_plate(rig)
        setattr(rig.wire.line, fault, 0.0 if fault == "loss" else False)
        rig.run(6.0)
        told, rest = pressed(rig), iter(PLATE * 4)
        assert all(key in rest for key in told)
        if fault in ("duplicated", "nuls"):
            assert told == list(PLATE * 4)
        rig.press(Key.X)
        assert pressed(rig)[-1] == Key.X
