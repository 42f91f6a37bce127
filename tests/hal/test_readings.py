"""What a technician asks of the hardware: the supply, the terminal's line, pictures that show a dead pixel."""

from __future__ import annotations

from pathlib import Path

import pytest

from hal.drawing import HEIGHT, WIDTH, draw
from hal.drivers.concert import ConcertTerminal
from hal.ports import Pattern, Supply, TerminalIs, View
from hal.supply import read_supply

ENQ, ACK, EOT = b"\x05", b"\x06", b"\x04"


def written(root: Path, **files: str) -> Path:
    places = {
        "throttled": "devices/platform/soc/soc:firmware/get_throttled",
        "heat": "class/thermal/thermal_zone0/temp",
        "name": "class/hwmon/hwmon1/name",
        "alarm": "class/hwmon/hwmon1/in0_lcrit_alarm",
    }
    for name, text in files.items():
        path = root / places[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_a_computer_that_says_nothing_is_unknown_and_not_well(tmp_path: Path) -> None:
    assert read_supply(tmp_path) == Supply(None, None, None)


def test_what_a_raspberry_pi_says_is_read(tmp_path: Path) -> None:
    sys = written(tmp_path, throttled="50000\n", heat="48312\n", name="rpi_volt\n", alarm="1\n")
    assert read_supply(sys) == Supply(under_voltage=True, throttled=True, celsius=48)
    well = written(tmp_path, throttled="0\n", alarm="0\n")
    assert read_supply(well) == Supply(under_voltage=False, throttled=False, celsius=48)


@pytest.mark.parametrize("files", [{"name": "cpu_thermal"}, {"name": "rpi_volt"}, {"heat": "hot"}, {"throttled": ""}])
def test_what_makes_no_sense_is_unknown(tmp_path: Path, files: dict[str, str]) -> None:
    assert read_supply(written(tmp_path, **files)) == Supply()


def test_a_terminal_that_is_asked_answers_even_if_that_is_nothing_new() -> None:
    terminal = ConcertTerminal()
    assert terminal.wake(0.0) == ENQ
    assert terminal.receive(ACK, 0.1) == EOT
    assert terminal.take() == [TerminalIs(True)]
    terminal.look()
    assert terminal.wake_at <= 1.0
    assert terminal.wake(1.0) == ENQ
    assert terminal.receive(ACK, 1.1) == EOT
    assert terminal.take() == [TerminalIs(True)]


def test_an_unasked_probe_still_says_nothing_new() -> None:
    terminal = ConcertTerminal()
    for now in (0.0, 100.0):
        terminal.wake(now)
        terminal.receive(ACK, now + 0.1)
    assert terminal.take() == [TerminalIs(True)]


def pixels(pattern: Pattern) -> bytes:
    return draw(View("x", "left", "right", (), pattern=pattern)).tobytes()


def test_the_patterns_light_every_pixel_every_edge_and_every_grey() -> None:
    assert pixels(Pattern.LIT) == b"\xff" * (WIDTH * HEIGHT)
    border = pixels(Pattern.BORDER)
    assert set(border[:WIDTH] + border[-WIDTH:] + border[::WIDTH] + border[WIDTH - 1 :: WIDTH]) == {0xFF}
    assert 0 in border
    assert sorted(set(pixels(Pattern.GREYS))) == [grey * 17 for grey in range(16)]
