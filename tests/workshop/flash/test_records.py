"""Certificate and label of a flashed card."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.protocol.envelope import public_key_text
from workshop.flash.certificate import Certificate, label_of, save_certificate, text_of
from workshop.flash.signed_page import main as verify_page
from workshop.flash.unit import StationUnit

FLASHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
KEY = "1IlKOU-KaJEqzcKPV7xgsqBIjqUBjCnxfvogXB5erOI"


@pytest.fixture
def certificate(unit: StationUnit) -> Certificate:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    source, card = "horodateur 1.0, signed", "Reader, 4C53, 31.9 GB"
    return Certificate(unit, KEY, source, "ab" * 32, card, 1_200_000_000, 120.0, at, None, "cd" * 32, "A. Martin")


def test_the_certificate_names_all_that_was_proven(certificate: Certificate) -> None:
    text = text_of(certificate)
    for words in (
        "station     75011-0042",
        "stands      12 rue Oberkampf, zone 1, sector 11D, mixed street",
        "tariffs     sha256 " + "ab" * 32,
        "its hash    sha256 " + "cd" * 32,
        "by          A. Martin",
        "card        Reader, 4C53, 31.9 GB",
        "flashed     2026-03-02T09:00:00+00:00, in 120 s",
        "written     1.2 GB, and read back, 20.0 MB/s both ways",
        f"enrol with  75011-0042 1 11D {KEY}",
    ):
        assert f"{words}\n" in text


def test_the_label_s_code_is_this_station_s(certificate: Certificate) -> None:
    """Three finder squares stand in its corners, with white around them; another key is another code."""
    label = label_of(certificate)
    other = label_of(replace(certificate, public_key=KEY[::-1]))
    code = label.crop((0, 0, 250, label.height))
    left, top, right, bottom = code.convert("L").point(lambda value: 255 - value).getbbox() or (0, 0, 0, 0)
    assert min(left, top, label.height - bottom) >= 24
    assert right - left == bottom - top
    for x, y in ((left, top), (right - 1, top), (left, bottom - 1)):
        assert code.getpixel((x, y)) == 0
    assert other.crop((0, 0, 250, label.height)).tobytes() != code.tobytes()


def test_an_earlier_certificate_and_label_stay(certificate: Certificate, tmp_path: Path) -> None:
    """Also where only one of the two is left."""
    (tmp_path / "75011-0042-2.txt").write_text("the page of a card in the street")
    (tmp_path / "75011-0042-4.png").write_bytes(b"the label of a card in the street")
    pages = [save_certificate(replace(certificate, public_key=f"key {number}"), tmp_path, FLASHER) for number in range(3)]
    assert [page.name for page in pages] == ["75011-0042.txt", "75011-0042-3.txt", "75011-0042-5.txt"]
    assert [f"public key  key {number}\n" in page.read_text() for number, page in enumerate(pages)] == [True] * 3
    assert all(page.with_suffix(".png").exists() for page in pages)
    assert (tmp_path / "75011-0042-2.txt").read_text() == "the page of a card in the street"
    assert (tmp_path / "75011-0042-4.png").read_bytes() == b"the label of a card in the street"


CHANGES = (("A. Martin", "B. Durand"), ("cdcd", "abab"), ("in 120 s", "in 121 s"), ("signature   ", ""))


@pytest.mark.parametrize("change", CHANGES)
def test_a_certificate_is_signed_by_who_flashed_and_one_that_was_changed_is_nobodys(
    certificate: Certificate, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str]
) -> None:
    page = save_certificate(certificate, tmp_path, FLASHER)
    assert verify_page([str(page)]) == 0
    assert capsys.readouterr().out.strip() == public_key_text(FLASHER.public_key())
    page.write_text(page.read_text().replace(*change, 1))
    assert verify_page([str(page)]) == 1
    assert "was changed since" in capsys.readouterr().err
