"""Laws of the visit, proven over every screen that can be reached: every event is fed to every machine the explorer finds."""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from itertools import islice, pairwise
from typing import TypeVar

import pytest

from firmware.domain.parking_right import ParkingRight
from firmware.ledger.ledger import Ledger
from firmware.machine import Machine
from firmware.protocol.facts import InDoubt, PaymentRefused, PaymentStarted, RightSold
from firmware.screens.duration import Ahead, Duration, NoPaper
from firmware.screens.idle import PAGES, Idle
from firmware.screens.payment import Authorising, Presenting
from firmware.screens.question import QuestionScreen
from firmware.screens.screen import Screen
from firmware.screens.ticket import Paid
from firmware.screens.trouble import Broken
from firmware.tariff import Stay
from firmware.visit.context import Context, card_reference
from firmware.visit.effects import Charge, Effect, Print, Record
from firmware.visit.events import TimedOut
from firmware.visit.health import Health
from hal.drawing import overflows
from hal.ports import NEVER, Approved, Key, KeyHeld, KeyPressed, PrinterState, View
from simulator import explorer
from simulator.explorer import Passage, passages
from tests.builders import PARIS, context

HERE = context()
SAYS_PAID = re.compile(r"\b(payée?|paid)\b", re.IGNORECASE)
SPEAKS_OF_THE_LAW = ("idle", "info")
"""Screens that say "paid" of tickets in general."""


@dataclass(frozen=True)
class Walk:
    """Everything that can happen."""

    context: Context
    passages: tuple[Passage, ...]

    @property
    def machines(self) -> set[Machine]:
        return {passage.before for passage in self.passages}

    def views(self) -> Iterator[View]:
        """Every different picture, in every language."""
        seen = {replace(machine, language=language) for machine in self.machines for language in self.context.catalogues}
        yield from {machine.screen.view(machine.sees(self.context)) for machine in seen}


@pytest.fixture(scope="module", params=["day", "night"])
def walk(request: pytest.FixtureRequest) -> Walk:
    """At night parking is free: one more screen, and every price is for later."""
    at = HERE.now if request.param == "day" else datetime(2026, 3, 7, 21, 0, tzinfo=PARIS)
    context = explorer.peopled(replace(HERE, now=at))
    return Walk(context, tuple(passages(context)))


def told(passage: Passage) -> str:
    return f"{passage.before.screen} + {passage.event} -> {passage.after.screen}, {passage.effects}"


def recorded(effects: tuple[Effect, ...]) -> list[object]:
    return [effect.fact for effect in effects if isinstance(effect, Record)]


# --- the walk itself ----------------------------------------------------------------------------------------------


def every(kind: type[Screen]) -> set[type[Screen]]:
    """The screens a motorist can see: those with a name of their own."""
    found = {below for each in kind.__subclasses__() for below in every(each)}
    return found | ({kind} if "name" in vars(kind) and kind is not Screen else set())


def test_every_screen_is_reached_but_the_one_no_event_leads_to(walk: Walk) -> None:
    by_day = set() if walk.context.free_now else {Ahead}
    assert {type(machine.screen) for machine in walk.machines} == every(Screen) - {Broken} - by_day


def test_every_screen_has_a_name_of_its_own_and_says_what_it_is_in_one_sentence() -> None:
    screens = every(Screen)
    assert len({screen.name for screen in screens}) == len(screens)
    for screen in screens:
        assert screen.name == screen.name.lower().strip() != ""
        first = (inspect.getdoc(screen) or "").partition("\n")[0]
        assert first.endswith("."), screen
        assert ". " not in first, screen


# --- time ---------------------------------------------------------------------------------------------------------


def test_no_screen_that_loses_patience_is_deaf_to_the_time(walk: Walk) -> None:
    for passage in walk.passages:
        if passage.event == TimedOut() and passage.before.screen.patience < NEVER:
            assert passage.after.screen != passage.before.screen, told(passage)


def test_patience_restarts_when_and_only_when_the_screen_changes() -> None:
    """The walk feeds every event at the instant the screen came up; here it is fed three seconds later."""
    context = explorer.peopled(HERE)
    first = Machine(health=Health(PrinterState.OK, terminal=True))
    seen, waiting = {first}, [first]
    for before in islice(waiting, 400):
        for event in explorer.events_for(before):
            after, _ = before.fed(event, before.since + 3.0, context)
            moved = after.screen != before.screen
            assert after.since == (before.since + 3.0 if moved else before.since)
            after = replace(after, since=0.0)
            if after not in seen:
                seen.add(after)
                waiting.append(after)


def test_an_idle_screen_can_be_reached_from_everywhere(walk: Walk) -> None:
    sources: dict[Machine, set[Machine]] = defaultdict(set)
    for passage in walk.passages:
        sources[passage.after].add(passage.before)
    home = {machine for machine in walk.machines if isinstance(machine.screen, Idle)}
    waiting = list(home)
    while waiting:
        new = sources[waiting.pop()] - home
        home |= new
        waiting += new
    assert home == walk.machines


