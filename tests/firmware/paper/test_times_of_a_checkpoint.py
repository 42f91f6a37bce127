"""What a start reads from its checkpoint has its instants in UTC; screens, tickets and receipts say them as before."""

from __future__ import annotations

from datetime import UTC

from msgspec.structs import replace

from firmware.paper.ticket import ticket
from firmware.visit.words import until
from tests.builders import context, right

HERE, RIGHT = context(), right()
AGAIN = replace(RIGHT, start=RIGHT.start.astimezone(UTC), end=RIGHT.end.astimezone(UTC))


def test_what_comes_out_of_a_checkpoint_is_said_by_the_clocks_of_paris() -> None:
    assert until(AGAIN.end, HERE) == until(RIGHT.end, HERE)
    receipt = HERE.receipts.text(RIGHT)
    assert HERE.receipts.text(AGAIN) == receipt
    assert ticket(AGAIN, HERE, receipt) == ticket(RIGHT, HERE, receipt)
