"""Conformance of the card terminals: whatever goes wrong, at whatever step, a payment ends in time and as its money did."""

from __future__ import annotations

from enum import Enum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal.ports import NEVER, Approved, Declined, Reason, Unanswered
from simulator.devices.terminal_core import TerminalCore
from tests.hal.conformance.protocols import PROTOCOLS, Spoken
from tests.hal.conformance.street import REFERENCE, TerminalStreet, opened

every = pytest.mark.parametrize("spoken", PROTOCOLS.values(), ids=PROTOCOLS.keys())
LIES = ("unsure",)
"""A terminal that denies a debit it made contradicts its own bank: nobody at the machine can know."""
CASES = {f"{key}-{fault}": (spoken, fault) for key, spoken in PROTOCOLS.items() for fault in (*spoken.faults, "cut")}


class MishapMoment(Enum):
    """When it goes wrong."""

    BEFORE = "before the charge"
    ASKED = "a card is asked for"
    SHOWN = "the card was shown"
    DEBITED = "the bank has debited"


def paid_until(street: TerminalStreet, moment: MishapMoment) -> None:
    """A payment by card up to there."""
    if moment is MishapMoment.BEFORE:
        return
    street.charge()
    street.let_pass(1.0)
    if moment is MishapMoment.ASKED:
        return
    assert street.present("approved")
    street.let_pass(1.0 if moment is MishapMoment.SHOWN else 2.5)


def go_on(street: TerminalStreet, moment: MishapMoment) -> None:
    if moment is MishapMoment.BEFORE:
        street.charge()
        street.let_pass(1.0)
    if moment in (MishapMoment.BEFORE, MishapMoment.ASKED):
        street.present("approved")


@pytest.mark.parametrize("moment", list(MishapMoment), ids=lambda moment: moment.name.lower())
@pytest.mark.parametrize(("spoken", "fault"), CASES.values(), ids=CASES.keys())
def test_whatever_is_wrong_with_it_at_whatever_step_a_payment_ends_in_time_and_as_its_money_did(
    spoken: Spoken, fault: str, moment: MishapMoment
) -> None:
    street = opened(spoken)
    paid_until(street, moment)
    street.fault(fault)
    go_on(street, moment)
    street.let_pass(240.0)
    if fault not in LIES:
        street.law()
    assert street.requests <= (3 if fault == "nak" else 1), "sent again though it may have been taken"
    street.fault(fault, False)
    street.let_pass(90.0)
    if spoken.capabilities.asks and isinstance(street.endings()[-1], Unanswered):
        street.do(lambda: street.terminal.ask(REFERENCE))
        street.let_pass(90.0)
        remembers = bool(street.debits()) and fault not in (*LIES, "forgets")
        assert not (remembers and isinstance(street.endings()[-1], Unanswered)), "it is there again, and says what became of it"
    if fault not in LIES:
        street.law()


@every
def test_a_terminal_that_is_off_was_certainly_not_asked(spoken: Spoken) -> None:
    street = opened(spoken)
    street.fault("off")
    street.let_pass(1.0)
    street.charge()
    street.let_pass(40.0)
    assert street.endings() == [Declined(REFERENCE, Reason.NOT_ASKED)]
    assert street.requests == 0


@every
@pytest.mark.parametrize("forgets", [False, True])
def test_a_terminal_that_restarts_in_mid_payment_leaves_it_unknown_unless_it_remembers(spoken: Spoken, forgets: bool) -> None:
    street = opened(spoken)
    if forgets and "forgets" not in spoken.faults:
        assert not spoken.capabilities.asks, "it never remembers"
        return
    paid_until(street, MishapMoment.SHOWN)
    street.fault("forgets" if forgets else "off")
    street.let_pass(20.0)
    street.fault("off", False)
    street.let_pass(200.0)
    remembers = spoken.capabilities.asks and not forgets
    assert street.endings() == [Declined(REFERENCE, Reason.CANCELLED) if remembers else Unanswered(REFERENCE)]
    street.law()


