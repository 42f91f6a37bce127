"""What is true on every screen: the language, the help, the tones, the alarms, and the bank's late answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from firmware.domain.parking_right import ParkingRight
from firmware.domain.plate import doubt
from firmware.domain.purchase import Purchase
from firmware.domain.site import Site
from firmware.ledger.ledger import ledger_of
from firmware.locale import catalogues
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
from firmware.screens.choice import AlreadyCovered, MaximumReached, RegimeChoice, VehicleChoice
from firmware.screens.duration import Duration, NoPaper, PayAhead
from firmware.screens.idle import Idle
from firmware.screens.info import Info
from firmware.screens.out_of_service import JournalBroken, OutOfService
from firmware.screens.payment import Authorising, Cancelled, PaymentFailed, PaymentUnknown, Presenting
from firmware.screens.plate import PlateEntry, SecondLook
from firmware.screens.question import StillThere
from firmware.screens.screen import Screen
from firmware.screens.ticket import NoTicket, Paid, Printing, TakeTicket
from firmware.tariff import load_tariffs
from firmware.visit.context import Context
from firmware.visit.effects import AskPrinter, Beep, Record
from firmware.visit.events import Event, TimedOut
from firmware.visit.health import Health
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

PARIS = ZoneInfo("Europe/Paris")
WELL = Health(PrinterState.OK, terminal=True)
HERE = Context(
    datetime(2026, 3, 4, 10, 0, 20, tzinfo=PARIS),
    Site(
        "75011-0042",
        1,
        11,
        "11D",
        "12 rue Oberkampf",
        "5 passage Saint-Pierre-Amelot",
        "mixed",
        "http://127.0.0.1:8080/central",
    ),
    load_tariffs(Path(__file__).parents[2] / "tariffs.json"),
    catalogues(),
)
RIGHT = ParkingRight(
    reference="75011-0042-000001",
    plate="AB123CD",
    zone=1,
    sector="11D",
    regime="visitor",
    vehicle="car",
    start=datetime(2026, 3, 4, 10, 1, tzinfo=PARIS),
    end=datetime(2026, 3, 4, 11, 1, tzinfo=PARIS),
    units=4,
    cents=600,
    tariff="2024-10-01",
)
CARD = "0042000001"
"""RIGHT's reference as the terminal carries it."""

