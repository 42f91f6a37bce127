"""QR code of a view: dark modules on a lit square at the right edge, one pixel each.

The glass is 64 rows high and a symbol wants a quiet zone of four modules around it (ISO/IEC 18004, 5.3.8): a symbol of 56
modules fits, so version 9 (53 modules) at most, and no module of two pixels. The square is lit because not every reader takes
a symbol whose colours are swapped. The higher of two levels of error correction is taken where version 9 holds the text so.
"""

from __future__ import annotations

from functools import lru_cache

from PIL import Image

from hal.drawing.sheet import BRIGHT, DARK, HEIGHT

HELD_M, HELD_L = 180, 230
"""Bytes that version 9 holds where 15 %, and where 7 % of its codewords may be unreadable."""
MASK = 0
"""Readers take any; to choose the best of the eight is most of the work."""


@lru_cache(maxsize=4)
def code_square(text: str) -> Image.Image | None:
    """The square with the code of this text, as high as the glass; None where the text is too long for it."""
    data = text.encode()
    return _on_lit_square(_modules(data)) if len(data) <= HELD_L else None


def _modules(data: bytes) -> list[list[bool]]:
    """Rows of modules, True where dark. The library is imported late: a start does not wait for it."""
    from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M  # type: ignore[import-untyped]
    from qrcode.main import QRCode  # type: ignore[import-untyped]

    level = ERROR_CORRECT_M if len(data) <= HELD_M else ERROR_CORRECT_L
    code = QRCode(error_correction=level, border=0, mask_pattern=MASK)
    code.add_data(data, optimize=0)
    code.make()
    return [[bool(module) for module in row] for row in code.modules]


def _on_lit_square(modules: list[list[bool]]) -> Image.Image:
    side = len(modules)
    symbol = Image.frombytes("L", (side, side), bytes(DARK if dark else BRIGHT for row in modules for dark in row))
    square = Image.new("L", (HEIGHT, HEIGHT), BRIGHT)
    square.paste(symbol, ((HEIGHT - side) // 2,) * 2)
    return square
