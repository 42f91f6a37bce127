"""The light sensor of the front panel: the board's own firmware samples it, the station's driver says how light it is."""

from __future__ import annotations

import struct
from math import inf

import pytest

from hal.drivers.display import CONTRASTS, DIMMED
from hal.drivers.panel_readings import DARKER, LIGHTER, ambient_after
from hal.ports import Ambient, Brightness, LightIs
from hal.wire import panel as wire
from tests.hal.panel_rig import PanelRig

LUMINANCE = 60.0
"""Of a lit pixel at the usual current, in cd/m2: the least that modules of 3.12 inches promise."""
REFLECTED = 0.04
"""Of the light that falls on the glass: one without a polariser."""
SECOND_GREY = 0x99 / 0xFF
READABLE = 4.5


def ambients(rig: PanelRig) -> list[Ambient]:
    """How light it was said to be, each change once."""
    told = [event.ambient for _, event in rig.events if isinstance(event, LightIs)]
    return [each for at, each in enumerate(told) if at == 0 or each is not told[at - 1]]


def shine(rig: PanelRig, lux: int | None, seconds: float) -> None:
    rig.device.shine(lux)
    rig.run(seconds)


def test_day_dusk_and_night(rig: PanelRig) -> None:
    for lux in (20_000, 100, 3, 100, 20_000):
        shine(rig, lux, 20.0)
    assert ambients(rig) == [Ambient.DAY, Ambient.DUSK, Ambient.NIGHT, Ambient.DUSK, Ambient.DAY]
    last = rig.told(LightIs)[-1]
    assert isinstance(last, LightIs)
    assert last.lux is not None
    assert abs(last.lux - 20_000) <= 1


@pytest.mark.parametrize("lux", [0, 60_000])
@pytest.mark.parametrize("seconds", [0.5, 1.0, 3.0])
def test_a_hand_or_a_headlight_changes_nothing(rig: PanelRig, lux: int, seconds: float) -> None:
    shine(rig, 100, 20.0)
    told = rig.told(LightIs)
    shine(rig, lux, seconds)
    shine(rig, 100, 20.0)
    assert rig.told(LightIs) == told


def test_a_dusk_that_wavers_is_one_dusk(rig: PanelRig) -> None:
    shine(rig, 1000, 20.0)
    for lux in (210, 190, 230, 180, 300, 195, 350, 199) * 3:
        shine(rig, lux, 10.0)
    assert ambients(rig) == [Ambient.DAY, Ambient.DUSK]


def test_steady_light_is_told_once_a_session_and_not_again(rig: PanelRig) -> None:
    shine(rig, 500, 600.0)
    assert len(rig.told(LightIs)) == 1
    rig.stop_station()
    rig.start_station()
    rig.run(1.0)
    assert len(rig.told(LightIs)) == 2


def test_a_sensor_that_is_not_there_is_said_and_one_that_comes_back_is_read(rig: PanelRig) -> None:
    rig.run(20.0)
    assert rig.told(LightIs) == [LightIs(Ambient.DAY, None)]
    shine(rig, 3, 90.0)
    assert ambients(rig) == [Ambient.DAY, Ambient.NIGHT]
    shine(rig, None, 20.0)
    assert rig.told(LightIs)[-1] == LightIs(Ambient.DAY, None), "a broken sensor is no night"


def test_one_glitch_of_the_bus_is_nothing(rig: PanelRig) -> None:
    shine(rig, 100, 20.0)
    told = rig.told(LightIs)
    shine(rig, None, 2.0)
    shine(rig, 100, 20.0)
    assert rig.told(LightIs) == told


def test_a_sensor_that_is_dazzled_says_its_most(rig: PanelRig) -> None:
    shine(rig, 100_000, 20.0)
    assert rig.told(LightIs)[-1] == LightIs(Ambient.DAY, 54_612)


def test_the_keys_are_lit_as_the_glass_is_and_again_after_a_restart(rig: PanelRig) -> None:
    backlight = rig.wiring.pins.backlight
    rig.driver.light_keys(Brightness.NIGHT)
    rig.timer.watch()
    rig.run(0.5)
    assert rig.device.outputs[backlight] == 50
    rig.device.reset(rig.time.now)
    rig.wire.look()
    rig.run(3.0)
    assert rig.device.outputs[backlight] == 50


def test_the_keys_are_as_dark_where_all_that_is_said_comes_at_once(rig: PanelRig) -> None:
    """USB brings the welcome and the light in one piece: "served" lights the keys before the light is set, not after."""
    rig.stop_station()
    rig.run(10.0)
    rig.device.receive(wire.encode(wire.HELLO, 0, struct.pack(wire.HELLO_FORM, 7, wire.PROTOCOL)), rig.time.now)
    rig.device.receive(wire.encode(wire.WELCOME, 0) + wire.encode(wire.LIGHT, 1, b"\x32"), rig.time.now)
    assert rig.device.outputs[rig.wiring.pins.backlight] == 0x32


def test_between_two_limits_nothing_changes() -> None:
    for (dark, ambient), (light, same) in zip(DARKER, LIGHTER, strict=True):
        assert ambient is same
        assert light >= 2 * dark
        assert ambient_after(Ambient.DAY, dark) is not ambient
        assert ambient_after(ambient, light - 1) is ambient


def test_whatever_the_light_the_text_can_be_read() -> None:
    """The contrast of lit to dark at the most light there may be at each brightness: EN 301 549 11.1.4.3 asks for 4.5 to 1."""
    most = {Brightness.NIGHT: LIGHTER[0][0], Brightness.DIM: LIGHTER[1][0]}
    for brightness, lux in most.items():
        dark = REFLECTED * lux / 3.1416
        lit = LUMINANCE * CONTRASTS[brightness] / CONTRASTS[Brightness.FULL]
        assert (SECOND_GREY * lit + dark) / dark > READABLE, brightness
    assert DIMMED < min(CONTRASTS.values()) < inf
