"""Key cap symbols of the hints, dark on bright, in the shapes engraved on the panel.

Drawn by hand, a character a pixel: at this size an outline from a font is a smudge.
"""

from __future__ import annotations

from functools import lru_cache

from PIL import Image, ImageDraw

from hal.drawing.sheet import BRIGHT, DARK, baseline, typeface, width
from hal.ports import Key

HEIGHT = 11
SIDE = 3
"""Bright columns left and right of the shape."""
PX = 11

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
def keycap(key: Key) -> Image.Image:
    """Draw the cap of a key, 11 rows high; a key without a shape of its own shows its name."""
    shape = SHAPES.get(key)
    inside = len(shape[0]) if shape else width(key.value, PX)
    image = Image.new("L", (inside + 2 * SIDE, HEIGHT))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, image.width - 1, HEIGHT - 1), radius=2, fill=BRIGHT)
    if not shape:
        pen.text((SIDE, baseline(0, HEIGHT, PX)), key.value, fill=DARK, font=typeface(PX), anchor="ls")
        return image
    for row, pixels in enumerate(shape):
        for column, pixel in enumerate(pixels):
            if pixel == "#":
                image.putpixel((SIDE + column, 2 + row), DARK)
    return image
