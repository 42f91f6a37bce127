"""Simulated SSD1363 display controller and its 256 x 128 panel, four-wire SPI.

Written from what luma.oled 3.16 says of the controller and of the maker's example for its module; the datasheet was not at
hand. The theory: memory of 160 rows by 80 *columns* of four dots, two bytes each. Only the code of a command comes with D/C
low: its parameters and the memory's data come with D/C high, and a parameter with D/C low is taken for another command. The
module's glass is columns 8 to 71; where columns are remapped (A0h, first byte, bit 1) the second byte of one is shown first.
"""

from __future__ import annotations

from PIL import Image

WIDTH, HEIGHT = 256, 128
ROWS, COLUMNS, FIRST = 160, 80, 8
COMMANDS = {
    0x15: 2,  # column window
    0x5C: 0,  # write RAM
    0x75: 2,  # row window
    0xA0: 2,  # re-map
    0xA2: 1,  # display offset
    0xA4: 0,  # all off
    0xA5: 0,  # all on
    0xA6: 0,  # normal
    0xAD: 1,  # current reference
    0xAE: 0,  # sleep
    0xAF: 0,  # wake
    0xB3: 1,  # clock divider
    0xB9: 0,  # linear greys
    0xC1: 1,  # contrast
    0xCA: 1,  # multiplex ratio
    0xFD: 1,  # command lock
}
"""Command -> how many parameters follow it with D/C high."""
UNLOCK, OFFSET_OF_MODULE, ALL_ROWS = 0x12, 0x20, 0x7F
COLUMNS_REMAPPED = 0x02


class Ssd1363:
    """Display panel. `transfer` is its whole wire; `picture` is what it shows."""

    def __init__(self) -> None:
        self._ram = bytearray(ROWS * COLUMNS * 2)
        self.unknown: list[bytes] = []
        """Commands it has not, or with parameters out of their range; the hundred first."""
        self.power(True)

    def power(self, on: bool) -> None:
        """Give or cut its supply. Memory then holds noise until somebody writes it."""
        self._powered = on
        self._ram[:] = bytes(place * place * 37 // 8 % 256 for place in range(len(self._ram)))
        self.reset()

    def reset(self) -> None:
        """RES# went low: settings are lost, memory is not, the display sleeps and takes no command but the unlock."""
        self._set: dict[int, bytes] = {0x15: bytes((0, COLUMNS - 1)), 0x75: bytes((0, ROWS - 1)), 0xA6: b""}
        self._command: int | None = None
        self._parameters = b""
        self._at, self._awake, self._locked = 0, False, True

    @property
    def contrast(self) -> int:
        """As it was set last; 127 after a reset."""
        return self._set.get(0xC1, b"\x7f")[0]

    def transfer(self, data: bytes, *, is_data: bool) -> None:
        """Bytes arrived with this level of D/C; cut anywhere. Never raises."""
        if not self._powered:
            return
        if not is_data:
            for byte in data:
                self._begin(byte)
        elif self._command == 0x5C:
            self._write(data)
        else:
            for byte in data:
                self._parameter(byte)

    def _begin(self, command: int) -> None:
        if self._locked and command != 0xFD:
            return
        if command not in COMMANDS:
            self._refuse(bytes([command]))
            return
        self._command, self._parameters = command, b""
        if command in (0xAE, 0xAF):
            self._awake = command == 0xAF
        elif command == 0x5C:
            self._at = 0
        elif not COMMANDS[command]:
            self._set = {code: kept for code, kept in self._set.items() if code not in (0xA4, 0xA5, 0xA6)} | {command: b""}

    def _parameter(self, byte: int) -> None:
        if self._command is None or len(self._parameters) >= COMMANDS[self._command]:
            self._refuse(bytes([byte]))
            return
        self._parameters += bytes([byte])
        if len(self._parameters) == COMMANDS[self._command]:
            self._obey(self._command, self._parameters)

    def _obey(self, command: int, given: bytes) -> None:
        last = {0x15: COLUMNS, 0x75: ROWS}.get(command)
        if last is not None and not given[0] <= given[1] < last:
            self._refuse(bytes([command]) + given)
        elif command == 0xFD:
            self._locked = given[0] != UNLOCK
        else:
            self._set[command] = given

    def _refuse(self, data: bytes) -> None:
        if len(self.unknown) < 100:
            self.unknown.append(data)

    def _write(self, data: bytes) -> None:
        """Fill the window from its upper left corner, row by row, then from there again."""
        (first, last), (top, bottom) = self._set[0x15], self._set[0x75]
        wide = 2 * (last - first + 1)
        written = 0
        while written < len(data):
            row, column = divmod(self._at, wide)
            begin, count = ((top + row) * COLUMNS + first) * 2 + column, min(wide - column, len(data) - written)
            self._ram[begin : begin + count] = data[written : written + count]
            self._at, written = (self._at + count) % (wide * (bottom - top + 1)), written + count

    def picture(self) -> Image.Image:
        """256 x 128, mode "L", 16 greys as multiples of 17; black when asleep, without power, or set up for another module."""
        set_up = self._set.get(0xA2) == bytes([OFFSET_OF_MODULE]) and self._set.get(0xCA) == bytes([ALL_ROWS])
        if not (self._powered and self._awake and set_up) or 0xA4 in self._set:
            return Image.new("L", (WIDTH, HEIGHT), 0)
        if 0xA5 in self._set:
            return Image.new("L", (WIDTH, HEIGHT), 255)
        return Image.frombytes("L", (WIDTH, HEIGHT), b"".join(map(self._line, range(HEIGHT))))

    def _line(self, row: int) -> bytes:
        begin = (row * COLUMNS + FIRST) * 2
        sent = bytearray(self._ram[begin : begin + WIDTH // 2])
        if self._set.get(0xA0, b"\0")[0] & COLUMNS_REMAPPED:
            sent[::2], sent[1::2] = sent[1::2], sent[::2]
        return bytes(grey * 17 for byte in sent for grey in (byte >> 4, byte & 15))
