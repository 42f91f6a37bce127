"""SSD1322 command table and registers.

From the datasheet, rev 1.2, section 9 (table 9-1, with the values after RES#) and 10.1. Analogue settings (clocks, pre-charge,
gray scale pulse widths) have their parameters consumed and checked for nothing: they do not change which dot shows what.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

COMMANDS = {
    0x00: 0,  # enable gray scale table
    0x15: 2,  # column window
    0x5C: 0,  # write RAM
    0x5D: 0,  # read RAM (not over SPI)
    0x75: 2,  # row window
    0xA0: 2,  # re-map and dual COM
    0xA1: 1,  # start line
    0xA2: 1,  # display offset
    0xA4: 0,  # all off
    0xA5: 0,  # all on
    0xA6: 0,  # normal
    0xA7: 0,  # inverse
    0xA8: 2,  # partial display
    0xA9: 0,  # exit partial display
    0xAB: 1,  # function selection
    0xAE: 0,  # sleep
    0xAF: 0,  # wake
    0xB1: 1,  # phase lengths
    0xB3: 1,  # clock divider
    0xB4: 2,  # display enhancement A
    0xB5: 1,  # GPIO
    0xB6: 1,  # second pre-charge
    0xB8: 15,  # gray scale table
    0xB9: 0,  # linear gray scale table
    0xBB: 1,  # pre-charge voltage
    0xBE: 1,  # VCOMH
    0xC1: 1,  # contrast current
    0xC7: 1,  # master current
    0xCA: 1,  # multiplex ratio
    0xD1: 2,  # display enhancement B
    0xFD: 1,  # command lock
}
"""Command -> how many parameters follow it with D/C high."""


class Registers(Struct, frozen=True):
    """Registers that the commands set; the defaults are the values after reset."""

    columns: tuple[int, int] = (0, 119)
    rows: tuple[int, int] = (0, 127)
    remap: int = 0x00
    dual: int = 0x01
    start_line: int = 0
    offset: int = 0
    mode: int = 0xA6
    partial: tuple[int, int] = (0, 127)
    awake: bool = False
    contrast: int = 0x7F
    """Segment current, 0 to 255."""
    master: int = 0x0F
    """Master current, 0 to 15: sixteenths, less one."""
    multiplex: int = 128
    locked: bool = False

    @property
    def vertical(self) -> bool:
        """A0h A[0]: the pointer goes down before it goes right."""
        return bool(self.remap & 0x01)

    @property
    def columns_reversed(self) -> bool:
        """A0h A[1]: column 0 drives the last segments."""
        return bool(self.remap & 0x02)

    @property
    def nibbles_remapped(self) -> bool:
        """A0h A[2]: the first nibble sent is the first segment; otherwise the last of its four."""
        return bool(self.remap & 0x04)

    @property
    def scan_reversed(self) -> bool:
        """A0h A[4]: scanned from COM[N-1] to COM0."""
        return bool(self.remap & 0x10)

    @property
    def dual_com(self) -> bool:
        """A0h B[4]: two COM lines scanned at a time."""
        return bool(self.dual & 0x10)

    @property
    def brightness(self) -> float:
        """Share of full current, 0 to 1, for whoever wants to dim the picture."""
        return self.contrast / 255 * (self.master + 1) / 16

    def after(self, command: int, parameters: bytes) -> Registers:
        """The registers once this command has all its parameters. Raises ValueError if one is out of its range."""
        if command in _WINDOWS:
            return self._window(command, parameters)
        match command, tuple(parameters):
            case 0xA0, (remap, dual):
                return replace(self, remap=_ranged(remap, 0x3F), dual=_ranged(dual, 0x1F))
            case 0xA1, (line,):
                return replace(self, start_line=_ranged(line, 127))
            case 0xA2, (offset,):
                return replace(self, offset=_ranged(offset, 127))
            case ((0xA4 | 0xA5 | 0xA6 | 0xA7), ()):
                return replace(self, mode=command)
            case 0xA9, ():
                return replace(self, partial=(0, 127))
            case ((0xAE | 0xAF), ()):
                return replace(self, awake=command == 0xAF)
            case 0xC1, (current,):
                return replace(self, contrast=current)
            case 0xC7, (master,):
                return replace(self, master=_ranged(master, 15))
            case 0xCA, (ratio,):
                return replace(self, multiplex=_ranged(ratio, 127, least=15) + 1)
            case 0xFD, ((0x12 | 0x16) as lock,):
                return replace(self, locked=lock == 0x16)
            case 0xFD, _:
                raise ValueError(parameters.hex())
        return self

    def _window(self, command: int, parameters: bytes) -> Registers:
        field, last = _WINDOWS[command]
        start, end = parameters
        if start > end or end > last:
            raise ValueError(f"{field} {start} to {end}")
        if command == 0x15:
            return replace(self, columns=(start, end))
        return replace(self, rows=(start, end)) if command == 0x75 else replace(self, partial=(start, end))


_WINDOWS = {0x15: ("columns", 119), 0x75: ("rows", 127), 0xA8: ("partial", 127)}


def _ranged(value: int, most: int, least: int = 0) -> int:
    if not least <= value <= most:
        raise ValueError(f"{value} not within {least} to {most}")
    return value
