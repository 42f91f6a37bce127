"""`horodateur-central`, command by command: what it makes, what it refuses, and whether its messages help."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Table, text

from central.access.tokens import TOKEN, Scope, find_bearer, list_tokens, token_id
from central.cli import main
from central.cli.common import now
from central.core.audit import list_audit
from central.core.remembered import LAG
from central.core.signing import CityKeyError, key_in, make_key
from central.db.tables import generations, publications
from central.db.tables import tokens as table
from central.operations import exceptions_queue
from central.register.sellers import enrol_seller
from firmware.protocol.envelope import public_key_text
from tests.central.console import Console, enrolment_line
from tests.central.signing_station import STATION, THERE, SigningStation, chain, city_of, count

HEADER = "plate,holding,sectors,valid_from,valid_until\n"
CMI = HEADER + "AB-123-CD,cmi_s,,2026-01-01T00:00:00+01:00,\n"


# --- the first day ---------------------------------------------------------------------------------------------------


def test_init_makes_a_register_a_key_and_one_operator(console: Console) -> None:
    status, said, complaint = console.types("init", "--who", "Martin", "--days", "10")
    assert (status, complaint) == (0, "")
    [secret] = [word for word in said.split() if TOKEN.fullmatch(word)]
    known = find_bearer(console.store, secret, now())
    assert known
    assert (known.who, known.scopes) == ("Martin", frozenset(Scope))
    assert public_key_text(key_in(console.key).public_key()) in said
    assert stat.S_IMODE(console.key.stat().st_mode) == 0o600
    assert [noted.action for noted in list_audit(console.store)] == ["token issued"]


def test_init_makes_no_second_operator_and_no_second_key(started: Console) -> None:
    key = started.key.read_bytes()
    status, said, complaint = started.types("init")
    assert (status, said) == (1, "")
    assert "token new --who NAME --role operator" in complaint
    assert started.key.read_bytes() == key
    assert count_of(started, table) == 1


def count_of(console: Console, what: Table) -> int:
    return count(city_of(console.store), what)


def test_nothing_works_before_init_and_every_command_says_so(console: Console) -> None:
    commands = "stations", "token list", "waiting list", "reopened", "serve", f"revoke {STATION}", f"enrol {enrolment_line()}"
    for words in map(str.split, commands):
        status, said, complaint = console.types(*words)
        assert (status, said) == (1, "")
        assert f"horodateur-central init --database {console.url}" in complaint
    assert not console.key.exists()


def test_looking_at_a_register_does_not_make_one(tmp_path: Path) -> None:
    assert main(["stations", "--database", f"sqlite:///{tmp_path}/central.db"]) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_register_of_another_version_is_not_touched(started: Console) -> None:
    with started.store.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    status, _, complaint = started.types("stations")
    assert status == 1
    assert "of another version of this software (0099): horodateur-central migrate" in complaint


def test_a_register_that_was_brought_down_to_nothing_is_to_be_initialised(started: Console) -> None:
    assert started.types("migrate", "--to", "base")[0] == 0
    assert "never initialised" in started.types("stations")[2]
    assert started.types("init")[0] == 0


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.db", "postgresql+psycopg://u:pass@/x?host=/nowhere"])
def test_a_database_that_cannot_be_opened_is_named_without_its_password(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--database", url]) == 1
    said = capsys.readouterr().err
    assert f"--database {url.replace('pass@', '…@')}" in said
    assert "pass@" not in said


def test_the_database_may_be_named_by_the_environment(started: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HORODATEUR_DATABASE", started.url)
    assert main(["token", "list"]) == 0


# --- the signing key -------------------------------------------------------------------------------------------------


def test_a_key_others_can_read_is_not_used(started: Console) -> None:
    started.key.chmod(0o640)
    status, _, complaint = started.types("reopened")
    assert status == 1
    assert f"chmod 600 {started.key}" in complaint


@pytest.mark.parametrize("key", [b"", b"x" * 31, b"x" * 33, None])
def test_a_key_that_is_none_is_named(started: Console, key: bytes | None) -> None:
    started.key.unlink() if key is None else started.key.write_bytes(key)
    status, _, complaint = started.types("reopened")
    assert status == 1
    assert f"--signing-key {started.key}: " in complaint


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "city.key"
    key: Ed25519PrivateKey = make_key(path)
    with pytest.raises(CityKeyError, match="cannot be made"):
        make_key(path)
    assert key_in(path).private_bytes_raw() == key.private_bytes_raw()


# --- people ----------------------------------------------------------------------------------------------------------


def test_a_token_is_shown_once_listed_and_revoked(started: Console) -> None:
    secret = started.types("token", "new", "--who", "Agent 1", "--role", "agent")[1].strip()
    assert find_bearer(started.store, secret, now())
    listed = started.types("token", "list")[1]
    assert token_id(secret) in listed
    assert secret[17:] not in listed
    assert started.types("token", "revoke", token_id(secret))[0] == 0
    assert find_bearer(started.store, secret, now() + LAG) is None
    assert started.types("token", "revoke", "0123456789ab")[0] == 1


def test_a_token_may_be_good_for_single_things(started: Console) -> None:
    secret = started.types("token", "new", "--who", "counter", "--scope", "rights", "--scope", "fleet")[1].strip()
    known = find_bearer(started.store, secret, now())
    assert known
    assert known.scopes == {Scope.RIGHTS, Scope.FLEET}


def test_a_token_that_sells_names_an_enrolled_seller(started: Console) -> None:
    new = ("token", "new", "--who", "Park & Phone")
    for words in (
        ("--role", "seller"),
        ("--role", "seller", "--operator", "parkphone"),
        ("--role", "agent", "--operator", "parkphone"),
    ):
        status, said, complaint = started.types(*new, *words)
        assert (status, said, "operator" in complaint) == (1, "", True), words
    enrol_seller(started.store, "parkphone", "Park & Phone", "the test", now())
    known = find_bearer(started.store, started.types(*new, "--role", "seller", "--operator", "parkphone")[1].strip(), now())
    assert known
    assert known.seller == "parkphone"


@pytest.mark.parametrize("days", ["367", "36500"])
def test_a_token_for_too_long_is_refused(started: Console, days: str) -> None:
    status, said, complaint = started.types("token", "new", "--who", "x", "--role", "agent", "--days", days)
    assert (status, said) == (1, "")
    assert "--days" in complaint
    assert len(list_tokens(started.store)) == 1


# --- what the city gives out -----------------------------------------------------------------------------------------


def test_a_series_is_loaded_whole_or_not_at_all(started: Console) -> None:
    file = started.folder / "cmi.csv"
    file.write_text(CMI)
    assert started.types("rights", "load", file, "--series", "cmi")[:2] == (0, "cmi: generation 1 is in force\n")
    file.write_text(CMI + "EF-456-GH,cmi,,2026-01-01T00:00:00+01:00,\n")
    status, _, complaint = started.types("rights", "load", file, "--series", "cmi")
    assert status == 1
    assert f"{file}: line 3, holding: " in complaint
    assert started.types("rights", "load", started.folder / "none.csv", "--series", "cmi")[0] == 1
    assert count_of(started, generations) == 1


def test_tariffs_and_configurations_are_published(started: Console) -> None:
    started.types("enrol", *enrolment_line().split())
    prices, place = Path(__file__).parents[2] / "tariffs.json", started.folder / "place.json"
    place.write_text('{"address": "14 rue Oberkampf"}')
    since = ("--from", "2026-12-01T06:00:00+01:00")
    assert "version 1, in force from 2026-12-01T06:00:00+01:00" in started.types("publish", "tariffs", prices, *since)[1]
    assert started.types("publish", "configuration", place, "--station", STATION, *since)[0] == 0
    assert "nothing was published" in started.types("publish", "tariffs", place, *since)[2]
    assert "nothing was published" in started.types("publish", "configuration", place, "--station", THERE, *since)[2]
    assert count_of(started, publications) == 2


@pytest.mark.parametrize("since", ["2026-12-01T06:00:00", "tomorrow"])
def test_a_date_without_an_offset_is_a_wrong_command_line(started: Console, since: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        started.types("publish", "tariffs", "tariffs.json", "--from", since)


# --- what waits ------------------------------------------------------------------------------------------------------


def test_what_waits_is_listed_and_cleared(started: Console) -> None:
    station = SigningStation(city_of(started.store, STATION))
    station.hand_in(chain([{"type": "FromTheFuture"}]))
    station.hand_in(chain([{"type": "AnotherFuture"}]))
    listed = started.types("waiting", "list")[1]
    incident = exceptions_queue.list_incidents(started.store)[0].id
    assert re.search(rf"^{STATION}/1 ", listed, re.MULTILINE)
    assert re.search(rf"^{incident} .* another entry 1 of generation 1$", listed, re.MULTILINE)
    assert started.types("waiting", "clear", f"{STATION}/1", "--note", "seen")[0] == 0
    assert started.types("waiting", "clear", str(incident), "--note", "seen")[0] == 0
    assert re.search(rf"^{STATION}/1:1 ", started.types("waiting", "list")[1], re.MULTILINE)
    assert started.types("waiting", "clear", f"{STATION}/1:1", "--note", "seen")[0] == 0
    assert len(started.types("waiting", "list")[1].splitlines()) == 1
    for what in (f"{STATION}/2:1", f"{STATION}/:1", f"{STATION}/1", f"{THERE}/9", "x", "99"):
        assert started.types("waiting", "clear", what, "--note", "seen")[0] == 1
