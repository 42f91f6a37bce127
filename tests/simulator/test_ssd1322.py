"""The simulated panel against bytes typed from the SSD1322 datasheet, then driven by the real luma.oled."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from simulator.devices.gpio import SimulatedGpio
from simulator.devices.header import Header
from simulator.devices.ssd1322 import SpiPort, Ssd1322


def send(panel: Ssd1322, *commands: str) -> None:
    """Each text is a command byte, then its data, in hexadecimal."""
    for text in commands:
        data = bytes.fromhex(text)
        panel.transfer(data[:1], is_data=False)
        panel.transfer(data[1:], is_data=True)


def levels(panel: Ssd1322, *dots: tuple[int, int]) -> list[int]:
    """The greys, 0 to 15, of these dots of the glass."""
    picture = panel.picture().tobytes()
    return [picture[x + 256 * y] // 17 for x, y in dots]


def awake() -> Ssd1322:
    """Unlocked, 64 lines, re-mapped as a 256 x 64 module wants it, cleared, on."""
    panel = Ssd1322()
    send(panel, "FD12", "CA3F", "A01411", "1500 77".replace(" ", ""), "75007F")
    send(panel, "5C" + "00" * 240 * 128)
    send(panel, "AF")
    assert panel.picture().getbbox() is None
    return panel


def test_first_pixel_is_the_high_nibble_of_the_first_byte_of_column_28() -> None:
    panel = awake()
    send(panel, "151C5B", "75003F", "5CF1")
    picture = panel.picture()
    assert (picture.getpixel((0, 0)), picture.getpixel((1, 0))) == (0, 0), "half a column changes nothing"
    send(panel, "151C5B", "75003F", "5CF12A")
    picture = panel.picture()
    assert [picture.getpixel((x, 0)) for x in range(5)] == [255, 17, 34, 170, 0]


def test_last_pixel_is_the_low_nibble_of_column_91_row_63() -> None:
    panel = awake()
    send(panel, "155B5B", "753F3F", "5C0009")
    assert panel.picture().getbbox() == (255, 63, 256, 64)
    assert panel.picture().getpixel((255, 63)) == 9 * 17


def test_columns_outside_28_to_91_are_not_on_the_glass() -> None:
    panel = awake()
    send(panel, "15001B", "75003F", "5C" + "FF" * 2 * 28 * 64)
    send(panel, "155C77", "75003F", "5C" + "FF" * 2 * 28 * 64)
    assert panel.picture().getbbox() is None


def test_window_wraps_to_the_next_row_and_then_to_its_start() -> None:
    panel = awake()
    send(panel, "151C1D", "750203", "5C" + "11112222" + "33334444" + "5555")
    assert levels(panel, *((x, 2) for x in (0, 4, 8))) == [5, 2, 0]
    assert levels(panel, *((x, 3) for x in (0, 4, 8))) == [3, 4, 0]


def test_data_may_be_cut_between_the_two_bytes_of_a_column() -> None:
    panel = awake()
    send(panel, "151C5B", "75003F", "5C12")
    panel.transfer(b"\x34\x56", is_data=True)
    panel.transfer(b"\x78", is_data=True)
    assert levels(panel, *((x, 0) for x in range(8))) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_vertical_increment() -> None:
    panel = awake()
    send(panel, "A01511", "151C1D", "750001", "5C" + "1111" + "2222" + "3333")
    assert levels(panel, *((0, 0), (0, 1), (4, 0), (4, 1))) == [1, 2, 3, 0]


def test_nibbles_not_remapped_come_out_backwards_in_each_column() -> None:
    panel = awake()
    send(panel, "151C5B", "75003F", "5C12345678", "A01011")
    assert levels(panel, *((x, 0) for x in range(8))) == [4, 3, 2, 1, 8, 7, 6, 5]


def test_column_remap_turns_the_order_of_columns() -> None:
    panel = awake()
    send(panel, "151C5B", "75003F", "5C12345678", "A01611")
    assert levels(panel, *((x, 0) for x in range(248, 256))) == [5, 6, 7, 8, 1, 2, 3, 4]


def test_com_scan_direction_turns_the_picture_over() -> None:
    panel = awake()
    send(panel, "151C5B", "75003F", "5CF000", "A00411")
    assert panel.picture().getbbox() == (0, 63, 1, 64)


def test_without_dual_com_half_the_glass_is_dark() -> None:
    panel = awake()
    send(panel, "A5", "A6", "151C5B", "75003F", "5C" + "FF" * 8192, "A01401")
    assert panel.picture().getbbox() == (0, 0, 128, 64)


def test_start_line_offset_multiplex_and_partial_display() -> None:
    panel = awake()
    send(panel, "151C5B", "75003F", "5CF000")
    send(panel, "A17F")
    assert panel.picture().getbbox() == (0, 1, 1, 2)
    send(panel, "A100", "A27F")
    assert panel.picture().getbbox() == (0, 1, 1, 2)
    send(panel, "A200", "A80105")
    assert panel.picture().getbbox() is None
    send(panel, "A9")
    assert panel.picture().getbbox() == (0, 0, 1, 1)


def test_modes() -> None:
    panel = awake()
    send(panel, "151C5B", "75003F", "5CF000", "A7")
    assert (panel.picture().getpixel((0, 0)), panel.picture().getpixel((1, 0))) == (0, 255)
    send(panel, "A5")
    assert panel.picture().getextrema() == (255, 255)
    send(panel, "A4")
    assert panel.picture().getextrema() == (0, 0)
    send(panel, "A6", "AE")
    assert panel.picture().getextrema() == (0, 0)
    send(panel, "AF")
    assert panel.picture().getpixel((0, 0)) == 255


def test_locked_hears_only_the_unlocking() -> None:
    panel = awake()
    send(panel, "FD16", "A5")
    assert panel.picture().getextrema() == (0, 0)
    send(panel, "FD12", "A5")
    assert panel.picture().getextrema() == (255, 255)


def test_registers_after_reset() -> None:
    registers = Ssd1322().registers
    assert (registers.contrast, registers.master, registers.multiplex) == (0x7F, 0x0F, 128)
    assert not registers.awake


def test_contrast_changes_brightness_not_the_picture() -> None:
    panel = awake()
    send(panel, "C1FF", "C70F")
    assert panel.registers.brightness == 1.0
    send(panel, "C707")
    assert panel.registers.brightness == 0.5


def test_loss_of_power_loses_everything() -> None:
    panel = awake()
    send(panel, "A5")
    panel.power(False)
    assert panel.picture().getextrema() == (0, 0)
    panel.power(True)
    assert panel.picture().getextrema() == (0, 0), "asleep until woken"
    send(panel, "AF")
    assert panel.picture().getbbox() is not None, "memory holds noise"


@pytest.mark.parametrize("text", ["EE", "151C78", "155B1C", "75003F00", "CA0E", "FD13", "15"])
def test_what_the_datasheet_does_not_have_is_written_down(text: str) -> None:
    panel = awake()
    send(panel, text, "A6")
    assert len(panel.unknown) == 1


def test_bytes_are_counted() -> None:
    panel = Ssd1322()
    send(panel, "151C5B", "75003F", "5C" + "00" * 8192)
    assert panel.bytes_received == 8199


# --- the real luma.oled above it ---

its_own_deprecations = pytest.mark.filterwarnings("ignore:Image.Image.getdata is deprecated:DeprecationWarning")


def luma(panel: Ssd1322, header: Header) -> Any:
    """luma.oled carries no types, hence Any."""
    gpio = SimulatedGpio(header)
    gpio.setmode(gpio.BCM)
    port = SpiPort(panel, header, dc=24, reset=25)
    serial = import_module("luma.core.interface.serial").spi(spi=port, gpio=gpio, gpio_DC=24, gpio_RST=25)
    device = import_module("luma.oled.device").ssd1322(serial)
    device.persist = True
    return device


def drawing() -> Image.Image:
    picture = Image.new("RGB", (256, 64))
    draw = ImageDraw.Draw(picture)
    for x in range(256):
        draw.line((x, 0, x, 30), fill=(x, x, x))
    draw.text((3, 40), "AB-123-CD", fill="white")
    draw.point((255, 63), fill="white")
    return picture


def greys(picture: Image.Image) -> Image.Image:
    """luma's own grey, (306 r + 601 g + 117 b) >> 14, as sixteen levels of 17."""
    return Image.frombytes(
        "L",
        picture.size,
        bytes(((r * 306 + g * 601 + b * 117) >> 14) * 17 for r, g, b in zip(*[iter(picture.tobytes())] * 3, strict=True)),
    )


