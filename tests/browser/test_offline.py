"""Every page of the desk is whole where there is no internet: its own server is the only host there is (conftest)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error, expect

from tests.browser.page import DESKTOP, OpenDesk, Opened


@pytest.fixture
def desk(opened: Opened) -> OpenDesk:
    return opened(DESKTOP)


def test_the_machine_is_drawn(desk: OpenDesk) -> None:
    desk.canvas_is_the_screen()
    for name in ("Réglages", "Contrôle", "Fils", "Journal"):
        desk.page.get_by_role("tab", name=name).click()
        expect(desk.page.get_by_role("tabpanel", name=name)).to_be_visible()


def test_the_city_describes_its_api_and_a_question_can_be_opened(desk: OpenDesk) -> None:
    desk.page.goto(f"{desk.url}central/docs")
    expect(desk.page.get_by_role("heading", name="horodateur-central")).to_be_visible()
    question = desk.page.locator(".opblock", has_text="/v1/checks").first
    question.get_by_role("button").first.click()
    expect(question).to_contain_text("Parameters")


def test_another_host_cannot_be_reached(desk: OpenDesk) -> None:
    with pytest.raises(Error, match="ERR_FAILED"):
        desk.page.goto("http://example.org/")
    assert desk.complaints == ["asked http://example.org/"]
    desk.complaints.clear()
