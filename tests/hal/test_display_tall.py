"""A display of 256 x 128 through the same drawing code and driver: pictures, what fits, what reaches the glass."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from firmware.domain.formats import FORMATS
from firmware.screens.large_text import large_pages
from firmware.screens.payment import Presenting
from firmware.screens.screen import Screen
from firmware.screens.ticket import Paid
from hal.board import load_board
from hal.drawing import capital, draw, overflows, text_sizes
from hal.drivers.display import Oled
from hal.lines import Gpio
from hal.ports import TALL_GLASS, Pattern, Size, View
from hal.ports.display import CAPITALS
from hal.shipped import BOARDS
from simulator.devices.gpio import SimulatedGpio
from simulator.devices.header import Header
from simulator.devices.ssd1322 import SpiPort
from simulator.devices.ssd1363 import Ssd1363
from tests.builders import ROOT
from tests.firmware.screens_shown import HERE, LENGTH, RIGHT, SCREENS, TYPED, VEHICLE
from tests.golden_files import GoldenFiles
from tests.laws.test_visit_display_laws import WIDE, stretched

SHOWN: dict[str, Screen] = {
    "plate": TYPED,
    "vehicle": VEHICLE,
    "duration": LENGTH,
    "pay": Presenting(RIGHT),
    "paid": Paid(RIGHT),
}


def views(language: str) -> list[View]:
    """Every kind of screen with the longest of everything, and its pages in large text."""
    here = replace(WIDE, language=language, health=HERE.health)
    shown = [(stretched(screen).view(here), here) for screen in SCREENS]
    return [each for view, context in shown for each in (view, *large_pages(view, context))]


@pytest.mark.parametrize("language", FORMATS)
def test_every_screen_fits_in_every_language(language: str) -> None:
    assert [(view.lines, overflows(view, TALL_GLASS)) for view in views(language) if overflows(view, TALL_GLASS)] == []


def test_what_is_large_is_larger_and_nothing_is_smaller() -> None:
    for view in views("fr"):
        usual, tall = text_sizes(view), text_sizes(view, TALL_GLASS)
        assert all(tall[text] >= px for text, px in usual.items())
    amount = "6,00\N{NO-BREAK SPACE}€"
    page = large_pages(Presenting(RIGHT).view(HERE), HERE)[0]
    assert capital(text_sizes(page, TALL_GLASS)[amount]) >= 1.7 * CAPITALS[Size.ENLARGED]


@pytest.mark.golden
@pytest.mark.parametrize("name", SHOWN)
def test_the_picture_is_the_golden_one(golden: GoldenFiles, name: str) -> None:
    picture = draw(SHOWN[name].view(HERE), TALL_GLASS)
    assert picture.size == (256, 128)
    assert picture.tobytes() == golden.picture(f"tall/{name}.png", picture).tobytes()


@pytest.mark.golden
def test_the_page_in_large_text_is_the_golden_one(golden: GoldenFiles) -> None:
    for name in ("vehicle", "pay"):
        picture = draw(large_pages(SHOWN[name].view(HERE), HERE)[0], TALL_GLASS)
        assert picture.tobytes() == golden.picture(f"tall/large-{name}.png", picture).tobytes()


def test_no_golden_picture_is_left_over() -> None:
    names = {f"{name}.png" for name in SHOWN} | {"large-vehicle.png", "large-pay.png"}
    assert {file.name for file in (ROOT / "tests" / "golden" / "tall").iterdir()} == names


def station() -> tuple[Oled, Ssd1363]:
    panel, header = Ssd1363(), Header()
    wiring = load_board(BOARDS / "paris-v3.toml").display
    assert not isinstance(wiring, str)
    assert wiring.glass == TALL_GLASS
    spi = SpiPort(panel, header, dc=wiring.dc, reset=wiring.reset)
    gpio = SimulatedGpio(header)
    gpio.setmode(gpio.BCM)
    return Oled(cast(Gpio, gpio), spi, bus=(0, 0), dc=wiring.dc, reset=wiring.reset, hz=wiring.hz, model=wiring.model), panel


def test_every_picture_reaches_the_glass_whichever_came_before() -> None:
    oled, panel = station()
    for view in views("de")[::7]:
        oled.show(view)
        assert panel.picture().tobytes() == draw(view, TALL_GLASS).tobytes()
    assert panel.unknown == []


def test_a_spark_is_mended_by_the_pictures_that_are_sent_whole() -> None:
    oled, panel = station()
    oled.show(TYPED.view(HERE))
    panel.reset()
    for number in range(12):
        oled.show(TYPED.view(HERE) if number % 2 else LENGTH.view(HERE))
    assert panel.picture().getbbox() is not None


def test_the_patterns_reach_every_edge() -> None:
    border = draw(View("x", "", "", (), pattern=Pattern.BORDER), TALL_GLASS)
    assert border.getbbox() == (0, 0, 256, 128)
    assert border.getpixel((255, 127)) == 0xFF
