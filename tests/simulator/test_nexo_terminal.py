"""The simulated nexo terminal and the driver that faces it, over HTTP and with a length before each message."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal.ports import Approved, Declined, DeviceEvent, NotReversed, Progress, Reason, Reversed, Step, TerminalIs, Unanswered
from simulator.devices.nexo_bodies import NEXO_FAULTS
from simulator.devices.nexo_terminal import NexoDevice
from tests.simulator.nexo_street import NexoStreet

REFERENCE = "AB12345678"
either = pytest.mark.parametrize("http", [False, True], ids=["length", "http"])


def open_street(http: bool) -> NexoStreet:
    street = NexoStreet(http=http)
    assert street.let_pass(2.0) == [TerminalIs(True)]
    return street


def endings(events: list[DeviceEvent]) -> list[Approved | Declined | Unanswered]:
    return [event for event in events if isinstance(event, Approved | Declined | Unanswered)]


def paid_under(street: NexoStreet, *faults: str) -> list[Approved | Declined | Unanswered]:
    """The endings of a payment by card at a terminal with these faults."""
    for fault in faults:
        street.device.fault(fault, True)
    street.wire.look()
    street.charge()
    told = street.let_pass(1.0)
    if street.device.core.busy and street.device.core.present("approved", street.time.now):
        street.wire.look()
    return endings(told + street.let_pass(240.0))


@either
@pytest.mark.parametrize(
    ("card", "reason"),
    [
        ("declined", Reason.BANK),
        ("wrong_pin", Reason.WRONG_PIN),
        ("removed", Reason.CARD),
        ("cancelled", Reason.CANCELLED),
    ],
)
def test_each_refusal_has_its_reason(http: bool, card: str, reason: Reason) -> None:
    assert endings(open_street(http).pay(card)) == [Declined(REFERENCE, reason)]


@either
def test_a_payment_is_debited_and_told(http: bool) -> None:
    street = open_street(http)
    [ending] = endings(street.pay("contactless", 1234))
    assert isinstance(ending, Approved)
    assert (ending.cents, ending.contactless, ending.authorisation) == (1234, True, "A1B2C3")
    assert street.balance() == 1234


def test_the_card_in_the_slot_is_told_where_events_can_be() -> None:
    assert Progress(REFERENCE, Step.CARD_IN) in open_street(False).pay()


@either
def test_no_card_in_time_is_a_cancellation(http: bool) -> None:
    street = open_street(http)
    street.charge()
    assert endings(street.let_pass(40.0)) == [Declined(REFERENCE, Reason.CANCELLED)]


@either
@pytest.mark.parametrize("fault", ["mute_after_request", "garble", "half", "twice", "mute_after_card", "slow", "mute_login"])
def test_an_answer_spoilt_or_lost_is_asked_for_again(http: bool, fault: str) -> None:
    street = open_street(http)
    [ending] = paid_under(street, fault)
    assert isinstance(ending, Approved)
    assert (ending.cents, street.balance(), street.said("Payment")) == (240, 240, 1)


@either
@pytest.mark.parametrize(("fault", "cents"), [("fee", 290), ("partial", 120), ("ten_times", 2400)])
def test_the_amount_is_the_one_of_the_answer(http: bool, fault: str, cents: int) -> None:
    street = open_street(http)
    assert [getattr(ending, "cents", 0) for ending in paid_under(street, fault)] == [cents]
    assert street.balance() == cents


@either
@pytest.mark.parametrize(("fault", "reason"), [("busy", Reason.BUSY), ("maintenance", Reason.BUSY), ("nak", Reason.NOT_TAKEN)])
def test_a_request_refused_moves_no_money(http: bool, fault: str, reason: Reason) -> None:
    street = open_street(http)
    assert paid_under(street, fault) == [Declined(REFERENCE, reason)]
    assert street.balance() == 0


@either
def test_a_mute_terminal_is_unanswered_and_asked_later(http: bool) -> None:
    street = open_street(http)
    assert paid_under(street, "mute") == [Unanswered(REFERENCE)]
    street.device.fault("mute", False)
    street.terminal.ask(REFERENCE)
    assert street.let_pass(100.0)[-1] in (Unanswered(REFERENCE), TerminalIs(True))


@either
def test_a_terminal_that_cannot_deliver_gives_back_and_says_so(http: bool) -> None:
    street = open_street(http)
    assert paid_under(street, "half", "reverses") == [Declined(REFERENCE, Reason.REVERSED)]
    assert street.balance() == 0


@either
@pytest.mark.parametrize(("forgets", "ending"), [(False, Declined(REFERENCE, Reason.CANCELLED)), (True, Unanswered(REFERENCE))])
def test_a_terminal_that_restarts_in_mid_payment(http: bool, forgets: bool, ending: Declined | Unanswered) -> None:
    street = open_street(http)
    street.device.fault("forgets", forgets)
    street.charge()
    street.let_pass(1.0)
    street.present()
    street.let_pass(1.0)
    street.device.reboot(street.time.now)
    street.wire.look()
    assert endings(street.let_pass(200.0)) == [ending]


@either
def test_an_abort_takes_the_request_back_unless_it_comes_too_late(http: bool) -> None:
    street = open_street(http)
    street.charge()
    street.let_pass(1.0)
    street.terminal.abort(REFERENCE)
    street.timer.watch()
    assert endings(street.let_pass(20.0)) == [Declined(REFERENCE, Reason.CANCELLED)]
    street.charge(reference="TOOLATE1")
    street.let_pass(1.0)
    street.present("contactless")
    street.let_pass(0.799)
    street.terminal.abort("TOOLATE1")
    street.timer.watch()
    assert [type(ending) for ending in endings(street.let_pass(20.0))] == [Approved]
    assert street.balance() == 240


def test_a_terminal_that_asks_the_till_to_confirm_is_not_answered_with_yes() -> None:
    assert paid_under(open_street(False), "asks") == [Declined(REFERENCE, Reason.CANCELLED)]


@either
def test_a_debit_is_given_back_once(http: bool) -> None:
    street = open_street(http)
    [ending] = endings(street.pay())
    assert isinstance(ending, Approved)
    for _ in range(2):
        street.terminal.reverse(REFERENCE, 240, ending.transaction)
        street.timer.watch()
    assert street.let_pass(30.0) == [Reversed(REFERENCE), NotReversed(REFERENCE, "NotFound")]
    assert street.balance() == 0


@either
def test_a_station_that_starts_anew_asks_what_became_of_a_payment(http: bool) -> None:
    street = open_street(http)
    street.pay()
    street.start(http=http)
    street.terminal.ask(REFERENCE)
    street.terminal.ask("NEVERWAS")
    street.timer.watch()
    told = endings(street.let_pass(30.0))
    assert [(type(ending), ending.reference) for ending in told] == [(Approved, REFERENCE), (Unanswered, "NEVERWAS")]


def test_an_approval_after_a_refusal_is_told() -> None:
    street = open_street(False)
    assert [type(ending) for ending in endings(street.pay("yes_after_no") + street.let_pass(10.0))] == [Declined, Approved]


def test_an_unknown_fault_is_named() -> None:
    with pytest.raises(ValueError, match="no fault 'rust'"):
        NexoDevice().fault("rust", True)


@given(st.lists(st.binary(max_size=60)))
def test_noise_never_raises_at_the_terminal(pieces: list[bytes]) -> None:
    device = NexoDevice()
    device.connected()
    for piece in pieces:
        device.receive(piece, 0.0)
    assert device.core.ledger == []


faults = st.sampled_from(sorted(set(NEXO_FAULTS) - {"other_reference"}))
hands = st.lists(
    st.tuples(st.sampled_from(["on", "off"]), faults)
    | st.tuples(st.just("card"), st.sampled_from(["approved", "contactless", "declined", "mute", "late", "unverified"]))
    | st.tuples(st.sampled_from(["abort", "reboot", "cut", "mend", "charge", "charge", "pass"]), st.just("")),
    max_size=12,
)


class HandsOn:
    """A street on which anything happens."""

    def __init__(self, http: bool) -> None:
        self.street = NexoStreet(http=http)
        self.references: list[str] = []

    def do(self, verb: str, what: str) -> None:
        street = self.street
        match verb:
            case "on" | "off":
                street.device.fault(what, verb == "on")
            case "card":
                street.device.core.present(what, street.time.now)
            case "reboot":
                street.device.reboot(street.time.now)
            case "cut" | "mend":
                street.wire.line.cut = verb == "cut"
            case "abort" if self.references:
                street.terminal.abort(self.references[-1])
            case "charge":
                self.charge(f"R{len(self.references)}")
        street.wire.look()
        street.timer.watch()
        street.let_pass(40.0 if verb == "pass" else 1.0)

    def charge(self, reference: str) -> None:
        try:
            self.street.terminal.charge(240, reference)
        except ValueError:  # one is under way
            return
        self.references.append(reference)


@settings(max_examples=150, deadline=None)
@given(hands, st.booleans())
def test_whatever_happens_money_and_words_agree(script: list[tuple[str, str]], http: bool) -> None:
    hand = HandsOn(http)
    for verb, what in script:
        hand.do(verb, what)
    hand.street.let_pass(400.0)
    ledger = hand.street.device.core.ledger
    for reference in hand.references:
        told = [event for event in endings(hand.street.told) if event.reference == reference]
        debits = [debit.cents for debit in ledger if debit.reference == reference]
        assert told, f"{reference} never ended"
        assert len([cents for cents in debits if cents > 0]) <= 1, "charged twice"
        if isinstance(told[-1], Approved):
            assert told[-1].cents == debits[0]
        if isinstance(told[-1], Declined):
            assert sum(debits) == 0, "declined, and debited"
