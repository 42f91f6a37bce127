"""Plot of prices against time: places, sizes and colours of its marks.

The names stand to the right of the curves, not in a legend: each at the height where its curve ends, pushed apart where they
would overlap, with a dotted line from one to the other. A curve that ends early is drawn wide, since it often shares its way
with a longer one that would hide it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from firmware.domain.money import NO_BREAK_SPACE
from firmware.tariff.file import TimeUnit
from firmware.tariff.grid import UNITS_IN_SCALE_STEP
from workshop.tariffs.curves import Curve
from workshop.tariffs.picture import Dot, Picture, Point, Stroke, Words

WIDTH, HEIGHT = 1600, 1000
LEFT, RIGHT, TOP, BOTTOM = 120, 1000, 170, 850
"""Where the curves are; the names are to the right of it."""
NAMES = 1044
MARGIN = 24
INK, GREY, FAINT = "#1a1a1a", "#555555", "#dddddd"
COLOURS = ("#0b4f9c", "#c2410c", "#15703c", "#7b2d8e", "#111111", "#9a6700", "#00707f", "#b0175c")
"""Dark enough to be read as text on white, and told apart by whoever sees no red or no green: the names say the rest."""
TITLE, TEXT, NAME, SMALL = 38, 22, 24, 18
OF_SIZE = 0.54
"""How wide a letter is, at most on average, of the size of its face."""
A_EURO = 100
"""The axis is never shorter, though all be free."""
ROW = 30
"""From one line of a name to the next."""
WORDS: dict[TimeUnit, tuple[str, str, str]] = {
    "quarter": ("h", "Durée du stationnement, en heures payantes", "par quart d’heure entamé"),
    "hour": ("h", "Durée du stationnement, en heures payantes", "par heure entamée"),
    "day": ("j", "Durée du stationnement, en jours", "par jour"),
}


@dataclass(frozen=True)
class Scale:
    """Scale of the axes: units and cents to points on the page."""

    units: int
    cents: int

    def at(self, units: float, cents: float) -> Point:
        """Point on the page."""
        return LEFT + (RIGHT - LEFT) * units / self.units, BOTTOM - (BOTTOM - TOP) * cents / self.cents


@dataclass(frozen=True)
class Heading:
    """Title, place and source of a plot, in French."""

    title: str
    place: str
    source: str


def plot(curves: Sequence[Curve], unit: TimeUnit, heading: Heading) -> Picture:
    """The picture of at least one curve."""
    longest = max(len(curve.cents) - 1 for curve in curves)
    dearest = max(A_EURO, *(curve.cents[-1] for curve in curves))
    step = _round_step(dearest)
    scale = Scale(longest, step * -(-dearest // step))
    marks = (
        *_headings(unit, heading),
        *_grid(scale, step, unit),
        *_curves(curves, scale),
        *_names(curves, scale),
    )
    return Picture(WIDTH, HEIGHT, heading.title, marks)


def _round_step(cents: int) -> int:
    """1, 2 or 5 with zeros: the smallest that leaves at most eight lines."""
    tens = (10**power for power in range(1, 12))
    step: int = next(step for ten in tens for step in (ten, 2 * ten, 5 * ten) if step * 8 >= cents)
    return step


def _headings(unit: TimeUnit, heading: Heading) -> Iterator[Words]:
    _, along, by = WORDS[unit]
    left, room = LEFT - 70, WIDTH - LEFT + 70 - MARGIN
    what = f"{heading.place}. Prix total en euros, {by}, selon la durée."
    yield Words((left, 62), heading.title, _fitting(TITLE, [heading.title], room), INK, bold=True)
    yield Words((left, 106), what, _fitting(NAME, [what], room), GREY)
    yield Words(((LEFT + RIGHT) / 2, BOTTOM + 84), along, TEXT, INK, "middle")
    yield Words((left, HEIGHT - 24), heading.source, _fitting(SMALL, [heading.source], room), GREY)


def _fitting(size: float, texts: Sequence[str], room: float) -> float:
    """The size, or a smaller one at which every text fits."""
    return min(size, room / (OF_SIZE * max(map(len, texts))))


def _grid(scale: Scale, step: int, unit: TimeUnit) -> Iterator[Stroke | Words]:
    for cents in range(0, scale.cents + 1, step):
        x, y = scale.at(0, cents)
        yield Stroke(((x, y), scale.at(scale.units, cents)), FAINT if cents else INK, 1.5 if cents else 2.5)
        yield Words((x - 16, y + 8), _euros(cents, step), TEXT, INK, "end")
    each = UNITS_IN_SCALE_STEP[unit]
    for units in range(0, scale.units + 1, each):
        x, y = scale.at(units, 0)
        yield Stroke(((x, y), (x, y + 10)), INK, 2.5)
        yield Words((x, y + 40), f"{units // each}{NO_BREAK_SPACE}{WORDS[unit][0]}", TEXT, INK, "middle")


def _euros(cents: int, step: int) -> str:
    whole = f"{cents // 100}" if step % 100 == 0 else f"{cents // 100},{cents % 100:02}"
    return f"{whole}{NO_BREAK_SPACE}€"


def _curves(curves: Sequence[Curve], scale: Scale) -> Iterator[Stroke | Dot]:
    dots = []
    for index in sorted(range(len(curves)), key=lambda index: len(curves[index].cents)):
        cents, colour = curves[index].cents, _colour(index)
        early = len(cents) - 1 < scale.units
        points = tuple(scale.at(*point) for point in enumerate(cents))
        yield Stroke(points, colour, 12 if early else 4.5)
        dots += [Dot(points[-1], "#ffffff", 12), Dot(points[-1], colour, 9)]
    yield from dots


def _names(curves: Sequence[Curve], scale: Scale) -> Iterator[Stroke | Words]:
    """From the highest to the lowest."""
    ends = [(scale.at(len(curve.cents) - 1, curve.cents[-1]), index) for index, curve in enumerate(curves)]
    ends.sort(key=lambda end: end[0][1])
    size = _fitting(NAME, [name for curve in curves for name in curve.names], WIDTH - NAMES - MARGIN)
    heights = [ROW * (len(curves[index].names) + 1) for _, index in ends]
    for (end, index), middle in zip(ends, _apart([end[1] for end, _ in ends], heights), strict=True):
        curve, colour = curves[index], _colour(index)
        yield from _leader(end, (NAMES - 14, middle), colour)
        first = middle - ROW * len(curve.names) / 2 + 8
        for row, name in enumerate(curve.names):
            yield Words((NAMES, first + ROW * row), name, size, colour, bold=True)
        yield Words((NAMES, first + ROW * len(curve.names)), curve.total, TEXT, colour)


def _leader(end: Point, name: Point, colour: str) -> Iterator[Stroke]:
    """Level to the edge of the plot, then to the name."""
    if end[0] < RIGHT:
        yield Stroke((end, (RIGHT, end[1])), colour, 2, dotted=True)
    yield Stroke(((max(end[0], RIGHT), end[1]), name), colour, 2, dotted=True)


def _apart(wanted: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Where the middles of some labels are, from top to bottom, each as near as it can be to where it is wanted."""
    gap = 14.0
    middles: list[float] = []
    for place, height in zip(wanted, heights, strict=True):
        lowest = middles[-1] + (heights[len(middles) - 1] + height) / 2 + gap if middles else TOP
        middles.append(max(place, lowest))
    floor = float(BOTTOM + 70)
    for index in range(len(middles) - 1, -1, -1):
        middles[index] = min(middles[index], floor - heights[index] / 2)
        floor = middles[index] - heights[index] / 2 - gap
    return middles


def _colour(index: int) -> str:
    return COLOURS[index % len(COLOURS)]
