"""The progressive price grid: what each successive unit of a stay costs, to the cent.

A unit is a quarter of an hour for a visitor, a day for a resident, an hour for a mobile professional; a free regime is a grid
of zeros. A rate line prices some units together, and each of them costs an equal part of it. Where that part is not a whole
number of cents, the *cumulated* price is rounded half up, and a step costs the difference of two cumulated prices. So
however a stay is cut into purchases, it costs the same, and the lines of a quote always add up to its price.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import accumulate, chain

from firmware.domain.rate_key import RateKey
from firmware.tariff import wording
from firmware.tariff.file import ClockKind, RateLine, TimeUnit

UNITS_IN_SCALE_STEP: dict[TimeUnit, int] = {"quarter": 4, "hour": 1, "day": 1}
"""A price scale goes by whole hours or whole days."""


@dataclass(frozen=True)
class QuoteLine:
    """One line of a quote: so many units of one rate line, and what they cost."""

    step: int
    """Which rate line, 1 for the first. For a visitor: which hour of the stay."""
    units: int
    unit_cents: int
    """One unit of it; rounded half up where that is not a whole number of cents."""
    cents: int
    """What the line costs. The lines of a quote add up to its price."""
    text: str
    """French: "3e heure : 4 × 2,00 €"."""


@dataclass(frozen=True)
class Grid:
    """The rate lines of one regime, vehicle class and zone, ready for arithmetic."""

    regime: str
    vehicle: str
    zone: int
    name: str
    """The regime's, in French."""
    unit: TimeUnit
    clock: ClockKind
    rate_lines: tuple[RateLine, ...]
    lengths: tuple[int, ...]
    """The numbers of units that are sold together; empty: every one."""
    fps_cents: int | None
    """The post-parking charge; None before it existed, and where it is not the regime's affair."""
    notes: tuple[str, ...]
    """French: what does not apply to this regime and class, whatever the purchase."""

    @property
    def key(self) -> RateKey:
        """Its key in a rate table."""
        return RateKey(self.zone, self.regime, self.vehicle)

    @cached_property
    def maximum_units(self) -> int:
        """The maximum stay."""
        return sum(line.units for line in self.rate_lines)

    @cached_property
    def cumulated(self) -> tuple[int, ...]:
        """The price of a stay of 0, 1, 2… units, up to the maximum stay."""
        prices, before = [0], 0
        for line in self.rate_lines:
            prices += [before + _half_up(line.cents * unit, line.units) for unit in range(1, line.units + 1)]
            before += line.cents
        return tuple(prices)

    @cached_property
    def moved(self) -> tuple[int, ...]:
        """By how many units 0, 1, 2… units bought put the end off."""
        moves = chain.from_iterable([int(line.moves_end)] * line.units for line in self.rate_lines)
        return tuple(accumulate(moves, initial=0))

    def sells(self, units: int) -> bool:
        """Whether so many units can be bought together."""
        return not self.lengths or units in self.lengths

    @cached_property
    def is_free(self) -> bool:
        """Whether nothing is ever due."""
        return self.cumulated[-1] == 0

    def cents(self, reached: int, units: int) -> int:
        """What `units` more cost to a stay that has `reached` already. Raises ValueError outside 0 and the maximum stay."""
        if not 0 <= reached <= reached + units <= self.maximum_units:
            raise ValueError(f"from {reached} to {reached + units} units is outside 0 to {self.maximum_units}")
        return self.cumulated[reached + units] - self.cumulated[reached]

    def lines(self, reached: int, units: int) -> tuple[QuoteLine, ...]:
        """The same price, rate line by rate line."""
        end, begin, lines = reached + units, reached, []
        while begin < end:
            stop = min(end, self._rate_line[begin][1])
            lines.append(self._lines[begin, stop])
            begin = stop
        return tuple(lines)

    def scale(self) -> tuple[tuple[int, int], ...]:
        """(whole hours or days, cents for a stay of so many), up to the maximum stay."""
        step = UNITS_IN_SCALE_STEP[self.unit]
        lengths = filter(self.sells, range(step, self.maximum_units + 1, step))
        return tuple((units // step, self.cumulated[units]) for units in lengths)

    @cached_property
    def _rate_line(self) -> tuple[tuple[int, int], ...]:
        """For each unit, which rate line it belongs to and where that one ends."""
        ends = accumulate(line.units for line in self.rate_lines)
        return tuple((index, end) for index, end in enumerate(ends) for _ in range(self.rate_lines[index].units))

    @cached_property
    def _lines(self) -> dict[tuple[int, int], QuoteLine]:
        """Every line there can be, by the units it begins and ends at: drawing a screen asks for most of them."""
        return {
            (begin, stop): self._line(index, begin, stop)
            for begin, (index, line_end) in enumerate(self._rate_line)
            for stop in range(begin + 1, line_end + 1)
        }

    def _line(self, index: int, begin: int, stop: int) -> QuoteLine:
        line, units = self.rate_lines[index], stop - begin
        return QuoteLine(
            step=index + 1,
            units=units,
            unit_cents=_half_up(line.cents, line.units),
            cents=self.cents(begin, units),
            text=self._text(index, units),
        )

    def _text(self, index: int, units: int) -> str:
        line = self.rate_lines[index]
        if self.is_free:
            return f"{self.name} : gratuit, {wording.length(self.unit, units, plain=self.clock == 'plain_hours')}"
        if not line.moves_end:
            return wording.FREE_SUNDAY
        return wording.priced(self.unit, index, units, Decimal(line.cents) / line.units)


def _half_up(dividend: int, divisor: int) -> int:
    return (2 * dividend + divisor) // (2 * divisor)
