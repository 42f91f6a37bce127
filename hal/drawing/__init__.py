"""Rendering of views: a `View` and the size of a glass in, a grey picture out."""

from hal.drawing.page import draw, overflows, placed_texts, text_sizes
from hal.drawing.sheet import HEIGHT, WIDTH, PlacedText, capital

__all__ = ["HEIGHT", "WIDTH", "PlacedText", "capital", "draw", "overflows", "placed_texts", "text_sizes"]
