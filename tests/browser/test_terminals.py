"""The card terminal of the page is switched, and a ticket bought with each: by mouse, by finger, by the keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.page import DESKTOP, PHONE, OpenDesk, Opened, took_ticket

FITS = "document.documentElement.scrollWidth <= window.innerWidth"


def terminal(desk: OpenDesk, name: str) -> Locator:
    """The button that delivers the terminal which speaks this."""
    return desk.page.get_by_role("group", name="Terminal de carte").get_by_role("button", name=name)


def stands(desk: OpenDesk, name: str) -> None:
    """This terminal is in place, and every part of the page says so."""
    expect(terminal(desk, name)).to_have_attribute("aria-pressed", "true")
    expect(desk.page.locator("#protocols [aria-pressed=true]")).to_have_count(1)
    expect(desk.page.locator("#speaks")).to_have_text(name)
    expect(desk.page.locator("#terminals-done")).to_have_text(f"{name} est en place, l’horodateur a redémarré.")
    desk.shows("idle")
    desk.post("clock", advance_s=5)


def pay(desk: OpenDesk, plate: str) -> None:
    """Type a plate, take what is offered, pay by hand."""
    desk.page.keyboard.type(plate)
    for screen in ("vehicle", "duration", "present card"):
        desk.page.keyboard.press("Enter")
        desk.shows(screen)
    expect(desk.page.locator("#terminal")).to_contain_text("INSEREZ CARTE")


def test_it_is_nexo_and_says_what_that_means(opened: Opened) -> None:
    desk = opened(DESKTOP)
    expect(terminal(desk, "nexo Retailer")).to_have_attribute("aria-pressed", "true")
    expect(desk.page.locator("#speaks")).to_have_text("nexo Retailer")
    expect(desk.page.locator("#terminals-says")).to_contain_text("Se laisse interroger")
    pay(desk, "ab123cd")
    desk.card("approved")
    desk.shows("approved")
    desk.page.keyboard.press("Enter")
    assert "AB-123-CD" in took_ticket(desk)
    desk.page.get_by_role("tab", name="Fils").click()
    expect(desk.page.locator("#trace")).to_contain_text(re.compile("demande : paiement, .* EUR, référence"))


def test_one_switches_to_the_other_two_and_each_sells(opened: Opened) -> None:
    desk = opened(PHONE, touch=True)
    for name, plate, fault in (("Caisse-AP", "ab123cd", "card.hangs_up"), ("Concert", "ef456gh", "card.mute_after_enq")):
        terminal(desk, name).tap()
        stands(desk, name)
        assert desk.page.evaluate(FITS), "it must not scroll sideways"
        expect(desk.page.locator(f"[data-fault='{fault}']")).to_have_count(1)
        pay(desk, plate)
        desk.card("contactless")
        desk.shows("approved")
        desk.key("touche OK, valider")
        assert plate[2:5] in took_ticket(desk)
        desk.shows("idle")


def test_the_keyboard_alone_does_it(opened: Opened) -> None:
    desk = opened(DESKTOP)
    keyboard = desk.page.keyboard
    desk.page.get_by_role("tab", name="Réglages").focus()
    tabs_to(desk, terminal(desk, "Caisse-AP"))
    keyboard.press("Enter")
    stands(desk, "Caisse-AP")
    expect(terminal(desk, "Caisse-AP")).to_be_focused()
    tabs_to(desk, terminal(desk, "Concert"))
    keyboard.press("Space")
    stands(desk, "Concert")
    desk.page.evaluate("document.activeElement.blur()")
    pay(desk, "gh789jk")
    tabs_to(desk, desk.page.locator("[data-card=approved]"))
    keyboard.press("Enter")
    desk.shows("approved")
    keyboard.press("Enter")
    expect(desk.page.locator("#paper.cut")).to_be_visible(timeout=15_000)
    tabs_to(desk, desk.page.get_by_role("button", name="Prendre le ticket"))
    keyboard.press("Enter")
    expect(desk.page.locator("#held-text")).to_contain_text("GH-789-JK")
    keyboard.press("Escape")


def tabs_to(desk: OpenDesk, wanted: Locator) -> None:
    """Press Tab until the focus is there."""
    for _ in range(300):
        if wanted.evaluate("wanted => wanted === document.activeElement"):
            return
        desk.page.keyboard.press("Tab")
    raise AssertionError("Tab does not lead there")


def test_it_is_not_switched_during_a_payment(opened: Opened) -> None:
    desk = opened(DESKTOP)
    pay(desk, "ab123cd")
    terminal(desk, "Concert").click()
    expect(desk.page.locator("#terminals-done")).to_have_text(
        "Un paiement est en cours : attendez sa fin, puis changez de terminal."
    )
    expect(terminal(desk, "nexo Retailer")).to_have_attribute("aria-pressed", "true")
    desk.shows("present card")
    assert desk.complaints == ["Failed to load resource: the server responded with a status of 409 (Conflict)"]
    desk.complaints.clear()
    desk.card("approved")
    desk.shows("approved")
