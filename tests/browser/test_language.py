"""The page in its five languages: the browser's language first, then the one that was chosen."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.page import DESKTOP, OpenDesk, Opened
from tests.builders import ROOT

CATALOGUE = json.loads((ROOT / "simulator/web/static/catalogue.json").read_text("utf-8"))
SHOWN = """() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const other = (node) => node.closest("[lang]") !== document.documentElement;
    while (walker.nextNode()) {
        const node = walker.currentNode;
        if (!other(node.parentElement)) found.push(node.data.trim());
    }
    for (const name of ["aria-label", "title", "placeholder"])
        for (const each of document.querySelectorAll(`[${name}]`)) if (!other(each)) found.push(each.getAttribute(name));
    return found.filter(Boolean);
}"""


def shown(desk: OpenDesk) -> set[str]:
    """Every text of the page, hidden ones too, but what is said to be in another language."""
    return set(desk.page.evaluate(SHOWN))


def everything(desk: OpenDesk) -> set[str]:
    """What the page shows in the course of a sale, a fault, a plate check, on every tab."""
    texts = shown(desk)
    for key in (*"AB123CD", "OK", "OK", "OK"):
        desk.post("key", key=key)
    desk.shows("present card")
    desk.post("clock", advance_s=5)
    desk.post("card", card="approved")
    desk.post("clock", advance_s=10)
    for device, fault in (("printer", "paper_out"), ("network", "down")):
        desk.post("fault", device=device, fault=fault, on=True)
    desk.post("clock", advance_s=90)
    for name in ("knobs", "check", "wire", "journal"):
        desk.page.locator(f"#tab-{name}").click()
        if name == "check":
            desk.page.locator("#check-form button").click()
            expect(desk.page.locator("#answer")).to_be_visible()
        if name == "wire":
            expect(desk.page.locator("#trace li").nth(100)).to_be_attached()
        texts |= shown(desk)
    return texts


def test_english_is_english_everywhere(opened: Opened) -> None:
    desk = opened(DESKTOP, locale="en-GB")
    texts = everything(desk)
    french = {key for key, value in CATALOGUE["en"].items() if value != key}
    assert texts & french == set()
    assert {text for text in texts if set(text) & set("àâçéèêëîïôùûœÀÉ«»")} == set()
    assert {"Right sold", "Printer", "I2 · Printer: out of paper"} <= texts


@pytest.mark.parametrize(
    ("locale", "wanted"),
    [("de-DE", "Recht verkauft"), ("es-ES", "Derecho vendido"), ("it-IT", "Diritto venduto")],
)
def test_another_language_is_itself_everywhere(opened: Opened, locale: str, wanted: str) -> None:
    texts = everything(opened(DESKTOP, locale=locale))
    others = {key for key, value in CATALOGUE[locale[:2]].items() if value != key and len(key) > 3}
    same = set(CATALOGUE[locale[:2]].values())
    assert texts & others - same == set()
    assert wanted in texts


def test_french_is_french_everywhere(opened: Opened) -> None:
    texts = everything(opened(DESKTOP))
    words = [word for word in CATALOGUE["fr"] if len(word) > 5 and "{" not in word]
    assert {text for text in texts for word in words if f": {word}" in text or text == word} == set()
    assert any("horloge : synchronisée" in text for text in texts)


@pytest.mark.parametrize(
    ("locale", "language", "title"),
    [
        ("fr-CA", "fr", "Stationnement payant"),
        ("en-US", "en", "Paid parking"),
        ("de-DE", "de", "Gebührenpflichtiges Parken"),
        ("pt-PT", "en", "Paid parking"),
    ],
)
def test_the_browsers_language_comes_first(opened: Opened, locale: str, language: str, title: str) -> None:
    page = opened(DESKTOP, locale=locale).page
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("h1")).to_have_text(title)


def test_another_is_chosen_and_kept(opened: Opened) -> None:
    page = opened(DESKTOP).page
    page.locator("#language").select_option("en")
    expect(page.locator("h1")).to_have_text("Paid parking")
    page.reload()
    expect(page.locator("h1")).to_have_text("Paid parking")
    page.locator("#language").select_option("fr")
    expect(page.locator("h1")).to_have_text("Stationnement payant")


def test_the_machines_own_words_are_said_to_be_in_its_language(opened: Opened) -> None:
    desk = opened(DESKTOP, locale="en-GB")
    expect(desk.page.locator("#oled")).to_have_attribute("lang", "fr")
    desk.post("key", key="LANG")
    expect(desk.page.locator("#oled")).to_have_attribute("lang", "en")
