"""The city's signed time: for this station, in answer to this request, by this key."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.backoffice import city_time_note
from firmware.backoffice.city_time_note import read_city_time, take_city_time
from firmware.ledger.clock_evidence import CityTime
from firmware.protocol.city_time import sign_time, time_in
from firmware.protocol.envelope import EnvelopeError

CITY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
STATION = "75011-0042"


def test_it_is_believed_for_this_request_and_for_no_other() -> None:
    signed = sign_time(STATION, 7, AT, CITY)
    assert time_in(signed, STATION, 7, CITY.public_key()) == AT
    for station, number, key in ((STATION, 8, CITY), ("75011-0043", 7, CITY), (STATION, 7, OTHER)):
        with pytest.raises(EnvelopeError):
            time_in(signed, station, number, key.public_key())


def test_what_is_not_believed_is_not_noted(tmp_path: Path) -> None:
    take = take_city_time(tmp_path, STATION, CITY.public_key())
    take(sign_time(STATION, 7, AT, OTHER), 7, 100.0)
    take(sign_time(STATION, 6, AT, CITY), 7, 100.0)
    take_city_time(tmp_path, STATION, None)(sign_time(STATION, 7, AT, CITY), 7, 100.0)
    assert read_city_time(tmp_path) is None
    take(sign_time(STATION, 7, AT, CITY), 7, 100.0)
    assert read_city_time(tmp_path) == CityTime(AT, 100.0)


def test_of_another_boot_or_damaged_it_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take_city_time(tmp_path, STATION, CITY.public_key())(sign_time(STATION, 7, AT, CITY), 7, 100.0)
    with monkeypatch.context() as other:
        other.setattr(city_time_note, "this_boot", lambda: "another")
        assert read_city_time(tmp_path) is None
    assert read_city_time(tmp_path)
    (tmp_path / city_time_note.NOTE).write_text("{")
    assert read_city_time(tmp_path) is None
