"""Conformance of the card terminals: what is taken back, asked and given back, and calls outside the states of the port."""

from __future__ import annotations

import pytest

from hal.ports import Approved, Capabilities, Declined, Progress, Reason, Reversed, Step, Unanswered
from tests.hal.conformance.protocols import PROTOCOLS, Spoken
from tests.hal.conformance.street import REFERENCE, TerminalStreet, opened

every = pytest.mark.parametrize("spoken", PROTOCOLS.values(), ids=PROTOCOLS.keys())


def transaction_of(street: TerminalStreet) -> str:
    """The terminal's name of the payment that was just approved."""
    [approved] = street.endings()
    assert isinstance(approved, Approved)
    return approved.transaction


# --- taken back ---------------------------------------------------------------------------------------------------


@every
def test_a_request_that_has_not_left_is_withdrawn(spoken: Spoken) -> None:
    street = opened(spoken)
    street.terminal.charge(240, REFERENCE)
    street.do(lambda: street.terminal.abort("OTHER"))
    assert street.endings() == []
    street.do(lambda: street.terminal.abort(REFERENCE))
    assert street.endings() == [Declined(REFERENCE, Reason.WITHDRAWN)]
    street.let_pass(50.0)
    assert street.requests == 0
    assert not street.present("approved")


@every
def test_a_request_that_has_left_is_taken_back_where_the_protocol_can(spoken: Spoken) -> None:
    street = opened(spoken)
    street.charge()
    street.let_pass(1.0)
    street.do(lambda: street.terminal.abort(REFERENCE))
    street.let_pass(10.0)
    ended = [Declined(REFERENCE, Reason.CANCELLED)] if spoken.capabilities.aborts else []
    assert street.endings() == ended
    assert street.present("approved") is not spoken.capabilities.aborts, "or a card pays all the same"
    street.let_pass(10.0)
    assert street.balance() == (0 if spoken.capabilities.aborts else 240)
    street.law()


@every
def test_an_abort_that_comes_too_late_is_answered_by_the_approval(spoken: Spoken) -> None:
    street = opened(spoken)
    street.charge()
    street.let_pass(1.0)
    street.present("contactless")
    street.let_pass(0.7995)
    street.do(lambda: street.terminal.abort(REFERENCE))
    street.let_pass(20.0)
    assert [type(ending) for ending in street.endings()] == [Approved]
    street.law()


# --- asked and given back afterwards ------------------------------------------------------------------------------


@every
def test_a_station_that_starts_anew_asks_what_became_of_a_payment_where_it_can(spoken: Spoken) -> None:
    street = opened(spoken)
    street.pay()
    street.told.clear()
    street.start()
    if not spoken.capabilities.asks:
        with pytest.raises(ValueError, match="past"):
            street.terminal.ask(REFERENCE)
        return
    street.do(lambda: street.terminal.ask(REFERENCE))
    street.do(lambda: street.terminal.ask("NEVERWAS"))
    street.let_pass(30.0)
    assert [type(ending) for ending in street.endings()] == [Approved]
    assert street.endings("NEVERWAS") == [Unanswered("NEVERWAS")]


@every
def test_a_debit_is_given_back_once_where_it_can_be(spoken: Spoken) -> None:
    street = opened(spoken)
    street.pay()
    name = transaction_of(street)
    if not spoken.capabilities.reverses:
        with pytest.raises(ValueError, match="back"):
            street.terminal.reverse(REFERENCE, 240, name)
        assert street.balance() == 240
        return
    for _ in range(2):
        street.do(lambda: street.terminal.reverse(REFERENCE, 240, name))
    assert street.let_pass(30.0) == [Reversed(REFERENCE)] * 2
    assert street.balance() == 0


@every
def test_a_reversal_whose_answer_is_lost_is_not_made_twice(spoken: Spoken) -> None:
    street = opened(spoken)
    if "mute_reversal" not in spoken.faults:
        assert not spoken.capabilities.reverses
        return
    street.pay()
    street.fault("mute_reversal")
    street.do(lambda: street.terminal.reverse(REFERENCE, 240, transaction_of(street)))
    street.let_pass(120.0)
    assert Reversed(REFERENCE) in [event for _, event in street.told]
    assert street.debits() == [240, -240]


@every
def test_the_motorists_steps_are_told_where_the_terminal_can_speak_of_itself(spoken: Spoken) -> None:
    street = opened(spoken)
    street.pay()
    told = Progress(REFERENCE, Step.CARD_IN) in [event for _, event in street.told]
    assert told is spoken.capabilities.progress


# --- out of the states of the port --------------------------------------------------------------------------------


@every
@pytest.mark.parametrize(
    ("cents", "reference"), [(0, "A"), (-5, "A"), (100_000_000, "A"), (1, ""), (1, "ABCDEFGHIJK"), (1, "a-b"), (1, "É")]
)
def test_a_request_outside_the_bounds_of_the_port_asks_nothing(spoken: Spoken, cents: int, reference: str) -> None:
    street = opened(spoken)
    with pytest.raises(ValueError, match=r"amount|reference"):
        street.terminal.charge(cents, reference)
    street.do(lambda: None)
    street.let_pass(60.0)
    assert street.requests == 0
    assert [type(ending) for ending in street.pay()] == [Approved]


@every
def test_one_payment_at_a_time_and_each_reference_once(spoken: Spoken) -> None:
    street = opened(spoken)
    street.charge()
    for wait in (0.0, 1.0):
        street.let_pass(wait)
        with pytest.raises(ValueError, match="under way"):
            street.terminal.charge(360, "SECOND1")
    street.present("approved")
    street.let_pass(10.0)
    with pytest.raises(ValueError, match=r"once|twice|before"):
        street.terminal.charge(240, REFERENCE)
    street.let_pass(200.0)
    assert (street.requests, street.balance()) == (1, 240)
    street.law()


@every
def test_what_is_said_to_a_terminal_without_a_payment_is_nothing(spoken: Spoken) -> None:
    street = opened(spoken)
    street.do(lambda: street.terminal.abort(REFERENCE))
    street.do(lambda: street.terminal.acknowledge(REFERENCE))
    street.let_pass(30.0)
    unknown = [Unanswered(REFERENCE)] if spoken.capabilities.asks and spoken.capabilities.aborts else []
    assert (street.requests, street.endings()) == (0, unknown), "one of a driver before is asked about, and it knows none"
    assert spoken.capabilities.confirms is Capabilities().confirms, "none reverses what was delivered and not confirmed"
