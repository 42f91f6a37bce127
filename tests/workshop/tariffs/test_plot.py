"""`horodateur tariff plot`: curves, and the pictures drawn of them."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from firmware.tariff import Tariffs
from tests.workshop.tariffs.tool import horodateur
from workshop.tariffs.curves import curves, period
from workshop.tariffs.picture import Dot, Picture, Stroke, Words
from workshop.tariffs.plot import BOTTOM, LEFT, RIGHT, TOP, Heading, plot

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("first", "last", "french"),
    [
        ("2015-01-01", "2017-12-31", "de 2015 à 2017"),
        ("2018-01-01", "2021-07-31", "de 2018 à juillet 2021"),
        ("2021-08-01", "2024-02-29", "d’août 2021 à février 2024"),
        ("2024-10-01", None, "depuis octobre 2024"),
        ("2020-05-15", "2020-06-01", "du 15 mai 2020 au 1er juin 2020"),
        ("2020-05-15", None, "depuis le 15 mai 2020"),
        ("2015-01-01", None, "depuis 2015"),
    ],
)
def test_periods_in_french(first: str, last: str | None, french: str) -> None:
    assert period(date.fromisoformat(first), date.fromisoformat(last) if last else None) == french


def test_equal_prices_share_a_curve(tariffs: Tariffs) -> None:
    assert [(curve.names, curve.total.replace("\u00a0", " ")) for curve in curves(tariffs, 1, "resident")] == [
        (("Voiture, depuis 2015", "Voiture lourde, depuis octobre 2024"), "9,00 € pour 7 jours"),
        (("Deux-roues motorisé, depuis septembre 2022",), "4,50 € pour 7 jours"),
    ]
    assert [curve.names for curve in curves(tariffs, 2, "visitor", ["car"], [date(2018, 5, 1), date(2024, 10, 1)])] == [
        ("Voiture, de 2018 à juillet 2021",),
        ("Voiture, depuis octobre 2024",),
    ]
    assert [curve.names for curve in curves(tariffs, 1, "visitor", ["car"], [date(2021, 9, 1), date(2024, 10, 1)])] == [
        ("Voiture, d’août 2021 à août 2022", "Voiture, depuis octobre 2024"),  # what lies between was not asked for
    ]


def drawn(tariffs: Tariffs, zone: int, regime: str) -> Picture:
    return plot(curves(tariffs, zone, regime), tariffs.regimes[regime].unit, Heading("Titre", "Lieu", "Source"))


def test_a_curve_is_where_its_prices_are(tariffs: Tariffs) -> None:
    curve = next(mark for mark in drawn(tariffs, 1, "visitor").marks if isinstance(mark, Stroke) and len(mark.points) == 25)
    third_hour = curve.points[12]  # 2018, drawn first of those with 24 quarters: 16 € of 250 € after 3 of 6 hours
    assert third_hour == pytest.approx(((LEFT + RIGHT) / 2, BOTTOM - (BOTTOM - TOP) * 16 / 250))


@pytest.mark.parametrize("zone", [1, 2])
def test_names_neither_overlap_nor_leave_the_page(tariffs: Tariffs, zone: int) -> None:
    for regime in tariffs.regimes:
        picture = drawn(tariffs, zone, regime)
        words = [mark for mark in picture.marks if isinstance(mark, Words)]
        names = sorted(mark.at[1] for mark in words if mark.at[0] > RIGHT)
        assert all(later - earlier >= 25 for earlier, later in pairwise(names))
        for mark in words:
            assert 0 < mark.at[1] < picture.height
            assert mark.anchor != "start" or mark.at[0] + len(mark.text) * mark.size * 0.5 < picture.width
            assert mark.size >= 16


def test_a_svg_is_xml_with_its_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("plot", str(tmp_path / "prices.svg")) == 0
    assert "prices.svg: 5 prices drawn" in capsys.readouterr().out
    root = ElementTree.fromstring((tmp_path / "prices.svg").read_text("utf-8"))
    words = [(each.text or "").replace("\u00a0", " ") for each in root.iter(f"{SVG}text")]
    assert words[0] == "Prix du stationnement à Paris : visiteur, zone 1"
    for said in ("250 €", "6 h", "Voiture, de 2015 à 2017", "8,00 € pour 2 h", "Voiture lourde, depuis octobre 2024"):
        assert said in words
    assert len({each.get("stroke") for each in root.iter(f"{SVG}polyline")}) == 2 + 5


def test_a_png_has_every_curve_in_its_colour(tmp_path: Path, tariffs: Tariffs) -> None:
    assert horodateur("plot", str(tmp_path / "prices.PNG"), "--zone", "2") == 0
    data = (tmp_path / "prices.PNG").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    image = Image.open(BytesIO(data)).convert("RGB")
    assert image.size == (1600, 1000)
    for dot in (mark for mark in drawn(tariffs, 2, "visitor").marks if isinstance(mark, Dot)):
        pixel = image.getpixel((round(dot.at[0]), round(dot.at[1])))
        assert dot.colour == "#ffffff" or pixel == tuple(bytes.fromhex(dot.colour[1:]))
    ink = image.crop((1044, 0, 1600, 1000)).getcolors(1_000_000)
    assert ink is not None
    assert sum(count for count, colour in ink if colour != (255, 255, 255)) > 5_000  # the names are there


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (("--zone", "3"), 2, "there are the zones 1, 2; the classes car, two_wheeler, heavy; the regimes visitor,"),
        (("--regime", "guest"), 2, "zone 1, guest, any class"),
        (("--vehicle", "heavy", "--on", "2020-01-01"), 2, "nothing to draw"),
        (("--tariffs", "nowhere.json"), 1, "nowhere.json: cannot be read"),
    ],
)
def test_a_plot_of_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], status: int, message: str
) -> None:
    assert horodateur("plot", str(tmp_path / "x.svg"), *words) == status
    assert message in capsys.readouterr().err
    assert not (tmp_path / "x.svg").exists()


def test_a_picture_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert horodateur("plot", str(tmp_path / "no" / "x.svg")) == 1
    assert "x.svg: cannot be written: No such file or directory" in capsys.readouterr().err
