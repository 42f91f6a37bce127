"""Plate screens: typing, grouping, the second look at look-alikes, and the question "still there?"."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from msgspec import structs

from firmware.domain.plate import Doubt, doubt
from firmware.domain.purchase import Purchase
from firmware.screens.duration import Duration, PayAhead
from firmware.screens.not_taken import NotTaken
from firmware.screens.plate import PlateEntry, SecondLook
from firmware.screens.question import StillThere
from firmware.screens.screen import Screen, VisitOver
from firmware.visit.context import Context
from firmware.visit.effects import Beep
from firmware.visit.events import TimedOut
from hal.ports import Key, KeyHeld, KeyPressed, PrinterIs, PrinterState, Tone
from tests.builders import PARIS, context, paris

HERE = context(now=paris("2022-03-02T10:00:20"))
AT_NIGHT = replace(HERE, now=datetime(2022, 3, 2, 21, 0, tzinfo=PARIS))


def shown(screen: Screen, context: Context = HERE) -> tuple[str, ...]:
    return tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in screen.view(context).lines)


def doubted(plate: str) -> Doubt:
    found = doubt(plate)
    assert found
    return found


LIKE = SecondLook(PlateEntry("AB1O3CD"), doubted("AB1O3CD"))
SHORT = SecondLook(PlateEntry("AB"), doubted("AB"))


# --- typing -------------------------------------------------------------------------------------------------------


def test_keys_type_up_to_ten_characters() -> None:
    plate = PlateEntry("")
    for key in "ABCDEFGHI0":
        moved = plate.on(KeyPressed(Key(key)), HERE)
        assert isinstance(moved, PlateEntry)
        plate = moved
    assert plate == PlateEntry("ABCDEFGHI0")
    assert plate.on(KeyPressed(Key.A), HERE) == plate
    assert "10 caractères au plus" in shown(plate)


def test_correct_removes_one_and_held_clears() -> None:
    assert PlateEntry("AB1").on(KeyPressed(Key.CORRECT), HERE) == PlateEntry("AB")
    assert PlateEntry("").on(KeyPressed(Key.CORRECT), HERE) == PlateEntry("")
    assert PlateEntry("AB1").on(KeyHeld(Key.CORRECT), HERE) == PlateEntry("")
    assert PlateEntry("AB1").on(KeyHeld(Key.A), HERE) == PlateEntry("AB1")


def test_an_empty_plate_is_not_accepted() -> None:
    assert PlateEntry("").on(KeyPressed(Key.OK), HERE) == PlateEntry("")


def test_cancel_ends_the_visit() -> None:
    for screen in (PlateEntry("AB1"), LIKE):
        assert screen.on(KeyPressed(Key.CANCEL), HERE) == VisitOver()


@pytest.mark.parametrize(
    ("plate", "text", "note"),
    [
        ("A", "A", "Comme sur la carte grise"),
        ("AB1", "AB-1", "Comme sur la carte grise"),
        ("AB123CD", "AB-123-CD", "Plaque française reconnue"),
        ("1234AA01", "1234 AA 01", "Plaque française reconnue"),
        ("AB1O3CD", "AB-1O3-CD", "Comme sur la carte grise"),
    ],
)
def test_the_plate_is_grouped_by_its_series_while_it_is_typed(plate: str, text: str, note: str) -> None:
    assert shown(PlateEntry(plate)) == (
        "Zone 1 10 h 00",
        text,
        note,
        "[CORRECT] effacer   [CANCEL] annuler   [OK] valider",
    )
    assert PlateEntry(plate).view(HERE).middle[0].cursor


# --- after the plate ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plate", ["AB123CD", "1234AA01", "WW123AB", "102CMD1", "KLAA1234", "WWWWWWWWWW"])
def test_a_plate_without_look_alikes_goes_straight_on(plate: str) -> None:
    typed = PlateEntry(plate)
    assert typed.on(KeyPressed(Key.OK), HERE) == Duration(Purchase(plate), back=typed)


def test_when_parking_is_free_it_first_asks_whether_to_pay_ahead() -> None:
    typed = PlateEntry("AB123CD")
    assert typed.on(KeyPressed(Key.OK), AT_NIGHT) == PayAhead(Duration(Purchase("AB123CD"), back=typed))


def test_a_look_alike_gets_one_second_look_with_both_forms() -> None:
    assert PlateEntry("AB1O3CD").on(KeyPressed(Key.OK), HERE) == LIKE
    assert shown(LIKE)[1:] == (
        "La lettre O ou le chiffre 0 ?",
        "AB-103-CD",
        "AB-1O3-CD",
        "[PLUS] l’autre   [CORRECT] corriger   [OK] valider",
    )
    assert [line.chosen for line in LIKE.view(HERE).middle] == [False, True, False]


def test_several_look_alikes_are_one_question() -> None:
    screen = SecondLook(PlateEntry("ABIO3CD"), doubted("ABIO3CD"))
    assert shown(screen)[1:4] == ("Laquelle est la vôtre ?", "AB-103-CD", "AB-IO3-CD")


def test_plus_and_minus_choose_and_ok_takes_what_is_chosen() -> None:
    as_typed = structs.replace(LIKE, suggested=False)
    for key in (Key.PLUS, Key.MINUS):
        assert LIKE.on(KeyPressed(key), HERE) == as_typed
        assert as_typed.on(KeyPressed(key), HERE) == LIKE
    assert [line.chosen for line in as_typed.view(HERE).middle] == [False, False, True]
    assert LIKE.on(KeyPressed(Key.OK), HERE) == Duration(Purchase("AB103CD"), back=PlateEntry("AB1O3CD"))
    assert as_typed.on(KeyPressed(Key.OK), HERE) == Duration(Purchase("AB1O3CD"), back=PlateEntry("AB1O3CD"))


def test_correct_goes_back_to_what_was_typed() -> None:
    assert LIKE.on(KeyPressed(Key.CORRECT), HERE) == PlateEntry("AB1O3CD")


def test_a_very_short_plate_is_asked_about_once_and_sold_to() -> None:
    assert PlateEntry("AB").on(KeyPressed(Key.OK), HERE) == SHORT
    assert shown(SHORT)[1:3] == ("Inhabituelle : est-ce la vôtre ?", "AB")
    assert SHORT.on(KeyPressed(Key.PLUS), HERE) == SHORT
    assert SHORT.on(KeyPressed(Key.OK), HERE) == Duration(Purchase("AB"), back=PlateEntry("AB"))
    assert SHORT.on(KeyPressed(Key.OK), AT_NIGHT) == PayAhead(Duration(Purchase("AB"), back=PlateEntry("AB")))


# --- still there? -------------------------------------------------------------------------------------------------

ASKED = (PlateEntry("AB1"), LIKE, Duration(Purchase("AB123CD"), back=PlateEntry("AB123CD"), units=7))


@pytest.mark.parametrize("screen", ASKED, ids=lambda screen: screen.name)
def test_silence_warns_aloud_and_any_key_gives_everything_back(screen: PlateEntry) -> None:
    assert screen.patience == 20.0
    assert screen.on(TimedOut(), HERE) == (StillThere(screen, 20), Beep(Tone.WARNING))
    for key in (Key.OK, Key.CANCEL, Key.CORRECT, Key.PLUS, Key.INFO):
        assert StillThere(screen, 3).on(KeyPressed(key), HERE) == screen
    noticed = StillThere(screen, 3).on(KeyPressed(Key.Z), HERE)
    assert noticed == NotTaken(screen), "a letter may be of another plate: it is said not to be taken"
    for event in (KeyPressed(Key.OK), KeyPressed(Key.CANCEL), TimedOut()):
        assert NotTaken(screen).on(event, HERE) == screen


@pytest.mark.parametrize("screen", ASKED[1:], ids=lambda screen: screen.name)
def test_a_digit_on_a_screen_where_it_chooses_brings_it_back_at_once(screen: Screen) -> None:
    assert StillThere(screen, 3).on(KeyPressed(Key.D2), HERE) == screen
    assert StillThere(PlateEntry("AB1"), 3).on(KeyPressed(Key.D2), HERE) == NotTaken(PlateEntry("AB1"))


def test_it_counts_twenty_seconds_down_aloud_and_then_forgets() -> None:
    screen: Screen = StillThere(PlateEntry("AB1"))
    said = []
    for _ in range(19):
        said.append(shown(screen)[1])
        moved = screen.on(TimedOut(), HERE)
        assert isinstance(moved, tuple)
        screen, *effects = moved
        assert effects == [Beep(Tone.WARNING)]
    assert said == [f"Encore là ? {left}" for left in range(20, 1, -1)]
    assert StillThere.patience == 1.0
    assert screen.on(TimedOut(), HERE) == VisitOver()


def test_nothing_but_a_key_or_time_ends_the_countdown() -> None:
    waiting = StillThere(PlateEntry("AB1"), 4)
    for event in (KeyHeld(Key.CORRECT), PrinterIs(PrinterState.OUT)):
        assert waiting.on(event, HERE) == waiting
    assert shown(waiting)[1:3] == ("Encore là ? 4", "Une touche : l’écran revient tel quel")
