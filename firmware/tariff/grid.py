"""The progressive grid: what each quarter of an hour costs, to the cent. Knows no clock, no wire, no disk.

Prices are given by the hour; each unit (a quarter) of an hour costs an equal part of it. Where that part is not a whole
number of cents, the *cumulated* price is rounded half up, and a step costs the difference of two cumulated prices. So
however a stay is cut into purchases, it costs the same, and the lines of a quote always add up to its price.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from firmware.money import NO_BREAK_SPACE, euros


@dataclass(frozen=True)
class QuoteLine:
    """Why one part of the price is what it is: so many quarters of one hour of the stay."""

    hour: int
    """Which hour of the stay, 1 for the first."""
    quarters: int
    unit_cents: int
    """One quarter of that hour; rounded half up where the quarter is not a whole number of cents."""
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
    unit_minutes: int
    """Divides 60."""
    hour_cents: tuple[int, ...]
    """The price of each successive hour; as many as the maximum stay has."""
    fps_cents: int | None
    """The post-parking charge; None before it existed."""

    @property
    def units_per_hour(self) -> int:
        """4 where the unit is a quarter of an hour."""
        return 60 // self.unit_minutes

    @property
    def maximum_units(self) -> int:
        """The maximum stay."""
        return len(self.hour_cents) * self.units_per_hour

    @cached_property
    def cumulated(self) -> tuple[int, ...]:
        """The price of a stay of 0, 1, 2… units, up to the maximum stay."""
        per_hour, parts, prices = self.units_per_hour, 0, [0]
        for hour in self.hour_cents:
            for _ in range(per_hour):
                parts += hour
                prices.append((2 * parts + per_hour) // (2 * per_hour))
        return tuple(prices)

    def cents(self, reached: int, units: int) -> int:
        """What `units` more cost to a stay that has `reached` already. Raises ValueError outside 0 and the maximum stay."""
        if not 0 <= reached <= reached + units <= self.maximum_units:
            raise ValueError(f"from {reached} to {reached + units} units is outside 0 to {self.maximum_units}")
        return self.cumulated[reached + units] - self.cumulated[reached]

    def lines(self, reached: int, units: int) -> tuple[QuoteLine, ...]:
        """The same price, hour by hour."""
        per_hour, end, begin, lines = self.units_per_hour, reached + units, reached, []
        while begin < end:
            stop = min(end, begin - begin % per_hour + per_hour)
            lines.append(self._lines[begin, stop])
            begin = stop
        return tuple(lines)

    @cached_property
    def _lines(self) -> dict[tuple[int, int], QuoteLine]:
        """Every line there can be, by the units it begins and ends at: drawing a screen asks for most of them."""
        per_hour = self.units_per_hour
        return {
            (begin, stop): self._line(begin, stop)
            for begin in range(self.maximum_units)
            for stop in range(begin + 1, begin - begin % per_hour + per_hour + 1)
        }

    def _line(self, begin: int, stop: int) -> QuoteLine:
        hour, quarters = begin // self.units_per_hour, stop - begin
        exact = Decimal(self.hour_cents[hour]) / self.units_per_hour
        ordinal = "1re" if hour == 0 else f"{hour + 1}e"
        return QuoteLine(
            hour=hour + 1,
            quarters=quarters,
            unit_cents=int(exact + Decimal("0.5")),
            cents=self.cents(begin, quarters),
            text=f"{ordinal} heure : {quarters} × {_unit_price(exact)}",
        )


def _unit_price(cents: Decimal) -> str:
    """A price that may have a fraction of a cent is said with it: "1,875 €"."""
    if cents == int(cents):
        return euros(int(cents))
    return f"{cents / 100}".replace(".", ",") + f"{NO_BREAK_SPACE}€"
