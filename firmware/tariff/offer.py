"""Answers of the tariff engine: a `Quote`, or a `NotSold` with its reason."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from msgspec import Struct

from firmware.tariff.file import TimeUnit
from firmware.tariff.grid import QuoteLine


class Refusal(Enum):
    """Why nothing is sold; the value is what other programs read."""

    NO_TIME = "no time asked for"
    UNKNOWN_ZONE = "unknown zone"
    UNKNOWN_REGIME = "unknown regime"
    UNKNOWN_VEHICLE = "unknown vehicle class"
    """Nobody knows the class, or the version in force does not yet."""
    PARKS_FREE = "vehicle class parks free"
    """The version in force asks nothing of it: two-wheelers until 31 August 2022."""
    NOT_THIS_VEHICLE = "regime not open to this vehicle class"
    NO_TARIFF = "no tariff in force"
    """Before the first rate table, or after the last day whose holidays are listed."""
    PAST_MAXIMUM = "past the maximum stay"
    NOT_THIS_LENGTH = "length not sold"
    """Residents until 28 February 2017: one day, or the week."""
    WRONG_UNIT = "not sold by that unit"
    NO_FPS = "no post-parking charge"
    """Before 2018: a penal fine."""


class Quote(Struct, frozen=True):
    """A priced offer. What is shown, charged, granted and printed are this one value."""

    start: datetime
    """Aware, Europe/Paris. The first paid minute."""
    end: datetime
    """Aware, Europe/Paris. Every instant before it is paid for."""
    cents: int
    tariff: str
    """The name of the rate table that priced it, such as "2021-08-01"."""
    zone: int
    vehicle: str
    regime: str
    unit: TimeUnit
    units: int
    """How many quarters of an hour, hours or days are bought now."""
    lines: tuple[QuoteLine, ...]
    """One for each rate line the purchase touches; they add up to `cents`."""
    not_applied: tuple[str, ...]
    """What did not apply, and why, in French."""


class NotSold(Struct, frozen=True):
    """A refusal to sell, and why."""

    reason: Refusal
    detail: str
    """English, for people who write programs or tariffs; a motorist reads a sentence of the screens."""
