"""Conformance of the card terminals: one payment, whatever they speak. What a protocol has no word for is asserted too."""

from __future__ import annotations

import pytest

from hal.ports import (
    Approved,
    Declined,
    TerminalIs,
    Unanswered,
)
from tests.hal.conformance.protocols import ABSENT, PROTOCOLS, Spoken
from tests.hal.conformance.street import REFERENCE, TerminalStreet, opened

every = pytest.mark.parametrize("spoken", PROTOCOLS.values(), ids=PROTOCOLS.keys())


def each(name: str) -> pytest.MarkDecorator:
    """Every protocol, and each key of a mapping of its own."""
    cases = {f"{key}-{word or 'nobody'}": (spoken, word) for key, spoken in PROTOCOLS.items() for word in getattr(spoken, name)}
    return pytest.mark.parametrize(("spoken", "word"), cases.values(), ids=cases.keys())


# --- approved, refused --------------------------------------------------------------------------------------------


@every
def test_it_says_what_it_can_and_is_found_ready(spoken: Spoken) -> None:
    street = TerminalStreet(spoken)
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
    (ending,) = street.endings()
    assert ending in [Declined(REFERENCE, spoken.reasons[word]) for word in ("cancelled", ABSENT)], "nobody showed a card"
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
