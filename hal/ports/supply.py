"""Power supply and temperature readings of the computer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Supply:
    """Power supply and temperature of the computer; None for what it does not report."""

    under_voltage: bool | None = None
    throttled: bool | None = None
    """Whether it has slowed itself down since the start."""
    celsius: int | None = None


def worse_supply(one: Supply, other: Supply) -> Supply:
    """Of two that measure the same: low where either says so, as hot as the hotter."""
    low = [supply.under_voltage for supply in (one, other) if supply.under_voltage is not None]
    slow = [supply.throttled for supply in (one, other) if supply.throttled is not None]
    degrees = [supply.celsius for supply in (one, other) if supply.celsius is not None]
    return Supply(any(low) if low else None, any(slow) if slow else None, max(degrees, default=None))
