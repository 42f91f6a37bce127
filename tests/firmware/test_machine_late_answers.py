"""Answers of the bank that come late: believed, written down, and never taken for another payment's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from firmware.ledger.ledger import ledger_of
from firmware.protocol.facts import (
    Fact,
    InDoubt,
    PaymentRefused,
    PaymentStarted,
    RightSold,
    UnexpectedEvent,
)
from firmware.screens.idle import Idle
from firmware.screens.payment import Authorising, PaymentUnknown, Presenting
from firmware.screens.screen import Screen
from firmware.visit.context import Context
from firmware.visit.effects import Record
from hal.ports import (
    Approved,
    Declined,
    Reason,
    Unanswered,
)
from tests.firmware.screens_shown import HERE, RIGHT, SCREENS, name, on

CARD = "31PA010001"
"""RIGHT's reference as the terminal carries it."""


def after(*facts: Fact) -> Context:
    return replace(HERE, ledger=ledger_of(facts))


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
    second = structs.replace(RIGHT, reference="75011-0042-000002", plate="ZZ999ZZ")
    context = after(STARTED, DOUBTED, PaymentStarted(second))
    machine, effects = on(Presenting(second)).feed(Approved(CARD, 600), 9.0, context)
    assert machine == on(Presenting(second))
    assert effects == (Record(RightSold(RIGHT)),)
    machine, effects = on(Presenting(second)).feed(Declined(CARD, Reason.REFUSED), 9.0, context)
    assert machine == on(Presenting(second))
    assert effects == (Record(DENIED),)


def test_the_silence_about_an_earlier_payment_does_not_end_the_one_under_way() -> None:
    second = structs.replace(RIGHT, reference="75011-0042-000002", plate="ZZ999ZZ")
    machine, effects = on(Presenting(second)).feed(Unanswered(CARD), 9.0, after(STARTED, PaymentStarted(second)))
    assert (machine, effects) == (on(Presenting(second)), ())


@pytest.mark.parametrize(("reference", "cents"), [("31PA010007", 600), (CARD, 601)])
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
