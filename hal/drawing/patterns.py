"""Display test patterns, in which a dead pixel, a cut edge or a missing grey shows."""

from __future__ import annotations

from PIL import Image, ImageDraw

from hal.drawing.sheet import BRIGHT
from hal.ports import USUAL_GLASS, GlassSize, Pattern

GREYS = 16


def draw_pattern(pattern: Pattern, glass: GlassSize = USUAL_GLASS) -> Image.Image:
    """Draw a test pattern: mode "L", as large as the glass, every value one of the 16 greys."""
    image = Image.new("L", (glass.width, glass.height))
    pen = ImageDraw.Draw(image)
    right, bottom = glass.width - 1, glass.height - 1
    match pattern:
        case Pattern.LIT:
            pen.rectangle((0, 0, right, bottom), fill=BRIGHT)
        case Pattern.BORDER:
            pen.rectangle((0, 0, right, bottom), outline=BRIGHT)
            pen.line((0, 0, right, bottom), fill=BRIGHT)
            pen.line((0, bottom, right, 0), fill=BRIGHT)
        case Pattern.GREYS:
            wide = glass.width // GREYS
            for grey in range(GREYS):
                pen.rectangle((grey * wide, 0, (grey + 1) * wide - 1, bottom), fill=grey * 17)
    return image
