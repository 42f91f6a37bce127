"""Conformance of the card terminals: one payment, whatever they speak. What a protocol has no word for is asserted too."""

from __future__ import annotations

import pytest

from hal.ports import (
    Approved,
    Capabilities,
    Declined,
    NotReversed,
    Progress,
    Reason,
    Reversed,
    Step,
    TerminalIs,
    Unanswered,
)
from tests.hal.conformance.protocols import ABSENT, PROTOCOLS, Spoken
from tests.hal.conformance.street import REFERENCE, Street, opened

every = pytest.mark.parametrize("spoken", PROTOCOLS.values(), ids=PROTOCOLS.keys())


def each(name: str) -> pytest.MarkDecorator:
    """Every protocol, and each key of a mapping of its own."""
    cases = {f"{key}-{word or 'nobody'}": (spoken, word) for key, spoken in PROTOCOLS.items() for word in getattr(spoken, name)}
    return pytest.mark.parametrize(("spoken", "word"), cases.values(), ids=cases.keys())


def transaction_of(street: Street) -> str:
    """The terminal's name of the payment that was just approved."""
    [approved] = street.endings()
    assert isinstance(approved, Approved)
    return approved.transaction


# --- approved, refused --------------------------------------------------------------------------------------------


@every
def test_it_says_what_it_can_and_is_found_ready(spoken: Spoken) -> None:
    street = Street(spoken)
    assert street.terminal.capabilities == spoken.capabilities
    assert street.let_pass(2.0) == [TerminalIs(True)]
    street.fault("off")
    assert TerminalIs(False) in street.let_pass(90.0)
    street.fault("off", False)
    assert street.let_pass(15.0) == [TerminalIs(True)]


@every
@pytest.mark.parametrize("card", ["approved", "contactless"])
def test_what_is_approved_was_debited_and_is_told_with_all_that_the_terminal_says(spoken: Spoken, card: str) -> None:
    street = opened(spoken)
    [approved] = street.pay(card, 1234)
    assert isinstance(approved, Approved)
    assert (approved.cents, approved.currency, street.balance()) == (1234, "EUR", 1234)
    assert approved.contactless is ((card == "contactless") if spoken.says_contactless else None)
    assert bool(approved.transaction) is spoken.capabilities.reverses
    assert street.requests == 1


@each("reasons")
def test_each_refusal_has_the_reason_that_the_protocol_has_a_word_for(spoken: Spoken, word: str) -> None:
    street = opened(spoken)
    street.charge()
    street.let_pass(1.0)
    assert word == ABSENT or street.present(word)
    street.let_pass(40.0)
    assert street.endings() == [Declined(REFERENCE, spoken.reasons[word])]
    assert street.balance() == 0


@each("refusals")
def test_a_terminal_that_does_not_take_the_request_moves_no_money(spoken: Spoken, word: str) -> None:
    street = opened(spoken)
    street.fault(word)
    street.charge()
    street.let_pass(40.0)
    assert street.endings() == [Declined(REFERENCE, spoken.refusals[word])]
    assert not street.present("approved")
    assert street.balance() == 0


@every
def test_after_the_nightly_collection_it_is_paid_at_again(spoken: Spoken) -> None:
    street = opened(spoken)
    street.fault(spoken.collecting)
    [refused] = street.pay(reference="NIGHT1")
    assert isinstance(refused, Declined)
    street.fault(spoken.collecting, False)
    street.let_pass(61.0)
    [approved] = street.pay(reference="MORNING1")
    assert isinstance(approved, Approved)
    street.law()


@every
@pytest.mark.parametrize(("fault", "cents"), [("fee", 290), ("ten_times", 2400), ("partial", 120)])
def test_the_amount_is_the_one_that_was_debited(spoken: Spoken, fault: str, cents: int) -> None:
    street = opened(spoken)
    if fault not in spoken.faults:
        assert not spoken.capabilities.reverses, "a part of an amount is nexo's word"
        return
    street.fault(fault)
    assert [getattr(ending, "cents", 0) for ending in street.pay()] == [cents]
    assert street.balance() == cents


@every
def test_a_terminal_that_asks_whether_it_is_the_same_transaction_gets_no_yes(spoken: Spoken) -> None:
    street = opened(spoken)
    street.fault("asks")
    street.charge()
    street.let_pass(1.0)
    assert not street.present("approved")
    street.let_pass(40.0)
    assert street.endings() == [Declined(REFERENCE, spoken.reasons["cancelled"])]
    assert street.balance() == 0


# --- said twice, late, or of another ------------------------------------------------------------------------------


@every
def test_an_answer_that_is_given_twice_is_told_once(spoken: Spoken) -> None:
    street = opened(spoken)
    street.fault("twice")
    assert [type(ending) for ending in street.pay()] == [Approved]
    street.let_pass(60.0)
    assert [type(ending) for ending in street.endings()] == [Approved]
    assert street.balance() == 240


@every
def test_an_answer_after_the_end_of_the_wait_ends_the_doubt(spoken: Spoken) -> None:
    street = opened(spoken)
    street.pay("late")
    street.let_pass(160.0)
    late = [Unanswered, Approved] if spoken.hears_late else [Unanswered]
    assert [type(ending) for ending in street.endings()] == late
    if spoken.capabilities.asks:
        street.do(lambda: street.terminal.ask(REFERENCE))
        street.let_pass(10.0)
    assert [type(ending) for ending in street.endings()] == [Unanswered, Approved]
    street.law()


@every
def test_an_approval_of_another_payment_is_never_taken_for_ours(spoken: Spoken) -> None:
    street = opened(spoken)
    street.fault("other_reference")
    street.pay()
    street.let_pass(180.0)
    asked_after = spoken.capabilities.asks
    assert [type(ending) for ending in street.endings()] == [Approved if asked_after else Unanswered]
    street.law()


@every
def test_a_yes_after_a_no_is_told_where_the_protocol_can_say_it(spoken: Spoken) -> None:
    street = opened(spoken)
    if "yes_after_no" not in street.device.cards:
        assert not spoken.hears_yes_after_no
        return
    street.pay("yes_after_no")
    assert [type(ending) for ending in street.endings()] == ([Declined, Approved] if spoken.hears_yes_after_no else [Declined])
    if spoken.capabilities.asks:
        street.do(lambda: street.terminal.ask(REFERENCE))
        street.let_pass(10.0)
        assert isinstance(street.endings()[-1], Approved)
        street.law()


@every
def test_an_answer_that_is_not_on_disk_is_not_forgotten_by_a_terminal_that_waits_for_that(spoken: Spoken) -> None:
    """Concert's ACK is the only word there is for it: a terminal that gets none gives back, if it does that at all."""
    street = opened(spoken)
    street.records = False
    street.fault("reverses")
    [approved] = street.pay()
    street.let_pass(60.0)
    waits = spoken.request == PROTOCOLS["concert"].request
    assert (type(approved), street.balance()) == (Approved, 0 if waits else 240)


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
    assert street.let_pass(30.0) == [Reversed(REFERENCE), NotReversed(REFERENCE, "NotFound")]
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
    assert (street.requests, street.endings()) == (0, [])
    assert spoken.capabilities.confirms is Capabilities().confirms, "none reverses what was delivered and not confirmed"
