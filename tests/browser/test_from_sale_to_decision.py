"""The whole way in a real browser: pay at the machine, stay too long, be fined, appeal, be heard; from the desk's page."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.agent_phone import Phone, letter_code, opens
from tests.browser.page import OpenDesk, Opened
from tests.browser.test_accessibility import grave_on
from tests.browser.test_agent import bought
from tests.browser.test_appeals import fill, upload
from tests.central.pdf_reading import pages_of

OVERSTAYED = "2026-03-04T12:10:00"
"""Two hours were bought at ten."""


def fined(desk: OpenDesk) -> tuple[str, str]:
    """The agent finds the ticket ended and proposes until the data is complete: number and key of the notice."""
    agent = Phone(opens(desk, "button", "Ouvrir le téléphone de l’agent"), desk.url)
    agent.hold_time()
    agent.check("AB-123-CD")
    agent.answers("grey", "Ne pas conclure")
    agent.says("Dernier ticket fini le 04/03 à 12:0")
    other = agent.page.locator("#other-class")
    for vehicle, seen in (("Deux-roues motorisé", True), ("Voiture", False)):
        agent.page.get_by_label("Catégorie").select_option(vehicle)
        expect(other).to_be_visible(visible=seen)
    expect(other).to_contain_text("d’une autre catégorie, Voiture")
    return agent.propose_until_issued()


def saved(page: Page, button: str) -> tuple[str, bytes]:
    """Name and content of the file that a button saves."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def decide_in_part(page: Page, euros: str) -> None:
    page.locator("#list button").click()
    expect(page.locator("#notice")).to_contain_text("63,00 €")
    expect(page.get_by_role("button", name="Avis rectificatif (PDF)")).to_be_hidden()
    page.get_by_label("Décision", exact=True).select_option("accepted in part")
    page.get_by_label("Nouveau montant, en euros").fill(euros)
    page.get_by_label("Motivation").fill("Dix minutes de retard seulement.")
    page.get_by_role("button", name="Enregistrer la décision").click()
    expect(page.locator("#outcome-said")).to_contain_text("accepté en partie")


def test_pay_overstay_be_fined_appeal_and_be_heard(opened: Opened) -> None:
    desk = bought(opened)
    desk.post("clock", at=OVERSTAYED)
    desk.page.get_by_role("tab", name="Contrôle").click()
    number, _ = fined(desk)
    code = letter_code(desk, number)
    expect(desk.page.locator("#sent")).to_have_text("Avis envoyés : 1")

    public = opens(desk, "link", "Voir un avis de paiement")
    public.get_by_label("Numéro de l’avis").fill(number)
    public.get_by_label("Immatriculation").fill("ab 123 cd")
    public.get_by_label("Code d’accès").fill(code.lower())
    public.get_by_role("button", name="Voir l’avis").click()
    expect(public.locator(".state")).to_have_text("Envoyé")
    expect(public.locator("table").first).to_contain_text("63,00 €")  # 75 less the ticket of 12
    upload(public, "Certificat d’immatriculation", "carte grise.pdf")
    fill(public, "Je suis revenu dix minutes trop tard.")
    expect(public.locator("#outcome")).to_contain_text("Accusé de réception")

    examiner = opens(desk, "button", "Ouvrir l’examen des recours")
    expect(examiner.locator("#count")).to_have_text("1 recours, le plus urgent d’abord")
    assert "token" not in examiner.url
    decide_in_part(examiner, "37,50")
    name, evidence = saved(examiner, "Dossier de preuve signé (JSON)")
    assert (name, json.loads(evidence)["signed"]["notice"]) == ("recours-1-evidence.json", number)
    assert "Dossier de preuve" in pages_of(saved(examiner, "Dossier de preuve du contrôle (PDF)")[1])[0]
    assert "37,50 €" in pages_of(saved(examiner, "Avis rectificatif (PDF)")[1])[0]
    assert grave_on(examiner) == []

    public.reload()
    expect(public.locator("main")).to_contain_text("Accepté en partie")
    expect(public.locator("main")).to_contain_text("Dix minutes de retard seulement.")
    expect(public.locator("table").first).to_contain_text("37,50 €")
    letter = public.get_by_role("link", name="L’avis rectificatif").get_attribute("href") or ""
    assert "Votre recours a été accepté en partie" in pages_of(public.request.get(f"{desk.url}central/{letter}").body())[0]
    assert grave_on(public) == []
