"""`horodateur-central account` and `positions`; the ways to sign in that a server's environment names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import Engine

from central.cli.accounts import ways_in
from central.cli.common import RefusedError
from central.core.environment import MAIL_FOLDER, OIDC, PUBLIC_URL
from firmware.protocol.envelope import public_key_text
from tests.central.console import Console
from tests.central.register_rows import city_of
from tests.central.signing_station import STATION, THERE, key_of

CLAIRE = "Claire.Martin@ville.example"


def test_an_account_is_made_listed_and_closed(started: Console) -> None:
    new = "account", "new", CLAIRE, "--name", "Claire Martin", "--role", "operator"
    assert started.types(*new)[0] == 0
    status, _, err = started.types(*new)
    assert (status, "has an account already" in err) == (1, True)
    assert "claire.martin@ville.example" in started.types("account", "list")[1]
    assert started.types("account", "close", CLAIRE)[0] == 0
    assert "closed" in started.types("account", "list")[1]
    assert started.types("account", "close", CLAIRE)[0] == 1
    assert started.types("account", "new", "nobody", "--name", "x", "--role", "clerk")[0] == 1


def test_positions_are_set_from_a_file_and_listed(started: Console, tmp_path: Path) -> None:
    for name, zone, sector in ((STATION, "1", "11D"), (THERE, "2", "12D")):
        assert started.types("enrol", name, zone, sector, public_key_text(key_of(name).public_key()))[0] == 0
    file = tmp_path / "stations.csv"
    file.write_text(f"\ufeffstation,latitude,longitude\n{STATION},48.8638,2.3705\n{THERE},48.8461,2.3795\n", "utf-8")
    assert started.types("positions", str(file))[:2] == (0, f"2 stations stand where {file} says\n")
    assert f"{THERE}  48.846100  2.379500" in started.types("positions")[1]
    file.write_text("station,latitude,longitude\n75099-0001,48.8,2.3\n")
    status, _, err = started.types("positions", str(file))
    assert (status, "no station 75099-0001 is known" in err) == (1, True)


def test_ways_to_sign_in_need_a_public_address(store: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (PUBLIC_URL, MAIL_FOLDER, OIDC):
        monkeypatch.delenv(name, raising=False)
    assert ways_in(os.environ, city_of(store)).mail is None
    monkeypatch.setenv(MAIL_FOLDER, str(tmp_path))
    with pytest.raises(RefusedError, match=PUBLIC_URL):
        ways_in(os.environ, city_of(store))
    monkeypatch.setenv(PUBLIC_URL, "https://ville.example/")
    ways = ways_in(os.environ, city_of(store))
    assert (ways.public_url, ways.mail is not None, ways.oidc) == ("https://ville.example", True, None)
