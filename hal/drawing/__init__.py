"""What the glass shows: a `View` in, a picture out."""

from hal.drawing.page import draw, overflows
from hal.drawing.sheet import HEIGHT, WIDTH

__all__ = ["HEIGHT", "WIDTH", "draw", "overflows"]
