"""Map of the fleet as numbers for an SVG: points on a plain plan, without tiles and without the internet."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from central.operations.positions import StationPosition

WIDTH, HEIGHT, MARGIN = 760, 460, 30
SMALLEST_DEGREES = 0.004
"""About 400 m: one station alone is not drawn on a plan of nothing."""


@dataclass(frozen=True)
class MapPoint:
    """A station on the plan."""

    station: str
    x: float
    y: float
    tone: str
    """`good`, `warn` or `bad`, as its row in the list."""


@dataclass(frozen=True)
class FleetMap:
    """The plan: its points, and a scale."""

    points: tuple[MapPoint, ...]
    scale_m: int
    """A round length…"""
    scale_width: float
    """…and how long it is on the plan."""


def draw_map(positions: Mapping[str, StationPosition], tones: Mapping[str, str]) -> FleetMap | None:
    """The plan of the stations that have a tone and a position; None for fewer than two."""
    placed = [each for name, each in positions.items() if name in tones]
    if len(placed) < 2:
        return None
    middle = math.radians(sum(each.latitude for each in placed) / len(placed))
    flat = [(each.longitude * math.cos(middle), each.latitude) for each in placed]
    scale, left, top = _frame(flat)
    points = [
        MapPoint(each.station, round(MARGIN + (x - left) * scale, 1), round(MARGIN + (top - y) * scale, 1), tones[each.station])
        for each, (x, y) in zip(placed, flat, strict=True)
    ]
    metres, width = _scale_bar(scale)
    worst_last = sorted(points, key=lambda each: (("good", "warn", "bad").index(each.tone), each.station))
    return FleetMap(tuple(worst_last), metres, width)


def _frame(flat: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Pixels for a degree, and the degrees of the left and upper edges; what is drawn stands in the middle."""
    xs, ys = [x for x, _ in flat], [y for _, y in flat]
    wide, high = max(max(xs) - min(xs), SMALLEST_DEGREES), max(max(ys) - min(ys), SMALLEST_DEGREES)
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
    left = (min(xs) + max(xs)) / 2 - (WIDTH - 2 * MARGIN) / scale / 2
    top = (min(ys) + max(ys)) / 2 + (HEIGHT - 2 * MARGIN) / scale / 2
    return scale, left, top


def _scale_bar(scale: float) -> tuple[int, float]:
    """A round length of about a sixth of the width."""
    metres_a_pixel = 111_195 / scale
    wanted = WIDTH / 6 * metres_a_pixel
    length = max(each for each in (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000) if each <= max(wanted, 10))
    return length, round(length / metres_a_pixel, 1)