TYPED = PlateEntry("AB1O3CD")
LENGTH = Duration(Purchase("AB123CD"), back=PlateEntry("AB123CD"))
LOOK = doubt("AB1O3CD")
assert LOOK
REGIME = RegimeChoice("AB123CD", TYPED, ("resident", "visitor"))
VEHICLE = VehicleChoice(Purchase("AB123CD"), TYPED, ("car", "two_wheeler", "heavy"), chosen=1)
ALREADY, FULL = AlreadyCovered(LENGTH), MaximumReached(Purchase("AB123CD"), TYPED)
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
    PayAhead(LENGTH),
    NoPaper(LENGTH),
    StillThere(LENGTH, 4),
    Info(LENGTH),
    Presenting(RIGHT),
    Authorising(RIGHT, leaving=True, mark=2),
    PaymentFailed(RIGHT, Reason.REFUSED),
    Cancelled(),
    PaymentUnknown(RIGHT),
    Paid(RIGHT),
    Printing(RIGHT),
    TakeTicket(RIGHT),
    NoTicket(RIGHT),
    OutOfService(),
    JournalBroken("J1"),
)
EXPLAINED = (
    *(Idle(), TYPED, SecondLook(TYPED, LOOK)),
    *(REGIME, VEHICLE, ALREADY, FULL),
    *(LENGTH, PayAhead(LENGTH), NoPaper(LENGTH), PaymentFailed(RIGHT, Reason.REFUSED)),
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
    english, effects = machine.feed(KeyPressed(Key.LANG), 9.0, HERE)
    assert english == replace(machine, language="en")
    assert effects == (Beep(Tone.ACCEPTED),)
    french, effects = english.feed(KeyPressed(Key.LANG), 10.0, HERE)
    assert french == machine
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
    assert on(Idle(2), language="en").feed(TimedOut(), 11.0, HERE)[0].language == "fr"
    assert on(Idle(), language="en").feed(KeyPressed(Key.A), 11.0, HERE)[0].language == "en"


# --- INFO ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", EXPLAINED, ids=name)
def test_info_lies_over_a_screen_and_gives_it_back(screen: Screen) -> None:
    asked, effects = on(screen).feed(KeyPressed(Key.INFO), 9.0, HERE)
    assert (asked.screen, effects) == (Info(screen), (Beep(Tone.ACCEPTED),))
    back, _ = asked.feed(KeyPressed(Key.CANCEL), 10.0, HERE)
    assert back.screen == screen


@pytest.mark.parametrize("screen", [Presenting(RIGHT), Authorising(RIGHT), Printing(RIGHT)], ids=name)
def test_info_never_covers_money_or_paper_under_way(screen: Screen) -> None:
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
        (replace(LENGTH, units=24), Key.PLUS, Tone.IGNORED),
        (replace(LENGTH, units=1), Key.MINUS, Tone.IGNORED),
        (LENGTH, Key.D7, Tone.IGNORED),
        (Authorising(RIGHT), Key.CANCEL, Tone.IGNORED),
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
    assert effects == (Record(AlarmRaised(alarm)),)
    assert ill.feed(bad, 9.5, HERE)[1] == ()
    well, effects = ill.feed(good, 10.0, HERE)
    assert effects == (Record(AlarmCleared(alarm)),)
    assert well == on(screen)


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


# --- the bank's late answers --------------------------------------------------------------------------------------

STARTED, DOUBTED = PaymentStarted(RIGHT), InDoubt(RIGHT, "unanswered")
DENIED = PaymentRefused(RIGHT.reference, "refused")


@pytest.mark.parametrize("screen", [screen for screen in SCREENS if not screen.awaits], ids=name)
def test_a_late_yes_becomes_a_right_whatever_is_on_the_screen(screen: Screen) -> None:
    machine, effects = on(screen).feed(Approved(CARD, 600, contactless=True), 9.0, after(STARTED, DOUBTED))
    assert machine == on(screen)
    assert effects == (Record(RightSold(RIGHT, contactless=True)),)


def test_a_late_no_ends_the_doubt() -> None:
    _, effects = on(Idle()).feed(Declined(CARD, Reason.REFUSED), 9.0, after(STARTED, DOUBTED))
    assert effects == (Record(PaymentRefused(RIGHT.reference, "refused")),)


def test_a_yes_after_a_no_is_believed_and_a_no_after_a_no_says_nothing() -> None:
    context = after(STARTED, DENIED)
    assert on(Idle()).feed(Approved(CARD, 600), 9.0, context)[1] == (Record(RightSold(RIGHT)),)
    assert on(Idle()).feed(Declined(CARD, Reason.REFUSED), 9.0, context)[1] == ()


def test_the_answer_to_an_earlier_payment_does_not_end_the_one_under_way() -> None:
    second = replace(RIGHT, reference="75011-0042-000002", plate="ZZ999ZZ")
    context = after(STARTED, DOUBTED, PaymentStarted(second))
    machine, effects = on(Presenting(second)).feed(Approved(CARD, 600), 9.0, context)
    assert machine == on(Presenting(second))
    assert effects == (Record(RightSold(RIGHT)),)
    machine, effects = on(Presenting(second)).feed(Declined(CARD, Reason.REFUSED), 9.0, context)
    assert machine == on(Presenting(second))
    assert effects == (Record(DENIED),)


def test_the_silence_about_an_earlier_payment_does_not_end_the_one_under_way() -> None:
    second = replace(RIGHT, reference="75011-0042-000002", plate="ZZ999ZZ")
    machine, effects = on(Presenting(second)).feed(Unanswered(CARD), 9.0, after(STARTED, PaymentStarted(second)))
    assert (machine, effects) == (on(Presenting(second)), ())


@pytest.mark.parametrize(("reference", "cents"), [("0042000007", 600), (CARD, 601)])
def test_an_approval_nobody_asked_for_is_written_down_and_grants_nothing(reference: str, cents: int) -> None:
    _, effects = on(Idle()).feed(Approved(reference, cents), 9.0, after(STARTED, DOUBTED))
    match effects:
        case (Record(UnexpectedEvent(what)),):
            assert reference in what
            assert str(cents) in what
        case _:
            pytest.fail(f"{effects}")


@pytest.mark.parametrize("screen", [Presenting(RIGHT), Authorising(RIGHT), PaymentUnknown(RIGHT)], ids=name)
def test_an_approval_of_another_amount_grants_nothing_and_is_never_passed_over(screen: Screen) -> None:
    _, effects = on(screen).feed(Approved(CARD, 601), 9.0, after(STARTED))
    facts = [effect.fact for effect in effects if isinstance(effect, Record)]
    assert [type(fact) for fact in facts] in ([InDoubt], [UnexpectedEvent])


def test_a_right_already_sold_is_not_sold_again() -> None:
    _, effects = on(Idle()).feed(Approved(CARD, 600), 9.0, after(STARTED, RightSold(RIGHT)))
    assert not any(isinstance(effect, Record) and isinstance(effect.fact, RightSold) for effect in effects)