def test_a_motorist_who_walks_away_leaves_an_idle_screen_behind(walk: Walk) -> None:
    """Time alone leads home from every screen; from a payment under way only the terminal's answer does."""
    in_time = {passage.before: passage.after for passage in walk.passages if passage.event == TimedOut()}
    for machine in walk.machines:
        for _ in range(60):
            if isinstance(machine.screen, Idle | Authorising):
                break
            machine = in_time[machine]
        assert isinstance(machine.screen, Idle | Authorising), machine


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
    heard = 0
    for passage in walk.passages:
        right = getattr(passage.before.screen, "right", None)
        if passage.before.screen.awaits and isinstance(right, ParkingRight):
            yes = Approved(card_reference(right.reference), right.cents)
            if passage.event == yes:
                heard += 1
                assert recorded(passage.effects) == [RightSold(right)], told(passage)
    assert heard > 0


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
    assert {right.regime for right in given - charged} == {"cmi_s", "low_emission", "low_emission_resident"}
    assert ("low_emission", "heavy") not in {(right.regime, right.vehicle) for right in given}
    assert {right.reached for right in charged if right.regime == "resident"} == {1}
    assert {right.begun is None for right in charged if right.regime == "visitor"} == {True}


def test_no_yes_passes_without_a_trace(walk: Walk) -> None:
    for passage in walk.passages:
        if isinstance(passage.event, Approved):
            assert recorded(passage.effects), told(passage)


def test_a_payment_is_left_only_when_its_end_is_written_down(walk: Walk) -> None:
    for passage in walk.passages:
        asking = passage.before.screen
        if isinstance(asking, Presenting | Authorising) and passage.after.screen.awaits != asking.awaits:
            (end,) = recorded(passage.effects)
            match end:
                case RightSold(right) | InDoubt(right):
                    assert right == asking.right, told(passage)
                case PaymentRefused(reference):
                    assert reference == asking.right.reference, told(passage)
                case _:
                    pytest.fail(told(passage))


def test_no_key_ends_a_payment(walk: Walk) -> None:
    for passage in walk.passages:
        if isinstance(passage.before.screen, Presenting | Authorising) and isinstance(passage.event, KeyPressed | KeyHeld):
            assert passage.after.screen.awaits == passage.before.screen.awaits, told(passage)
    for screen in {machine.screen for machine in walk.machines if machine.screen.awaits}:
        if isinstance(screen, Presenting | Authorising):
            for key in Key:
                after, _ = Machine(screen).fed(KeyPressed(key), 0.0, walk.context)
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
        for language in HERE.catalogues:
            view = machine.screen.view(replace(machine, language=language).sees(walk.context))
            if view.screen not in SPEAKS_OF_THE_LAW and SAYS_PAID.search(" ".join(view.lines)):
                said += 1
                assert all(RightSold in facts for facts in known[machine]), view.lines
    assert said > 0


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


# --- the glass ----------------------------------------------------------------------------------------------------


def test_every_picture_fits(walk: Walk) -> None:
    assert {(view.screen, view.lines, overflows(view)) for view in walk.views() if overflows(view)} == set()


FAR = datetime(2026, 9, 30, 12, 45, tzinfo=PARIS)
"""A Wednesday more than a week off: "mer. 30 sept." is as wide as a date gets."""
WIDE = replace(
    HERE,
    now=datetime(2026, 9, 19, 21, 0, tzinfo=PARIS),
    site=replace(
        HERE.site,
        station="75020-9999",
        address="29 rue du Faubourg-Saint-Antoine",
        nearest="48 bis rue du Faubourg-Saint-Denis",
    ),
)


T = TypeVar("T")
PLATES, WIDEST = ("plate", "suggestion"), "WWWWWWWWWW"


def stretched(value: T) -> T:
    """The same with ten wide letters for every plate, and a right that ends on a day with a long name and costs the most."""
    if isinstance(value, ParkingRight):
        return replace(value, plate=WIDEST, end=FAR, cents=22500, units=24, reference="75020-9999-999999")
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{member.name: widened(value, member.name) for member in fields(value)})
    return value


def widened(value: object, name: str) -> object:
    """A member of a screen: every plate it knows is the widest."""
    member = getattr(value, name)
    return WIDEST if name in PLATES and member is not None else stretched(member)


def test_every_picture_fits_with_the_longest_of_everything(walk: Walk) -> None:
    """Saturday night: paid ahead to Monday; ten wide letters, 225,00 €, the longest station, street and number."""
    screens = {(stretched(machine.screen), machine.health) for machine in walk.machines}
    stays = {(WIDEST, 1, regime): Stay(units, FAR, WIDE.now) for regime, units in (("resident", 1), ("pro_public", 1))}
    wide = replace(WIDE, ledger=Ledger(stays=stays))
    views = [
        screen.view(replace(wide, language=language, health=health))
        for screen, health in screens
        for language in WIDE.catalogues
    ]
    assert len({view.screen for view in views}) == len({machine.screen.name for machine in walk.machines})
    assert {(view.screen, view.lines, overflows(view)) for view in set(views) if overflows(view)} == set()


STATES = [None, *PrinterState]


@pytest.mark.parametrize("language", list(HERE.catalogues))
def test_every_trouble_fits(language: str) -> None:
    screens: list[Screen] = [*map(Idle, range(PAGES)), Broken("J1")]
    for printer in STATES:
        for terminal in (None, True, False):
            for stuck in (frozenset[Key](), frozenset({Key.W}), frozenset({Key.CORRECT, Key.CANCEL})):
                context = replace(WIDE, language=language, health=Health(printer, terminal, stuck))
                assert [overflows(screen.view(context)) for screen in screens] == [()] * len(screens)


# --- questions ----------------------------------------------------------------------------------------------------


def test_a_question_that_warned_gives_back_everything(walk: Walk) -> None:
    for passage in walk.passages:
        if isinstance(passage.before.screen, QuestionScreen) and passage.event == TimedOut():
            warned = passage.after
            back, _ = warned.fed(KeyPressed(Key.PLUS), 0.0, walk.context)
            assert back == passage.before, told(passage)
