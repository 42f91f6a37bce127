"""Signed receipts in the QR code: verified with the station's public key alone; any changed character is found."""

from __future__ import annotations

import base64
import stat
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from firmware.paper.receipt_signing import ReceiptError, sign_receipt, verify_receipt
from firmware.station.signing_key import SigningKeyError, load_signing_key
from hal.key_file import create_key_file
from tests.builders import paris, right

RIGHT = right(
    813,
    start=paris("2019-05-06T14:30"),
    end=paris("2019-05-06T16:00"),
    units=6,
    cents=600,
    tariff="2018-01-01",
)
TEXT = "HDT1|75011-0042-000813|AB123CD|1|2019-05-06T14:30|2019-05-06T16:00|600|2018-01-01|paid"
# RFC 8032, section 7.1, test 1: a key everybody knows.
SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
SIGNING_KEY = Ed25519PrivateKey.from_private_bytes(SEED)
RECEIPT = sign_receipt(RIGHT, SIGNING_KEY)


def test_the_receipt_is_nine_fields_and_a_signature() -> None:
    text, _, signature = RECEIPT.rpartition("|")
    assert text == TEXT
    assert len(signature) == 86
    assert SIGNING_KEY.public_key().public_bytes_raw() == PUBLIC


def test_a_receipt_in_doubt_says_so_under_the_signature() -> None:
    doubtful = verify_receipt(sign_receipt(RIGHT, SIGNING_KEY, doubtful=True), SIGNING_KEY.public_key())
    assert doubtful == (*TEXT.split("|")[:-1], "doubt")


def test_the_receipt_is_checked_with_the_public_key() -> None:
    assert verify_receipt(RECEIPT, SIGNING_KEY.public_key()) == tuple(TEXT.split("|"))


def test_times_are_those_of_paris_whatever_the_right_was_read_back_with() -> None:
    iso = {"start": "2019-05-06T14:30:00+02:00", "end": "2019-05-06T16:00:00+02:00"}
    read_back = structs.replace(RIGHT, **{key: datetime.fromisoformat(text) for key, text in iso.items()})
    assert sign_receipt(read_back, SIGNING_KEY) == RECEIPT


@given(st.integers(0, len(RECEIPT) - 1), st.sampled_from("0123456789ABCDEFabcxyz|-_ é"))
def test_any_changed_character_is_found(at: int, other: str) -> None:
    forged = RECEIPT[:at] + other + RECEIPT[at + 1 :]
    if forged != RECEIPT:
        with pytest.raises(ReceiptError):
            verify_receipt(forged, SIGNING_KEY.public_key())


def test_every_character_counts_to_the_last_one() -> None:
    """The last of the 86 carries two bits of the signature and four that say nothing: those too must be as they were signed."""
    others = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for at in (0, 5, len(TEXT) - 1, len(TEXT) + 1, len(RECEIPT) - 1):
        for other in others.replace(RECEIPT[at], ""):
            with pytest.raises(ReceiptError):
                verify_receipt(RECEIPT[:at] + other + RECEIPT[at + 1 :], SIGNING_KEY.public_key())


@given(st.text(max_size=200))
def test_no_text_is_taken_for_a_receipt(text: str) -> None:
    with pytest.raises(ReceiptError):
        verify_receipt(text, SIGNING_KEY.public_key())


@pytest.mark.parametrize("cut", [1, 20, 86, 87, 120])
def test_a_receipt_that_is_cut_short_is_refused(cut: int) -> None:
    with pytest.raises(ReceiptError):
        verify_receipt(RECEIPT[:-cut], SIGNING_KEY.public_key())


def test_another_station_cannot_sign_for_this_one(tmp_path: Path) -> None:
    other = create_key_file(tmp_path / "station.key")
    with pytest.raises(ReceiptError):
        verify_receipt(sign_receipt(RIGHT, other), SIGNING_KEY.public_key())


def test_a_signed_text_that_is_no_receipt_is_refused() -> None:
    signature = base64.urlsafe_b64encode(SIGNING_KEY.sign(b"HDT2|anything")).rstrip(b"=").decode()
    with pytest.raises(ReceiptError, match="HDT2"):
        verify_receipt(f"HDT2|anything|{signature}", SIGNING_KEY.public_key())


# --- the key ------------------------------------------------------------------------------------------------------


def test_the_key_is_for_the_owners_eyes_only(tmp_path: Path) -> None:
    path = tmp_path / "station.key"
    signing_key = create_key_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_bytes()) == 32
    assert load_signing_key(path).public_key().public_bytes_raw() == signing_key.public_key().public_bytes_raw()
    assert verify_receipt(sign_receipt(RIGHT, load_signing_key(path)), signing_key.public_key())[1] == RIGHT.reference


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "station.key"
    create_key_file(path)
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        create_key_file(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"x" * 31, b"x" * 33, b"-----BEGIN PRIVATE KEY-----\n"])
def test_a_file_that_is_no_key_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "station.key"
    path.write_bytes(content)
    with pytest.raises(SigningKeyError, match=r"station\.key: no Ed25519 key"):
        load_signing_key(path)
    assert path.read_bytes() == content


def test_a_missing_key_and_a_folder_in_its_place_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "folder.key").mkdir()
    for name in ("none.key", "folder.key"):
        with pytest.raises(SigningKeyError, match=name):
            load_signing_key(tmp_path / name)
