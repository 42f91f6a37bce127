"""Catalogue of alarms: complete, each code once, each effect on sales as the policy has it."""

from __future__ import annotations

from itertools import chain, combinations

import pytest

from firmware.ledger.clock_evidence import ClockTrust
from firmware.service.alarms import ALARMS, OTHER, Alarm, Loss, Severity, alarm_code, alarm_named, alarms_by_code
from firmware.service.computer_alarms import COMPUTER_ALARMS
from firmware.visit.events import PanelRecordIs
from firmware.visit.health import Health
from firmware.visit.sales_policy import AllowedSales, fault_code_of, sales_allowed_by
from hal.ports import Key, LightIs, PanelState, PrinterState

DELIVERIES = ("city refuses", "sales undelivered", "journal begun anew", "station cloned")
SICK = {
    "terminal silent": Health(PrinterState.OK, terminal=False),
    "terminal refuses": Health(PrinterState.OK, terminal=True, refuses=True),
    "mains lost": Health(PrinterState.OK, terminal=True, mains=False),
    "payments in doubt": Health(PrinterState.OK, terminal=True, doubts=True),
    "interrupted payment": Health(PrinterState.OK, terminal=True, lasting=True),
    "debit to give back": Health(PrinterState.OK, terminal=True, owed=True),
    "clock wrong": Health(PrinterState.OK, terminal=True, clock=ClockTrust("wrong")),
    "clock drifting": Health(PrinterState.OK, terminal=True, clock=ClockTrust("free running", drifting=True)),
    "no tariff": Health(PrinterState.OK, terminal=True, tariff=False),
    "calendar ends": Health(PrinterState.OK, terminal=True, calendar_ends=True),
    "door open": Health(PrinterState.OK, terminal=True, door_open=True),
    **{name: Health(PrinterState.OK, terminal=True, deliveries=frozenset({name})) for name in DELIVERIES},
    **{each.name: Health(PrinterState.OK, terminal=True, computer=frozenset({each.name})) for each in COMPUTER_ALARMS},
    **{f"printer {state.value}": Health(state, terminal=True) for state in PrinterState if state is not PrinterState.OK},
    **{
        f"panel {state.value}": Health(PrinterState.OK, terminal=True, panel=state)
        for state in PanelState
        if state is not PanelState.OK
    },
    "panel opened": Health(PrinterState.OK, terminal=True, panel=PanelState.OK, panel_open=True),
    "power cut by panel": Health(PrinterState.OK, terminal=True, panel=PanelState.OK, panel_cuts=2),
    "panel restarts": Health(PrinterState.OK, terminal=True, panel_record=PanelRecordIs(4, "watchdog", True)),
    "light sensor silent": Health(PrinterState.OK, terminal=True, panel=PanelState.OK, light=LightIs()),
    **{f"key {key.value} stuck": Health(PrinterState.OK, terminal=True, stuck=frozenset({key})) for key in Key},
}
"""Every alarm, and a machine that has nothing else."""
SOLD = {
    Loss.NOTHING: AllowedSales(paid=True, free=True, ticket=True),
    Loss.TICKET: AllowedSales(paid=True, free=True, ticket=False),
    Loss.PAID: AllowedSales(paid=False, free=True, ticket=True),
    Loss.ALL: AllowedSales(paid=False, free=False, ticket=True),
}


def test_every_alarm_that_health_can_raise_is_in_the_catalogue_and_no_other() -> None:
    assert {alarm.name for alarm in ALARMS} == SICK.keys()
    for name, health in SICK.items():
        assert health.alarms == {name}


@pytest.mark.parametrize("name", SICK)
def test_the_effect_on_sales_is_what_the_policy_does(name: str) -> None:
    health = SICK[name]
    assert sales_allowed_by(health, tariff=health.tariff, stopped=False) == SOLD[alarm_named(name).loss]
    if alarm_named(name).loss in (Loss.PAID, Loss.ALL):
        assert fault_code_of(health, tariff=health.tariff, stopped=False) == alarm_code(name)


def test_a_machine_that_sells_less_is_critical_and_one_that_sells_all_is_not() -> None:
    for alarm in ALARMS:
        assert (alarm.severity is Severity.CRITICAL) == (alarm.loss in (Loss.PAID, Loss.ALL)), alarm


def test_a_code_names_one_thing_but_for_the_keys() -> None:
    codes = [alarm.code for alarm in alarms_by_code()]
    assert codes == sorted(set(codes))
    assert {alarm.code for alarm in chain(ALARMS, OTHER)} == set(codes)
    for one, other in combinations(ALARMS, 2):
        assert (one.code != other.code) or (one.name.startswith("key ") and other.name.startswith("key "))


@pytest.mark.parametrize("alarm", alarms_by_code(), ids=lambda alarm: alarm.code)
def test_each_says_in_whole_sentences_what_to_do(alarm: Alarm) -> None:
    assert len(alarm.code) == 2
    assert alarm.says
    assert alarm.remedy.endswith(".")
    assert "|" not in alarm.says + alarm.remedy


def test_an_alarm_of_another_software_keeps_its_name() -> None:
    assert alarm_code("key A stuck") == "K1"
    assert alarm_code("hovercraft full of eels") == "hovercraft full of eels"
    assert alarm_named("key A stuck").says == "Touche A coincée"


def test_the_consequence_of_a_wrong_clock_is_no_alarm_of_its_own() -> None:
    assert Health(clock=ClockTrust("wrong"), tariff=False).alarms == {"clock wrong"}
