"""One-time codes: both sides make the same, offline; another station, number or minute makes another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from firmware.protocol.access_code import LONGEST, access_code, code_valid_until, shared_secret

CITY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STATION = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
AT = datetime(2026, 3, 4, 9, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECRET = shared_secret(CITY, STATION.public_key())
UNTIL = AT.replace(second=0) + 15 * MINUTE
CODE = access_code(SECRET, "75011-0042", "07", UNTIL)

keys = st.binary(min_size=32, max_size=32).map(Ed25519PrivateKey.from_private_bytes)


@given(keys, keys)
def test_city_and_station_compute_the_same_secret_and_nobody_sends_it(city: Ed25519PrivateKey, own: Ed25519PrivateKey) -> None:
    assert shared_secret(city, own.public_key()) == shared_secret(own, city.public_key())


def test_another_pair_has_another_secret() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(range(2, 34)))
    assert len({SECRET, shared_secret(CITY, other.public_key()), shared_secret(other, STATION.public_key())}) == 3


def test_a_code_is_good_until_its_minute_and_for_an_hour_at_the_most() -> None:
    good = [minute for minute in range(-90, 90) if code_valid_until(SECRET, "75011-0042", "07", CODE, UNTIL + minute * MINUTE)]
    assert good == list(range(-LONGEST, 0))
    assert code_valid_until(SECRET, "75011-0042", "07", CODE, AT) == UNTIL


def test_it_is_for_one_station_and_one_number() -> None:
    assert len(CODE) == 10
    assert CODE.isdecimal()
    for station, person in (("75011-0043", "07"), ("75011-0042", "08")):
        assert code_valid_until(SECRET, station, person, CODE, AT) is None
    assert code_valid_until(SECRET, "75011-0042", "07", f"{(int(CODE) + 1) % 10**10:010}", AT) is None
