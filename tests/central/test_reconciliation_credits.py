"""A doubt of whose debit something came back: no statement ends it, but where the debit is undone as it was made."""

from __future__ import annotations

import pytest

from central.rules.evidence import RightStatus
from central.rules.statement import LineKind, StatementLine
from tests.central.statements import bank, line
from tests.central.test_reconciliation import DOUBT, STARTED, compared, kinds, payment

CREDIT, REVERSAL = LineKind.CREDIT, LineKind.REVERSAL
NOT_AS_DEBITED = (
    (line(3, bank(), 300, REVERSAL), line(4, bank(), 300, REVERSAL)),
    (line(3, bank(), 1200, REVERSAL),),
    (line(3, bank(), 600, REVERSAL, currency="USD"),),
    (line(3, bank(), 700, CREDIT),),
)
"""What gives 6,00 € back otherwise than it was debited: in halves, twice over, in another currency, more than all."""


@pytest.mark.parametrize("status", [DOUBT, STARTED])
@pytest.mark.parametrize("back", NOT_AS_DEBITED)
@pytest.mark.parametrize("complete", [False, True])
def test_what_came_back_otherwise_than_debited_ends_no_doubt(
    status: RightStatus, back: tuple[StatementLine, ...], complete: bool
) -> None:
    found = compared(payment(status=status), lines=(line(2, bank()), *back), complete=complete)
    assert (kinds(found), found.resolutions) == ([("CREDIT_DIFFERS", (2, *(each.line for each in back)))], ())


def test_what_came_back_twice_ends_no_doubt() -> None:
    lines = (line(2, bank()), line(3, bank(), kind=REVERSAL), line(4, bank(), kind=REVERSAL))
    found = compared(payment(status=DOUBT), lines=lines)
    assert (kinds(found), found.resolutions) == ([("CREDIT_DIFFERS", (4,))], ())


def test_of_two_payments_with_one_reference_neither_is_sold() -> None:
    copies = payment(status=DOUBT), payment(status=DOUBT, plate="ZZ999ZZ", cents=240)
    lines = (line(2, bank()), line(3, bank(), 240), line(4, bank(), 100, CREDIT))
    found = compared(*copies, lines=lines)
    assert found.resolutions == ()
    assert [name for name, _ in kinds(found)] == ["CREDIT_DIFFERS"] * len(kinds(found)) != []
