"""Receipts: which tickets are owed, whatever the printer and the power did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.ledger.ledger import ledger_of
from firmware.ledger.receipts import MOST_DUPLICATES, RECEIPTS_KEPT, Receipts, RightReceipt
from firmware.protocol.facts import (
    Fact,
    InDoubt,
    PaymentRefused,
    PaymentStarted,
    RightSold,
    Started,
    TicketFailed,
    TicketPrinted,
)
from firmware.protocol.personal import SALT_LENGTH, split
from tests.builders import right

ONE, TWO = right(), right(2, plate="XY987ZT")
SOLD, OUT = RightSold(ONE), TicketPrinted(ONE.reference)


def receipts(*facts: Fact) -> Receipts:
    return ledger_of(facts).receipts


def test_what_is_started_is_owed_no_ticket_and_what_is_sold_is() -> None:
    assert receipts(PaymentStarted(ONE)).kept == {}
    assert receipts(PaymentStarted(ONE), SOLD).kept == {ONE.reference: RightReceipt(ONE)}


@pytest.mark.parametrize("state", ["out", "cover open", "offline", "silent"])
def test_a_ticket_that_failed_is_still_owed(state: str) -> None:
    assert receipts(SOLD, TicketFailed(ONE.reference, state), Started("0.1.0", "none")).of(ONE) == RightReceipt(ONE)


def test_a_ticket_that_is_out_is_counted() -> None:
    assert receipts(SOLD, OUT).of(ONE).printed == 1
    assert receipts(SOLD, OUT, OUT).of(ONE).printed == 2


def test_the_ticket_and_three_duplicates_may_be_printed() -> None:
    assert [RightReceipt(ONE, printed).printable for printed in range(6)] == [True] * (1 + MOST_DUPLICATES) + [False] * 2


def test_a_payment_in_doubt_that_turns_out_paid_is_owed_a_ticket_that_says_so() -> None:
    doubted = (InDoubt(ONE, "unanswered"), OUT)
    assert receipts(*doubted).of(ONE).printed == 1
    assert receipts(*doubted, SOLD).of(ONE).printed == 0
    assert receipts(*doubted, PaymentRefused(ONE.reference, "refused")).kept == {}


def test_the_ticket_of_one_is_not_the_ticket_of_another() -> None:
    assert receipts(SOLD, RightSold(TWO), OUT).of(TWO) == RightReceipt(TWO)
    assert receipts(SOLD, TicketPrinted("75011-0042-000009")).kept == {ONE.reference: RightReceipt(ONE)}


def test_the_latest_are_kept() -> None:
    kept = receipts(*(RightSold(right(number)) for number in range(1, RECEIPTS_KEPT + 3))).kept
    assert len(kept) == RECEIPTS_KEPT
    assert next(iter(kept)) == right(3).reference


def test_a_deleted_plate_has_no_receipt_and_one_that_is_over_goes() -> None:
    assert receipts(split(SOLD, bytes(SALT_LENGTH))[0]).kept == {}
    ended = ledger_of((SOLD,)).without_ended(ONE.end)
    assert ended.receipts.kept == {}
    assert ledger_of((SOLD,)).without_ended(ONE.end - timedelta(seconds=1)).receipts.kept.keys() == {ONE.reference}


AFTER_THE_SALE = st.sampled_from(
    [OUT, TicketFailed(ONE.reference, "silent"), Started("0.1.0", "none"), RightSold(TWO), TicketPrinted(TWO.reference)]
)


@given(st.lists(AFTER_THE_SALE, max_size=12))
def test_a_ticket_is_owed_until_one_is_proven_out(after: list[Fact]) -> None:
    assert receipts(SOLD, *after).of(ONE).printed == after.count(OUT)
