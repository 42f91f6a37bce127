"""One-time codes at the city: for an enrolled station, and in the audit trail without the code."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from central.db.tables import audit
from central.operations.access_codes import issue_code
from firmware.domain.errors import FieldError
from firmware.protocol.access_code import code_valid_until, shared_secret
from tests.central.signing_station import NOW, STATION, SigningStation, key_of


def test_the_station_takes_the_code_and_the_trail_names_no_code(station: SigningStation) -> None:
    city = station.city
    code, until = issue_code(city, STATION, "07", 15, "console", NOW)
    secret = shared_secret(key_of(STATION), city.key.public_key())
    assert code_valid_until(secret, STATION, "07", code, NOW) == until
    assert timedelta(minutes=14) <= until - NOW <= timedelta(minutes=15)
    with city.store.begin() as connection:
        rows = [str(row) for row in connection.execute(select(audit))]
    assert any("access code issued" in row for row in rows)
    assert not any(code in row for row in rows)


WRONG = (("75011-9999", "07", 15), (STATION, "7", 15), (STATION, "07", 0), (STATION, "07", 61))


@pytest.mark.parametrize(("name", "person", "minutes"), WRONG)
def test_what_makes_no_sense_is_refused(station: SigningStation, name: str, person: str, minutes: int) -> None:
    with pytest.raises(FieldError):
        issue_code(station.city, name, person, minutes, "console", NOW)