@every
@pytest.mark.parametrize("fault", ["half", "mute"])
def test_a_terminal_that_gives_back_what_it_cannot_deliver_says_so_where_it_is_asked(spoken: Spoken, fault: str) -> None:
    street = opened(spoken)
    street.fault("reverses")
    paid_until(street, MishapMoment.SHOWN)
    street.fault(fault)
    street.let_pass(60.0)
    street.fault(fault, False)
    street.let_pass(140.0)
    given_back = [Declined(REFERENCE, Reason.REVERSED)] if spoken.capabilities.asks else [Unanswered(REFERENCE)]
    assert street.endings() == given_back
    assert (street.debits(), street.balance()) == ([240, -240], 0)


@every
@pytest.mark.parametrize("fault", ["half", "garble", "mute_after_request", "mute_after_card"])
def test_an_answer_spoilt_or_lost_is_asked_for_where_it_can_be_and_never_the_payment_again(spoken: Spoken, fault: str) -> None:
    street = opened(spoken)
    if fault not in spoken.faults:
        assert not spoken.capabilities.asks
        return
    street.fault(fault)
    street.pay()
    street.let_pass(180.0)
    knows = spoken.capabilities.asks or fault in spoken.mends
    assert [type(ending) for ending in street.endings()] == [Approved if knows else Unanswered]
    assert street.requests == 1
    street.law()


@every
def test_a_fault_that_it_cannot_have_is_named(spoken: Spoken) -> None:
    with pytest.raises(ValueError, match="no fault 'rust'"):
        TerminalStreet(spoken).fault("rust")
    assert TerminalCore().faults == set()


# --- anything, in any order ---------------------------------------------------------------------------------------

hands = st.lists(
    st.tuples(st.sampled_from(["on", "off"]), st.integers(0, 30))
    | st.tuples(st.just("card"), st.sampled_from(["approved", "contactless", "declined", "mute", "late", "unverified"]))
    | st.tuples(st.sampled_from(["abort", "charge", "charge", "pass", "look"]), st.just(0)),
    max_size=12,
)


def do(street: TerminalStreet, verb: str, what: int | str) -> None:
    faults = sorted({*street.spoken.faults, "cut"} - {*LIES, "other_reference"})
    match verb, what:
        case (("on" | "off"), int(number)):
            street.fault(faults[number % len(faults)], verb == "on")
        case "card", str(card):
            street.present(card)
        case "charge", _:
            try:
                street.terminal.charge(240, f"R{len(street.charged)}")
            except ValueError:  # one is under way
                return
            street.charged[f"R{len(street.charged)}"] = street.time.now
        case "abort", _:
            street.terminal.abort(f"R{len(street.charged) - 1}")
        case "look", _:
            street.terminal.look()
    street.do(lambda: None)
    street.let_pass(40.0 if verb == "pass" else 1.0)


@every
@settings(max_examples=120, deadline=None)
@given(hands)
def test_whatever_happens_money_and_words_agree(spoken: Spoken, script: list[tuple[str, int | str]]) -> None:
    street = opened(spoken)
    for verb, what in script:
        do(street, verb, what)
    street.let_pass(400.0)
    street.law()


@every
def test_the_driver_says_by_when_a_payment_ends_and_a_silence_ends_it_then(spoken: Spoken) -> None:
    street = opened(spoken)
    assert street.terminal.ends_by == NEVER
    street.charge()
    street.let_pass(1.0)
    street.fault("mute")
    street.let_pass(30.0)
    bound = street.terminal.ends_by
    street.let_pass(bound - street.time.now - 0.5)
    assert street.endings() == []
    street.let_pass(1.0)
    assert street.endings() == [Unanswered(REFERENCE)]
    assert street.terminal.ends_by == NEVER
    street.law()
