"""Pictures of views: pixel by pixel against tests/golden/drawing, and laws every view keeps.

The golden pictures were looked at. `make golden` draws them again: look at the difference.
"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hal.drawing import capital, draw, overflows, text_sizes
from hal.drawing.sheet import Sheet
from hal.ports import Align, Hint, Key, Line, Size, Stretch, Strip, View
from hal.ports.display import CAPITALS
from tests.golden_files import GoldenFiles

GOLDEN = Path(__file__).parents[1] / "golden" / "drawing"
GREYS = set(range(0, 256, 17))

WHERE, WHEN = "Zone 1 · 2 rue Oberkampf", "14 h 30"
CANCEL, OK, CORRECT = Hint(Key.CANCEL, "Annuler"), Hint(Key.OK, "Valider"), Hint(Key.CORRECT, "Effacer")
QUARTER = (Hint(Key.MINUS, ""), Hint(Key.PLUS, "15 min"), Hint(Key.MAX, ""))
IDLE = (Hint(Key.INFO, "Tarifs"), Hint(Key.LANG, "English"))
DAY = Strip(
    ((Stretch.BOUGHT, 120), (Stretch.OPEN, 210), (Stretch.FREE, 60)), ((0, "14:30"), (120, "16:30"), (125, "x"), (330, "20 h"))
)


def small(text: str) -> Line:
    return Line(text, Size.SMALL)


def medium(text: str) -> Line:
    return Line(text, Size.MEDIUM)


VIEWS = {
    "idle": View(
        "idle", WHERE, WHEN, (medium("Stationnement payant"), small("lun.–sam. 9 h–20 h"), medium("Tapez votre plaque.")), IDLE
    ),
    "scale": View(
        "idle",
        WHERE,
        WHEN,
        (
            Line("Tapez votre plaque"),
            medium("1 h 6,00 €   2 h 12,00 €"),
            Line("3 h 24,00 €   6 h 75,00 €", Size.MEDIUM, dim=True),
        ),
        IDLE,
    ),
    "plate-empty": View("plate", WHERE, WHEN, (Line("", cursor=True),), (CORRECT, CANCEL, OK)),
    "plate": View("plate", WHERE, WHEN, (Line("AB-123-CD", cursor=True),), (CORRECT, CANCEL, OK)),
    "plate-foreign": View(
        "plate", WHERE, WHEN, (Line("WMW0O1I8BM", cursor=True), small("Plaque étrangère : vérifiez-la.")), (CORRECT, CANCEL, OK)
    ),
    "second-look": View(
        "second look",
        WHERE,
        WHEN,
        (medium("La lettre O ou le chiffre 0 ?"), Line("AB-1O3-CD", Size.MEDIUM, chosen=True), medium("AB-103-CD")),
        (Hint(Key.PLUS, ""), Hint(Key.MINUS, "Choisir"), CANCEL, OK),
    ),
    "duration": View(
        "duration",
        WHERE,
        WHEN,
        (Line("16:30", beside="12,00 €"), small("3e heure : le quart d’heure passe à 3,00 €")),
        (*QUARTER, CANCEL, Hint(Key.OK, "Payer")),
        DAY,
    ),
    "pay": View(
        "paying", WHERE, WHEN, (small("AB-123-CD · jusqu’à 16:30"), Line("12,00 €"), small("Présentez votre carte")), (CANCEL,)
    ),
    "not-known": View(
        "not known",
        WHERE,
        WHEN,
        (
            medium("La banque ne répond pas."),
            small("Ne payez pas une seconde fois :"),
            small("vous êtes couvert jusqu’à 16 h 00."),
        ),
        (Hint(Key.OK, "Ticket"),),
    ),
    "four-small": View(
        "out of service", WHERE, WHEN, tuple(small(f"École, garçon, Ça, gêne, pQ, ligne {n}") for n in (1, 2, 3, 4)), ()
    ),
    "keys": View("service", "", "", (), tuple(Hint(key, "") for key in Key if not key.character and key is not Key.MAX)),
    "too-long": View(
        "out of service",
        "Zone 1 · 12 rue du Faubourg du Temple, devant le grand magasin",
        WHEN,
        (Line("Stationnement payant du lundi au samedi", beside="75,00 €"), small("Un motif " * 9)),
        (Hint(Key.CORRECT, "Effacer tout"), Hint(Key.CANCEL, "Annuler la vente"), Hint(Key.OK, "Payer maintenant")),
    ),
}


@pytest.mark.golden
@pytest.mark.parametrize("name", VIEWS)
def test_picture(golden: GoldenFiles, name: str) -> None:
    picture = draw(VIEWS[name])
    assert picture.tobytes() == golden.picture(f"drawing/{name}.png", picture).tobytes()


def test_no_golden_picture_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == VIEWS.keys()


@pytest.mark.parametrize("name", sorted(VIEWS.keys() - {"too-long"}))
def test_fits(name: str) -> None:
    assert overflows(VIEWS[name]) == ()


def test_every_text_that_is_cut_is_named() -> None:
    assert overflows(VIEWS["too-long"]) == (
        "Zone 1 · 12 rue du Faubourg du Temple, devant le grand magasin",
        "Stationnement payant du lundi au samedi",
        "Un motif " * 9,
        "Effacer tout",
        "Annuler la vente",
        "Payer maintenant",
    )


def test_a_line_too_many_is_named() -> None:
    view = View("out of service", "", "", tuple(small(f"ligne {n}") for n in range(5)))
    assert overflows(view) == ("ligne 4",)


@pytest.mark.parametrize("character", "→☎中\n")
def test_a_character_the_face_has_not_is_named(character: str) -> None:
    text = f"9 h {character} 20 h"
    assert overflows(View("idle", "", "", (Line(text),))) == (text,)


def test_the_languages_we_speak_can_be_written() -> None:
    """French, English, German, Spanish, Italian, and their typography."""
    for text in (
        "ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜàâæçéèêëîïôœùûüÿ",
        "ÄÖÜäöüß",
        "ÁÉÍÑÓÚÜáéíñóúü¿¡ªº",
        "ÀÈÉÌÒÙàèéìòù",
        "’‘“”«»–—…·°×−+€%/ \u00a0\u202f",
    ):
        assert [text for text in overflows(View("", "", "", (small(text),))) if text] == ["ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜàâæçéèêëîïôœùûüÿ"][
            : "Ÿ" in text
        ]


def test_look_alikes_differ() -> None:
    """O and 0, I and 1 and l, B and 8, S and 5, Z and 2: at the smallest size and at the largest."""
    for size in Size:
        for one, other in ("O0", "I1", "Il", "1l", "B8", "S5", "Z2"):
            assert draw(View("", "", "", (Line(one, size),))) != draw(View("", "", "", (Line(other, size),)))


@pytest.mark.parametrize("size", Size)
def test_a_changing_digit_moves_nothing(size: Size) -> None:
    """Tabular digits: only the column of the digit that changed is redrawn."""
    pictures = [draw(View("", "", "", (Line(f"1{digit}:30", size, Align.LEFT),))) for digit in range(10)]
    ends = {picture.getbbox()[2] for picture in pictures if picture.getbbox()}  # type: ignore[index]
    assert len(ends) == 1


def test_large_lines_share_the_height() -> None:
    def rows(*lines: Line) -> int:
        box = draw(View("", "", "", lines)).getbbox()
        assert box is not None
        return box[3] - box[1]

    assert rows(Line("H")) in (22, 23)  # a capital is two thirds of 34 px
    assert rows(medium("H")) in (10, 11)
    assert rows(small("H")) in (7, 8)
    assert 32 < rows(Line("H"), Line("H")) <= 42


def test_a_line_that_must_be_read_is_never_drawn_smaller_than_that() -> None:
    """However long it is: it is cut, and named."""
    for size, least in CAPITALS.items():
        for text in ("H", "H" * 30, "H" * 90):
            view = View("", "", "", (Line(text, size), medium("a"), medium("b")), IDLE)
            assert capital(text_sizes(view)[text]) >= least


def test_a_letter_cut_off_by_the_edge_of_the_glass_is_named() -> None:
    sheet = Sheet()
    for row, cut in ((15, ["É"]), (24, []), (63, []), (68, ["É"])):
        sheet.cut.clear()
        sheet.write("É", (0, 60), row, 24)
        assert sheet.cut == cut, row


def test_what_stands_beside_is_smaller_before_the_line_is_cut() -> None:
    view = View("", "", "", (Line("3 Voiture lourde", beside="18,00 €", chosen=True),))
    assert overflows(view) == ()
    assert capital(text_sizes(view)["3 Voiture lourde"]) >= 16
    assert capital(text_sizes(view)["18,00 €"]) >= 10


def test_beside_stands_right_and_chosen_is_inverted() -> None:
    picture = draw(View("", "", "", (Line("14:30", Size.MEDIUM, beside="2,00 €", chosen=True),)))
    box = picture.getbbox()
    assert box is not None
    assert (box[0], box[2], box[3] - box[1]) == (0, 256, 13)
    dark = picture.crop(box).point(lambda grey: 255 - grey).getbbox()
    assert dark is not None
    assert dark[0] < 8
    assert dark[2] > 248


def test_dim_is_the_second_grey() -> None:
    picture = draw(View("", "", "", (Line("HHH", dim=True),)))
    assert picture.getextrema() == (0, 0x99)


def test_alignment() -> None:
    def edges(align: Align) -> tuple[int, int]:
        box = draw(View("", "", "", (Line("HH", align=align),))).getbbox()
        assert box is not None
        return box[0], 256 - box[2]

    left, centre, right = edges(Align.LEFT), edges(Align.CENTRE), edges(Align.RIGHT)
    assert left[0] < 5 < left[1]
    assert right[1] < 5 < right[0]
    assert abs(centre[0] - centre[1]) <= 2


def test_strip() -> None:
    """Half bought, a quarter open, a quarter free: three heights and greys on one line."""
    strip = Strip(((Stretch.BOUGHT, 60), (Stretch.OPEN, 30), (Stretch.FREE, 30)))
    picture = draw(View("", "", "", (), (), strip))
    top = 64 - 1 - 16
    column = [[picture.getpixel((x, top + y)) for y in range(5)] for x in (64, 160, 224)]
    assert column == [[255] * 5, [0x44] * 5, [0, 0, 0, 0, 0x99]]
    assert [picture.getpixel((x, top)) for x in (127, 128, 191, 192)] == [255, 0x44, 0x44, 0]


text = st.text(st.characters(codec="utf-8"), max_size=70)
lines = st.builds(
    Line,
    text,
    st.sampled_from(Size),
    st.sampled_from(Align),
    beside=text,
    dim=st.booleans(),
    chosen=st.booleans(),
    cursor=st.booleans(),
)
stretches = st.lists(st.tuples(st.sampled_from(Stretch), st.integers(0, 2000)), max_size=6).map(tuple)
strips = st.builds(Strip, stretches, st.lists(st.tuples(st.integers(-5, 3000), text), max_size=4).map(tuple))
views = st.builds(
    View,
    st.just("any"),
    text,
    text,
    st.lists(lines, max_size=6).map(tuple),
    st.lists(st.builds(Hint, st.sampled_from(Key), text), max_size=8).map(tuple),
    st.none() | strips,
)


@settings(deadline=None, max_examples=60)
@given(views)
def test_nothing_raises_and_every_pixel_is_one_of_sixteen_greys(view: View) -> None:
    picture = draw(view)
    assert (picture.mode, picture.size) == ("L", (256, 64))
    assert {grey for grey, count in enumerate(picture.histogram()) if count} <= GREYS
    overflows(view)


@pytest.mark.parametrize("size", Size)
@given(word=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", min_size=1, max_size=80))
@settings(deadline=None, max_examples=30)
def test_what_fits_is_inside_and_what_does_not_is_named(size: Size, word: str) -> None:
    """A text that is not named has its last letter on the glass: one more letter changes the picture."""
    view, longer = View("", "", "", (Line(word, size),)), View("", "", "", (Line(word + "W", size),))
    assert (word in overflows(view)) <= (word + "W" in overflows(longer))
    if word not in overflows(view):
        assert draw(view) != draw(longer)


def test_at_rest_every_place_of_the_glass_is_dark_most_of_the_time() -> None:
    """The same texts each minute, elsewhere: in twelve hours no pixel is lit for more than half of them."""
    view = View(
        "resting", "", "", (Line("10:00", Size.MEDIUM, Align.LEFT), Line("Tapez votre plaque", Size.MEDIUM, Align.LEFT))
    )
    lit, minutes, ink = [0] * (256 * 64), 720, set()
    for minute in range(minutes):
        pixels = draw(replace(view, rest=minute)).tobytes()
        ink.add(sum(map(bool, pixels)))
        lit = [count + bool(pixel) for count, pixel in zip(lit, pixels, strict=True)]
    assert ink == {sum(map(bool, draw(view).tobytes()))}, "nothing is cut off"
    assert max(lit) < minutes / 2
