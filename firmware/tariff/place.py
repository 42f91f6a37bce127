"""Place of a station or a parked vehicle: station name, residential sector and tariff zone must agree."""

from __future__ import annotations

from firmware.domain.errors import FieldError
from firmware.domain.sector import arrondissement_of
from firmware.domain.station_name import arrondissement_of_station
from firmware.tariff.tariffs import Tariffs

WOODED = (12, 16)
"""Arrondissements that the two woods belong to; the tariff file gives a wood a zone of its own."""


def check_zone(tariffs: Tariffs, sector: str, zone: int) -> None:
    """Raises FieldError for a zone that the sector is not in, or text that is no sector."""
    arrondissement = arrondissement_of(sector)
    wooded = arrondissement in WOODED and zone in tariffs.woods.values()
    own = tariffs.zone_of(arrondissement)
    if zone != own and not wooded:
        raise FieldError("zone", f"sector {sector} is in tariff zone {own}, not {zone}")


def check_place(tariffs: Tariffs, station: str, sector: str, zone: int) -> None:
    """Raises FieldError for a station name, sector and zone that cannot be those of one station."""
    if arrondissement_of(sector) != arrondissement_of_station(station):
        raise FieldError("sector", f"{sector!r} is not in the arrondissement of station {station}")
    check_zone(tariffs, sector, zone)
