"""Station names: which texts are one, and the arrondissement they stand for."""

from __future__ import annotations

import msgspec
import pytest

from firmware.domain.errors import FieldError
from firmware.domain.station_name import StationName, arrondissement_of_station, check_station_name, is_station_name

NAMES = [("75001-0000", 1), ("75009-0042", 9), ("75011-0042", 11), ("75016-0007", 16), ("75116-0007", 16), ("75020-9999", 20)]


@pytest.mark.parametrize(("name", "arrondissement"), NAMES)
def test_a_name_is_a_postal_code_of_paris_and_four_digits(name: str, arrondissement: int) -> None:
    assert is_station_name(name)
    assert check_station_name(name) == name
    assert arrondissement_of_station(name) == arrondissement
    assert msgspec.convert(name, StationName) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "75000-0042",
        "75021-0042",
        "75111-0042",
        "69001-0042",
        "75011",
        "75011-42",
        "75011-00420",
        "75011/0042",
        "75011-0042\n",
        " 75011-0042",
        "75011-004x",
        "７５011-0042",
        "a",
    ],
)
def test_anything_else_is_no_name(text: str) -> None:
    assert not is_station_name(text)
    for read in (check_station_name, arrondissement_of_station):
        with pytest.raises(FieldError, match="station: a postal code of Paris, a hyphen and four digits"):
            read(text)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(text, StationName)
