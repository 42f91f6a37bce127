"""The agent's phone in a real browser: controls, proposals, the offline copy; and what follows for the motorist."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, Route, expect

from firmware.tariff import load_tariffs
from hal.shipped import TARIFFS
from tests.browser.agent_phone import COPY, OpenPhone, Phone, letter_code, opens
from tests.browser.page import DESKTOP, OpenDesk, Opened
from tests.browser.test_accessibility import grave_on
from tests.browser.test_page import buy_two_hours
from tests.central.pdf_reading import pages_of


def bought(opened: Opened) -> OpenDesk:
    """The desk, once two hours were bought for AB-123-CD."""
    desk = opened(DESKTOP)
    buy_two_hours(desk)
    return desk


def no_wider_than_the_phone(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


# --- controls -----------------------------------------------------------------------------------------------------


def test_the_page_has_nothing_serious_before_and_after_each_answer(phone: OpenPhone) -> None:
    agent = phone()
    assert "token" not in agent.page.url
    assert grave_on(agent.page) == []
    agent.check("ZZ-999-ZZ")
    agent.answers("grey", "Ne pas conclure")
    expect(agent.page.get_by_role("button", name="Proposer un FPS")).to_be_visible()
    assert grave_on(agent.page) == []
    agent.check("CM-724-HS")
    agent.answers("green", "Inscrit au registre")
    expect(agent.page.get_by_role("button", name="Proposer un FPS")).to_be_hidden()
    assert grave_on(agent.page) == []
    assert no_wider_than_the_phone(agent.page)
    agent.page.get_by_role("button", name="Quitter").click()
    expect(agent.page.get_by_label("Jeton")).to_be_focused()
    assert grave_on(agent.page) == []


def test_an_answer_says_until_how_complete_and_who_may_have_paid(phone: OpenPhone, opened: Opened) -> None:
    bought(opened)
    agent = phone(at=None)
    agent.check("ab 123 cd")
    agent.answers("green", "Droit en cours")
    agent.says("AB123CD")
    expect(agent.page.locator("#answer .until")).to_have_text(re.compile(r"jusqu’au 04/03 à 12:0\d"))
    agent.says("Données complètes jusqu’au 04/03 à")
    agent.check("AB-123-CE")
    agent.says("A peut-être payé pour :")
    expect(agent.page.locator("#answer li")).to_have_text(re.compile(r"AB123CD jusqu’au 04/03 à 12:0\d"))


# --- the offline copy ---------------------------------------------------------------------------------------------


def test_in_a_cellar_the_copy_answers_and_its_signature_is_verified(phone: OpenPhone) -> None:
    agent = phone()
    agent.check_with_copy("ZZ-999-ZZ")
    agent.lose_network()
    agent.check("CM-724-HS")
    agent.answers("green", "Inscrit au registre")
    agent.says("Hors ligne : d’après la copie du 04/03 à 10:00")
    agent.says("Signature de la ville vérifiée.")
    assert grave_on(agent.page) == []
    agent.check("ZZ-999-ZZ")
    agent.answers("grey", "Ne pas conclure")
    expect(agent.page.get_by_role("button", name="Proposer un FPS")).to_be_hidden()


def test_a_control_made_offline_is_checked_again_once_there_is_a_network(phone: OpenPhone) -> None:
    agent = phone()
    agent.check_with_copy("ZZ-999-ZZ")
    agent.lose_network()
    for plate, colour in (("CM-724-HS", "green"), ("YY-888-YY", "grey")):
        agent.check(plate)
        expect(agent.page.locator("#answer .seen")).to_have_text(plate)
        expect(agent.page.locator("#answer")).to_have_class(colour)
    agent.find_network()
    agent.desk("clock", advance_s=60)
    with agent.page.expect_request("**/v1/checks/batch") as sent:
        agent.check("ZZ-999-ZZ")
    checks = json.loads(sent.value.post_data or "")["checks"]
    assert [(each["plate"], each["at"] == each["known_at"]) for each in checks] == [("CM-724-HS", True), ("YY-888-YY", True)]
    outcome = agent.page.locator("#outcome")
    expect(outcome).to_have_text(
        "2 contrôle(s) fait(s) hors ligne, revu(s) par la ville. Sans droit connu : YY888YY. À reprendre ci-dessous."
    )


def test_a_copy_that_the_city_did_not_sign_is_not_used(phone: OpenPhone) -> None:
    agent = phone()

    def forged(route: Route) -> None:
        text = route.fetch().text()
        route.fulfill(body=text.replace('"zone":1', '"zone":2', 1), content_type="application/json")

    agent.page.route(COPY, forged)
    agent.check_with_copy("ZZ-999-ZZ")
    agent.lose_network()
    agent.check("CM-724-HS")
    agent.answers("grey", "Ville hors d’atteinte")
    agent.says("La copie n’est pas signée par la ville : elle ne sert pas.")


def test_an_expired_copy_is_not_used(phone: OpenPhone) -> None:
    agent = phone("""
        window.later = 0;
        const known = Date.prototype.getTime;
        Date.prototype.getTime = function () { return known.call(this) + later; };
    """)
    agent.check_with_copy("ZZ-999-ZZ")
    agent.lose_network()
    agent.page.evaluate("later = 4 * 3600 * 1000")
    agent.check("CM-724-HS")
    agent.answers("grey", "Ville hors d’atteinte")
    agent.says("La copie a expiré : elle ne sert plus.")


def test_a_browser_without_ed25519_says_that_nothing_was_verified(phone: OpenPhone) -> None:
    agent = phone("""
        const known = SubtleCrypto.prototype.importKey;
        SubtleCrypto.prototype.importKey = function (format, data, algorithm, ...more) {
          if (algorithm.name === "Ed25519") return Promise.reject(new DOMException("none", "NotSupportedError"));
          return known.call(this, format, data, algorithm, ...more);
        };
    """)
    agent.check_with_copy("ZZ-999-ZZ")
    agent.lose_network()
    agent.check("CM-724-HS")
    agent.answers("green", "Inscrit au registre")
    agent.says("Signature non vérifiée")


# --- proposals ----------------------------------------------------------------------------------------------------


def test_a_notice_is_of_the_class_that_the_agent_saw(phone: OpenPhone) -> None:
    agent = phone()
    agent.check("ZZ-999-ZZ")
    agent.answers("grey", "Ne pas conclure")
    named = [option.get_attribute("value") for option in agent.page.locator("#vehicle option").all()]
    assert named == ["", *load_tariffs(TARIFFS).vehicles]
    agent.page.get_by_role("button", name="Proposer un FPS").click()
    expect(agent.page.get_by_label("Catégorie")).to_be_focused()
    with agent.page.expect_request("**/v1/notices") as sent:
        agent.propose("Deux-roues motorisé")
    said = json.loads(sent.value.post_data or "")
    assert (said["vehicle"], said["make"], said["place"]) == ("two_wheeler", "Renault", "12 rue Oberkampf")
    assert grave_on(agent.page) == []
    assert no_wider_than_the_phone(agent.page)


def test_a_proposal_that_waits_is_taken_up_again_after_other_controls_and_a_reload(phone: OpenPhone) -> None:
    agent = phone()
    agent.check("ZZ-999-ZZ")
    agent.answers("grey", "Ne pas conclure")
    agent.propose()
    again = agent.page.get_by_role("button", name="Redemander ZZ999ZZ")
    expect(again).to_be_visible()
    agent.check("CM-724-HS")
    agent.answers("green", "Inscrit au registre")
    agent.page.reload()
    agent.desk("clock", advance_s=120)
    again.click()
    expect(agent.page.locator("#outcome")).to_have_text(re.compile(r"ZZ999ZZ : FPS \d{26}, clé \d\d"))
    expect(again).to_be_hidden()


# --- pay, control, be fined ---------------------------------------------------------------------------------------


def test_from_the_machine_to_the_notice(phone: OpenPhone, opened: Opened) -> None:
    """Pay at the machine; the agent finds the right. Another plate is fined, and its owner reads the notice."""
    desk = bought(opened)
    desk.page.get_by_role("tab", name="Contrôle").click()
    agent = Phone(opens(desk, "button", "Ouvrir le téléphone de l’agent"), desk.url)
    agent.hold_time()
    agent.check("AB-123-CD")
    agent.answers("green", "Droit en cours")
    agent.check("ZZ-999-ZZ")
    agent.answers("grey", "Ne pas conclure")
    number, key = agent.propose_until_issued()
    code = letter_code(desk, number)
    page = opens(desk, "link", "Voir un avis de paiement")
    page.get_by_label("Numéro de l’avis").fill(number)
    page.get_by_label("Immatriculation").fill("zz-999-zz")
    page.get_by_label("Code d’accès").fill(code)
    page.get_by_role("button", name="Voir l’avis").click()
    expect(page.locator(".state")).to_have_text("Envoyé")
    expect(page.locator("table")).to_contain_text("75,00 €")
    assert grave_on(page) == []
    letter = page.get_by_role("link", name="L’avis de paiement").get_attribute("href") or ""
    pdf = page.request.get(f"{desk.url}central/{letter}").body()
    assert len(pages_of(pdf)) == 4
    assert f"clé {key}" in pages_of(pdf)[0]
    agent.check("ZZ-999-ZZ")
    agent.answers("green", "FPS déjà établi")