@its_own_deprecations
def test_luma_draws_what_it_was_given() -> None:
    panel = Ssd1322()
    luma(panel, Header()).display(drawing())
    assert panel.unknown == []
    assert panel.picture().tobytes() == greys(drawing()).tobytes()


@its_own_deprecations
def test_luma_sends_only_what_changed_and_the_picture_is_still_right() -> None:
    panel, picture = Ssd1322(), drawing()
    device = luma(panel, Header())
    device.display(picture)
    before = panel.bytes_received
    ImageDraw.Draw(picture).rectangle((101, 33, 130, 50), fill=(119, 119, 119))
    device.display(picture)
    assert 0 < panel.bytes_received - before < 1000
    assert panel.picture().tobytes() == greys(picture).tobytes()


@its_own_deprecations
def test_reset_line_low_puts_the_panel_to_sleep_and_keeps_it_deaf() -> None:
    panel, header = Ssd1322(), Header()
    device = luma(panel, header)
    device.display(drawing())
    header.drive(25, 0)
    device.show()
    assert panel.picture().getextrema() == (0, 0)
    assert not panel.registers.awake


def test_port_refuses_what_the_kernel_refuses() -> None:
    port = SpiPort(Ssd1322(), Header(), dc=24)
    with pytest.raises(OSError, match="Bad file"):
        port.writebytes([0])
    port.open(0, 0)
    with pytest.raises(OverflowError):
        port.writebytes([0] * 4097)
    with pytest.raises(ValueError, match="range"):
        port.writebytes([256])
    port.writebytes2([0] * 4097)
    assert port.xfer2([0xE3, 0]) == [0, 0]


@given(st.lists(st.tuples(st.binary(max_size=40), st.booleans()), max_size=40))
def test_garbage_never_raises(transfers: list[tuple[bytes, bool]]) -> None:
    panel = Ssd1322()
    for data, is_data in transfers:
        panel.transfer(data, is_data=is_data)
    assert panel.picture().size == (256, 64)


@given(st.integers(28, 91), st.integers(0, 63), st.binary(min_size=2, max_size=600))
def test_a_window_write_changes_nothing_outside_the_window(column: int, row: int, data: bytes) -> None:
    panel = awake()
    last_column, last_row = min(column + 5, 91), min(row + 3, 63)
    send(panel, bytes([0x15, column, last_column]).hex(), bytes([0x75, row, last_row]).hex(), "5C" + data.hex())
    box = panel.picture().getbbox()
    if box:
        left, top = (column - 28) * 4, row
        right, bottom = (last_column - 27) * 4, last_row + 1
        assert left <= box[0] < box[2] <= right
        assert top <= box[1] < box[3] <= bottom
