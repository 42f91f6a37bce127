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
from firmware.screens.out_of_service import JournalBroken
from firmware.screens.payment import Authorising, PayAgain, PaymentFailed, Presenting, Stopping
from firmware.screens.payment_ended import Cancelled, PaymentUnknown
from firmware.screens.screen import Screen
from firmware.screens.ticket import Paid
from firmware.visit.context import Context
from firmware.visit.effects import Abort, Beep, Effect, Record
from hal.ports import (
    Approved,
    Declined,
    Reason,
    Tone,
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


FOLLOWING = (PaymentFailed, PayAgain, Cancelled)
"""Screens that say, of the payment itself, that nothing was debited."""


@pytest.mark.parametrize(
    "screen", [screen for screen in SCREENS if not screen.awaits and not isinstance(screen, FOLLOWING)], ids=name
)
def test_a_late_yes_becomes_a_right_whatever_is_on_the_screen(screen: Screen) -> None:
    machine, effects = on(screen).feed(Approved(CARD, 600, contactless=True), 9.0, after(STARTED, DOUBTED))
    assert machine == on(screen)
    assert effects == (Record(RightSold(RIGHT, contactless=True)),)


@pytest.mark.parametrize("screen", [screen for screen in SCREENS if isinstance(screen, FOLLOWING)], ids=name)
def test_a_screen_that_said_that_nothing_is_debited_follows_the_yes_once_it_is_written_down(screen: Screen) -> None:
    machine, effects = on(screen).feed(Approved(CARD, 600, contactless=True), 9.0, after(STARTED, DENIED))
    assert machine.screen == Paid(RIGHT, late=isinstance(screen, Cancelled))
    assert effects == (Record(RightSold(RIGHT, contactless=True)), Beep(Tone.ACCEPTED))


def test_a_yes_to_the_refused_payment_stops_the_one_that_would_pay_it_again() -> None:
    again = structs.replace(RIGHT, reference="75011-0042-000002")
    machine, effects = on(Presenting(again)).feed(Approved(CARD, 600), 9.0, after(STARTED, DENIED, PaymentStarted(again)))
    assert machine.screen == Stopping(again, sold=RIGHT, asked=False)
    assert effects == (Record(RightSold(RIGHT)), Abort(again))


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
    machine, effects = on(Presenting(second)).feed(Unanswered(CARD), 9.0, after(STARTED, DOUBTED, PaymentStarted(second)))
    assert (machine, effects) == (on(Presenting(second)), ())


def test_a_silence_that_no_screen_awaits_is_a_doubt() -> None:
    """As after a failure of the journal, which took the screen away."""
    assert on(JournalBroken("J2", RIGHT)).feed(Unanswered(CARD), 9.0, after(STARTED))[1] == (Record(DOUBTED),)
    assert on(Idle()).feed(Unanswered(CARD), 9.0, after(STARTED, DOUBTED))[1] == ()
    assert on(Idle()).feed(Unanswered(CARD), 9.0, after(STARTED, DENIED))[1] == ()


def unexpected(effects: tuple[Effect, ...]) -> list[tuple[str, int | None, str]]:
    facts = [effect.fact for effect in effects if isinstance(effect, Record)]
    return [(fact.reference, fact.cents, fact.currency) for fact in facts if isinstance(fact, UnexpectedEvent)]


NOT_OURS = (Approved("31PA010007", 600), Approved(CARD, 601), Approved("", 600), Approved(CARD, 600, currency="840"))


@pytest.mark.parametrize("answer", NOT_OURS)
@pytest.mark.parametrize("facts", [(STARTED, DOUBTED), (STARTED, DENIED), (STARTED, RightSold(RIGHT)), ()])
def test_an_approval_nobody_asked_for_is_written_down_and_grants_nothing(answer: Approved, facts: tuple[Fact, ...]) -> None:
    machine, effects = on(Idle()).feed(answer, 9.0, after(*facts))
    assert machine == on(Idle())
    assert len(effects) == 1
    assert unexpected(effects) == [(answer.reference, answer.cents, answer.currency)]


@pytest.mark.parametrize("answer", [Approved(CARD, 6000), Approved(CARD, 600, currency="USD")])
@pytest.mark.parametrize("screen", [Presenting(RIGHT), Authorising(RIGHT)], ids=name)
def test_an_approval_of_another_amount_is_a_doubt_and_says_what_was_debited(screen: Screen, answer: Approved) -> None:
    machine, effects = on(screen).feed(answer, 9.0, after(STARTED))
    assert isinstance(machine.screen, PaymentUnknown)
    assert unexpected(effects) == [(CARD, answer.cents, answer.currency)]
    assert effects[1:] == (Record(InDoubt(RIGHT, "mismatched")),)


@pytest.mark.parametrize("answer", [Approved(CARD, 6000), Approved(CARD, 600, currency="USD")])
def test_a_late_approval_of_another_amount_leaves_the_doubt_and_says_what_was_debited(answer: Approved) -> None:
    machine, effects = on(PaymentUnknown(RIGHT)).feed(answer, 9.0, after(STARTED, DOUBTED))
    assert machine == on(PaymentUnknown(RIGHT))
    assert unexpected(effects) == [(CARD, answer.cents, answer.currency)]
    assert len(effects) == 1


def test_an_approval_that_names_no_payment_ends_none() -> None:
    machine, effects = on(Presenting(RIGHT)).feed(Approved("", 600), 9.0, after(STARTED))
    assert machine == on(Presenting(RIGHT))
    assert unexpected(effects) == [("", 600, "EUR")]


def test_a_right_already_sold_is_not_sold_again() -> None:
    _, effects = on(Idle()).feed(Approved(CARD, 600), 9.0, after(STARTED, RightSold(RIGHT)))
    assert not any(isinstance(effect, Record) and isinstance(effect.fact, RightSold) for effect in effects)
