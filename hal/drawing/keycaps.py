"""Key cap symbols of the hints, dark on bright, in the shapes engraved on the panel.

Drawn by hand, a character a pixel: at this size an outline from a font is a smudge.
"""

from __future__ import annotations

from functools import lru_cache

from PIL import Image, ImageDraw

from hal.drawing.sheet import BRIGHT, DARK, Sheet, baseline, typeface, width
from hal.ports import Hint, Key
from hal.ports.display import CAPS, grown

HEIGHT = 11
SIDE = 3
"""Bright columns left and right of the shape."""
PX = 11
APART, ABOVE = 5, 2
"""Columns between two large caps, and rows of them that are above the glass: tall letters need theirs."""

SHAPES: dict[Key, tuple[str, ...]] = {
    Key.OK: (
        ".......##",
        "......###",
        "##...###.",
        "###.###..",
        ".#####...",
        "..###....",
        "...#.....",
    ),
    Key.CANCEL: (
        "##...##",
        "###.###",
        ".#####.",
        "..###..",
        ".#####.",
        "###.###",
        "##...##",
    ),
    Key.CORRECT: (
        "...##....",
        "..##.....",
        ".########",
        "#########",
        ".########",
        "..##.....",
        "...##....",
    ),
    Key.PLUS: (
        "..###..",
        "..###..",
        "#######",
        "#######",
        "#######",
        "..###..",
        "..###..",
    ),
    Key.MINUS: (
        ".......",
        ".......",
        "#######",
        "#######",
        "#######",
        ".......",
        ".......",
    ),
    Key.INFO: (
        ".##.",
        ".##.",
        "....",
        "###.",
        ".##.",
        ".##.",
        "####",
    ),
    Key.LANG: (
        "########",
        "#######.",
        "######..",
        "#######.",
        "########",
        "#.......",
        "#.......",
    ),
}


@lru_cache
def keycap(key: Key, times: int = 1) -> Image.Image:
    """Draw the cap of a key, 11 rows high or so many times that; a key without a shape of its own shows its name."""
    shape = SHAPES.get(key)
    px, high, side = PX * times, HEIGHT * times, SIDE * times
    inside = len(shape[0]) * times if shape else width(key.value, px)
    image = Image.new("L", (inside + 2 * side, high))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, image.width - 1, high - 1), radius=2 * times, fill=BRIGHT)
    if not shape:
        pen.text((side, baseline(0, high, px)), key.value, fill=DARK, font=typeface(px), anchor="ls")
        return image
    for row, pixels in enumerate(shape):
        for column, pixel in enumerate(pixels):
            if pixel == "#":
                left, top = side + column * times, (2 + row) * times
                pen.rectangle((left, top, left + times - 1, top + times - 1), fill=DARK)
    return image


def draw_large_caps(sheet: Sheet, hints: tuple[Hint, ...]) -> None:
    """The caps of the keys that a page in large text is about, side by side, over what they do."""
    times = grown(sheet.glass)
    caps = [keycap(hint.key, CAPS // HEIGHT * times) for hint in hints]
    left = (sheet.edge - sum(cap.width + APART for cap in caps) + APART) // 2
    for cap in caps:
        sheet.image.paste(cap, (left, -ABOVE * times))
        left += cap.width + APART
