"""The page for those who use no mouse, do not see it, or choose their own colours."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it ships none
from playwright.sync_api import Locator, Page, expect

from tests.browser.page import DESKTOP, PHONE, Colours, OpenDesk, Opened

TABS = ("knobs", "check", "wire", "journal")


def tab(desk: OpenDesk, name: str) -> None:
    desk.page.locator(f"#tab-{name}").click()
    expect(desk.page.locator(f"#{name}")).to_be_visible()


def grave(desk: OpenDesk) -> list[tuple[str, str]]:
    """What axe-core calls serious or critical on the desk's page."""
    return grave_on(desk.page)


def grave_on(page: Page) -> list[tuple[str, str]]:
    """What axe-core calls serious or critical: rule, and where."""
    violations = Axe().run(page).response["violations"]
    return [
        (each["id"], node["target"][0])
        for each in violations
        for node in each["nodes"]
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize(("size", "locale"), [(DESKTOP, "fr-FR"), (PHONE, "en-GB")])
def test_nothing_is_serious_on_any_tab(opened: Opened, size: tuple[int, int], locale: str) -> None:
    desk = opened(size, locale=locale)
    desk.post("fault", device="printer", fault="paper_out", on=True)
    desk.post("clock", advance_s=60)
    expect(desk.page.locator("#alarms li")).to_have_count(1)
    desk.page.locator("#demo summary").click()
    for name in TABS:
        tab(desk, name)
        if name == "wire":
            expect(desk.page.locator("#trace li").nth(20)).to_be_attached()
        if name == "check":
            desk.page.locator("#check-plate").fill("AB-123-CD")
            desk.page.locator("#check-form button").click()
            expect(desk.page.locator("#answer")).to_be_visible()
        assert grave(desk) == [], name


def test_an_approved_card_gives_the_focus_back_and_enter_is_ok(opened: Opened) -> None:
    desk = opened(DESKTOP)
    keyboard = desk.page.keyboard
    keyboard.type("ab123cd")
    for screen in ("vehicle", "duration", "present card"):
        keyboard.press("Enter")
        desk.shows(screen)
    expect(desk.page.locator("#terminal")).to_contain_text("INSEREZ CARTE")
    desk.page.locator("[data-card=approved]").focus()
    keyboard.press("Enter")
    desk.shows("approved")
    expect(desk.page.locator("[data-key=OK]")).to_be_focused()
    keyboard.press("Enter")
    expect(desk.page.locator("#paper.cut")).to_be_visible(timeout=15_000)
    desk.page.locator("#paper").focus()
    keyboard.press("Enter")
    expect(desk.page.locator("#held-text")).to_contain_text("AB-123-CD")
    keyboard.press("Escape")
    expect(desk.page.locator("[data-key=OK]")).to_be_focused()


def test_keys_and_cards_are_one_tab_stop_each(opened: Opened) -> None:
    desk = opened(DESKTOP)
    expect(desk.page.locator("[data-card]").first).to_be_visible()
    desk.page.locator("#language").focus()
    stops = []
    for _ in range(6):
        desk.page.keyboard.press("Tab")
        stops.append(
            desk.page.evaluate("[document.activeElement.id, ...Object.values(document.activeElement.dataset)].join(' ')")
        )
    assert stops == ["mute", "jack", " OK", " approved", "tab-knobs", "knobs"]


def test_arrows_move_over_the_keys(opened: Opened) -> None:
    desk = opened(DESKTOP)
    desk.page.locator("[data-key=A]").focus()
    for arrow, key in (("Right", "Z"), ("Down", "S"), ("Down", "W"), ("Up", "S"), ("Left", "Q"), ("Left", "Q"), ("Up", "A")):
        desk.page.keyboard.press(f"Arrow{arrow}")
        expect(desk.page.locator(f"[data-key={key}]")).to_be_focused()
    desk.page.keyboard.press("Enter")
    desk.says(". A.")
    desk.page.keyboard.press("b")
    desk.says(". AB.")


def test_the_name_of_a_key_has_what_is_written_on_it(opened: Opened) -> None:
    desk = opened(DESKTOP)
    for key in ("MAX", "OK", "5"):
        expect(desk.page.get_by_role("button", name=f"touche {key}")).to_have_count(1)


@pytest.mark.parametrize("colours", ["active", "none"])
def test_what_is_chosen_and_what_can_be_pressed_is_seen(opened: Opened, colours: Colours) -> None:
    desk = opened(DESKTOP, colours=colours)
    for one, other in (
        ("[data-speed='1']", "[data-speed='60']"),
        ("[data-protocol=nexo]", "[data-protocol=concert]"),
    ):
        chosen, free = desk.page.locator(one), desk.page.locator(other)
        expect(chosen).to_have_attribute("aria-pressed", "true")
        assert style(chosen, "background-color") != style(free, "background-color")
        assert style(chosen, "background-color") != style(chosen, "color")
    selected, other_tab = desk.page.locator("#tab-knobs"), desk.page.locator("#tab-journal")
    shown = [(style(each, "background-color"), style(each, "border-bottom-color")) for each in (selected, other_tab)]
    assert shown[0] != shown[1]


def test_keys_and_switches_are_seen_in_chosen_colours(opened: Opened) -> None:
    desk = opened(DESKTOP, colours="active")
    for part in ("[data-key=A]", "[data-key=OK]", "[data-card=approved]", "#cabinet"):
        assert style(desk.page.locator(part), "border-top-style") == "solid"
        assert style(desk.page.locator(part), "border-top-color") != style(desk.page.locator("body"), "background-color")
    switch = desk.page.locator("[data-fault='printer.paper_out']")
    off = switch.screenshot()
    switch.click()
    expect(switch).to_be_checked()
    desk.page.mouse.move(0, 0)
    assert switch.screenshot() != off
    assert style(switch, "appearance") == "auto", "drawn by the system, in the colours that were chosen"


def style(part: Locator, name: str) -> str:
    return str(part.evaluate("(part, name) => getComputedStyle(part)[name]", name))
