"""The counter in a real browser, from the desk's page: ask for a card, decide it, pay it; the machine offers the regime.

Every page is without a script, has nothing serious for axe-core, and fits a phone; the keyboard alone is enough.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, ViewportSize, expect

from tests.browser.agent_phone import opens
from tests.browser.page import DESKTOP, PHONE, OpenDesk, Opened
from tests.browser.test_accessibility import grave_on
from tests.browser.test_appeals import fits

PDF = FilePayload(name="piece.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4")
SHOTS = os.environ.get("COUNTER_SHOTS")
"""A folder for pictures of every page, to look at."""


def sound(page: Page, name: str, size: tuple[int, int]) -> None:
    """Nothing serious, nothing wider than the screen, no script."""
    assert grave_on(page) == [], name
    assert fits(page), name
    assert page.locator("script").count() == 0, name
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}-{size[0]}.png", full_page=True)


def signed_in(desk: OpenDesk, button: str, size: tuple[int, int]) -> Page:
    desk.page.get_by_role("tab", name="Contrôle").click()
    page = opens(desk, "button", button)
    page.set_viewport_size(ViewportSize(width=size[0], height=size[1]))
    page.get_by_role("button", name="Me connecter").click()
    expect(page.locator("h1")).to_have_text("Mes demandes" if "guichet" in button else "Instruction des cartes")
    return page


def ask(page: Page, size: tuple[int, int]) -> str:
    """Ask for a resident's card; the number of the request."""
    sound(page, "mine", size)
    page.get_by_label("Produit").select_option("resident")
    page.get_by_role("button", name="Commencer").click()
    sound(page, "new", size)
    for label, text in (
        ("Nom ou raison sociale", "Anne Dupont"),
        ("Adresse", "15 rue de la Roquette"),
        ("Code postal", "75011"),
        ("Secteurs autour de l’adresse", "11D 11C"),
        ("Plaque d’immatriculation", "GA-777-TE"),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    for kind in ("main home", "registration certificate"):
        page.get_by_label("Document", exact=True).select_option(kind)
        page.get_by_label("Fichier").set_input_files(PDF)
        page.get_by_role("button", name="Ajouter ce document").click()
    sound(page, "draft", size)
    page.get_by_role("button", name="Déposer la demande").click()
    expect(page.locator(".facts").first).to_contain_text("En cours d'instruction")
    return page.url.rpartition("/")[2]


def decide(page: Page, number: str, size: tuple[int, int]) -> None:
    sound(page, "queue", size)
    page.get_by_role("link", name=number).click()
    sound(page, "examine", size)
    page.get_by_role("button", name="Rejeter").click()
    expect(page.locator("h1")).to_have_text("Rien n’a été enregistré")
    sound(page, "refused", size)
    page.go_back()
    page.get_by_role("button", name="Accepter").click()
    expect(page.locator(".facts").first).to_contain_text("A régler")


def pay(page: Page, how: str, size: tuple[int, int]) -> None:
    page.reload()
    sound(page, "to-pay", size)
    page.get_by_role("button", name="Payer par carte bancaire").click()
    sound(page, "pay", size)
    page.get_by_role("link", name="Aller à la page de la banque").click()
    sound(page, "bank", size)
    page.get_by_role("button", name=how, exact=True).click()
    page.get_by_role("link", name="Retour à la demande").click()


@pytest.mark.parametrize(("size", "how"), [(DESKTOP, "Payer deux fois"), (PHONE, "Payer")])
def test_ask_decide_pay_and_the_machine_offers_the_regime(opened: Opened, size: tuple[int, int], how: str) -> None:
    desk = opened(DESKTOP)
    mine = signed_in(desk, "Demander une carte (guichet)", size)
    number = ask(mine, size)
    desk.page.context.clear_cookies()  # one browser, two people: the clerk's session takes the applicant's place
    clerk = signed_in(desk, "Instruire les demandes de cartes", size)
    decide(clerk, number, size)
    desk.page.context.clear_cookies()
    mine = signed_in(desk, "Demander une carte (guichet)", size)
    mine.get_by_role("link", name=number).click()
    pay(mine, how, size)
    expect(mine.locator(".facts").first).to_contain_text("Réglée")
    expect(mine.get_by_text("Montant réglé")).to_contain_text("45,00")
    if how == "Payer deux fois":
        expect(mine.get_by_text("Remboursé, ou à rembourser")).to_contain_text("45,00")
    desk.post("clock", advance_s=900)  # the station asks for what is published
    desk.post("key", key="CANCEL")  # it rests
    desk.shows("idle")
    for key in (*"GA777TE", "OK"):
        desk.post("key", key=key)
    desk.shows("regime")
    desk.says("Résident")


def test_the_keyboard_alone_asks_for_a_card(opened: Opened) -> None:
    desk = opened(DESKTOP)
    page = signed_in(desk, "Demander une carte (guichet)", DESKTOP)
    page.get_by_label("Produit").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("nouvelle demande")
    page.get_by_label("Nom ou raison sociale").focus()
    for text in ("Anne Dupont", "15 rue de la Roquette", "75011", "11D"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("KB111KB")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Demande 1")
    expect(page.get_by_text("KB111KB").first).to_be_visible()
