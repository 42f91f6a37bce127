"""What is true on every screen: the language, the help, the tones, patience and the alarms."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from firmware.machine import Machine
from firmware.protocol.facts import (
    AlarmCleared,
    AlarmRaised,
)
from firmware.screens.duration import NoPaper, PayAhead
from firmware.screens.idle import Idle, Resting
from firmware.screens.info import Info
from firmware.screens.out_of_service import JournalBroken
from firmware.screens.payment import Authorising, PayAgain, PaymentFailed, Presenting, Stopping
from firmware.screens.plate import PlateEntry, SecondLook
from firmware.screens.screen import Screen
from firmware.screens.ticket import Printing
from firmware.visit.effects import AskPrinter, Beep, Effect, Record
from firmware.visit.events import Event, TimedOut
from hal.ports import (
    Approved,
    Declined,
    Key,
    KeyFreed,
    KeyHeld,
    KeyPressed,
    KeyStuck,
    PrinterIs,
    PrinterState,
    Reason,
    TerminalIs,
    Tone,
    Unanswered,
)
from tests.builders import WELL
from tests.firmware.screens_shown import ALREADY, FULL, HERE, LENGTH, LOOK, REGIME, RIGHT, SCREENS, TYPED, VEHICLE, name, on

EXPLAINED = (
    *(Idle(), TYPED, SecondLook(TYPED, LOOK)),
    *(REGIME, VEHICLE, ALREADY, FULL),
    *(LENGTH, PayAhead(LENGTH), NoPaper(LENGTH)),
)


# --- LANG ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", [screen for screen in SCREENS if screen not in (Idle(2), Resting())], ids=name)
def test_lang_changes_the_language_and_nothing_else(screen: Screen) -> None:
    machine = on(screen)
    shown = machine
    for language in ("en", "de", "es", "it", "fr"):
        shown, effects = shown.feed(KeyPressed(Key.LANG), 9.0, HERE)
        assert shown == replace(machine, language=language)
        assert effects == (Beep(Tone.ACCEPTED),)


def test_lang_on_an_idle_station_begins_its_pages_again() -> None:
    english, effects = on(Idle(2)).feed(KeyPressed(Key.LANG), 9.0, HERE)
    assert english == replace(on(Idle()), since=9.0, language="en")
    assert effects == (Beep(Tone.ACCEPTED),)


@pytest.mark.parametrize("screen", SCREENS, ids=name)
def test_every_screen_speaks_another_language_after_lang(screen: Screen) -> None:
    french, english = on(screen), on(screen, language="en")
    assert screen.view(french.own_context(HERE)).lines[1:] != screen.view(english.own_context(HERE)).lines[1:]


def test_french_comes_back_when_the_station_is_idle_again() -> None:
    cancelled, _ = on(TYPED, language="en").feed(KeyPressed(Key.CANCEL), 9.0, HERE)
    assert (cancelled.screen, cancelled.language) == (Idle(), "fr")


def test_the_language_outlives_the_pages_of_the_idle_screen_and_every_screen_of_the_visit() -> None:
    assert on(Idle(), language="en").feed(TimedOut(), 11.0, HERE)[0].language == "en"
    assert on(Idle(4), language="en").feed(TimedOut(), 11.0, HERE)[0].language == "fr"
    assert on(Idle(), language="en").feed(KeyPressed(Key.A), 11.0, HERE)[0].language == "en"


# --- INFO ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", EXPLAINED, ids=name)
def test_info_lies_over_a_screen_and_gives_it_back(screen: Screen) -> None:
    asked, effects = on(screen).feed(KeyPressed(Key.INFO), 9.0, HERE)
    assert (asked.screen, effects) == (Info(screen), (Beep(Tone.ACCEPTED),))
    back, _ = asked.feed(KeyPressed(Key.CANCEL), 10.0, HERE)
    assert back.screen == screen


OVER_MONEY = (
    *(Presenting(RIGHT), Authorising(RIGHT), Stopping(RIGHT), Printing(RIGHT)),
    *(PaymentFailed(RIGHT, Reason.REFUSED), PayAgain(RIGHT)),
)


@pytest.mark.parametrize("screen", OVER_MONEY, ids=name)
def test_info_never_covers_whose_money_it_is_nor_paper_under_way(screen: Screen) -> None:
    machine, effects = on(screen).feed(KeyPressed(Key.INFO), 9.0, HERE)
    assert (machine.screen, effects) == (screen, (Beep(Tone.IGNORED),))


# --- tones and patience -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("screen", "key", "tone"),
    [
        (Idle(), Key.OK, Tone.IGNORED),
        (PlateEntry("A"), Key.B, Tone.ACCEPTED),
        (PlateEntry("ABCDEFGHIJ"), Key.K, Tone.IGNORED),
        (LENGTH, Key.PLUS, Tone.ACCEPTED),
        (structs.replace(LENGTH, units=24), Key.PLUS, Tone.IGNORED),
        (structs.replace(LENGTH, units=1), Key.MINUS, Tone.IGNORED),
        (LENGTH, Key.D7, Tone.IGNORED),
        (Authorising(RIGHT), Key.OK, Tone.IGNORED),
        (Authorising(RIGHT), Key.CANCEL, Tone.ACCEPTED),
        (Stopping(RIGHT), Key.CANCEL, Tone.IGNORED),
        (Printing(RIGHT), Key.OK, Tone.IGNORED),
        (JournalBroken("J1"), Key.OK, Tone.IGNORED),
    ],
)
def test_a_key_that_changes_something_is_accepted_and_any_other_ignored(screen: Screen, key: Key, tone: Tone) -> None:
    _, effects = on(screen).feed(KeyPressed(key), 9.0, HERE)
    assert effects[0] == Beep(tone)


def test_the_first_letter_is_accepted_aloud_before_the_printer_is_looked_at() -> None:
    machine, effects = on(Idle()).feed(KeyPressed(Key.A), 9.0, HERE)
    assert machine.screen == PlateEntry("A")
    assert effects == (Beep(Tone.ACCEPTED), AskPrinter())


def test_a_key_held_sounds_only_where_it_does_something() -> None:
    assert on(TYPED).feed(KeyHeld(Key.CORRECT), 9.0, HERE)[1] == (Beep(Tone.ACCEPTED),)
    assert on(PlateEntry("")).feed(KeyHeld(Key.CORRECT), 9.0, HERE)[1] == ()
    assert on(LENGTH).feed(KeyHeld(Key.A), 9.0, HERE)[1] == ()


def test_patience_restarts_when_and_only_when_the_screen_changes() -> None:
    machine = on(LENGTH)
    assert machine.deadline == 25.0
    assert machine.feed(KeyPressed(Key.D9), 20.0, HERE)[0].deadline == 25.0
    assert machine.feed(PrinterIs(PrinterState.OUT), 20.0, HERE)[0].deadline == 25.0
    assert machine.feed(KeyPressed(Key.PLUS), 20.0, HERE)[0].deadline == 40.0


# --- alarms -------------------------------------------------------------------------------------------------------


def records(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """What is written down, without the tone that calls to the printer."""
    return tuple(effect for effect in effects if isinstance(effect, Record))


@pytest.mark.parametrize("screen", SCREENS, ids=name)
@pytest.mark.parametrize(
    ("bad", "alarm", "good"),
    [
        (TerminalIs(False), "terminal silent", TerminalIs(True)),
        (PrinterIs(PrinterState.OUT), "printer out", PrinterIs(PrinterState.OK)),
        (PrinterIs(PrinterState.NEAR_END), "printer near end", PrinterIs(PrinterState.OK)),
        (PrinterIs(PrinterState.COVER_OPEN), "printer cover open", PrinterIs(PrinterState.OK)),
        (PrinterIs(PrinterState.OFFLINE), "printer offline", PrinterIs(PrinterState.OK)),
        (PrinterIs(PrinterState.SILENT), "printer silent", PrinterIs(PrinterState.OK)),
        (KeyStuck(Key.A), "key A stuck", KeyFreed(Key.A)),
    ],
    ids=str,
)
def test_an_alarm_is_written_when_it_begins_and_when_it_ends(screen: Screen, bad: Event, alarm: str, good: Event) -> None:
    ill, effects = on(screen).feed(bad, 9.0, HERE)
    assert records(effects) == (Record(AlarmRaised(alarm)),)
    assert records(ill.feed(bad, 9.5, HERE)[1]) == ()
    well, effects = ill.feed(good, 10.0, HERE)
    assert records(effects) == (Record(AlarmCleared(alarm)),)
    assert well == on(screen)


@pytest.mark.parametrize("last", [Approved("1", 600), Declined("1", Reason.BANK), Unanswered("1")], ids=str)
def test_a_terminal_that_refuses_requests_is_an_alarm_until_it_takes_one(last: Event) -> None:
    """It answers each call, so it is not silent; and it sells nothing."""
    ill, effects = on(Idle()).feed(Declined("1", Reason.NOT_TAKEN), 9.0, HERE)
    assert Record(AlarmRaised("terminal refuses")) in effects
    for reason in (Reason.BUSY, Reason.NOT_ASKED, Reason.WITHDRAWN):
        ill, effects = ill.feed(Declined("1", reason), 9.5, HERE)
        assert ill.health.alarms == {"terminal refuses"}, "nothing was put to it"
    well, effects = ill.feed(last, 10.0, HERE)
    assert Record(AlarmCleared("terminal refuses")) in effects
    assert not well.health.alarms


def test_one_state_of_the_printer_takes_the_place_of_another() -> None:
    ill, _ = on(Idle()).feed(PrinterIs(PrinterState.OUT), 9.0, HERE)
    _, effects = ill.feed(PrinterIs(PrinterState.COVER_OPEN), 10.0, HERE)
    assert effects == (Record(AlarmRaised("printer cover open")), Record(AlarmCleared("printer out")))


def test_devices_that_start_well_raise_nothing() -> None:
    machine = Machine()
    for event in (TerminalIs(True), PrinterIs(PrinterState.OK)):
        machine, effects = machine.feed(event, 0.0, HERE)
        assert effects == ()
    assert machine.health == WELL
