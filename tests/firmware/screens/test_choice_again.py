"""A second purchase for the same plate: it continues the stay, costs as one, and stops at the maximum."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmware.domain.parking_right import ParkingRight
from firmware.domain.purchase import Purchase
from firmware.ledger.ledger import ledger_of
from firmware.protocol.facts import InDoubt, PaymentRefused, PaymentStarted
from firmware.screens.choice import AlreadyCovered, MaximumReached, RegimeChoice, VehicleChoice, after_plate, after_regime
from firmware.screens.duration import Duration
from firmware.screens.payment_ended import PaymentUnknown
from firmware.screens.screen import VisitOver
from firmware.tariff import Stay
from firmware.visit.events import Event
from firmware.visit.offers import card_reference, continued_stay, quotes_for
from hal.ports import Declined, Key, KeyPressed, Reason, Unanswered
from tests.builders import paris
from tests.firmware.screens.visits import (
    CARS,
    HERE,
    PLATE,
    TO_THE_PLATE,
    TYPED,
    at,
    holding,
    right_in,
    screen_of,
    shown,
    stayed,
    visited,
)


def no(right: ParkingRight) -> Event:
    return Declined(card_reference(right.reference), Reason.REFUSED)


def silence(right: ParkingRight) -> Event:
    return Unanswered(card_reference(right.reference))


# --- a second purchase --------------------------------------------------------------------------------------------


def test_a_plate_that_is_covered_is_asked_whether_to_prolong() -> None:
    context = stayed(8, "2026-03-04T12:01")
    screen = screen_of(after_plate(PLATE, TYPED, context))
    assert screen == AlreadyCovered(Duration(Purchase(PLATE), TYPED, 8))
    assert shown(screen, context) == (
        "AB-123-CD couvert jusqu’à",
        "12 h 01",
        "Prolonger ?",
        "[CANCEL] non   [OK] prolonger",
    )
    assert screen.explain(context) == "Prolonger continue le même barème : le prix ne repart pas de la première heure."
    assert screen.on(KeyPressed(Key.OK), context) == Duration(Purchase(PLATE), TYPED, 8)
    assert screen.on(KeyPressed(Key.CORRECT), context) == TYPED
    assert screen.on(KeyPressed(Key.CANCEL), context) == VisitOver()
    assert shown(Duration(Purchase(PLATE), TYPED, 4), context)[:2] == (
        "Fin 13 h 01 12,00 €",
        "1 h · 4e heure : 3,75 € le ¼ h",
    )


@pytest.mark.parametrize("minutes", ["12:01", "12:16"])
def test_up_to_fifteen_minutes_after_its_end_a_stay_goes_on_unasked(minutes: str) -> None:
    context = at(f"2026-03-04T{minutes}", stayed(8, "2026-03-04T12:01"))
    screen = screen_of(VehicleChoice(Purchase(PLATE), TYPED, CARS).on(KeyPressed(Key.OK), context))
    assert screen == Duration(Purchase(PLATE), TYPED, 8)
    assert "27,00 €" in shown(screen, context)[0]


def test_a_minute_later_it_is_another_stay() -> None:
    context = at("2026-03-04T12:17", stayed(8, "2026-03-04T12:01"))
    screen = screen_of(VehicleChoice(Purchase(PLATE), TYPED, CARS).on(KeyPressed(Key.OK), context))
    assert shown(screen, context)[0] == "Fin 14 h 17 12,00 €"


def test_less_than_an_hour_left_is_offered_as_what_it_is() -> None:
    context = stayed(21, "2026-03-04T15:16")
    assert shown(RegimeChoice(PLATE, TYPED, ("resident", "visitor")), context)[1] == "2 Visiteur 13,50 €"
    assert shown(Duration(Purchase(PLATE), TYPED, 1), context) == (
        "Fin 15 h 31 4,50 €",
        "15 min · encore ¼ h : 4,50 €",
        "[MINUS]    [PLUS] ¼ h   [MAX]    [OK] payer",
    )


@pytest.mark.parametrize(("first", "second"), [("1", "1"), ("2", "2"), ("3", "3"), ("1", "5"), ("5", "1")])
@pytest.mark.parametrize("presses", ["", "PLUS "], ids=["car", "two wheels"])
def test_two_purchases_cost_and_end_as_one(first: str, second: str, presses: str) -> None:
    """price(a) + extension(b) = price(a + b), through the screens and the ledger, and after the journal is read again."""
    whole, _, facts = visited(HERE, f"{TO_THE_PLATE} {presses}OK {int(first) + int(second)} OK")
    once = right_in(facts)
    context, _, begun = visited(HERE, f"{TO_THE_PLATE} {presses}OK {first} OK")
    replayed = replace(context, ledger=ledger_of(begun))
    assert replayed.ledger == context.ledger
    context, _, more = visited(at("2026-03-04T10:40", replayed), f"{TO_THE_PLATE} OK {second} OK")
    one, two = right_in(begun), right_in(more)
    assert one.cents + two.cents == once.cents
    assert (one.start, two.start, two.end) == (once.start, one.end, once.end)
    assert (two.reached, two.begun) == (one.units, one.start)
    assert (
        continued_stay(Purchase(PLATE), context)
        == continued_stay(Purchase(PLATE), whole)
        == Stay(once.units, once.end, once.start)
    )


def test_two_purchases_of_days_cost_and_end_as_one() -> None:
    context, _, begun = visited(holding("resident"), f"{TO_THE_PLATE} OK OK 3 OK")
    context, _, more = visited(at("2026-03-05T18:00", replace(context, ledger=ledger_of(begun))), f"{TO_THE_PLATE} OK OK 4 OK")
    one, two = right_in(begun), right_in(more)
    assert (one.cents, two.cents, one.units, two.units, two.reached) == (450, 450, 3, 4, 3)
    assert (two.start, two.end) == (paris("2026-03-07T10:01"), paris("2026-03-11T10:01"))
    assert after_regime(Purchase(PLATE, "resident"), TYPED, at("2026-03-09T10:00", context)) == MaximumReached(
        Purchase(PLATE, "resident"), TYPED
    )
    renewed = at("2026-03-11T10:01", context)
    assert after_regime(Purchase(PLATE, "resident"), TYPED, renewed) == VehicleChoice(
        Purchase(PLATE, "resident"), TYPED, ("car", "two_wheeler")
    )
    assert quotes_for(Purchase(PLATE, "resident"), renewed)[0].end == paris("2026-03-12T10:01")


def test_another_plate_and_another_regime_begin_a_stay_of_their_own() -> None:
    context = stayed(8, "2026-03-04T12:01")
    assert continued_stay(Purchase(PLATE), context).reached == 8
    assert continued_stay(Purchase("ZZ999ZZ"), context) == Stay()
    assert continued_stay(Purchase(PLATE, "resident"), context) == Stay()
    assert continued_stay(Purchase(PLATE), replace(context, site=replace(context.site, zone=2))) == Stay()


def test_a_payment_in_doubt_is_a_stay_and_nobody_calls_it_paid() -> None:
    context, machine, facts = visited(HERE, f"{TO_THE_PLATE} OK OK", silence)
    assert isinstance(machine.screen, PaymentUnknown)
    assert isinstance(facts[-1], InDoubt)
    assert continued_stay(Purchase(PLATE), context) == Stay(8, paris("2026-03-04T12:01"), paris("2026-03-04T10:01"))
    screen = screen_of(VehicleChoice(Purchase(PLATE), TYPED, CARS).on(KeyPressed(Key.OK), context))
    assert isinstance(screen, AlreadyCovered)
    for language, words in (("fr", ("payé", "payer")), ("en", ("paid", "pay"))):
        said = " ".join(shown(screen, replace(context, language=language))).lower().split()
        assert not set(said) & set(words)


def test_what_the_bank_refused_is_no_stay() -> None:
    context, machine, facts = visited(HERE, f"{TO_THE_PLATE} OK OK", no)
    assert [type(fact) for fact in facts] == [PaymentStarted, PaymentRefused]
    assert machine.screen.name == "refused"
    assert context.ledger.stays == {}
    assert continued_stay(Purchase(PLATE), context) == Stay()


# --- the maximum --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "now", "again"),
    [
        ("2026-03-04T16:01", "2026-03-04T12:00", "16 h 17"),
        ("2026-03-04T16:01", "2026-03-04T16:10", "16 h 17"),
        ("2026-03-04T19:50", "2026-03-04T19:55", "demain à 9 h 06"),
        ("2026-03-07T19:50", "2026-03-07T19:55", "lun. à 9 h 06"),
    ],
)
def test_at_the_maximum_no_money_is_taken_and_it_says_when_one_may_buy_again(end: str, now: str, again: str) -> None:
    context = at(now, stayed(24, end))
    screen = screen_of(VehicleChoice(Purchase(PLATE), TYPED, CARS).on(KeyPressed(Key.OK), context))
    assert screen == MaximumReached(Purchase(PLATE), TYPED)
    assert shown(screen, context) == ("AB-123-CD : maximum", "Nouveau ticket possible", again, "[OK] terminer")
    assert screen.explain(context) == "La durée maximale sert à ce que les places tournent."
    assert screen.on(KeyPressed(Key.OK), context) == VisitOver()
    assert screen.on(KeyPressed(Key.CORRECT), context) == TYPED
    for key in (Key.PLUS, Key.MAX, Key.D1):
        assert screen.on(KeyPressed(key), context) == screen


def test_at_that_hour_a_new_stay_begins() -> None:
    context = at("2026-03-04T16:17", stayed(24, "2026-03-04T16:01"))
    screen = screen_of(VehicleChoice(Purchase(PLATE), TYPED, CARS).on(KeyPressed(Key.OK), context))
    assert shown(screen, context)[0] == "Fin 18 h 17 12,00 €"


def test_max_after_a_purchase_is_what_is_left() -> None:
    context, _, first = visited(HERE, f"{TO_THE_PLATE} OK 4 OK")
    context, _, more = visited(context, f"{TO_THE_PLATE} OK MAX OK")
    assert (right_in(first).units, right_in(more).units) == (16, 8)
    assert right_in(first).cents + right_in(more).cents == 7500
    _, machine, facts = visited(context, TO_THE_PLATE)
    assert (machine.screen.name, facts) == ("cap", ())
