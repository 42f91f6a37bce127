"""Picture as values: strokes, dots and words on a page.

`svg.py` writes it as text and `png.py` paints it; neither decides where anything is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float]
"""From the upper left corner."""


@dataclass(frozen=True)
class Stroke:
    """A line through some points."""

    points: tuple[Point, ...]
    colour: str
    """`#rrggbb`."""
    width: float
    dotted: bool = False
    """Only a stroke of two points can be."""


@dataclass(frozen=True)
class Dot:
    """A filled circle, such as the end of a curve."""

    at: Point
    colour: str
    radius: float


@dataclass(frozen=True)
class Words:
    """A line of text."""

    at: Point
    """On the base line."""
    text: str
    size: float
    colour: str
    anchor: Literal["start", "middle", "end"] = "start"
    bold: bool = False


@dataclass(frozen=True)
class Picture:
    """A page, painted in order on white."""

    width: int
    height: int
    title: str
    marks: tuple[Stroke | Dot | Words, ...]
