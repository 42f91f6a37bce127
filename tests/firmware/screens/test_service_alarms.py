"""What is wrong, in the service menu: code, name and remedy of the one catalogue, whole on the glass."""

from __future__ import annotations

from dataclasses import replace

from firmware.ledger.ledger import ledger_of
from firmware.protocol.facts import SalesStopped
from firmware.screens.service.alarm_pages import Alarms
from firmware.screens.service.menu import main_menu
from firmware.service.alarms import ALARMS, OTHER, alarm_named
from firmware.visit.context import Context
from hal.drawing.page import overflows
from hal.ports import Key, KeyPressed, PrinterState
from tests.builders import context

HERE = context()
SCREEN = Alarms(main_menu("07").session)


def shown(context: Context, code: str = "") -> list[str]:
    """The texts of all pages, each joined."""
    screen = replace_code(code)
    return [" ".join(page) for page in screen.pages(context)]


def replace_code(code: str) -> Alarms:
    return Alarms(SCREEN.session, code=code)


def test_an_alarm_has_its_code_its_name_and_its_whole_remedy() -> None:
    health = replace(HERE.health, printer=PrinterState.OUT)
    out = alarm_named("printer out")
    assert " ".join(shown(replace(HERE, health=health))).replace("  ", " ") == f"I2 {out.says} {out.remedy}"


def test_the_most_urgent_comes_first_and_the_code_that_motorists_read_too() -> None:
    health = replace(HERE.health, printer=PrinterState.OUT, mains=False)
    codes = [page[:2] for page in shown(replace(HERE, health=health)) if page[2:4] == "  "]
    assert codes == ["A1", "I2"]
    stopped = replace(HERE, ledger=ledger_of([SalesStopped("07")]))
    assert shown(stopped)[0].startswith("S1  Mise hors vente")
    assert shown(HERE, "J1")[0].startswith("J1  Le journal ne peut pas être écrit")
    assert shown(HERE) == ["Aucune alarme"]


def test_each_stuck_key_is_named_as_its_cap_is_called() -> None:
    health = replace(HERE.health, stuck=frozenset({Key.CORRECT, Key.A}))
    pages = " ".join(shown(replace(HERE, health=health)))
    assert "Touche Corriger coincée" in pages
    assert "Touche A coincée" in pages


def test_plus_and_minus_turn_the_pages_round_and_any_other_key_goes_back() -> None:
    context = replace(HERE, health=replace(HERE.health, mains=False))
    pages = len(SCREEN.pages(context))
    assert pages > 1
    last = SCREEN.on(KeyPressed(Key.MINUS), context)
    assert isinstance(last, Alarms)
    assert last.page == pages - 1
    assert last.on(KeyPressed(Key.PLUS), context) == SCREEN
    assert SCREEN.on(KeyPressed(Key.OK), context) == main_menu("07")


def test_no_page_of_any_alarm_is_cut() -> None:
    for alarm in (*ALARMS, *OTHER):
        screen = replace_code(alarm.code)
        for page in range(len(screen.pages(HERE))):
            assert overflows(Alarms(SCREEN.session, page=page, code=alarm.code).view(HERE)) == (), alarm.code
