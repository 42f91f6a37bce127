"""What a technician reads meanwhile and afterwards: the bar, the certificate, the label."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from workshop.common.progress import duration, progress_callback, progress_line
from workshop.flash.certificate import Certificate, label_of, text_of
from workshop.flash.unit import StationUnit

KEY = "1IlKOU-KaJEqzcKPV7xgsqBIjqUBjCnxfvogXB5erOI"


@pytest.fixture
def certificate(unit: StationUnit) -> Certificate:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    return Certificate(unit, KEY, "horodateur 1.0, signed", "ab" * 32, "Reader, 4C53, 31.9 GB", 1_200_000_000, 120.0, at)


def test_the_bar_says_how_much_how_fast_and_how_long_still() -> None:
    line = progress_line("writing", 400_000_000, 1_600_000_000, 20.0)
    assert line == "writing           [######                  ]  25%  400.0 MB of 1.6 GB  20.0 MB/s  1:00 left"
    assert progress_line("writing", 0, 1_600_000_000, 0.0).endswith("? left")
    assert duration(125.4) == "2:05"


def test_the_bar_is_shown_now_and_then_and_at_each_end() -> None:
    shown: list[str] = []
    clock = iter([0.0, 0.1, 0.6, 0.7, 5.0, 5.1])
    tell = progress_callback(shown.append, lambda: next(clock), 0.5)
    for done in (1, 2, 3, 4):
        tell("writing", done, 4)
    tell("reading back", 1, 2)
    tell("reading back", 2, 2)
    assert [line.split()[0] for line in shown] == ["writing", "writing", "reading"]
    assert "100%" in shown[1]
    assert "100%" in shown[2]


def test_the_certificate_names_all_that_was_proven(certificate: Certificate) -> None:
    text = text_of(certificate)
    for words in (
        "station     75011-0042",
        "stands      12 rue Oberkampf, zone 1, sector 11D, mixed street",
        "tariffs     sha256 " + "ab" * 32,
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
