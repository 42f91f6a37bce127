"""What is said while the outcome of a payment cannot be written, before and after a restart: rows of docs/money.md."""

from __future__ import annotations

import pytest

from tests.money.cells import MoneyEnd
from tests.money.page import PAGE, PROTOCOLS, table_of, unwritten_of, unwritten_row
from tests.money.unwritten import AMOUNT, PLATE, REFERENCE, DiskTrouble, PaymentOutcome

SAID = {
    PaymentOutcome.REFUSED: ("Paiement non abouti", "La banque a refusé"),
    PaymentOutcome.APPROVED: ("Débité",),
    PaymentOutcome.OTHER_AMOUNT: ("Autre montant débité",),
    PaymentOutcome.NONE: ("Non confirmé",),
}
"""What is known of each outcome before it is written."""


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("trouble", list(DiskTrouble), ids=lambda trouble: trouble.name.lower())
@pytest.mark.parametrize("outcome", list(PaymentOutcome), ids=lambda outcome: outcome.name.lower())
def test_what_cannot_be_written_is_said_with_its_reference_and_its_doubt_and_promises_no_more_than_a_restart_keeps(
    protocol: str, outcome: PaymentOutcome, trouble: DiskTrouble
) -> None:
    played = unwritten_of(protocol, outcome, trouble)
    assert any(f"/ {said} /" in played.first for said in SAID[outcome]), played
    assert "/ Non confirmé /" in played.restarted or trouble is DiskTrouble.MOMENT, played
    for text in filter(None, (played.first, played.restarted)):
        assert f"{PLATE} {AMOUNT}" in text
        assert f"Ne repayez pas · J2 {REFERENCE}" in text
        assert text.endswith("jusqu’à 11 h 01"), "until when it covers, or is in doubt"
        assert "Rien n’est débité" not in text
        assert ("Couvert" in text) is (text == played.first and outcome is PaymentOutcome.APPROVED), text
    assert f"{PLATE} {AMOUNT}" in played.written, "who still stands there reads whose it was"
    assert "Couvert" not in played.written or played.cell.doubted_after is not None
    nothing = ("ien n’est débité" in played.written, played.cell.ends[0] in (MoneyEnd.NOTHING, MoneyEnd.GIVEN_BACK))
    assert nothing[1] or not nothing[0], played
    row = unwritten_row(outcome, trouble, played)
    assert row in table_of(protocol, PAGE.read_text("utf-8")).splitlines(), "run python -m tests.money"
