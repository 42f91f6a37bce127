"""Bar charts as numbers for an SVG: one bar a day, an axis with round numbers. The table beneath says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 760, 240
LEFT, RIGHT, TOP, BOTTOM = 92, 8, 12, 34
STEPS = (1, 2, 5)
MOST_LABELS = 10


@dataclass(frozen=True)
class Bar:
    """One bar, with what a pointer reads on it."""

    x: float
    y: float
    width: float
    height: float
    title: str
    label: str
    """Beneath it; empty where there is no room."""
    middle: float


@dataclass(frozen=True)
class Tick:
    """A line of the axis."""

    y: float
    label: str


@dataclass(frozen=True)
class BarChart:
    """A chart, ready to be drawn."""

    title: str
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


def draw_bars(title: str, days: Sequence[date], values: Sequence[float], unit: str) -> BarChart:
    """A bar for each day. `unit`: what follows a number, in words."""
    step = _step(max([*values, 0]))
    top = step * max(1, -(-max([*values, 0]) // step))
    across, up = (WIDTH - LEFT - RIGHT) / max(1, len(days)), HEIGHT - TOP - BOTTOM
    every = max(1, -(-len(days) // MOST_LABELS))
    bars = []
    for number, (day, value) in enumerate(zip(days, values, strict=True)):
        height, x = up * value / top, LEFT + number * across
        label = f"{day:%d/%m}" if number % every == 0 else ""
        said = f"{day:%d/%m/%Y} : {number_text(value)} {unit}"
        bars.append(
            Bar(
                round(x + across * 0.1, 1),
                round(TOP + up - height, 1),
                round(across * 0.8, 1),
                round(height, 1),
                said,
                label,
                round(x + across / 2, 1),
            )
        )
    count = round(top / step)
    ticks = [Tick(round(TOP + up - up * each / count, 1), number_text(step * each)) for each in range(count + 1)]
    return BarChart(title, tuple(bars), tuple(ticks))


def number_text(value: float) -> str:
    """A number as French writes it: 1 234,5; no decimal where it has none."""
    text = f"{value:,.1f}".removesuffix(".0")
    return text.replace(",", "\u202f").replace(".", ",")


def _step(most: float) -> float:
    """The distance of the lines of an axis: 1, 2 or 5 times a power of ten, and five lines at most."""
    size = 1.0
    while size * 50 < most:
        size *= 10
    return next((size * each for each in (*STEPS, 10) if size * each * 5 >= most), size * 10)
