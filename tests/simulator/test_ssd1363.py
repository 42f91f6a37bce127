"""The simulated SSD1363: which transfers make a picture, and which it refuses; with luma's own driver at the other end."""

from __future__ import annotations

from importlib import import_module

import pytest
from PIL import Image, ImageDraw

from simulator.devices.gpio import SimulatedGpio
from simulator.devices.header import Header
from simulator.devices.ssd1322 import SpiPort
from simulator.devices.ssd1363 import HEIGHT, WIDTH, Ssd1363

SET_UP = ((0xFD, 0x12), (0xA0, 0x32, 0x00), (0xA2, 0x20), (0xCA, 0x7F), (0xAF,))


def send(panel: Ssd1363, *commands: tuple[int, ...]) -> None:
    for code, *parameters in commands:
        panel.transfer(bytes([code]), is_data=False)
        panel.transfer(bytes(parameters), is_data=True)


def awake() -> Ssd1363:
    panel = Ssd1363()
    send(panel, *SET_UP, (0x15, 8, 71), (0x75, 0, 127), (0x5C, *bytes(WIDTH * HEIGHT // 2)))
    return panel


def test_it_is_black_until_it_is_unlocked_set_up_and_awake() -> None:
    panel = Ssd1363()
    send(panel, (0xAF,))
    assert panel.picture().getextrema() == (0, 0), "locked: it takes nothing but the unlock"
    send(panel, *SET_UP)
    assert panel.picture().getextrema() != (0, 0), "memory holds noise until somebody writes it"
    assert panel.unknown == []


def test_a_window_is_filled_cell_by_cell_and_the_bytes_of_a_cell_change_places() -> None:
    panel = awake()
    send(panel, (0x15, 9, 9), (0x75, 3, 4), (0x5C, 0x34, 0x12, 0x78, 0x56))
    shown = panel.picture()
    assert [shown.getpixel((column, 3)) for column in range(4, 8)] == [0x11, 0x22, 0x33, 0x44]
    assert [shown.getpixel((column, 4)) for column in range(4, 8)] == [0x55, 0x66, 0x77, 0x88]
    assert shown.getbbox() == (4, 3, 8, 5)


def test_a_parameter_that_comes_as_a_command_is_none() -> None:
    panel = awake()
    panel.transfer(bytes((0x75, 3, 4)), is_data=False)
    assert panel.unknown == [b"\x03", b"\x04"]


def test_a_window_outside_the_memory_is_refused() -> None:
    panel = awake()
    send(panel, (0x15, 8, 80), (0x75, 5, 4))
    assert panel.unknown == [b"\x15\x08\x50", b"\x75\x05\x04"]


def test_a_reset_forgets_the_settings_and_keeps_the_memory() -> None:
    panel = awake()
    send(panel, (0x15, 8, 8), (0x75, 0, 0), (0x5C, 0xFF, 0xFF))
    panel.reset()
    assert panel.picture().getbbox() is None
    send(panel, *SET_UP)
    assert panel.picture().getbbox() == (0, 0, 4, 1)


@pytest.mark.filterwarnings("ignore:Image.Image.getdata is deprecated:DeprecationWarning")  # luma's own
def test_luma_draws_on_it_what_it_was_given() -> None:
    panel, header = Ssd1363(), Header()
    gpio = SimulatedGpio(header)
    gpio.setmode(gpio.BCM)
    spi = SpiPort(panel, header, dc=25, reset=24)
    serial = import_module("luma.core.interface.serial").spi(spi=spi, gpio=gpio, gpio_DC=25, gpio_RST=24)
    device = import_module("luma.oled.device").ssd1363(serial)
    image = Image.new("RGB", (WIDTH, HEIGHT))
    ImageDraw.Draw(image).rectangle((10, 20, 99, 120), fill="white")
    device.display(image)
    assert panel.picture().tobytes() == image.convert("L").tobytes()
    assert panel.unknown == []
