"""Duration screen: price and end, the reason for the next price, the strip of hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from msgspec import structs

from firmware.domain.purchase import Purchase
from firmware.ledger.ledger import ledger_of
from firmware.protocol.facts import PaymentRefused, PaymentStarted
from firmware.screens.duration import Duration, NoPaper, PayAhead, strip
from firmware.screens.out_of_service import OutOfService
from firmware.screens.payment import Presenting
from firmware.screens.plate import PlateEntry
from firmware.screens.screen import Screen, VisitOver
from firmware.tariff import Quote
from firmware.visit.context import Context
from firmware.visit.effects import Charge, Record
from firmware.visit.health import Health
from hal.ports import Key, KeyHeld, KeyPressed, PrinterState, Stretch, Strip
from tests.builders import PARIS, context, paris, right

HERE = context(now=paris("2022-03-02T10:00:20"))
TYPED = PlateEntry("AB123CD")
LENGTH = Duration(Purchase("AB123CD"), back=TYPED)
RIGHT = right(start=paris("2022-03-02T10:01"), end=paris("2022-03-02T12:01"), tariff="2021-08-01")


def at(year: int, month: int, day: int, hour: int, minute: int = 0, **members: object) -> Context:
    return replace(HERE, now=datetime(year, month, day, hour, minute, tzinfo=PARIS), **members)  # type: ignore[arg-type]


def of(units: int) -> Duration:
    return structs.replace(LENGTH, units=units)


def quote_of(units: int, context: Context) -> Quote:
    quote = of(units).quote(context)
    assert quote is not None
    return quote


def shown(screen: Screen, context: Context = HERE) -> tuple[str, ...]:
    return tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in screen.view(context).lines)


# --- keys ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quarters", "key", "then"),
    [
        (4, Key.PLUS, 5),
        (4, Key.MINUS, 3),
        (1, Key.MINUS, 1),
        (23, Key.PLUS, 24),
        (24, Key.PLUS, 24),
        (4, Key.MAX, 24),
        (24, Key.MAX, 24),
        (9, Key.D1, 4),
        (4, Key.D2, 8),
        (4, Key.D3, 12),
        (4, Key.D4, 16),
        (4, Key.D5, 20),
        (4, Key.D6, 24),
        (4, Key.D7, 4),
        (4, Key.D0, 4),
        (4, Key.A, 4),
    ],
)
def test_keys_set_the_length(quarters: int, key: Key, then: int) -> None:
    assert of(quarters).on(KeyPressed(key), HERE) == of(then)


def test_in_2015_two_hours_are_the_most() -> None:
    context = at(2015, 6, 3, 10)
    assert of(4).on(KeyPressed(Key.MAX), context) == of(8)
    assert of(8).on(KeyPressed(Key.PLUS), context) == of(8)
    assert of(4).on(KeyPressed(Key.D3), context) == of(4)
    assert "Nouveau ticket : 12 h 16" in shown(of(8), context)


def test_correct_goes_back_to_the_plate_knowing_the_length_and_cancel_ends_the_visit() -> None:
    assert of(9).on(KeyPressed(Key.CORRECT), HERE) == PlateEntry("AB123CD", units=9)
    assert LENGTH.on(KeyPressed(Key.CANCEL), HERE) == VisitOver()
    assert LENGTH.on(KeyHeld(Key.CORRECT), HERE) == LENGTH


def test_it_begins_at_two_hours() -> None:
    assert LENGTH.units == 8


# --- what it says -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quarters", "price", "why"),
    [
        (1, "Fin 10 h 16 1,50 €", "15 min · encore ¼ h : 1,50 €"),
        (4, "Fin 11 h 01 6,00 €", "1 h · encore ¼ h : 1,50 €"),
        (7, "Fin 11 h 46 10,50 €", "1 h 45 · encore ¼ h : 1,50 €"),
        (8, "Fin 12 h 01 12,00 €", "2 h · 3e heure : 3,00 € le ¼ h"),
        (12, "Fin 13 h 01 24,00 €", "3 h · 4e heure : 3,75 € le ¼ h"),
        (16, "Fin 14 h 01 39,00 €", "4 h · 5e heure : 4,50 € le ¼ h"),
        (20, "Fin 15 h 01 57,00 €", "5 h · encore ¼ h : 4,50 €"),
        (24, "Fin 16 h 01 75,00 €", "Nouveau ticket : 16 h 17"),
    ],
)
def test_the_end_the_price_and_why_the_next_quarter_costs_what_it_does(quarters: int, price: str, why: str) -> None:
    assert shown(of(quarters)) == (
        "",
        price,
        why,
        "[MINUS]    [PLUS] ¼ h   [1] à 6 h   [MAX]    [OK] payer",
    )


def test_the_price_is_live_with_the_clock() -> None:
    assert shown(of(4), at(2022, 3, 2, 10, 30))[1] == "Fin 11 h 30 6,00 €"
    assert shown(of(4), at(2022, 3, 2, 19, 30))[1] == "1 h 6,00 €"
    assert shown(of(4), at(2022, 3, 5, 19, 30))[1:3] == ("1 h 6,00 €", "lun. à 9 h 30")
    assert shown(of(4), at(2019, 5, 6, 14, 30))[1] == "Fin 15 h 30 4,00 €"


def test_the_strip_shows_the_bought_hours_and_the_hours_that_matter() -> None:
    assert of(4).view(HERE).strip == Strip(
        ((Stretch.BOUGHT, 61), (Stretch.OPEN, 299)), ((60, "11 h 01"), (360, "16 h 01"), (0, "10 h 01"))
    )


def test_the_strip_shows_the_night_as_long_as_an_hour() -> None:
    context = at(2022, 3, 2, 19)
    assert strip(quote_of(8, context), quote_of(24, context), context) == Strip(
        ((Stretch.BOUGHT, 60), (Stretch.FREE, 60), (Stretch.BOUGHT, 60), (Stretch.OPEN, 240)),
        ((180, "demain à 10 h 00"), (420, "demain à 14 h 00"), (0, "19 h 00")),
    )


def test_the_strip_shows_a_sunday() -> None:
    context = at(2022, 3, 5, 19, 30)
    assert strip(quote_of(4, context), quote_of(24, context), context).stretches == (
        (Stretch.BOUGHT, 30),
        (Stretch.FREE, 60),
        (Stretch.BOUGHT, 30),
        (Stretch.OPEN, 300),
    )


# --- OK -----------------------------------------------------------------------------------------------------------


def test_ok_writes_the_payment_down_before_it_asks_the_bank() -> None:
    assert of(8).on(KeyPressed(Key.OK), HERE) == (Presenting(RIGHT), Record(PaymentStarted(RIGHT)), Charge(RIGHT))


def test_every_sale_has_a_number_of_its_own_whatever_became_of_the_last() -> None:
    context = replace(HERE, ledger=ledger_of((PaymentStarted(RIGHT), PaymentRefused(RIGHT.reference, "refused"))))
    right = structs.replace(RIGHT, reference="75011-0042-000002")
    assert of(8).on(KeyPressed(Key.OK), context) == (Presenting(right), Record(PaymentStarted(right)), Charge(right))


def test_the_plate_and_the_offer_are_what_is_sold() -> None:
    move = structs.replace(of(6), purchase=Purchase("1234AA01")).on(KeyPressed(Key.OK), at(2019, 5, 6, 14, 30))
    assert isinstance(move, tuple)
    assert isinstance(move[0], Presenting)
    right = move[0].right
    assert (right.plate, right.cents, right.units, right.tariff, right.zone) == ("1234AA01", 600, 6, "2018-01-01", 1)
    assert (right.start, right.end) == (
        datetime(2019, 5, 6, 14, 30, tzinfo=PARIS),
        datetime(2019, 5, 6, 16, 0, tzinfo=PARIS),
    )


@pytest.mark.parametrize(
    ("printer", "why"),
    [
        (PrinterState.OUT, "plus de papier"),
        (PrinterState.COVER_OPEN, "imprimante en panne"),
        (PrinterState.OFFLINE, "imprimante en panne"),
        (PrinterState.SILENT, "imprimante en panne"),
        (None, "imprimante en panne"),
    ],
)
def test_no_ticket_is_said_before_paying_and_does_not_forbid_it(printer: PrinterState | None, why: str) -> None:
    context = replace(HERE, health=Health(printer, terminal=True))
    asked = of(8).on(KeyPressed(Key.OK), context)
    assert asked == NoPaper(of(8))
    assert isinstance(asked, NoPaper)
    assert shown(asked, context)[1:] == (
        "Sans ticket",
        why,
        "Votre plaque suffit. Reçu à l’écran.",
        "[CANCEL] annuler   [OK] payer sans ticket",
    )
    assert asked.on(KeyPressed(Key.OK), context) == (Presenting(RIGHT), Record(PaymentStarted(RIGHT)), Charge(RIGHT))
    assert asked.on(KeyPressed(Key.CORRECT), context) == of(8)
    assert asked.on(KeyPressed(Key.CANCEL), context) == VisitOver()
    assert asked.on(KeyPressed(Key.PLUS), context) == asked


def test_a_roll_near_its_end_still_prints() -> None:
    context = replace(HERE, health=Health(PrinterState.NEAR_END, terminal=True))
    assert isinstance(of(8).on(KeyPressed(Key.OK), context), tuple)


def test_nothing_is_asked_of_a_terminal_that_went_away() -> None:
    context = replace(HERE, health=Health(PrinterState.OK, terminal=False))
    assert of(8).on(KeyPressed(Key.OK), context) == OutOfService()
    assert NoPaper(of(8)).on(KeyPressed(Key.OK), context) == OutOfService()


# --- free now -----------------------------------------------------------------------------------------------------


def test_when_parking_is_free_paying_ahead_is_a_question() -> None:
    context = at(2022, 3, 5, 21)
    assert shown(PayAhead(LENGTH), context)[1:] == (
        "Gratuit jusqu’à",
        "lun. à 9 h 00",
        "Payer d’avance à partir de là ?",
        "[CANCEL] non   [OK] payer d’avance",
    )
    assert PayAhead(LENGTH).on(KeyPressed(Key.OK), context) == LENGTH
    assert PayAhead(LENGTH).on(KeyPressed(Key.CORRECT), context) == PlateEntry("AB123CD", units=8)
    assert PayAhead(LENGTH).on(KeyPressed(Key.CANCEL), context) == VisitOver()
    assert shown(of(1), context)[1:3] == ("15 min 1,50 €", "lun. à 9 h 15")


# --- the clock under a motorist's hands ---------------------------------------------------------------------------


def test_a_clock_set_back_to_shorter_stays_leaves_the_screen_standing() -> None:
    """24 quarters were chosen; the clock is set to a year that sells 8."""
    context = at(2015, 6, 3, 10)
    assert shown(of(24), context)
    move = of(24).on(KeyPressed(Key.OK), context)
    assert isinstance(move, tuple)
    assert [effect.right.units for effect in move[1:] if isinstance(effect, Charge)] == [8]


@pytest.mark.parametrize("context", [at(2035, 12, 31, 19, 40), at(2035, 12, 31, 21), at(2014, 6, 4, 10)])
def test_where_the_calendar_ends_nothing_breaks(context: Context) -> None:
    """Fewer than four quarters can be sold there, or none."""
    for screen in (LENGTH, PayAhead(LENGTH), NoPaper(LENGTH)):
        assert shown(screen, context)
        for key in (Key.OK, Key.PLUS, Key.MAX, Key.D6):
            assert screen.on(KeyPressed(key), context)


# --- lengths that are not sold ------------------------------------------------------------------------------------

THEN = at(2016, 5, 10, 10)
RESIDENT = structs.replace(LENGTH, purchase=Purchase("AB123CD", regime="resident"), units=1)


@pytest.mark.parametrize(
    ("days", "key", "then"),
    [
        *((1, Key.PLUS, 7), (7, Key.PLUS, 7), (7, Key.MINUS, 1), (1, Key.MINUS, 1), (1, Key.MAX, 7)),
        *((1, Key.D3, 1), (7, Key.D6, 7), (1, Key.D7, 7), (7, Key.D1, 1)),
    ],
)
def test_until_february_2017_the_keys_go_from_one_day_to_the_week(days: int, key: Key, then: int) -> None:
    pressed = structs.replace(RESIDENT, units=days).on(KeyPressed(key), THEN)
    screen = pressed[0] if isinstance(pressed, tuple) else pressed
    assert isinstance(screen, Duration)
    assert screen.units == then


def test_until_february_2017_the_screen_names_the_week_and_its_price() -> None:
    assert "1 jour · 7 jours : 9,00 €" in shown(RESIDENT, THEN)
    quote = structs.replace(RESIDENT, units=3).quote(THEN)
    assert quote is not None
    assert quote.units == 1
