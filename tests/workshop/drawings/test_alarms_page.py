"""docs/alarms.md and the catalogue of the city's pages are what the code says."""

from __future__ import annotations

from firmware.service.alarms import ALARMS, OTHER
from workshop.drawings.alarms_page import CATALOGUE, PAGE, catalogue, page


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text("utf-8") == page(), "run make docs"
    assert CATALOGUE.read_text("utf-8") == catalogue(), "run make docs"


def test_every_code_and_remedy_stands_on_it() -> None:
    for alarm in (*ALARMS, *OTHER):
        assert f"| {alarm.code} |" in page()
        assert alarm.remedy in page()
