"""A picture as PNG: painted twice as large and reduced, so that lines are smooth. Reads the machine's fonts.

Pillow is imported where it is used: of all the commands only this one needs it.
"""

from __future__ import annotations

from io import BytesIO
from math import hypot
from typing import TYPE_CHECKING

from workshop.tariffs.picture import Dot, Picture, Point, Stroke, Words

if TYPE_CHECKING:
    from PIL import ImageDraw

LARGER = 2
ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}
"""Pillow's letters: left, middle or right, on the base line."""


def png(picture: Picture) -> bytes:
    """Bytes of the PNG file."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (picture.width * LARGER, picture.height * LARGER), "#ffffff")
    draw = ImageDraw.Draw(image)
    for mark in picture.marks:
        match mark:
            case Stroke():
                _stroke(draw, mark)
            case Dot((x, y), colour, radius):
                draw.circle((x * LARGER, y * LARGER), radius * LARGER, fill=colour)
            case Words():
                _words(draw, mark)
    out = BytesIO()
    image.resize((picture.width, picture.height), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _stroke(draw: ImageDraw.ImageDraw, stroke: Stroke) -> None:
    width = round(stroke.width * LARGER)
    for way in _dots(stroke) if stroke.dotted else (stroke.points,):
        draw.line([(x * LARGER, y * LARGER) for x, y in way], fill=stroke.colour, width=width, joint="curve")


def _dots(stroke: Stroke) -> list[tuple[Point, Point]]:
    """Dashes as long as the gaps between them, as in the SVG."""
    (x, y), (right, below) = stroke.points
    long, dash = hypot(right - x, below - y), 2 * stroke.width
    if not long:
        return []
    along, down = (right - x) / long, (below - y) / long
    begins = [2 * dash * n for n in range(int(long / (2 * dash)) + 1)]
    ends = [min(begin + dash, long) for begin in begins]
    return [((x + b * along, y + b * down), (x + e * along, y + e * down)) for b, e in zip(begins, ends, strict=True)]


def _words(draw: ImageDraw.ImageDraw, words: Words) -> None:
    from PIL import ImageFont

    from hal.shipped import FONTS

    file = FONTS / f"horodateur-{'bold' if words.bold else 'regular'}.ttf"
    font = ImageFont.truetype(file, round(words.size * LARGER))
    x, y = words.at
    draw.text((x * LARGER, y * LARGER), words.text, fill=words.colour, font=font, anchor=ANCHORS[words.anchor])
