"""Place: a station's name, sector and tariff zone agree, or the field that does not is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmware.domain.errors import FieldError
from firmware.tariff import Tariffs
from firmware.tariff.place import check_place, check_zone


@pytest.mark.parametrize(("sector", "zone"), [("1A", 1), ("11D", 1), ("12A", 2), ("16G", 2), ("20E", 2)])
def test_a_sector_has_the_zone_of_its_arrondissement(tariffs: Tariffs, sector: str, zone: int) -> None:
    check_zone(tariffs, sector, zone)
    with pytest.raises(FieldError, match=f"zone: sector {sector} is in tariff zone {zone}, not {3 - zone}"):
        check_zone(tariffs, sector, 3 - zone)


def test_a_wood_may_have_a_zone_of_its_own(tariffs: Tariffs) -> None:
    other = replace(tariffs, zones={**tariffs.zones, 3: ()}, woods={"Boulogne": 3, "Vincennes": 3})
    for sector in ("12A", "16G"):
        check_zone(other, sector, 3)
        check_zone(other, sector, 2)
    with pytest.raises(FieldError, match="zone"):
        check_zone(other, "13A", 3)


@pytest.mark.parametrize(
    ("station", "sector", "zone", "field"),
    [
        ("75011-42", "11D", 1, "station"),
        ("75011-0042", "11d", 1, "sector"),
        ("75011-0042", "12A", 2, "sector"),
        ("75116-0042", "11D", 1, "sector"),
        ("75011-0042", "11D", 2, "zone"),
        ("75011-0042", "11D", 0, "zone"),
    ],
)
def test_what_cannot_be_one_station_is_refused_by_its_field(
    tariffs: Tariffs, station: str, sector: str, zone: int, field: str
) -> None:
    with pytest.raises(FieldError) as refused:
        check_place(tariffs, station, sector, zone)
    assert refused.value.field == field


def test_the_sixteenth_has_two_postal_codes(tariffs: Tariffs) -> None:
    for station in ("75016-0042", "75116-0042"):
        check_place(tariffs, station, "16G", 2)
