"""Plates: normal form, series, grouping, and the doubt about look-alike characters."""

import re
import string
import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.domain.errors import FieldError
from firmware.domain.plate import MAX_LENGTH, Doubt, Series, Swap, classify, doubt, grouped, normalise, plate_in

PLATES = st.text(string.ascii_uppercase + string.digits, max_size=MAX_LENGTH)
LOOK_ALIKES = {"O": "0", "I": "1", "B": "8", "S": "5", "Z": "2"}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ab-123-cd", "AB123CD"),
        (" 1234 aa 01 ", "1234AA01"),
        ("AB.123.CD", "AB123CD"),
        ("AB\u2013123\u2011CD", "AB123CD"),
        ("102\u00a0CMD\u202f1", "102CMD1"),
        ("wü-x 99", "WUX99"),
        ("--", ""),
        # one plate, however it is composed or typed
        *(("GÖ-AB 123", "GOAB123"), ("GO\u0308-AB 123", "GOAB123"), ("goab123", "GOAB123")),
        *(("ＡＢ－１２３－ＣＤ", "AB123CD"), ("AB\u00b23", "AB23"), ("\u2460AB\u2075", "1AB5")),
        *(("СВ 1234 АХ", "CB1234AX"), ("сВ1234ах", "CB1234AX"), ("ІКА-1234", "IKA1234")),
        *(("ΙΚΑ-1234", "IKA1234"), ("ικα1234", "IKA1234"), ("ΥΖΧ 100", "YZX100")),
        *(("LÜ-ß 12", "LUSS12"), ("ẞ1", "SS1"), ("Øst Łódź 1", "OSTLODZ1"), ("\u0663AB", "3AB")),
        *(("AB\u200b123\u00ad\ufeff", "AB123"), ("AB\t123\n", "AB123")),
    ],
)
def test_normalised(typed: str, stored: str) -> None:
    assert normalise(typed) == stored


@pytest.mark.parametrize(
    ("plate", "series"),
    [
        ("AB123CD", Series.SIV),
        ("ab-123-cd", Series.SIV),
        ("ZZ999ZZ", Series.SIV),
        ("AA001WW", Series.SIV),
        ("WW123AB", Series.PROVISIONAL),
        ("W123AB", Series.GARAGE),
        ("1234AA01", Series.FNI),
        ("1A2B", Series.FNI),
        ("12AB2A", Series.FNI),
        ("123ABC75", Series.FNI),
        ("45XYZ971", Series.FNI),
        ("AB123C", Series.MOPED),
        ("A12B", Series.MOPED),
        ("102CMD1", Series.DIPLOMATIC),
        ("5CD75", Series.DIPLOMATIC),
        ("16K75", Series.DIPLOMATIC),
        # never given out, or foreign
        ("AI123CD", Series.OTHER),
        ("AO123CD", Series.OTHER),
        ("AB123UD", Series.OTHER),
        ("SS123AB", Series.OTHER),
        ("AB123SS", Series.OTHER),
        ("AB000CD", Series.OTHER),
        ("W000AB", Series.OTHER),
        ("1234AA00", Series.OTHER),
        ("1234AA96", Series.OTHER),
        ("12AB977", Series.OTHER),
        ("0123AB75", Series.OTHER),
        ("AB1O3CD", Series.OTHER),
        ("BAB1234", Series.OTHER),
        ("", Series.OTHER),
    ],
)
def test_series(plate: str, series: Series) -> None:
    assert classify(plate) is series


@pytest.mark.parametrize(
    "steps",
    [
        ("A", "AB", "AB-1", "AB-12", "AB-123", "AB-123-C", "AB-123-CD"),
        ("W", "W-1", "W-12", "W-123", "W-123-A", "W-123-AB"),
        ("1", "12", "123", "1234", "1234 A", "1234 AA", "1234 AA 0", "1234 AA 01"),
        ("1", "12", "12 A", "12 AB", "12 AB 2", "12 AB 2A"),
        ("1", "10", "102", "102 C", "102 CM", "102 CMD", "102 CMD 1"),
    ],
)
def test_grouped_at_every_key(steps: tuple[str, ...]) -> None:
    typed = normalise(steps[-1])
    assert tuple(grouped(typed[:length]) for length in range(1, len(typed) + 1)) == steps


def test_what_is_not_french_stays_in_one_piece() -> None:
    assert grouped("BAB1234XY") == "BAB1234XY"
    assert grouped("") == ""


def test_a_plate_in_doubt_is_grouped_like_its_suggestion() -> None:
    assert grouped("AB1O3CD") == "AB-1O3-CD"


