"""A station's identity and place, as provisioned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from msgspec import Meta

from firmware.domain.sector import Sector
from firmware.domain.station_name import StationName

ADDRESS_LENGTH = 32
"""Characters the display has room for beside the clock."""
NEAREST_LENGTH = 34
Address = Annotated[str, Meta(min_length=1, max_length=ADDRESS_LENGTH)]
"""As a motorist would say it: `12 rue Oberkampf`."""
NearestMachine = Annotated[str, Meta(min_length=1, max_length=NEAREST_LENGTH)]
"""Where the next machine is, for when this one cannot sell."""
StreetKind = Literal["mixed", "rotative"]
"""On a rotative street everybody is a visitor; on a mixed one residents are at home."""
STREET_KINDS: tuple[StreetKind, ...] = get_args(StreetKind)


@dataclass(frozen=True)
class Site:
    """The station file: number, tariff zone, address, street, city server."""

    station: StationName
    zone: int
    """Tariff zone, 1 or 2."""
    arrondissement: int
    sector: Sector
    """Residential sector, `11D`."""
    address: Address
    nearest: NearestMachine
    street: StreetKind
    central: str
    """Base URL of the city's API."""
