"""ESC/POS answers: status bytes, echoes and reports of a printer, told apart by their fixed bits alone.

Automatic status back is switched off (`GS a`): bytes 2 to 4 of its reports look like the answer to `GS r` ([T88] appendix G),
so whole reports are recognised, and passed over. Manuals: see `hal.wire.escpos`.
"""

from __future__ import annotations

from msgspec import Struct

from hal.ports import PrinterState


class RealTimeStatus(Struct, frozen=True):
    """Answer to a `DLE EOT n`; which `n` it does not say."""

    byte: int


class Processed(Struct, frozen=True):
    """Answer to `GS r 1`: everything queued before it has been processed, or noise."""

    byte: int
    """What it says of the paper."""


class Echo(Struct, frozen=True):
    """Answer to `GS ( H`: everything queued before it has been printed."""

    characters: str


class Cleared(Struct, frozen=True):
    """Answer to `DLE DC4 8`: nothing of what was sent before will be printed."""


class AutomaticStatus(Struct, frozen=True):
    """Report that nobody asked for: a printer whose automatic status back is on."""


PrinterAnswer = RealTimeStatus | Processed | Echo | Cleared | AutomaticStatus

_XON_XOFF = b"\x11\x13"
_Pattern = tuple[tuple[int, int], ...]
"""Of each byte the bits that are fixed, and what they are."""
_CLEARED: _Pattern = ((0xFF, 0x37), (0xFF, 0x25), (0xFF, 0x00))  # header, identifier, NUL ([APG] p. 395)
_ECHO: _Pattern = ((0xFF, 0x37), (0xFF, 0x22), *((0x80, 0x00),) * 4, (0xFF, 0x00))  # ([APG] p. 429)
_AUTOMATIC: _Pattern = ((0b1001_0011, 0b0001_0000), *((0b1001_0000, 0),) * 3)  # ([T88] appendix G)


def decode_answers(data: bytes) -> tuple[tuple[PrinterAnswer, ...], bytes]:
    """Decode answers; returns too the last bytes (six at most) of an unfinished one: put them before the next data.

    [T88] appendix G: `DLE EOT` 0xx1xx10, `GS r` 0xx0xxxx, XON 11, XOFF 13; XOFF may fall inside a clear response ([APG]
    p. 395). In the answer to `GS r 1` bits 0 and 1 are equal, and so are 2 and 3. Anything else is noise.
    """
    answers: list[PrinterAnswer] = []
    data = data.translate(None, _XON_XOFF)
    while data:
        begun = [pattern for pattern in (_CLEARED, _ECHO, _AUTOMATIC) if _begins(data, pattern)]
        if any(len(data) < len(pattern) for pattern in begun):
            break
        length = len(begun[0]) if begun else 1
        answer = _answer(data[:length])
        answers += [answer] if answer else []
        data = data[length:]
    return tuple(answers), data


def _begins(data: bytes, pattern: _Pattern) -> bool:
    return all(byte & mask == value for byte, (mask, value) in zip(data, pattern, strict=False))


def _answer(data: bytes) -> PrinterAnswer | None:
    """What these bytes, one or as many as a pattern has, say; None for noise."""
    byte = data[0]
    if len(data) == len(_CLEARED):
        return Cleared()
    if len(data) == len(_ECHO):
        return Echo(data[2:6].decode("ascii"))
    if len(data) == len(_AUTOMATIC):
        return AutomaticStatus()
    if byte & 0b1001_0011 == 0b0001_0010:
        return RealTimeStatus(byte)
    is_paper = byte & 0b1001_0000 == 0 and byte & 0b11 in (0, 0b11) and byte & 0b1100 in (0, 0b1100)
    return Processed(byte) if is_paper else None


def printer_state(printer: int, offline: int, error: int, paper: int) -> PrinterState:
    """Printer state from the four answers to `DLE EOT 1` to `4` ([APG] p. 304 and before; [T88] `DLE EOT`).

    An open cover comes first, for with it come "no paper" and "offline"; then the paper, for with it comes "offline".
    """
    if offline & 0b0000_0100:  # bit 2: cover is open
        return PrinterState.COVER_OPEN
    if paper & 0b0110_0000 or offline & 0b0010_0000:  # bits 5, 6: no paper at the end sensor; bit 5: stopped by paper end
        return PrinterState.OUT
    # bit 3: offline; bit 6: error; bit 3: cutter, bit 5: not recoverable, bit 6: recovers by itself (a hot head)
    if printer & 0b0000_1000 or offline & 0b0100_0000 or error & 0b0110_1000:
        return PrinterState.OFFLINE
    if paper & 0b0000_1100:  # bits 2, 3: no paper at the near-end sensor
        return PrinterState.NEAR_END
    return PrinterState.OK
