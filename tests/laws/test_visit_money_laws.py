"""Laws of money in the visit: charged after it is written, sold by its own yes, printed after it is sold."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

import pytest

from firmware.domain.parking_right import ParkingRight
from firmware.machine import Machine
from firmware.protocol.facts import AlarmCleared, AlarmRaised, InDoubt, PaymentRefused, PaymentStarted, RightSold
from firmware.screens.duration import Duration, NoPaper
from firmware.screens.payment import Authorising, Presenting, Stopping
from firmware.screens.ticket import Paid
from firmware.visit.effects import Charge, Effect, Print, Record
from firmware.visit.offers import card_reference
from hal.ports import Approved, Key, KeyHeld, KeyPressed
from simulator.explorer.walk import MEANT, Passage
from tests.laws.glass import SAYS_PAID
from tests.laws.walk import HERE, Walk, told

RUNNING = (Presenting, Authorising, Stopping)
SPEAKS_OF_THE_LAW = ("idle", "info")
"""Screens that say "paid" of tickets in general."""


def recorded(effects: tuple[Effect, ...]) -> list[object]:
    """The facts written down but alarms, which are of the devices."""
    facts = [effect.fact for effect in effects if isinstance(effect, Record)]
    return [fact for fact in facts if not isinstance(fact, AlarmRaised | AlarmCleared)]


# --- money --------------------------------------------------------------------------------------------------------


def test_nothing_is_charged_that_was_not_written_down_just_before(walk: Walk) -> None:
    charges = 0
    for passage in walk.passages:
        for before, effect in pairwise((None, *passage.effects)):
            if isinstance(effect, Charge):
                charges += 1
                assert before == Record(PaymentStarted(effect.right)), told(passage)
    assert charges > 0


def test_what_is_written_down_as_started_is_charged_in_the_same_breath(walk: Walk) -> None:
    for passage in walk.passages:
        for effect, then in pairwise((*passage.effects, None)):
            if isinstance(effect, Record) and isinstance(effect.fact, PaymentStarted):
                assert then == Charge(effect.fact.right), told(passage)


def test_a_yes_to_what_was_asked_is_always_a_right_sold(walk: Walk) -> None:
    answered = 0
    for passage in walk.passages:
        right = getattr(passage.before.screen, "right", None)
        if passage.before.screen.awaits and isinstance(right, ParkingRight):
            yes = Approved(card_reference(right.reference), right.cents)
            if passage.event == yes:
                answered += 1
                assert recorded(passage.effects) == [RightSold(right)], told(passage)
    assert answered > 0


def sold(passage: Passage) -> list[ParkingRight]:
    return [fact.right for fact in recorded(passage.effects) if isinstance(fact, RightSold)]


def test_a_right_is_sold_by_a_yes_to_its_own_price_and_by_nothing_else(walk: Walk) -> None:
    for passage in walk.passages:
        for right in sold(passage):
            if right.cents:
                assert passage.event == Approved(card_reference(right.reference), right.cents), told(passage)


def test_a_right_that_costs_nothing_is_given_at_once_and_no_bank_hears_of_it(walk: Walk) -> None:
    """OK on its length, or on "no paper": one fact, no card, and the screen that says so."""
    given = 0
    for passage in walk.passages:
        for right in sold(passage):
            if not right.cents:
                given += 1
                assert passage.event == KeyPressed(Key.OK), told(passage)
                assert isinstance(passage.before.screen, Duration | NoPaper), told(passage)
                assert recorded(passage.effects) == [RightSold(right)], told(passage)
                assert passage.after.screen == Paid(right), told(passage)
                assert not any(isinstance(effect, Charge) for effect in passage.effects), told(passage)
    assert given > 0


def test_nothing_is_charged_that_costs_nothing(walk: Walk) -> None:
    for passage in walk.passages:
        for effect in passage.effects:
            if isinstance(effect, Charge):
                assert effect.right.cents > 0, told(passage)
            if isinstance(effect, Record) and isinstance(effect.fact, PaymentStarted | InDoubt):
                assert effect.fact.right.cents > 0, told(passage)


def test_every_regime_and_class_of_the_walked_plate_is_sold(walk: Walk) -> None:
    """But the one whose maximum is reached: of it nothing is. The resident prolongs, and is not asked the class again."""
    charged = {effect.right for passage in walk.passages for effect in passage.effects if isinstance(effect, Charge)}
    given = {right for passage in walk.passages for right in sold(passage)}
    assert {(right.regime, right.vehicle) for right in charged} == {
        ("visitor", "car"),
        ("visitor", "heavy"),
        ("resident", "car"),
    }
    assert {right.regime for right in given - charged if right.plate == MEANT} == {
        "cmi_s",
        "low_emission",
        "low_emission_resident",
    }
    assert ("low_emission", "heavy") not in {(right.regime, right.vehicle) for right in given}
    assert {right.reached for right in charged if right.regime == "resident"} == {1}
    assert {right.begun is None for right in charged if right.regime == "visitor"} == {True}


def test_no_yes_passes_without_a_trace(walk: Walk) -> None:
    approved = [passage for passage in walk.passages if isinstance(passage.event, Approved)]
    assert approved
    for passage in approved:
        assert recorded(passage.effects), told(passage)


def test_a_payment_is_left_only_when_its_end_is_written_down(walk: Walk) -> None:
    for passage in walk.passages:
        paying = passage.before.screen
        if isinstance(paying, RUNNING) and passage.after.screen.awaits != paying.awaits:
            (end,) = recorded(passage.effects)
            match end:
                case RightSold(right) | InDoubt(right):
                    assert right == paying.right, told(passage)
                case PaymentRefused(reference):
                    assert reference == paying.right.reference, told(passage)
                case _:
                    pytest.fail(told(passage))


def test_no_key_ends_a_payment(walk: Walk) -> None:
    for passage in walk.passages:
        if isinstance(passage.before.screen, Presenting | Authorising | Stopping) and isinstance(
            passage.event, KeyPressed | KeyHeld
        ):
            assert passage.after.screen.awaits == passage.before.screen.awaits, told(passage)
    paying = {machine.screen for machine in walk.machines if isinstance(machine.screen, RUNNING)}
    assert {type(screen) for screen in paying} == set(RUNNING)
    for screen in paying:
        for key in Key:
            after, _ = Machine(screen).feed(KeyPressed(key), 0.0, walk.context)
            assert after.screen.awaits == screen.awaits, key


def after_facts(known: frozenset[type], effects: tuple[Effect, ...]) -> frozenset[type]:
    """What is known of the latest payment once these are written."""
    for fact in recorded(effects):
        if isinstance(fact, PaymentStarted):
            known = frozenset()
        elif isinstance(fact, RightSold | InDoubt | PaymentRefused):
            known |= {type(fact)}
    return known


@pytest.fixture(scope="module")
def known(walk: Walk) -> dict[Machine, set[frozenset[type]]]:
    """For every machine, what may have been written of the latest payment on the ways that lead to it."""
    moves: dict[Machine, list[Passage]] = defaultdict(list)
    for passage in walk.passages:
        moves[passage.before].append(passage)
    first = walk.passages[0].before
    found: dict[Machine, set[frozenset[type]]] = defaultdict(set, {first: {frozenset()}})
    waiting: list[tuple[Machine, frozenset[type]]] = [(first, frozenset())]
    while waiting:
        machine, facts = waiting.pop()
        for passage in moves[machine]:
            then = after_facts(facts, passage.effects)
            if then not in found[passage.after]:
                found[passage.after].add(then)
                waiting.append((passage.after, then))
    return found


def test_no_screen_says_paid_unless_a_right_was_sold_on_the_way(walk: Walk, known: dict[Machine, set[frozenset[type]]]) -> None:
    said = 0
    for machine in walk.machines:
        view = machine.screen.view(machine.own_context(walk.context))
        if view.screen not in SPEAKS_OF_THE_LAW and SAYS_PAID.search(" ".join(view.lines)):
            said += 1
            assert all(RightSold in facts for facts in known[machine]), view.lines
    assert said > 0


def test_a_screen_says_paid_in_every_language_or_in_none(walk: Walk) -> None:
    for machine in walk.pictured:
        views = [machine.screen.view(replace(machine, language=each).own_context(walk.context)) for each in HERE.catalogues]
        said = {bool(SAYS_PAID.search(" ".join(view.lines))) for view in views if view.screen not in SPEAKS_OF_THE_LAW}
        assert len(said) <= 1, [view.lines for view in views]


def test_nothing_is_printed_before_the_right_it_is_for(walk: Walk, known: dict[Machine, set[frozenset[type]]]) -> None:
    """A ticket that does not say "in doubt" is of a right that was sold; one that does, of a doubt written down."""
    printed = 0
    for passage in walk.passages:
        for effect in passage.effects:
            if isinstance(effect, Print):
                printed += 1
                wanted = InDoubt if effect.doubtful else RightSold
                assert all(wanted in facts for facts in known[passage.before]), told(passage)
    assert printed > 0