@pytest.mark.parametrize(
    ("plate", "suggestion"),
    [
        ("AB1O3CD", "AB103CD"),
        ("ABI23CD", "AB123CD"),
        ("ABIOOCD", "AB100CD"),
        ("AB12BCD", "AB128CD"),
        ("AB1S3CD", "AB153CD"),
        ("ABZ23CD", "AB223CD"),
        ("A8123CD", "AB123CD"),
        ("AB1235D", "AB123SD"),
        ("2B123CD", "ZB123CD"),
        ("WWO23AB", "WW023AB"),
        ("WI23AB", "W123AB"),
        ("I234AB75", "1234AB75"),
        ("1234AB7S", "1234AB75"),
        ("12ABZA", "12AB2A"),
    ],
)
def test_look_alikes_get_a_second_look(plate: str, suggestion: str) -> None:
    look = doubt(plate)
    assert look is not None
    assert look.suggestion == suggestion


def test_a_doubt_says_which_characters() -> None:
    assert doubt("ab-io3-cd") == Doubt("ABIO3CD", "AB103CD", (Swap(2, "I", "1"), Swap(3, "O", "0")))


@pytest.mark.parametrize(
    "plate",
    [
        *("AB123CD", "WW123AB", "W123AB", "1234AA01", "AB123C", "5CD75", "5C1"),
        *("BAB1234", "BIT123", "SAB1234"),  # Germany
        *("1234BBB", "1234BCD"),  # Spain
        *("ZH12388", "GE123456"),  # Switzerland
        *("1ABC234", "AB1235", "12ABC3", "LR15ABC", "WA12345"),  # Belgium, Luxembourg, Netherlands, Great Britain, Poland
        *("1234", "12345", "123456"),
        *("AB000CD", "SS123AB", "AO123CD"),
    ],
)
def test_no_doubt_without_a_likelier_reading(plate: str) -> None:
    assert doubt(plate) is None


@pytest.mark.parametrize("plate", ["A", "42", "ABC"])
def test_a_very_short_plate_is_looked_at_again(plate: str) -> None:
    assert doubt(plate) == Doubt(plate, None, ())


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text())
def test_a_plate_is_of_the_panel_s_keys_or_refused_by_the_name_of_a_character(text: str) -> None:
    try:
        plate = plate_in(text)
    except FieldError:
        return
    assert plate == normalise(text) == normalise(plate) == plate_in(plate)
    assert set(plate) <= set(string.ascii_uppercase + string.digits)


@given(st.text(st.characters(codec="latin-1"), min_size=1), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_how_a_text_is_composed_and_its_case_change_no_plate(text: str, form: Literal["NFC", "NFD", "NFKC", "NFKD"]) -> None:
    assert normalise(unicodedata.normalize(form, text)) == normalise(text) == normalise(text.lower()) or "µ" in text


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("京A12345", "'\\u4eac' (CJK UNIFIED IDEOGRAPH-4EAC)"),
        ("AB\x00123", "'\\x00' (a control character)"),
        ("ЖД 123", "'\\u0416' (CYRILLIC CAPITAL LETTER ZHE)"),
        ("AB½3", "'\\u2044' (FRACTION SLASH)"),
        ("AB★", "'\\u2605' (BLACK STAR)"),
        ("A\udc80", "a control character"),
    ],
)
def test_what_is_left_over_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(FieldError, match=re.escape(named)):
        plate_in(text)


@pytest.mark.parametrize("text", ["", "--", "ABCDEFGHIJK", "ABCDEFGHIJß"])
def test_a_plate_has_one_to_ten_characters(text: str) -> None:
    with pytest.raises(FieldError, match="1 to 10 letters and digits"):
        plate_in(text)


@given(PLATES)
def test_grouping_only_adds_marks(plate: str) -> None:
    assert normalise(grouped(plate)) == plate


@given(st.text())
def test_any_text_has_a_series_and_a_grouping(text: str) -> None:
    assert isinstance(classify(text), Series)
    assert normalise(grouped(text)) == normalise(text)


@given(PLATES)
def test_a_suggestion_is_beyond_doubt_and_differs_by_look_alikes_only(plate: str) -> None:
    look = doubt(plate)
    if look is None or look.suggestion is None:
        return
    assert doubt(look.suggestion) is None
    assert classify(look.suggestion) is not Series.OTHER
    differing = {frozenset(pair) for pair in zip(plate, look.suggestion, strict=True) if pair[0] != pair[1]}
    assert differing
    assert differing <= {frozenset(pair) for pair in LOOK_ALIKES.items()}


SIV = st.builds(
    "{}{:03}{}".format,
    st.text("ABCDEFGHJKLMNPQRSTVWXYZ", min_size=2, max_size=2).filter(lambda pair: pair not in ("SS", "WW")),
    st.integers(1, 999),
    st.text("ABCDEFGHJKLMNPQRSTVWXYZ", min_size=2, max_size=2).filter(lambda pair: pair != "SS"),
)


@given(SIV, st.data())
def test_any_siv_plate_with_letters_for_its_zeros_and_ones_is_found_again(plate: str, data: st.DataObject) -> None:
    assert doubt(plate) is None
    confused = plate[:2] + "".join({"0": "O", "1": "I"}.get(c, c) for c in plate[2:5]) + plate[5:]
    if confused != plate:
        look = doubt(confused)
        assert look is not None
        assert look.suggestion == plate
