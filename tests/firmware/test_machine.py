"""What is true on every screen: the language, the help, the tones, the alarms, and the bank's late answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmware.domain.plate import doubt
from firmware.domain.purchase import Purchase
from firmware.ledger.ledger import ledger_of
from firmware.machine import Machine
from firmware.protocol.facts import (
    AlarmCleared,
    AlarmRaised,
    Fact,
    InDoubt,
    PaymentRefused,
    PaymentStarted,
    RightSold,
    UnexpectedEvent,
)
from firmware.screens.choice import Already, Full, RegimeChoice, VehicleChoice
from firmware.screens.duration import Ahead, Duration, NoPaper
from firmware.screens.idle import Idle
from firmware.screens.info import Info
from firmware.screens.payment import Authorising, Cancelled, NotKnown, Presenting, Sorry
from firmware.screens.plate import SecondLook, Typing
from firmware.screens.question import StillThere
from firmware.screens.screen import Screen
from firmware.screens.ticket import NoTicket, Paid, Printing, Take
from firmware.screens.trouble import Broken, OutOfService
from firmware.visit.context import Context
from firmware.visit.effects import AskPrinter, Beep, Record
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
from tests.builders import WELL, context, paris, right

HERE = context()
RIGHT = right(end=paris("2026-03-04T11:01"), units=4, cents=600)
CARD = "0042000001"
"""RIGHT's reference as the terminal carries it."""

TYPED = Typing("AB1O3CD")
LENGTH = Duration(Purchase("AB123CD"), back=Typing("AB123CD"))
LOOK = doubt("AB1O3CD")
assert LOOK
REGIME = RegimeChoice("AB123CD", TYPED, ("resident", "visitor"))
VEHICLE = VehicleChoice(Purchase("AB123CD"), TYPED, ("car", "two_wheeler", "heavy"), chosen=1)
ALREADY, FULL = Already(LENGTH), Full(Purchase("AB123CD"), TYPED)
SCREENS: tuple[Screen, ...] = (
    Idle(),
    Idle(2),
    TYPED,
    SecondLook(TYPED, LOOK),
    REGIME,
    VEHICLE,
    ALREADY,
    FULL,
    LENGTH,
    Ahead(LENGTH),
    NoPaper(LENGTH),
    StillThere(LENGTH, 4),
    Info(LENGTH),
    Presenting(RIGHT),
    Authorising(RIGHT, leaving=True, mark=2),
    Sorry(RIGHT, Reason.REFUSED),
    Cancelled(),
    NotKnown(RIGHT),
    Paid(RIGHT),
    Printing(RIGHT),
    Take(RIGHT),
    NoTicket(RIGHT),
    OutOfService(),
    Broken("J1"),
)
EXPLAINED = (
    *(Idle(), TYPED, SecondLook(TYPED, LOOK)),
    *(REGIME, VEHICLE, ALREADY, FULL),
    *(LENGTH, Ahead(LENGTH), NoPaper(LENGTH), Sorry(RIGHT, Reason.REFUSED)),
)


def on(screen: Screen, **members: object) -> Machine:
    """A machine that has shown this screen since instant 5."""
    return replace(Machine(screen, since=5.0, health=WELL), **members)  # type: ignore[arg-type]


def after(*facts: Fact) -> Context:
    return replace(HERE, ledger=ledger_of(facts))


def name(screen: Screen) -> str:
    return f"{screen.name} {getattr(screen, 'page', '')}".strip()


# --- LANG ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", [screen for screen in SCREENS if screen != Idle(2)], ids=name)
def test_lang_changes_the_language_and_nothing_else(screen: Screen) -> None:
    machine = on(screen)
    english, effects = machine.fed(KeyPressed(Key.LANG), 9.0, HERE)
    assert english == replace(machine, language="en")
    assert effects == (Beep(Tone.ACCEPTED),)
    french, effects = english.fed(KeyPressed(Key.LANG), 10.0, HERE)
    assert french == machine
    assert effects == (Beep(Tone.ACCEPTED),)


def test_lang_on_an_idle_station_begins_its_pages_again() -> None:
    english, effects = on(Idle(2)).fed(KeyPressed(Key.LANG), 9.0, HERE)
    assert english == replace(on(Idle()), since=9.0, language="en")
    assert effects == (Beep(Tone.ACCEPTED),)


