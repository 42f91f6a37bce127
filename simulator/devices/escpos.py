"""ESC/POS interpreter of the simulated printer: bytes in, rows to print and actions out.

Written from Epson's ESC/POS command reference for TM printers (names of commands as there). The printer keeps a *print buffer*,
the line being composed; a line feed, a code, a cut or a full line turns it into a row. What a printer refuses (a parameter out
of its range, a command it does not have) is written down in `unknown` and has no other effect.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulator.devices.paper import CodeRow, Row, Style, TextRow, code_row

_ESC, _GS, _DLE = 0x1B, 0x1D, 0x10
_PAGES = {0: "cp437", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865", 16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858"}
_ALIGNS = {0: "left", 48: "left", 1: "centre", 49: "centre", 2: "right", 50: "right"}
_FIXED = {
    b"\x1b@": 0,
    b"\x1b2": 0,
    b"\x1b ": 1,
    b"\x1b!": 1,
    b"\x1b-": 1,
    b"\x1b3": 1,
    b"\x1b=": 1,
    b"\x1bE": 1,
    b"\x1bG": 1,
    b"\x1bJ": 1,
    b"\x1bM": 1,
    b"\x1bR": 1,
    b"\x1ba": 1,
    b"\x1bc": 2,
    b"\x1bd": 1,
    b"\x1bt": 1,
    b"\x1b{": 1,
    b"\x1d!": 1,
    b"\x1dB": 1,
    b"\x1dI": 1,
    b"\x1da": 1,
    b"\x1db": 1,
    b"\x1dr": 1,
}
"""Two-byte commands -> parameter bytes. ESC = { R c and GS a b I are taken and change nothing here."""


@dataclass(frozen=True)
class Cut:
    """Action: cut the paper, after feeding so many dots; `to_cutter`: and first bring the last row past the blade."""

    feed: int
    to_cutter: bool


@dataclass(frozen=True)
class PrinterStatus:
    """Action: GS r n, answered once everything before it is printed."""

    number: int


@dataclass(frozen=True)
class PrinterEcho:
    """Action: GS ( H 48, its four characters sent back once everything before it is printed."""

    characters: bytes


PrinterAction = Row | Cut | PrinterStatus | PrinterEcho


class EscPos:
    """Command interpreter. `read` takes whole commands off the front of a buffer, one thing to do at a time."""

    def __init__(self, dots: int) -> None:
        self._dots = dots
        self.unknown: list[bytes] = []
        self.initialise()

    def initialise(self) -> None:
        """ESC @: the print buffer is cleared and every setting is as after power on (code page 0)."""
        self._style, self._align, self._spacing, self._page = Style(), "left", 30, _PAGES[0]
        self._module, self._level = 3, "L"
        self.clear()

    def clear(self) -> None:
        """Empty the print buffer and the symbol store."""
        self._pieces: list[tuple[str, Style]] = []
        self._used = 0
        self._symbol = b""

    def read(self, buffer: bytes) -> tuple[int, list[PrinterAction]]:
        """Bytes used up and what they ask for, in order; 0 bytes if the buffer ends within a command."""
        first = buffer[0]
        if first >= 0x20:
            return self._read_text(buffer)
        if first == 0x0A:
            return 1, [self._row()]
        if first in (0x0D, 0x00, 0x0C):
            return 1, []  # CR: automatic line feed is off
        if first == 0x09:
            columns = 8 - self._used // self._style.cell[0] % 8
            return 1, self._add(" " * columns)
        if first in (_ESC, _GS, _DLE):
            return self._read_command(buffer)
        return self._refuse(buffer[:1])

    def _read_text(self, buffer: bytes) -> tuple[int, list[PrinterAction]]:
        end = next((place for place, byte in enumerate(buffer) if byte < 0x20), len(buffer))
        return end, self._add(buffer[:end].decode(self._page, errors="replace"))

    def _read_command(self, buffer: bytes) -> tuple[int, list[PrinterAction]]:
        if len(buffer) < 2:
            return 0, []
        name = buffer[:2]
        if name in _FIXED:
            length = 2 + _FIXED[name]
            return (length, self._obey(name, buffer[2:length])) if len(buffer) >= length else (0, [])
        match name:
            case b"\x1dV":
                return self._read_cut(buffer)
            case b"\x1d(":
                return self._read_extended(buffer)
            case b"\x10\x04" | b"\x10\x05" | b"\x10\x14":
                return self._skip_real_time(buffer)
        return self._refuse(name)

    def _skip_real_time(self, buffer: bytes) -> tuple[int, list[PrinterAction]]:
        """A real-time request was obeyed when it arrived; its bytes wait in the buffer all the same."""
        length = 3 if buffer[1] != 0x14 else 10 if buffer[2:3] == b"\x08" else 5
        return (length, []) if len(buffer) >= length else (0, [])

    def _refuse(self, data: bytes) -> tuple[int, list[PrinterAction]]:
        if len(self.unknown) < 100:
            self.unknown.append(data)
        return len(data), []

    # --- settings ---

    def _obey(self, name: bytes, parameters: bytes) -> list[PrinterAction]:
        number = parameters[0] if parameters else 0
        style = self._style
        match name:
            case b"\x1b@":
                self.initialise()
            case b"\x1b2":
                self._spacing = 30
            case b"\x1b3":
                self._spacing = number
            case b"\x1b ":
                self._style = replace(style, spacing=number)
            case b"\x1b!":
                self._style = self._print_mode(number)
            case b"\x1b-" if number in (0, 1, 2, 48, 49, 50):
                self._style = replace(style, underline=number % 48)
            case b"\x1bE" | b"\x1bG":
                self._style = replace(style, bold=bool(number & 1))
            case b"\x1bM" if number in (0, 1, 48, 49):
                self._style = replace(style, small=bool(number % 48))
            case b"\x1dB":
                self._style = replace(style, inverse=bool(number & 1))
            case b"\x1d!" if number & 0x88 == 0:
                self._style = replace(style, wide=(number >> 4) + 1, high=(number & 7) + 1)
            case b"\x1ba" if number in _ALIGNS:
                self._align = _ALIGNS[number] if not self._pieces else self._align
            case b"\x1bt" if number in _PAGES:
                self._page = _PAGES[number]
            case b"\x1bd":
                return [self._row(), *[TextRow((), "left", self._spacing)] * (number - 1)] if number else self._flush()
            case b"\x1bJ":
                return [replace(self._row(), feed=number)]
            case b"\x1dr" if number in (1, 49, 2, 50):
                return [*self._flush(), PrinterStatus(number % 48)]
            case b"\x1b-" | b"\x1bM" | b"\x1d!" | b"\x1ba" | b"\x1bt" | b"\x1dr":
                self._refuse(name + parameters)
        return []

    def _print_mode(self, bits: int) -> Style:
        """ESC ! n sets font, emphasis, height, width and underline at once."""
        wide, high = 1 + bool(bits & 0x20), 1 + bool(bits & 0x10)
        flags = replace(self._style, small=bool(bits & 1), bold=bool(bits & 8), underline=int(bool(bits & 0x80)))
        return replace(flags, wide=wide, high=high)

    # --- lines ---

    def _add(self, text: str) -> list[PrinterAction]:
        """Put characters in the print buffer; each time the line is full it prints, between any two characters."""
        done: list[PrinterAction] = []
        width = self._style.cell[0]
        while text:
            room = (self._dots - self._used) // width
            if room <= 0 and self._pieces:
                done.append(self._row())
                continue
            room = max(1, room)
            self._pieces.append((text[:room], self._style))
            self._used += width * len(text[:room])
            text = text[room:]
        return done

    def _row(self) -> TextRow:
        tallest = max((style.cell[1] for _, style in self._pieces), default=0)
        row = TextRow(tuple(self._pieces), self._align, max(self._spacing, tallest))
        self._pieces, self._used = [], 0
        return row

    def _flush(self) -> list[PrinterAction]:
        return [self._row()] if self._pieces else []

    # --- longer commands ---

    def _read_cut(self, buffer: bytes) -> tuple[int, list[PrinterAction]]:
        """GS V m, or GS V m n: n vertical motion units past the cutting position."""
        if len(buffer) < 3:
            return 0, []
        if buffer[2] in (0, 1, 48, 49):
            return 3, [*self._flush(), Cut(0, to_cutter=False)]
        if buffer[2] not in (65, 66):
            return self._refuse(buffer[:3])
        if len(buffer) < 4:
            return 0, []
        return 4, [*self._flush(), Cut(buffer[3], to_cutter=True)]

    def _read_extended(self, buffer: bytes) -> tuple[int, list[PrinterAction]]:
        """GS ( X pL pH and as many bytes as those say."""
        if len(buffer) < 5:
            return 0, []
        length = 5 + buffer[3] + 256 * buffer[4]
        if len(buffer) < length:
            return 0, []
        if buffer[2:7] == b"H\x06\x0000" and all(0x20 <= byte < 0x7F for byte in buffer[7:length]):
            return length, [PrinterEcho(buffer[7:length])]
        if buffer[2:3] != b"k" or buffer[5:6] != b"1":
            return self._refuse(buffer[:length])
        return length, self._qr(buffer[6], buffer[7:length], buffer[:length])

    def _qr(self, function: int, parameters: bytes, whole: bytes) -> list[PrinterAction]:
        """cn = 49. Functions 165 model, 167 module, 169 correction, 180 store, 181 print."""
        match function, tuple(parameters[:2]):
            case 65, (49 | 50, 0):
                return []
            case 67, (size,) if 1 <= size <= 16:
                self._module = size
            case 69, (level,) if 48 <= level <= 51:
                self._level = "LMQH"[level - 48]
            case 80, (48, _):
                self._symbol = parameters[1:]
            case 81, (48,):
                return self._print_symbol()
            case _:
                self._refuse(whole)
        return []

    def _print_symbol(self) -> list[PrinterAction]:
        """Nothing prints without data, beyond a symbol's capacity, or wider than the line (function 181, notes)."""
        row: CodeRow | None = code_row(self._symbol, self._module, self._level, self._align)
        fits = row is not None and row.width <= self._dots
        return [*self._flush(), row] if row is not None and fits else self._flush()
