"""Residential sectors: which texts are one, and the arrondissement they lie in."""

from __future__ import annotations

import msgspec
import pytest

from firmware.domain.errors import FieldError
from firmware.domain.sector import Sector, arrondissement_of, check_sector


@pytest.mark.parametrize(("sector", "arrondissement"), [("1A", 1), ("9Z", 9), ("10B", 10), ("19K", 19), ("20E", 20)])
def test_a_sector_is_an_arrondissement_and_a_letter(sector: str, arrondissement: int) -> None:
    assert check_sector(sector) == sector
    assert arrondissement_of(sector) == arrondissement
    assert msgspec.convert(sector, Sector) == sector


@pytest.mark.parametrize("text", ["", "0A", "21A", "99Z", "011D", "11", "11d", "11DD", " 11D", "11D\n", "１１D"])
def test_anything_else_is_no_sector(text: str) -> None:
    for read in (check_sector, arrondissement_of):
        with pytest.raises(FieldError) as caught:
            read(text)
        assert caught.value.field == "sector"
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(text, Sector)
