"""ESC/POS codec: a ticket to printer commands, status bytes to printer answers.

The theory. Two kinds of command go down one line. *Queued* ones (text, QR, cut, `GS r`) wait in the receive buffer and are
obeyed in order; *real-time* ones (`DLE ...`) are obeyed as they arrive, even while the printer stands still. So `DLE EOT`
says how the printer is now, and the answer to a `GS ( H` or `GS r` sent behind a ticket says that everything before it is
done. What comes back is `escpos_answers`'.

`GS r` is answered by one byte, which a break on the line or any noise can be taken for. `GS ( H` gives back the four
characters it was sent with: noise does not know them. Many models have it (TM-T88IV and later, TM-T20, TM-m30), some have not
(TM-T88III): they pass over it, since its length is in it.

Sources. [T88] Epson TM-T88III specification: commands, and appendix G "Transmission status identification".
[APG] Epson ESC/POS Application Programming Guide for paper roll printers, version 10.01: `DLE EOT` p. 304, `DLE DC4 (fn = 8)`
p. 395, `GS ( H` p. 425 to 429, `GS ( k` p. 535. Bit 0 is the lowest.

python-escpos is used as an encoder only. It is imported at the first ticket, not at start, and given one small profile:
its own data base of printers would cost that first ticket three times as long.
"""

from __future__ import annotations

import json
import os
import tempfile
import textwrap
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from hal.ports import Align, Ticket, TicketCode, TicketLine

COLUMNS = (32, 42, 48)
"""Characters of font A on a line: 58 mm paper, 80 mm at 42 columns, 80 mm at full width."""

STATUS_REQUESTS = (b"\x10\x04\x01", b"\x10\x04\x02", b"\x10\x04\x03", b"\x10\x04\x04")
"""`DLE EOT n`, real time: 1 printer, 2 cause of offline, 3 cause of error, 4 roll paper sensors. One byte answers each."""

TRANSMIT_PAPER_STATUS = b"\x1d\x72\x01"
"""`GS r 1`, queued: one byte, sent when everything before it has been processed."""

CLEAR_BUFFERS = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""`DLE DC4 8`, real time, obeyed offline too: forget everything received and not printed; answers 37 25 00."""

NO_AUTOMATIC_STATUS = b"\x1d\x61\x00"
"""`GS a 0`, queued: no report that nobody asked for. `ESC @` may bring the default back, so it stands behind each."""

CUT_OFF = b"\x1b\x40" + NO_AUTOMATIC_STATUS + b"\x1d\x56\x42\x00"
"""`ESC @`, `GS a 0` and `GS V 66 0`, queued: whatever stands printed in the slot is brought past the blade and cut."""

MODULE_DOTS = 4
"""Dots of a QR code's module. A printer prints no quiet zone of its own: an empty line above and one below, 30 dots each, are
more than the four modules that ISO/IEC 18004 asks for; at its sides the paper is blank to the edge."""

MOST_CODE_BYTES = 504
"""A QR code of level M in version 17 (ISO/IEC 18004): 85 modules of 4 dots and the quiet zone still fit 384 dots, 58 mm."""

# --- to the printer -----------------------------------------------------------------------------------------------


def request_echo(characters: str) -> bytes:
    """`GS ( H` function 48, queued: four characters of printable ASCII come back when everything before is printed."""
    return b"\x1d\x28\x48\x06\x00\x30\x30" + characters.encode("ascii")


def encode(ticket: Ticket, columns: int) -> bytes:
    """Encode a ticket, from `ESC @` to the cut, for a paper `columns` characters wide.

    Texts leave in code page 1252; a character it lacks becomes "?", a control character a space. Raises ValueError, naming
    the ticket, for a QR code that is empty, longer than MOST_CODE_BYTES, or holds control characters: the printer would
    obey `DLE` sequences even there.
    """
    written, style = [_start()], _Style()
    for part in ticket.parts:
        if (wanted := _style(part)) != style:
            style = wanted
            written.append(_set(style))
        written.append(_code(_checked(part, ticket)) if isinstance(part, TicketCode) else _text(part, columns))
    return b"".join((*written, _cut()))


@cache
def _start() -> bytes:
    paper = _blank_paper()
    paper.hw("INIT")
    paper.charcode("CP1252")
    return paper.output


@cache
def _set(style: _Style) -> bytes:
    paper, size = _blank_paper(), 2 if style.double else 1
    align = {Align.LEFT: "left", Align.CENTRE: "center", Align.RIGHT: "right"}[style.align]
    paper.set(custom_size=True, width=size, height=size, bold=style.bold, align=align)
    return paper.output


def _text(line: TicketLine, columns: int) -> bytes:
    """Its rows in code page 1252: as the library's `textln` writes them, which looks at every character by itself."""
    return "".join(f"{row}\n" for row in _rows(line, columns)).encode("cp1252", "replace")


def _code(data: str) -> bytes:
    paper = _blank_paper()
    paper.qr(data, ec=1, size=MODULE_DOTS, native=True)
    return b"\n" + paper.output + b"\n"


