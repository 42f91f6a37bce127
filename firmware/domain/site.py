"""A station's identity and place, as provisioned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta


@dataclass(frozen=True)
class Site:
    """The station file: number, tariff zone, address, street, city server."""

    station: str
    """`75011-0042`: postal code of the arrondissement and a serial number, 1 to 10 characters."""
    zone: int
    """Tariff zone, 1 or 2."""
    arrondissement: int
    sector: str
    """Residential sector, `11D`."""
    address: Annotated[str, Meta(min_length=1, max_length=32)]
    """As a motorist would say it: `12 rue Oberkampf`. What the display has room for beside the clock."""
    nearest: Annotated[str, Meta(min_length=1, max_length=34)]
    """Where the next machine is, for when this one cannot sell."""
    street: Literal["mixed", "rotative"]
    """On a rotative street everybody is a visitor; on a mixed one residents are at home."""
    central: str
    """Base URL of the city's API."""
