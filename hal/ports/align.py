"""Horizontal alignment of a text, on the display and on a ticket."""

from __future__ import annotations

from enum import Enum


class Align(Enum):
    """Where a text stands on its line."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"
