"""References: every sale of every card of every station has one of its own, on paper and at the bank."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.domain.reference import ALPHABET, SaleNumber, bank_reference, reference_of, sale_in, station_place

ARRONDISSEMENTS = [*(f"750{number:02d}" for number in range(1, 21)), "75116"]
stations = st.builds("{}-{:04d}".format, st.sampled_from(ARRONDISSEMENTS), st.integers(0, 9999))
sales = st.builds(SaleNumber, stations, st.integers(1, 1023), st.integers(1, (1 << 20) - 1))


@pytest.mark.parametrize(
    ("printed", "bank"),
    [
        ("75011-0042-000813", "31PA0100SD"),
        ("75011-0042.3-000813", "31PA0300SD"),
        ("75001-0000-000001", "0000010001"),
        ("75012-0042-000813", "3BET0100SD"),
        ("75116-9999-1048575", "6D2F01ZZZZ"),
    ],
)
def test_as_printed_and_as_the_bank_has_it(printed: str, bank: str) -> None:
    assert bank_reference(printed) == bank
    assert reference_of(sale_in(printed)) == printed


@given(sales, sales)
def test_two_sales_never_share_a_reference(one: SaleNumber, other: SaleNumber) -> None:
    texts = [(reference_of(sale), bank_reference(reference_of(sale))) for sale in (one, other)]
    assert (texts[0][0] == texts[1][0]) == (texts[0][1] == texts[1][1]) == (one == other)
    for printed, bank in texts:
        assert len(bank) == 10
        assert set(bank) <= set(ALPHABET)
        assert sale_in(printed) in (one, other)


def test_every_station_of_paris_has_a_place_of_its_own_and_no_other_name_takes_it() -> None:
    places = {station_place(f"{code}-{serial:04d}") for code in ARRONDISSEMENTS for serial in range(0, 10_000, 7)}
    assert len(places) == 21 * len(range(0, 10_000, 7))
    elsewhere = [station_place(name) for name in ("69001-0001", "75021-0001", "desk", "75011-42", "75000-0001")]
    assert min(elsewhere) > max(places)
    assert max(elsewhere) < 1 << 20


@pytest.mark.parametrize("text", ["", "75011-0042", "75011-0042.0-000813", "75011-0042-813", "75011-0042-00081x", "-000001"])
def test_what_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no reference of a sale"):
        sale_in(text)
