"""A terminal that takes a request back and tells its progress: CANCEL, a payment that nobody attends to, and its steps."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from firmware.machine import Machine
from firmware.protocol.facts import PaymentRefused, RightSold
from firmware.screens.idle import Idle
from firmware.screens.payment import NO_CARD_FOR, NO_WORD_FOR, Authorising, Presenting, Stopping
from firmware.screens.payment_ended import Cancelled
from firmware.screens.plate import PlateEntry
from firmware.screens.screen import Screen
from firmware.screens.ticket import Paid
from firmware.visit.context import Context
from firmware.visit.effects import Abort, Beep, Record
from firmware.visit.events import Event, TimedOut
from firmware.visit.offers import card_reference
from hal.ports import ANSWER_WITHIN, Approved, Capabilities, Declined, Hint, Key, KeyPressed, Progress, Reason, Step, Tone
from tests.firmware.screens_shown import HERE, RIGHT, name, on

CARD = card_reference(RIGHT.reference)
ABORTS = replace(HERE, capabilities=Capabilities(aborts=True))
BOTH = replace(HERE, capabilities=Capabilities(aborts=True, progress=True))
RUNNING: tuple[Screen, ...] = (Presenting(RIGHT), Authorising(RIGHT, 17), Stopping(RIGHT, 4), Stopping(RIGHT, sold=RIGHT))


def shown(screen: Screen, context: Context, language: str = "fr") -> str:
    return " ".join(screen.view(replace(context, language=language)).lines)


def fed(context: Context, *events: Event) -> tuple[Machine, list[object]]:
    """A machine whose terminal has just been asked, after these events, and what it did."""
    machine, done = on(Presenting(RIGHT)), list[object]()
    for event in events:
        machine, effects = machine.feed(event, machine.since, context)
        done += effects
    return machine, done


def seconds(count: int) -> tuple[Event, ...]:
    """What the screens are told while so many seconds pass: first that a card would have been found."""
    return (TimedOut(),) * (count - int(Presenting.patience) + 1)


@pytest.mark.parametrize("screen", RUNNING, ids=name)
def test_where_the_terminal_takes_a_request_back_no_screen_sends_anybody_to_its_red_key(screen: Screen) -> None:
    assert "touche rouge" not in shown(screen, ABORTS)
    assert "red key" not in shown(screen, ABORTS, "en")
    offered = (Hint(Key.CANCEL, "annuler"),) if isinstance(screen, Presenting | Authorising) else ()
    assert screen.view(ABORTS).hints == offered
    assert "AB-123-CD" in shown(screen, ABORTS)
    assert "6,00" in shown(screen, ABORTS)


def test_cancel_takes_the_request_back_and_shows_that_no_card_is_wanted() -> None:
    machine, effects = on(Authorising(RIGHT, 17)).feed(KeyPressed(Key.CANCEL), 9.0, ABORTS)
    assert machine.screen == Stopping(RIGHT, 17)
    assert Abort(RIGHT) in effects
    assert "Annulation…" in shown(machine.screen, ABORTS)
    assert "Ne présentez pas de carte." in shown(machine.screen, ABORTS)


@pytest.mark.parametrize("reason", [Reason.CANCELLED, Reason.WITHDRAWN])
def test_what_was_taken_back_is_cancelled(reason: Reason) -> None:
    machine, effects = on(Stopping(RIGHT, 17)).feed(Declined(CARD, reason), 9.0, ABORTS)
    assert (machine.screen, effects) == (Cancelled(RIGHT), (Record(PaymentRefused(RIGHT.reference, reason.value)),))


def test_what_was_paid_before_it_could_be_taken_back_is_paid() -> None:
    machine, effects = on(Stopping(RIGHT, 17)).feed(Approved(CARD, 600), 9.0, ABORTS)
    assert machine.screen == Paid(RIGHT, late=True)
    assert Record(RightSold(RIGHT)) in effects


@pytest.mark.parametrize(("context", "limit"), [(BOTH, NO_CARD_FOR), (ABORTS, NO_WORD_FOR)])
def test_a_payment_that_nobody_attends_to_is_taken_back_by_itself(context: Context, limit: int) -> None:
    machine, effects = fed(context, *seconds(limit - 1))
    assert machine.screen == Authorising(RIGHT, limit - 1)
    assert effects == []
    machine, effects = fed(context, *seconds(limit))
    assert machine.screen == Stopping(RIGHT, limit, asked=False)
    assert effects == [Abort(RIGHT)]


@pytest.mark.parametrize("reason", [Reason.CANCELLED, Reason.WITHDRAWN])
def test_it_is_told_as_that_nobody_showed_a_card_where_the_terminal_tells_of_cards(reason: Reason) -> None:
    for context, limit, said in ((BOTH, NO_CARD_FOR, "No card was read"), (ABORTS, NO_WORD_FOR, "Payment given up")):
        machine, effects = fed(context, *seconds(limit), Declined(CARD, reason))
        assert Record(PaymentRefused(RIGHT.reference, reason.value)) in effects
        assert (said in shown(machine.screen, context, "en")) is (context is BOTH or reason is Reason.CANCELLED)
    asked, _ = fed(BOTH, KeyPressed(Key.CANCEL), Declined(CARD, reason))
    assert asked.screen == Cancelled(RIGHT), "who pressed CANCEL is told that it is cancelled"


@pytest.mark.parametrize("reason", [Reason.BANK, Reason.CARD_OUT, Reason.REFUSED])
def test_a_card_that_was_shown_in_the_last_moment_has_its_own_end(reason: Reason) -> None:
    machine, _ = fed(BOTH, *seconds(NO_CARD_FOR), Declined(CARD, reason))
    assert machine.screen == Cancelled(RIGHT, asked=False, reason=reason)


def test_after_it_the_next_motorist_starts_from_an_idle_screen() -> None:
    told = (*seconds(NO_CARD_FOR), Declined(CARD, Reason.CANCELLED))
    assert fed(BOTH, *told, KeyPressed(Key.OK))[0].screen == Idle()
    assert fed(BOTH, *told, KeyPressed(Key.A))[0].screen == PlateEntry("A"), "as from an idle screen"


def test_a_terminal_that_takes_nothing_back_is_not_asked_to() -> None:
    machine, effects = fed(HERE, *seconds(int(ANSWER_WITHIN)))
    assert isinstance(machine.screen, Authorising)
    assert effects == []


@pytest.mark.parametrize("step", Step)
def test_a_payment_with_a_card_in_it_is_left_to_the_terminal(step: Step) -> None:
    machine, effects = fed(BOTH, Progress(CARD, step), *seconds(int(ANSWER_WITHIN)))
    assert isinstance(machine.screen, Authorising)
    assert effects == []


SAID = {
    Step.CARD_IN: "Laissez votre carte",
    Step.ENTERING_PIN: "Tapez votre code",
    Step.ASKING_BANK: "Banque interrogée",
    Step.CARD_OUT: "Reprenez votre carte",
}


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("before", RUNNING[:2], ids=name)
def test_a_step_at_the_terminal_is_said(before: Screen, step: Step) -> None:
    machine, effects = on(before).feed(Progress(CARD, step), 9.0, BOTH)
    assert isinstance(machine.screen, Authorising)
    assert SAID[step] in shown(machine.screen, BOTH)
    assert SAID[step] not in shown(machine.screen, BOTH, "en")
    assert effects == ()


def test_a_step_of_another_payment_or_of_one_that_is_being_stopped_changes_nothing() -> None:
    other = on(Presenting(structs.replace(RIGHT, reference="75011-0042-000002")))
    for machine in (other, on(Stopping(RIGHT, 4)), on(Idle())):
        assert machine.feed(Progress(CARD, Step.CARD_IN), 9.0, BOTH) == (machine, ())


def test_only_who_pressed_cancel_is_told_that_it_was_too_late() -> None:
    """The station took it back, since nobody attended to it; whoever shows a card then has not pressed CANCEL."""
    withdrawn = Stopping(RIGHT, 46, asked=False)
    for screen, late in ((withdrawn, False), (on(withdrawn).feed(KeyPressed(Key.CANCEL), 9.0, ABORTS)[0].screen, True)):
        machine, _ = on(screen).feed(Approved(CARD, 600), 9.0, ABORTS)
        assert machine.screen == Paid(RIGHT, late=late)
        refused, _ = on(screen).feed(Declined(CARD, Reason.CANCELLED), 9.0, ABORTS)
        assert refused.screen == Cancelled(RIGHT, asked=late, reason=Reason.WITHDRAWN if late else Reason.CANCELLED)
        assert refused.screen.on_sold(RIGHT, ABORTS) == (Paid(RIGHT, late=late), Beep(Tone.ACCEPTED))
