"""Short codes: six characters nobody can misread, that tell nothing of the next."""

from __future__ import annotations

from firmware.domain.reference import ALPHABET
from firmware.domain.short_code import LENGTH, code_typed, short_code, spoken

SECRET = bytes(range(32))
CODES = [short_code(SECRET, f"75011-0042-{number:06d}") for number in range(1, 501)]


def test_a_code_is_six_characters_that_a_keypad_has_and_nobody_misreads() -> None:
    assert {len(code) for code in CODES} == {LENGTH}
    assert set("".join(CODES)) == set(ALPHABET)
    assert not set("ILOU") & set(ALPHABET)


def test_the_codes_that_a_station_keeps_differ() -> None:
    assert len(set(CODES)) == len(CODES)


def test_a_code_is_of_its_sale_and_of_its_station() -> None:
    assert short_code(SECRET, "75011-0042-000001") == CODES[0]
    assert short_code(SECRET[::-1], "75011-0042-000001") != CODES[0]


def test_letters_that_no_code_has_are_read_as_the_digits_they_look_like() -> None:
    assert code_typed("KIOLX2") == "K101X2"
    assert code_typed("K7M2QX") == "K7M2QX"


def test_a_code_is_said_in_two_groups() -> None:
    assert spoken("K7M2QX") == "K7M 2QX"
