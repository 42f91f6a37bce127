"""The power supply's page of the service menu on a station with a front panel: its cover and its cuts are read there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmware.screens.idle import Idle
from firmware.screens.service.readings import PowerTrial
from firmware.screens.service.session import Session
from firmware.service.inspection import Inspection
from firmware.visit.events import PanelRecordIs
from firmware.visit.health import NO_STARTS
from hal.drawing import overflows
from hal.ports import Ambient, Key, KeyPressed, LightIs, PanelState, StartCause, View
from tests.builders import WELL, context

HERE = replace(context(), health=WELL)


def shown(
    language: str = "fr",
    *,
    opened: bool = False,
    cuts: int = 0,
    state: PanelState | None = PanelState.OK,
    record: PanelRecordIs = NO_STARTS,
    light: LightIs | None = None,
    turned: bool = False,
) -> View:
    health = replace(WELL, panel=state, panel_open=opened, panel_cuts=cuts, panel_record=record, light=light)
    screen = PowerTrial(
        Session("07", home=lambda session: Idle(), then=lambda session: Idle()), found=Inspection("0.1", "paris-2026")
    )
    here = replace(HERE, language=language, health=health)
    moved = screen.on_answer(KeyPressed(Key.PLUS), here) if turned else screen
    assert isinstance(moved, PowerTrial)
    return moved.view(here)


def test_cover_and_cuts_are_read_beside_the_supply() -> None:
    assert "Façade ouverte : non · coupures de courant : 0" in shown().lines
    assert "Façade ouverte : oui · coupures de courant : 12" in shown(opened=True, cuts=12).lines


def test_a_station_whose_keys_are_on_the_header_has_no_such_line() -> None:
    assert not any("Façade" in line for line in shown(state=None).lines)


def test_starts_their_cause_and_the_light_are_read_on_the_page_after() -> None:
    record = PanelRecordIs(12, StartCause.WATCHDOG.value, False)
    lines = shown(record=record, light=LightIs(Ambient.DUSK, 320), turned=True).lines
    assert lines[2:5] == ("Démarrages : 12", "Dernière cause : blocage", "Lumière : 320 lx")
    assert "Lumière : capteur muet" in shown(record=record, light=LightIs(), turned=True).lines
    assert {"Démarrages : 0", "Dernière cause : inconnu", "Lumière : inconnu"} <= set(shown(turned=True).lines)


@pytest.mark.parametrize("language", list(HERE.catalogues))
@pytest.mark.parametrize("cause", StartCause)
@pytest.mark.parametrize("light", [None, LightIs(), LightIs(Ambient.DAY, 54612)])
def test_it_fits_in_every_language(language: str, cause: StartCause, light: LightIs | None) -> None:
    for turned in (False, True):
        record = PanelRecordIs(9999, cause.value, True)
        view = shown(language, opened=True, cuts=65535, record=record, light=light, turned=turned)
        assert overflows(view) == ()
