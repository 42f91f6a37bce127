"""A public key that begins with a dash, or with two, is a key at every command that takes one."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.cli import main as horodateur
from firmware.paper.receipt_signing import sign_text
from firmware.protocol.envelope import public_key_in, public_key_text
from firmware.protocol.key_words import shield_keys
from firmware.station.state_folder import CITY
from tests.central.console import Console
from tests.central.signing_station import STATION
from workshop.flash.cli import main as flash

RECEIPT = "HDT1|75011-0042-000813|AB123CD|1|2019-05-06T14:30|2019-05-06T16:00|600|2018-01-01|paid"
DASHED = [Ed25519PrivateKey.from_private_bytes(number.to_bytes(32, "big")) for number in (33, 3124)]
"""Two keys whose public halves begin `-mLU` and `--B8`."""

each_key = pytest.mark.parametrize("private", DASHED, ids=["one-dash", "two-dashes"])


def public(private: Ed25519PrivateKey) -> str:
    return public_key_text(private.public_key())


def test_they_begin_as_this_file_says() -> None:
    assert [public(private)[:4] for private in DASHED] == ["-mLU", "--B8"]


def test_an_option_stays_one_and_spaces_around_a_key_are_nothing() -> None:
    words = ["enrol", "--database", "-h", public(DASHED[0]), public(DASHED[0])[:-1]]
    assert shield_keys(words) == [*words[:3], f" {words[3]}", words[4]]
    assert public_key_in(f" {words[3]}\n") == DASHED[0].public_key()


@each_key
def test_the_city_enrols_it(private: Ed25519PrivateKey, started: Console) -> None:
    assert started.types("enrol", STATION, "1", "11D", public(private))[:2] == (0, f"enrolled {STATION}\n")


@each_key
def test_a_receipt_is_verified_by_it(private: Ed25519PrivateKey) -> None:
    assert horodateur(["receipt", "--key", public(private), sign_text(RECEIPT, private)]) == 0


@each_key
def test_a_station_is_provisioned_with_it(private: Ed25519PrivateKey, tmp_path: Path) -> None:
    assert horodateur(["provision", "--state", str(tmp_path / "new"), "--central-key", public(private)]) == 0
    assert (tmp_path / "new" / CITY).read_text() == f"{public(private)}\n"


@each_key
def test_flash_takes_it(private: Ed25519PrivateKey, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "missing.img.xz"
    assert flash(["--image", str(missing), "--station", STATION, "--central-key", public(private)]) == 2
    assert "central-key" not in capsys.readouterr().err
