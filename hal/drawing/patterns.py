"""Display test patterns, in which a dead pixel, a cut edge or a missing grey shows."""

from __future__ import annotations

from PIL import Image, ImageDraw

from hal.drawing.sheet import BRIGHT, HEIGHT, WIDTH
from hal.ports import Pattern

GREYS = 16


def draw_pattern(pattern: Pattern) -> Image.Image:
    """Draw a test pattern: mode "L", 256 x 64, every value one of the 16 greys."""
    image = Image.new("L", (WIDTH, HEIGHT))
    pen = ImageDraw.Draw(image)
    right, bottom = WIDTH - 1, HEIGHT - 1
    match pattern:
        case Pattern.LIT:
            pen.rectangle((0, 0, right, bottom), fill=BRIGHT)
        case Pattern.BORDER:
            pen.rectangle((0, 0, right, bottom), outline=BRIGHT)
            pen.line((0, 0, right, bottom), fill=BRIGHT)
            pen.line((0, bottom, right, 0), fill=BRIGHT)
        case Pattern.GREYS:
            wide = WIDTH // GREYS
            for grey in range(GREYS):
                pen.rectangle((grey * wide, 0, (grey + 1) * wide - 1, bottom), fill=grey * 17)
    return image
