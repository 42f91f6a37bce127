"""Simulated SSD1322 display controller and its 256 x 64 panel.

Written from Solomon Systech's SSD1322 datasheet, rev 1.2 (section 7.1.3 4-wire SPI, 8.6 GDDRAM, 9 command table, 10.1 command
descriptions). The theory: the controller has 480 x 128 dots of memory, four bits each, seen as 128 rows of 120 *columns*; a
column is four dots, two bytes. A byte sent with D/C low is a command, with D/C high a parameter or memory data. Data fall into
a window (15h, 75h) that a pointer walks, wrapping at its edges. What the glass shows is then computed from memory and the
registers, each time somebody looks: nothing is copied at write time.

The glass (a common 256 x 64 module, dual COM) is wired to columns 28 to 91, and its top line to the COM that is scanned first
when re-map bit A[4] is set; without dual COM its right half is not scanned. The datasheet leaves those two to the module.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PIL import Image

from simulator.devices.header import Header
from simulator.devices.ssd1322_registers import COMMANDS, Registers

WIDTH, HEIGHT = 256, 64
FIRST_COLUMN, LAST_COLUMN = 28, 91
_ROWS, _COLUMNS = 128, 120
_HIGH = bytes((byte >> 4) * 17 for byte in range(256))
_LOW = bytes((byte & 15) * 17 for byte in range(256))
_INVERSE = bytes(255 - grey for grey in range(256))
_NOISE = bytes(place * place * 37 // 8 % 256 for place in range(_ROWS + _COLUMNS * 2))
_WRITE_RAM = 0x5C
_LOCK = 0xFD


class Ssd1322:
    """Display panel. `transfer` is its whole wire; `picture` is what it shows."""

    def __init__(self) -> None:
        self._ram = [bytearray(_COLUMNS * 2) for _ in range(_ROWS)]
        self.unknown: list[bytes] = []
        """Commands outside the datasheet, or with parameters outside their range; the hundred first."""
        self.bytes_received = 0
        self.power(True)

    def power(self, on: bool) -> None:
        """Give or cut its supply. Memory then holds noise, as real memory does, until somebody writes it."""
        self._powered = on
        for number, row in enumerate(self._ram):
            row[:] = _NOISE[number : number + len(row)]
        self.reset()

    def reset(self) -> None:
        """RES# went low: registers as section 8.4 and the command table give them, memory untouched, display asleep."""
        self._registers = Registers()
        self._command: int | None = None
        self._parameters = bytearray()
        self._column, self._row, self._half = 0, 0, b""

    @property
    def registers(self) -> Registers:
        """What has been set, for whoever draws the panel or asserts on it."""
        return self._registers

    def transfer(self, data: bytes, *, is_data: bool) -> None:
        """Bytes arrived with this level of D/C; cut anywhere. Never raises."""
        self.bytes_received += len(data)
        if not self._powered:
            return
        if not is_data:
            for byte in data:
                self._begin(byte)
        elif self._command == _WRITE_RAM:
            self._write(data)
        elif self._command is not None:
            missing = COMMANDS[self._command] - len(self._parameters)
            self._take(self._command, data[:missing])
            self._refuse(data[missing:])
        else:
            self._refuse(data)

    def picture(self) -> Image.Image:
        """256 x 64, mode "L", 16 greys as multiples of 17; black when asleep or without power."""
        registers = self._registers
        if not self._powered or not registers.awake or registers.mode == 0xA4:
            return Image.new("L", (WIDTH, HEIGHT), 0)
        if registers.mode == 0xA5:
            return Image.new("L", (WIDTH, HEIGHT), 255)
        pixels = b"".join(self._line(line if registers.scan_reversed else HEIGHT - 1 - line) for line in range(HEIGHT))
        return Image.frombytes("L", (WIDTH, HEIGHT), pixels)

    @property
    def contrast(self) -> int:
        """As it was set last; 127 after a reset."""
        return self._registers.contrast

    # --- commands ---

    def _begin(self, command: int) -> None:
        if self._command is not None and self._command != _WRITE_RAM:
            self._refuse(bytes([self._command]) + self._parameters)
        self._command, self._parameters = None, bytearray()
        if self._registers.locked and command != _LOCK:
            return
        if command not in COMMANDS:
            self._refuse(bytes([command]))
            return
        self._half = b""
        if command == _WRITE_RAM or COMMANDS[command]:
            self._command = command
        else:
            self._registers = self._registers.after(command, b"")

    def _take(self, command: int, data: bytes) -> None:
        """Parameters; once the command has all of them it is obeyed."""
        self._parameters += data
        if len(self._parameters) < COMMANDS[command]:
            return
        parameters = bytes(self._parameters)
        self._command, self._parameters = None, bytearray()
        try:
            self._registers = self._registers.after(command, parameters)
        except ValueError:
            self._refuse(bytes([command]) + parameters)
        if command == 0x15:
            self._column = self._registers.columns[0]
        elif command == 0x75:
            self._row = self._registers.rows[0]

    def _refuse(self, data: bytes) -> None:
        if data and len(self.unknown) < 100:
            self.unknown.append(data)

    # --- memory ---

    def _write(self, data: bytes) -> None:
        data, self._half = self._half + data, b""
        if len(data) % 2:
            data, self._half = data[:-1], data[-1:]
        write = self._write_down if self._registers.vertical else self._write_across
        write(data)

    def _write_across(self, data: bytes) -> None:
        """Write row after row, each up to the window's right edge."""
        (first, last), (top, bottom) = self._registers.columns, self._registers.rows
        at = 0
        while at < len(data):
            count = min(len(data) - at, 2 * (last + 1 - self._column))
            self._ram[self._row][self._column * 2 : self._column * 2 + count] = data[at : at + count]
            at += count
            self._column += count // 2
            if self._column > last:
                self._column, self._row = first, top if self._row == bottom else self._row + 1

    def _write_down(self, data: bytes) -> None:
        """Write column after column, two bytes a row."""
        (first, last), (top, bottom) = self._registers.columns, self._registers.rows
        for at in range(0, len(data), 2):
            self._ram[self._row][self._column * 2 : self._column * 2 + 2] = data[at : at + 2]
            self._row = top if self._row == bottom else self._row + 1
            if self._row == top:
                self._column = first if self._column == last else self._column + 1

    # --- what the glass shows ---

    def _line(self, scanned: int) -> bytes:
        """The 256 greys of the line that is scanned as number `scanned`."""
        registers = self._registers
        line = (scanned + registers.offset) % _ROWS
        if line >= registers.multiplex or not registers.partial[0] <= line <= registers.partial[1]:
            return bytes(WIDTH)
        pixels = self._segments(bytes(self._ram[(line + registers.start_line) % _ROWS]))
        if registers.mode == 0xA7:
            pixels = pixels.translate(_INVERSE)
        return pixels if registers.dual_com else pixels[: WIDTH // 2] + bytes(WIDTH // 2)

    def _segments(self, row: bytes) -> bytes:
        """Memory order to glass order: nibbles within a column, then columns (datasheet tables 10-1 and 10-2)."""
        registers = self._registers
        window = row[FIRST_COLUMN * 2 : LAST_COLUMN * 2 + 2]  # reversed, 119 - 91 = 28: the same columns
        sent = bytearray(WIDTH)
        sent[0::2], sent[1::2] = window.translate(_HIGH), window.translate(_LOW)
        dots = [bytes(sent[place::4]) for place in (range(4) if registers.nibbles_remapped else range(3, -1, -1))]
        shown = bytearray(WIDTH)
        for place, column_dots in enumerate(dots):
            shown[place::4] = column_dots[::-1] if registers.columns_reversed else column_dots
        return bytes(shown)


class SpiFarEnd(Protocol):
    """What hangs on the SPI bus: a display controller."""

    def transfer(self, data: bytes, *, is_data: bool) -> None:
        """Bytes arrived with this level of D/C."""

    def reset(self) -> None:
        """RES# went low."""


class SpiPort:
    """What `spidev.SpiDev()` is to luma.core, wired to a panel; D/C and RES# are lines of the header.

    Refuses what the kernel driver refuses: writing while closed (OSError), more than 4 096 bytes in one `writebytes`
    (OverflowError), a value that is no byte (ValueError).
    """

    def __init__(self, display: SpiFarEnd, header: Header, *, dc: int, reset: int | None = None) -> None:
        self._display, self._header, self._dc, self._reset = display, header, dc, reset
        self._open = False
        self.max_speed_hz = 500_000
        self.mode = 0
        self.bits_per_word = 8
        self.cshigh = self.no_cs = self.lsbfirst = self.loop = self.threewire = False
        if reset is not None:
            header.listen(reset, self._reset_moved)

    def open(self, bus: int, device: int) -> None:
        """There is one panel, whatever the bus."""
        self._open = True

    def close(self) -> None:
        """Closing twice does nothing, as in spidev."""
        self._open = False

    def writebytes(self, values: Sequence[int]) -> None:
        """One transfer."""
        if len(values) > 4096:
            raise OverflowError("Argument list size exceeds 4096 bytes.")
        self._send(values)

    def writebytes2(self, values: Sequence[int]) -> None:
        """As many transfers as it takes."""
        self._send(values)

    def xfer(self, values: list[int], speed_hz: int = 0, delay_usec: int = 0, bits_per_word: int = 0) -> list[int]:
        """MISO is not connected on a 4-wire panel: zeros come back."""
        self.writebytes(values)
        return [0] * len(values)

    xfer2 = xfer
    xfer3 = xfer

    def readbytes(self, count: int) -> list[int]:
        """Reads nothing but zeros; the panel sees as many zero bytes."""
        return self.xfer([0] * count)

    def _send(self, values: Sequence[int]) -> None:
        if not self._open:
            raise OSError(9, "Bad file descriptor")
        if self._reset is not None and self._header.level(self._reset) == 0:
            return
        self._display.transfer(bytes(values), is_data=self._header.level(self._dc) == 1)

    def _reset_moved(self, _line: int, level: int) -> None:
        if level == 0:
            self._display.reset()
