"""Plate matching: plates one keying error apart."""

from __future__ import annotations

import string
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.rules.plate_match import (
    HEAD,
    PANEL,
    TAIL,
    KeyingError,
    NeighbourKeys,
    PlateDifference,
    alike,
    difference,
    is_neighbour,
    neighbour_keys,
    neighbours,
)

CHARACTERS = string.ascii_uppercase + string.digits
plates = st.text(CHARACTERS, min_size=1, max_size=10)


@pytest.mark.parametrize(
    ("found", "slip", "look_alikes"),
    [
        ("A8123CD", KeyingError.LOOK_ALIKE, 1),
        ("A8IZ3CD", KeyingError.LOOK_ALIKE, 3),
        ("AB124CD", KeyingError.NEIGHBOUR, 0),  # 3 and 4 touch
        ("AB123CF", KeyingError.NEIGHBOUR, 0),  # D and F touch
        ("AB123VD", KeyingError.NEIGHBOUR, 0),  # C and V touch
        ("ZB123CD", KeyingError.NEIGHBOUR, 0),  # A and Z touch
        ("AB129CD", KeyingError.OTHER, 0),
        ("AB123CK", KeyingError.OTHER, 0),
        ("BA123CD", KeyingError.SWAPPED, 0),
        ("AB132CD", KeyingError.SWAPPED, 0),
        ("A8132CD", KeyingError.SWAPPED, 1),
        ("AB123C", KeyingError.MISSING, 0),
        ("B123CD", KeyingError.MISSING, 0),
        ("AB1123CD", KeyingError.EXTRA, 0),
        ("AB123CDX", KeyingError.EXTRA, 0),
        ("8AB123CD", KeyingError.EXTRA, 0),
    ],
)
def test_every_slip_is_told_from_the_others(found: str, slip: KeyingError, look_alikes: int) -> None:
    assert difference("AB123CD", found) == PlateDifference(slip, look_alikes)


@pytest.mark.parametrize("found", ["AB123CD", "AB124CE", "BA132CD", "CB321AD", "AB12", "AB123CDXY", "B1A23CD", ""])
def test_the_same_plate_and_one_further_away_do_not_differ_by_a_slip(found: str) -> None:
    assert difference("AB123CD", found) is None


def test_the_likeliest_slip_comes_first() -> None:
    found = ["AB129CD", "AB123CDX", "AB123C", "BA123CD", "AB124CD", "A8124CD", "A8123CD"]
    ranked = sorted(found, key=lambda plate: each.rank if (each := difference("AB123CD", plate)) else (99, 99))
    assert ranked == ["A8123CD", "AB124CD", "A8124CD", "BA123CD", "AB123C", "AB123CDX", "AB129CD"]


@given(plates, plates)
def test_what_is_looked_up_is_exactly_what_is_one_slip_away(asked: str, found: str) -> None:
    near = alike(found) in neighbours(alike(asked))
    assert near == (asked == found or difference(asked, found) is not None)


@st.composite
def slipped(draw: st.DrawFn) -> tuple[str, str]:
    """A plate, and what one error and any number of look-alikes make of it."""
    plate = draw(st.text(CHARACTERS, min_size=2, max_size=9))
    at, character = draw(st.integers(0, len(plate) - 1)), draw(st.sampled_from(CHARACTERS))
    made = [
        plate[:at] + plate[at + 1 :],
        plate[:at] + character + plate[at:],
        plate[:at] + character + plate[at + 1 :],
        plate[:at] + plate[at + 1 : at + 2] + plate[at] + plate[at + 2 :],
    ]
    wrong = draw(st.sampled_from(made))
    twins = dict(zip("O0I1B8S5Z2", "0O1I8B5S2Z", strict=True))
    return plate, "".join(draw(st.sampled_from([each, twins.get(each, each)])) for each in wrong)


@given(slipped())
def test_no_single_slip_is_overlooked(pair: tuple[str, str]) -> None:
    meant, typed = pair
    assert alike(typed) in neighbours(alike(meant))
    assert alike(meant) in neighbours(alike(typed))


@given(plates)
def test_neighbours_are_folded_plates_few_enough_to_look_up(plate: str) -> None:
    near = neighbours(alike(plate))
    assert all(1 <= len(each) <= 10 and alike(each) == each for each in near)
    assert alike(plate) in near
    assert len(near) <= 10 * 30 + 11 * 31 + 20


def test_look_alikes_are_made_one_and_nothing_else_is() -> None:
    assert alike("OIBSZ") == "01852"
    rest = "".join(sorted({*CHARACTERS} - set("OIBSZ")))
    assert alike(rest) == rest


def test_the_panel_has_the_keys_of_the_board_in_reading_order() -> None:
    board = tomllib.loads((Path(__file__).parents[2] / "board" / "paris-v1.toml").read_text())
    wired = "".join(key for row in board["keypad"]["layout"] for key in row if len(key) == 1)
    assert "".join(PANEL) == wired


@given(plates)
def test_the_keys_of_a_plate_find_all_its_neighbours(plate: str) -> None:
    folded = alike(plate)
    keys = neighbour_keys(folded)
    assert (keys.head, keys.tail) in (("", ""), (folded[:HEAD], folded[-TAIL:]))
    for other in neighbours(folded):
        assert other in keys.plates or (keys.head and (other[:HEAD] == keys.head or other[-TAIL:] == keys.tail)), other
        assert is_neighbour(folded, other)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    """Two plates: any, neighbours, or of the same characters; two that are drawn alone are hardly ever alike."""
    one = draw(plates)
    near = st.sampled_from(sorted(neighbours(alike(one)))) | st.permutations(one).map("".join)
    return one, draw(plates | near)


@given(pairs())
def test_who_is_a_neighbour_is_told_without_writing_them_out(pair: tuple[str, str]) -> None:
    one, other = pair
    assert is_neighbour(alike(one), alike(other)) == (alike(other) in neighbours(alike(one)))


def test_a_plate_of_seven_characters_is_found_by_few_keys() -> None:
    assert neighbour_keys("A8123CD") == NeighbourKeys(frozenset({"A8132CD"}), "A812", "3CD")
    assert neighbour_keys("A8123CDX").plates == frozenset()
