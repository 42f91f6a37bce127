"""Rendering of views: a `View` in, a 256 x 64 grey picture out."""

from hal.drawing.page import draw, overflows, text_sizes
from hal.drawing.sheet import HEIGHT, WIDTH, capital

__all__ = ["HEIGHT", "WIDTH", "capital", "draw", "overflows", "text_sizes"]
