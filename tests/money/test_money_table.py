"""Every row of docs/money.md is played again, and each of its cells is an end in which all is well."""

from __future__ import annotations

import pytest

from tests.money.cells import Mishap, MoneyEnd
from tests.money.page import BOUND, PAGE, PROTOCOLS, cells_of, row, table_of


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("mishap", list(Mishap), ids=lambda mishap: mishap.name.lower())
def test_whatever_goes_wrong_ends_in_a_right_a_reversal_or_an_honest_doubt(protocol: str, mishap: Mishap) -> None:
    cells = cells_of(protocol, mishap)
    for moment, cell in cells.items():
        assert len(cell.ends) <= 1, f"{moment}: a second payment that nobody asked for"
        assert MoneyEnd.UNHEARD not in cell.ends or (mishap is Mishap.DUPLICATE and protocol != "Concert E+"), moment
        assert MoneyEnd.DOUBT not in cell.ends or cell.doubted_after is not None, moment
        assert cell.doubted_after is None or cell.doubted_after <= BOUND, moment
    assert row(mishap, cells) in table_of(protocol, PAGE.read_text("utf-8")).splitlines(), "run make docs"