@pytest.mark.parametrize("screen", SCREENS, ids=name)
def test_every_screen_speaks_another_language_after_lang(screen: Screen) -> None:
    french, english = on(screen), on(screen, language="en")
    assert screen.view(french.sees(HERE)).lines[1:] != screen.view(english.sees(HERE)).lines[1:]


def test_french_comes_back_when_the_station_is_idle_again() -> None:
    cancelled, _ = on(TYPED, language="en").fed(KeyPressed(Key.CANCEL), 9.0, HERE)
    assert (cancelled.screen, cancelled.language) == (Idle(), "fr")


def test_the_language_outlives_the_pages_of_the_idle_screen_and_every_screen_of_the_visit() -> None:
    assert on(Idle(), language="en").fed(TimedOut(), 11.0, HERE)[0].language == "en"
    assert on(Idle(2), language="en").fed(TimedOut(), 11.0, HERE)[0].language == "fr"
    assert on(Idle(), language="en").fed(KeyPressed(Key.A), 11.0, HERE)[0].language == "en"


# --- INFO ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", EXPLAINED, ids=name)
def test_info_lies_over_a_screen_and_gives_it_back(screen: Screen) -> None:
    asked, effects = on(screen).fed(KeyPressed(Key.INFO), 9.0, HERE)
    assert (asked.screen, effects) == (Info(screen), (Beep(Tone.ACCEPTED),))
    back, _ = asked.fed(KeyPressed(Key.CANCEL), 10.0, HERE)
    assert back.screen == screen


@pytest.mark.parametrize("screen", [Presenting(RIGHT), Authorising(RIGHT), Printing(RIGHT)], ids=name)
def test_info_never_covers_money_or_paper_under_way(screen: Screen) -> None:
    machine, effects = on(screen).fed(KeyPressed(Key.INFO), 9.0, HERE)
    assert (machine.screen, effects) == (screen, (Beep(Tone.IGNORED),))


# --- tones and patience -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("screen", "key", "tone"),
    [
        (Idle(), Key.OK, Tone.IGNORED),
        (Typing("A"), Key.B, Tone.ACCEPTED),
        (Typing("ABCDEFGHIJ"), Key.K, Tone.IGNORED),
        (LENGTH, Key.PLUS, Tone.ACCEPTED),
        (replace(LENGTH, units=24), Key.PLUS, Tone.IGNORED),
        (replace(LENGTH, units=1), Key.MINUS, Tone.IGNORED),
        (LENGTH, Key.D7, Tone.IGNORED),
        (Authorising(RIGHT), Key.CANCEL, Tone.IGNORED),
        (Printing(RIGHT), Key.OK, Tone.IGNORED),
        (Broken("J1"), Key.OK, Tone.IGNORED),
    ],
)
def test_a_key_that_changes_something_is_accepted_and_any_other_ignored(screen: Screen, key: Key, tone: Tone) -> None:
    _, effects = on(screen).fed(KeyPressed(key), 9.0, HERE)
    assert effects[0] == Beep(tone)


def test_the_first_letter_is_accepted_aloud_before_the_printer_is_looked_at() -> None:
    machine, effects = on(Idle()).fed(KeyPressed(Key.A), 9.0, HERE)
    assert machine.screen == Typing("A")
    assert effects == (Beep(Tone.ACCEPTED), AskPrinter())


def test_a_key_held_sounds_only_where_it_does_something() -> None:
    assert on(TYPED).fed(KeyHeld(Key.CORRECT), 9.0, HERE)[1] == (Beep(Tone.ACCEPTED),)
    assert on(Typing("")).fed(KeyHeld(Key.CORRECT), 9.0, HERE)[1] == ()
    assert on(LENGTH).fed(KeyHeld(Key.A), 9.0, HERE)[1] == ()


def test_patience_restarts_when_and_only_when_the_screen_changes() -> None:
    machine = on(LENGTH)
    assert machine.deadline == 25.0
    assert machine.fed(KeyPressed(Key.D9), 20.0, HERE)[0].deadline == 25.0
    assert machine.fed(PrinterIs(PrinterState.OUT), 20.0, HERE)[0].deadline == 25.0
    assert machine.fed(KeyPressed(Key.PLUS), 20.0, HERE)[0].deadline == 40.0


# --- alarms -------------------------------------------------------------------------------------------------------


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
    ill, effects = on(screen).fed(bad, 9.0, HERE)
    assert effects == (Record(AlarmRaised(alarm)),)
    assert ill.fed(bad, 9.5, HERE)[1] == ()
    well, effects = ill.fed(good, 10.0, HERE)
    assert effects == (Record(AlarmCleared(alarm)),)
    assert well == on(screen)


