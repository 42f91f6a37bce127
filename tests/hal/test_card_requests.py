"""The card terminal's driver: withdrawing a request, requests out of bounds, and probes of the link."""

from __future__ import annotations

import pytest

from hal.drivers.concert import ConcertTerminal
from hal.ports import (
    AT_ONCE,
    Declined,
    Reason,
    TerminalIs,
)
from tests.hal.terminal_line import (
    ACK,
    ENQ,
    EOT,
    NOT_VERIFIED,
    REFERENCE,
    REQUEST,
    asked,
    ready,
    unanswered,
    wakes,
    wakes_from,
)

# --- withdrawing ---


def test_withdrawn_while_asking_to_speak_gives_the_line_back() -> None:
    terminal = ready()
    terminal.charge(240, REFERENCE)
    assert terminal.wake(1.0) == ENQ
    terminal.abort(REFERENCE)
    assert terminal.take() == [Declined(REFERENCE, Reason.WITHDRAWN)]
    assert terminal.receive(ACK, 1.1) == EOT


# --- what may not be asked ---


def test_a_till_number_is_two_digits() -> None:
    with pytest.raises(ValueError, match="till"):
        ConcertTerminal("1")


# --- the link ---


def test_the_first_probe_is_at_once_then_one_a_minute() -> None:
    terminal = ConcertTerminal()
    assert terminal.wake_at == AT_ONCE
    assert terminal.wake(5.0) == ENQ
    assert terminal.receive(ACK, 5.0) == EOT
    assert wakes(terminal, 65.0) == [(65.0, ENQ)]
    assert terminal.receive(ACK, 65.0) == EOT
    assert terminal.take() == [TerminalIs(True)]


def test_a_silent_terminal_is_not_ready_and_is_asked_every_ten_seconds() -> None:
    terminal = ConcertTerminal()
    assert wakes_from(terminal, 0.0, until=20.0) == [(0.0, ENQ), (3.0, ENQ), (6.0, ENQ), (19.0, ENQ)]
    assert terminal.take() == [TerminalIs(False)]
    assert terminal.receive(ACK, 20.0) == EOT
    assert terminal.take() == [TerminalIs(True)]


def test_a_terminal_that_goes_silent_is_told_once() -> None:
    terminal = ready()
    wakes(terminal, 300.0)
    assert terminal.take() == [TerminalIs(False)]


def test_no_probe_disturbs_a_payment() -> None:
    terminal = asked()
    assert wakes(terminal, 121.9) == []


def test_after_an_unknown_result_the_terminal_is_probed_as_soon_as_the_line_is_free() -> None:
    terminal = asked()
    terminal.receive(ENQ + NOT_VERIFIED, 30.0)
    assert wakes(terminal, 32.9) == []
    terminal.receive(EOT, 32.9)
    assert terminal.wake(32.9) == ENQ


def test_after_an_unknown_result_a_silent_terminal_is_soon_known_not_to_be_ready() -> None:
    terminal = unanswered()
    wakes(terminal, 131.0)
    assert terminal.take() == [TerminalIs(False)]


def test_a_payment_asked_for_during_a_probe_uses_its_turn() -> None:
    terminal = ready()
    assert wakes(terminal, 60.0) == [(60.0, ENQ)]
    terminal.charge(240, REFERENCE)
    assert terminal.receive(ACK, 60.1) == REQUEST
