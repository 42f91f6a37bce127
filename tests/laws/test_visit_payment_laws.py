"""Laws of a payment's screens: whose it is and how much, who may be asked for it, and how it is stopped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from firmware.domain.money import euros
from firmware.domain.parking_right import ParkingRight
from firmware.domain.plate import grouped
from firmware.machine import Machine
from firmware.protocol.facts import RightSold
from firmware.screens.payment import Authorising, PayAgain, PaymentFailed, Presenting, Stopping
from firmware.screens.payment_ended import Cancelled
from firmware.screens.ticket import Paid
from firmware.visit.effects import Abort, Charge, Record
from firmware.visit.offers import card_reference
from firmware.visit.words import until
from hal.ports import Approved, Key, KeyPressed, View
from tests.laws.walk import HERE, Walk, told

RUNNING = (Presenting, Authorising, Stopping)
REFUSED = (PaymentFailed, PayAgain)
RED_KEY = {"fr": "touche rouge", "en": "red key", "de": "rote taste", "es": "tecla roja", "it": "tasto rosso"}


def seen(machine: Machine, walk: Walk) -> Iterator[tuple[str, View]]:
    """What a machine shows, in every language."""
    for language in HERE.catalogues:
        yield language, machine.screen.view(replace(machine, language=language).own_context(walk.context))


def said(view: View) -> str:
    return " ".join(view.lines)


def test_every_screen_of_a_payment_names_the_plate_and_the_amount(walk: Walk) -> None:
    """Running, refused or over: whoever stands there knows whose it is before a card is out."""
    named = set()
    for machine in walk.pictured:
        right = getattr(machine.screen, "right", None)
        if isinstance(right, ParkingRight):
            named.add(type(machine.screen))
            for language, view in seen(machine, walk):
                assert grouped(right.plate) in said(view), view
                assert not right.cents or euros(right.cents, language) in said(view), view
    assert named >= {*RUNNING, *REFUSED, Cancelled, Paid}


def test_ok_on_a_refusal_asks_no_card_and_what_is_asked_next_was_shown(walk: Walk) -> None:
    asked = 0
    for passage in walk.passages:
        charged = [effect.right for effect in passage.effects if isinstance(effect, Charge)]
        assert not (charged and isinstance(passage.before.screen, PaymentFailed)), told(passage)
        if charged and isinstance(passage.before.screen, PayAgain):
            asked += 1
            (right,) = charged
            assert passage.event == KeyPressed(Key.OK), told(passage)
            for language, view in seen(passage.before, walk):
                context = replace(walk.context, language=language)
                interval = (until(right.start, context), until(right.end, context))
                shown = (grouped(right.plate), euros(right.cents, language), *interval)
                assert all(text in said(view) for text in shown), view
    assert asked > 0


def test_no_key_brings_a_refusal_back(walk: Walk) -> None:
    """The next motorist starts from an idle screen: nothing lies over somebody else's payment, to be lifted off by a key."""
    for passage in walk.passages:
        if isinstance(passage.event, KeyPressed) and isinstance(passage.after.screen, REFUSED):
            assert isinstance(passage.before.screen, REFUSED), told(passage)


def test_a_running_payment_offers_no_cancellation_and_every_screen_says_what_stops_it(walk: Walk) -> None:
    for machine in walk.pictured:
        if isinstance(machine.screen, RUNNING):
            for language, view in seen(machine, walk):
                assert view.hints == (), view
                assert RED_KEY[language] in said(view).lower(), view


def test_cancel_is_never_without_a_word(walk: Walk) -> None:
    told_how = 0
    for passage in walk.passages:
        if passage.event == KeyPressed(Key.CANCEL) and isinstance(passage.before.screen, Presenting | Authorising):
            told_how += 1
            assert isinstance(passage.after.screen, Stopping), told(passage)
            assert Abort(passage.before.screen.right) in passage.effects, told(passage)
    assert told_how > 0


def test_a_yes_after_a_no_is_followed(walk: Walk) -> None:
    followed = set()
    for passage in walk.passages:
        screen = passage.before.screen
        if not isinstance(screen, PaymentFailed | PayAgain | Cancelled):
            continue
        if passage.event == Approved(card_reference(screen.right.reference), screen.right.cents):
            followed.add(type(screen))
            assert Record(RightSold(screen.right)) in passage.effects, told(passage)
            assert passage.after.screen == Paid(screen.right, late=isinstance(screen, Cancelled) and screen.asked), told(
                passage
            )
    assert followed == {PaymentFailed, PayAgain, Cancelled}
