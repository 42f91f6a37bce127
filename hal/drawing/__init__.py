"""Rendering of views: a `View` in, a 256 x 64 grey picture out."""

from hal.drawing.page import draw, overflows
from hal.drawing.sheet import HEIGHT, WIDTH

__all__ = ["HEIGHT", "WIDTH", "draw", "overflows"]
