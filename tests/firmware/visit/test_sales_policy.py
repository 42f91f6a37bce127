"""Sales policy: what each combination of faults still lets the machine sell."""

from __future__ import annotations

from itertools import product

import pytest

from firmware.ledger.clock_evidence import ClockTrust
from firmware.visit.health import Health
from firmware.visit.sales_policy import AllowedSales, fault_code_of, sales_allowed_by
from hal.ports import Key, PrinterState

PRINTERS = (None, *PrinterState)
YES_NO_UNKNOWN = (None, True, False)
CLOCKS = tuple(map(ClockTrust, ("synchronised", "free running", "unknown", "wrong")))
STUCK = (frozenset[Key](), frozenset({Key.A}))
EVERY = [
    (Health(printer, terminal, stuck, door, mains, clock, doubts=doubts), tariff, stopped)
    for printer, terminal, stuck, door, mains, clock, doubts, tariff, stopped in product(
        PRINTERS, YES_NO_UNKNOWN, STUCK, YES_NO_UNKNOWN, YES_NO_UNKNOWN, CLOCKS, *((True, False),) * 3
    )
]


def of(health: Health, *, tariff: bool = True, stopped: bool = False) -> AllowedSales:
    return sales_allowed_by(health, tariff=tariff, stopped=stopped)


WELL = Health(PrinterState.OK, terminal=True)


def test_there_are_many_combinations() -> None:
    assert len(EVERY) == 7 * 3 * 2 * 3 * 3 * 4 * 2 * 2 * 2


@pytest.mark.parametrize("rule", ["nothing", "paid", "free", "ticket"])
def test_every_combination_follows_the_rules(rule: str) -> None:
    for health, tariff, stopped in EVERY:
        found, said = sales_allowed_by(health, tariff=tariff, stopped=stopped), f"{health}, {tariff=}, {stopped=}"
        never = stopped or not tariff or health.clock.quality == "wrong" or health.terminal is None
        if rule == "nothing" and never:
            assert (found.paid, found.free) == (False, False), said
        if rule == "paid":
            well = health.terminal is True and health.mains is not False and not health.doubts
            assert found.paid == (not never and well), said
        if rule == "free":
            assert found.free == (not never), said
        if rule == "ticket":
            assert found.ticket == (health.printer in (PrinterState.OK, PrinterState.NEAR_END)), said


def test_whoever_cannot_pay_is_told_a_code_and_whoever_can_is_told_none() -> None:
    for health, tariff, stopped in EVERY:
        found = fault_code_of(health, tariff=tariff, stopped=stopped)
        assert bool(found) != sales_allowed_by(health, tariff=tariff, stopped=stopped).paid


@pytest.mark.parametrize(
    ("health", "tariff", "stopped", "wanted"),
    [
        (WELL, True, False, ""),
        (Health(terminal=False), True, False, "T1"),
        (Health(), True, False, "T0"),
        (Health(terminal=True, mains=False), True, False, "A1"),
        (Health(terminal=True, doubts=True), True, False, "T2"),
        (Health(terminal=False, doubts=True), True, False, "T1"),
        (WELL, False, False, "P1"),
        (Health(terminal=False, clock=ClockTrust("wrong")), False, False, "C1"),
        (Health(clock=ClockTrust("wrong")), False, True, "S1"),
    ],
)
def test_the_code_is_of_what_weighs_most(health: Health, tariff: bool, stopped: bool, wanted: str) -> None:
    assert fault_code_of(health, tariff=tariff, stopped=stopped) == wanted


def test_a_printer_that_is_down_and_an_open_door_stop_no_sale() -> None:
    for printer, door in product(PRINTERS, YES_NO_UNKNOWN):
        found = of(Health(printer, terminal=True, door_open=door))
        assert (found.paid, found.free) == (True, True)