def test_one_state_of_the_printer_takes_the_place_of_another() -> None:
    ill, _ = on(Idle()).fed(PrinterIs(PrinterState.OUT), 9.0, HERE)
    _, effects = ill.fed(PrinterIs(PrinterState.COVER_OPEN), 10.0, HERE)
    assert effects == (Record(AlarmRaised("printer cover open")), Record(AlarmCleared("printer out")))


def test_devices_that_start_well_raise_nothing() -> None:
    machine = Machine()
    for event in (TerminalIs(True), PrinterIs(PrinterState.OK)):
        machine, effects = machine.fed(event, 0.0, HERE)
        assert effects == ()
    assert machine.health == WELL


# --- the bank's late answers --------------------------------------------------------------------------------------

STARTED, DOUBTED = PaymentStarted(RIGHT), InDoubt(RIGHT, "unanswered")
DENIED = PaymentRefused(RIGHT.reference, "refused")


@pytest.mark.parametrize("screen", [screen for screen in SCREENS if not screen.awaits], ids=name)
def test_a_late_yes_becomes_a_right_whatever_is_on_the_screen(screen: Screen) -> None:
    machine, effects = on(screen).fed(Approved(CARD, 600, contactless=True), 9.0, after(STARTED, DOUBTED))
    assert machine == on(screen)
    assert effects == (Record(RightSold(RIGHT, contactless=True)),)


def test_a_late_no_ends_the_doubt() -> None:
    _, effects = on(Idle()).fed(Declined(CARD, Reason.REFUSED), 9.0, after(STARTED, DOUBTED))
    assert effects == (Record(PaymentRefused(RIGHT.reference, "refused")),)


def test_a_yes_after_a_no_is_believed_and_a_no_after_a_no_says_nothing() -> None:
    context = after(STARTED, DENIED)
    assert on(Idle()).fed(Approved(CARD, 600), 9.0, context)[1] == (Record(RightSold(RIGHT)),)
    assert on(Idle()).fed(Declined(CARD, Reason.REFUSED), 9.0, context)[1] == ()


def test_the_answer_to_an_earlier_payment_does_not_end_the_one_under_way() -> None:
    second = replace(RIGHT, reference="75011-0042-000002", plate="ZZ999ZZ")
    context = after(STARTED, DOUBTED, PaymentStarted(second))
    machine, effects = on(Presenting(second)).fed(Approved(CARD, 600), 9.0, context)
    assert machine == on(Presenting(second))
    assert effects == (Record(RightSold(RIGHT)),)
    machine, effects = on(Presenting(second)).fed(Declined(CARD, Reason.REFUSED), 9.0, context)
    assert machine == on(Presenting(second))
    assert effects == (Record(DENIED),)


def test_the_silence_about_an_earlier_payment_does_not_end_the_one_under_way() -> None:
    second = replace(RIGHT, reference="75011-0042-000002", plate="ZZ999ZZ")
    machine, effects = on(Presenting(second)).fed(Unanswered(CARD), 9.0, after(STARTED, PaymentStarted(second)))
    assert (machine, effects) == (on(Presenting(second)), ())


@pytest.mark.parametrize(("reference", "cents"), [("0042000007", 600), (CARD, 601)])
def test_an_approval_nobody_asked_for_is_written_down_and_grants_nothing(reference: str, cents: int) -> None:
    _, effects = on(Idle()).fed(Approved(reference, cents), 9.0, after(STARTED, DOUBTED))
    match effects:
        case (Record(UnexpectedEvent(what)),):
            assert reference in what
            assert str(cents) in what
        case _:
            pytest.fail(f"{effects}")


@pytest.mark.parametrize("screen", [Presenting(RIGHT), Authorising(RIGHT), NotKnown(RIGHT)], ids=name)
def test_an_approval_of_another_amount_grants_nothing_and_is_never_passed_over(screen: Screen) -> None:
    _, effects = on(screen).fed(Approved(CARD, 601), 9.0, after(STARTED))
    facts = [effect.fact for effect in effects if isinstance(effect, Record)]
    assert [type(fact) for fact in facts] in ([InDoubt], [UnexpectedEvent])


def test_a_right_already_sold_is_not_sold_again() -> None:
    _, effects = on(Idle()).fed(Approved(CARD, 600), 9.0, after(STARTED, RightSold(RIGHT)))
    assert not any(isinstance(effect, Record) and isinstance(effect.fact, RightSold) for effect in effects)
