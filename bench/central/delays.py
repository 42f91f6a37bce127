"""Percentiles of delays."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import quantiles


def percentile(seconds: Sequence[float], percent: int) -> float:
    """Milliseconds that so many of a hundred stayed below."""
    return quantiles(seconds, n=100, method="inclusive")[percent - 1] * 1e3