@cache
def _cut() -> bytes:
    paper = _blank_paper()
    paper.cut(feed=False)  # GS V 66 0: the printer itself feeds to the blade, then cuts
    return paper.output


class _Paper(Protocol):
    """Encoder interface: what we use of python-escpos's `Dummy`, by its own names."""

    @property
    def output(self) -> bytes:
        """Everything written so far."""

    def hw(self, hw: str) -> None:
        """INIT is `ESC @`."""

    def charcode(self, code: str) -> None:
        """`ESC t n`, and no other code page from here on."""

    def set(self, *, custom_size: bool, width: int, height: int, bold: bool, align: str) -> None:
        """`GS !`, `ESC E`, `ESC a`."""

    def qr(self, content: str, *, ec: int, size: int, native: bool) -> None:
        """`GS ( k`, five times; `ec` 1 is level M."""

    def cut(self, *, feed: bool) -> None:
        """`GS V`."""


class _Style(Struct, frozen=True):
    """Character style; as after `ESC @` unless said otherwise."""

    align: Align = Align.LEFT
    bold: bool = False
    double: bool = False


def _style(part: TicketLine | TicketCode) -> _Style:
    if isinstance(part, TicketCode):
        return _Style(Align.CENTRE)
    return _Style(Align.LEFT if part.beside else part.align, part.bold, part.double)


def _rows(line: TicketLine, columns: int) -> tuple[str, ...]:
    """The line cut to the paper's width; `beside` stands at the end of the last row, or of one more where it lacks room."""
    width = columns // 2 if line.double else columns
    rows = _wrapped(line.text, width)
    if not line.beside:
        return rows
    beside = _wrapped(line.beside, width)
    if len(beside) == 1 and len(rows[-1]) + 1 + len(beside[0]) <= width:
        return (*rows[:-1], rows[-1] + beside[0].rjust(width - len(rows[-1])))
    return (*rows, *(row.rjust(width) for row in beside))


def _wrapped(text: str, width: int) -> tuple[str, ...]:
    plain = _plain(text)
    fits = len(plain) <= width and plain == plain.rstrip()
    return (plain,) if fits else _broken(plain, width)


@lru_cache(maxsize=64)
def _broken(text: str, width: int) -> tuple[str, ...]:
    """A text in rows; remembered: what is long, the law's sentences above all, stands on every ticket."""
    # Not at hyphens: they hold plates and references together.
    return tuple(textwrap.wrap(text, width, break_on_hyphens=False)) or ("",)


_CONTROL = dict.fromkeys(map(chr, (*range(0x20), *range(0x7F, 0xA0))), " ")
_PRINTED = str.maketrans({"\u202f": "\u00a0", "\u2009": "\u00a0", "\u2011": "-", "\u2212": "-"} | _CONTROL)
"""French typography beyond the code page: narrow spaces, hyphen that does not break, minus; and what a printer would obey."""


def _plain(text: str) -> str:
    """Composed (é is one character) and without control characters."""
    return unicodedata.normalize("NFC", text.translate(_PRINTED))


def _checked(code: TicketCode, ticket: Ticket) -> str:
    size = len(code.data.encode("utf-8", "replace"))
    if not 1 <= size <= MOST_CODE_BYTES or any(unicodedata.category(each) in ("Cc", "Cs") for each in code.data):
        raise ValueError(
            f"ticket {ticket.number}: its QR code has {size} bytes, or control characters; "
            f"1 to {MOST_CODE_BYTES} bytes without them can be printed"
        )
    return code.data


# --- python-escpos ------------------------------------------------------------------------------------------------

_KIOSK_PROFILE = {
    "profiles": {"default": {"name": "kiosk", "codePages": {"16": "CP1252"}, "features": {}, "fonts": {}}},
    "encodings": {"CP1252": {"python_encode": "cp1252"}},
}
"""In the form of its capabilities.json. 16 is WPC1252 in `ESC t` ([T88], [APG])."""


def _blank_paper() -> _Paper:
    return _library()()


@cache
def _library() -> Callable[[], _Paper]:
    with tempfile.TemporaryDirectory() as scratch, _profile_in(scratch):
        found: Callable[[], _Paper] = import_module("escpos.printer.dummy").Dummy
    return found


@contextmanager
def _profile_in(scratch: str) -> Iterator[None]:
    """While it is imported: it reads its profile from `scratch`, and leaves there what it would leave behind for good."""
    profile = Path(scratch, "profile.json")
    profile.write_text(json.dumps(_KIOSK_PROFILE))
    names = {"ESCPOS_CAPABILITIES_FILE": str(profile), "ESCPOS_CAPABILITIES_PICKLE_DIR": scratch}
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    usual, tempfile.tempdir = tempfile.tempdir, scratch
    os.environ.update(names)
    try:
        yield
    finally:
        tempfile.tempdir = usual
        for name in names:
            del os.environ[name]
        os.environ.update(before)
