"""The agent's phone in a cellar: the page opens there again, with its copy and what waits; and what stays in a phone."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.agent_phone import COPY, KEPT, OpenPhone, Phone, ready, without_network
from tests.browser.test_accessibility import grave_on

CLOCK = """
    const shift = () => Number(sessionStorage.getItem("shift") ?? 0);
    const now = Date.now;
    const known = Date.prototype.getTime;
    Date.now = () => now() + shift();
    Date.prototype.getTime = function () { return known.call(this) + shift(); };
"""
"""The phone's clock can be moved: `sessionStorage.shift`, milliseconds."""
HURRY = """
    const real = AbortSignal.timeout;
    AbortSignal.timeout = (ms) => real.call(AbortSignal, ms / (window.hurry ?? 1));
"""
"""The page waits for a shorter time, once `window.hurry` says how many times shorter."""
RECORDS = """async () => {
    const place = (await indexedDB.databases())[0]?.name;
    if (!place) return [];
    const asked = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
    const opened = await asked(indexedDB.open(place));
    const all = await asked(opened.transaction("copies").objectStore("copies").getAll());
    opened.close();
    return all.map(({ sector, sealed }) => [sector, new TextDecoder("latin1").decode(sealed)]);
}"""
ALTER = """async () => {
    const place = (await indexedDB.databases())[0].name;
    const asked = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
    const opened = await asked(indexedDB.open(place));
    const store = opened.transaction("copies", "readwrite").objectStore("copies");
    for (const each of await asked(store.getAll())) {
        new Uint8Array(each.sealed)[40] ^= 1;
        await asked(store.put(each));
    }
    opened.close();
}"""
SEAL_ANOTHER = """async ([from, to]) => {
    const { keep, keptUnder } = await import("./kept_copies.js");
    const token = sessionStorage.getItem("token");
    const came = (await keptUnder(token)).get("11D");
    const changed = { ...came, message: came.message.replace(from, to) };
    await keep("11D", Date.now() + 3600_000, changed, token, () => true);
    return changed.message !== came.message;
}"""

TURNS = "async () => { for (let turn = 0; turn < 30; turn += 1) await (await fetch('agent.css', { cache: 'reload' })).text(); }"
"""Thirty trips to the server: time enough for what the page does with an answer."""


def copies_in(page: Page) -> list[tuple[str, str]]:
    """What is kept of copies: sector, and what is sealed."""
    return [(sector, sealed) for sector, sealed in page.evaluate(RECORDS)]


# --- opened again -------------------------------------------------------------------------------------------------


def test_opened_again_without_network_the_copy_answers_and_is_verified(phone: OpenPhone) -> None:
    agent = ready(phone)
    without_network(agent)
    agent.cellar("Répond sans réseau : secteur 11D jusqu’à 14:00.")
    agent.check("CM-724-HS")
    agent.answers("green", "Inscrit au registre")
    agent.says("Hors ligne : d’après la copie du 04/03 à 10:00")
    agent.says("Signature de la ville vérifiée.")
    agent.cellar("Répond sans réseau : secteur 11D jusqu’à 14:00. Avec du réseau, la ville reverra 1 contrôle.")
    assert grave_on(agent.page) == []
    agent.check("CM-724-HSØ")  # is not that plate, and the city would not take it for it
    agent.answers("grey", "Ne pas conclure")


def test_what_was_done_in_a_cellar_outlives_the_page_and_is_looked_at_again(phone: OpenPhone) -> None:
    agent = ready(phone)
    agent.propose()
    expect(agent.page.get_by_role("button", name="Redemander ZZ999ZZ")).to_be_visible()
    without_network(agent)
    for plate, colour in (("CM-724-HS", "green"), ("YY-888-YY", "grey")):
        agent.check(plate)
        expect(agent.page.locator("#answer .seen")).to_have_text(plate)
        expect(agent.page.locator("#answer")).to_have_class(colour)
    without_network(agent)
    agent.cellar("Répond sans réseau : secteur 11D jusqu’à 14:00. Avec du réseau, la ville reverra 2 contrôles.")
    expect(agent.page.get_by_role("button", name="Redemander ZZ999ZZ")).to_be_visible()
    agent.desk("clock", advance_s=60)
    with agent.page.expect_request("**/v1/checks/batch") as sent:
        agent.page.context.set_offline(False)
    checks = json.loads(sent.value.post_data or "")["checks"]
    assert [(each["plate"], each["at"] == each["known_at"]) for each in checks] == [("CM-724-HS", True), ("YY-888-YY", True)]
    expect(agent.page.locator("#outcome")).to_have_text(
        "2 contrôle(s) fait(s) hors ligne, revu(s) par la ville. Sans droit connu : YY888YY. À reprendre ci-dessous."
    )
    expect(agent.page.get_by_role("button", name="Reprendre YY888YY")).to_be_visible()
    agent.cellar("Répond sans réseau : secteur 11D jusqu’à 14:00.")
    assert grave_on(agent.page) == []


def test_in_another_tab_the_same_link_opens_the_copy_without_network(phone: OpenPhone) -> None:
    agent = ready(phone)
    link = agent.page.evaluate("`#${new URLSearchParams({ ...sessionStorage })}`")
    address, context = agent.page.url, agent.page.context
    context.set_offline(True)
    agent.page.close()
    other = Phone(context.new_page(), agent.url)
    other.page.goto(address + link)
    assert "token" not in other.page.url
    other.check("CM-724-HS")
    other.answers("green", "Inscrit au registre")
    other.says("Signature de la ville vérifiée.")


def test_a_network_that_carries_nothing_is_waited_for_ten_seconds(phone: OpenPhone) -> None:
    agent = ready(phone, HURRY)
    agent.page.evaluate("window.hurry = 100")
    agent.page.route("**/v1/checks", lambda route: None)
    agent.check("CM-724-HS")
    agent.answers("green", "Inscrit au registre")
    agent.says("Hors ligne")


# --- copies that do not serve -------------------------------------------------------------------------------------


def test_a_copy_that_was_altered_in_the_phone_does_not_serve_and_is_deleted(phone: OpenPhone) -> None:
    agent = ready(phone)
    agent.page.evaluate(ALTER)
    without_network(agent)
    agent.check("CM-724-HS")
    agent.answers("grey", "Ville hors d’atteinte")
    agent.cellar("Avant un sous-sol, contrôlez une plaque : cette page répondra quatre heures pour son secteur.")
    assert copies_in(agent.page) == []


def test_a_kept_copy_is_verified_each_time_the_page_opens(phone: OpenPhone) -> None:
    agent = ready(phone)
    assert agent.page.evaluate(SEAL_ANOTHER, ['"zone":1', '"zone":2'])
    without_network(agent)
    agent.check("CM-724-HS")
    agent.answers("grey", "Ville hors d’atteinte")
    agent.says("La copie n’est pas signée par la ville : elle ne sert pas.")
    assert copies_in(agent.page) == []


@pytest.mark.parametrize(
    ("seen_h", "now_h", "said"),
    [
        (0, 4, "La copie a expiré : elle ne sert plus."),
        (3.5, 0.5, "L’heure de ce téléphone a reculé : la copie ne sert plus."),
        (0, -1, "L’heure de ce téléphone a reculé : la copie ne sert plus."),
    ],
)
def test_neither_an_old_copy_nor_a_clock_that_was_set_back_serves(
    phone: OpenPhone, seen_h: float, now_h: float, said: str
) -> None:
    agent = ready(phone, CLOCK)
    agent.page.context.set_offline(True)
    for shift_h in (seen_h, now_h):
        agent.page.evaluate("(hours) => sessionStorage.setItem('shift', hours * 3600_000)", shift_h)
        agent.page.reload()
        agent.check("CM-724-HS")
        expect(agent.page.locator("#answer .seen")).to_have_text("CM-724-HS")
    agent.answers("grey", "Ville hors d’atteinte")
    agent.says(said)
    assert copies_in(agent.page) == []


# --- what stays in a phone ----------------------------------------------------------------------------------------


def test_who_leaves_leaves_nothing(phone: OpenPhone) -> None:
    agent = ready(phone)
    [(sector, sealed)] = copies_in(agent.page)
    assert sector == "11D"
    assert not re.search(r"salt|plates|hdt_", sealed)
    agent.page.get_by_role("button", name="Quitter").click()
    expect(agent.page.get_by_label("Jeton")).to_be_focused()
    expect(agent.page.locator("#cellar")).to_be_hidden()
    for _ in range(2):
        kept = agent.page.evaluate(KEPT)
        assert (kept["places"], kept["local"], kept["session"]) == ([], {}, {})
        agent.page.reload()
        expect(agent.page.get_by_label("Jeton")).to_be_focused()
    assert "ZZ" not in agent.page.content()
    assert all(agent.page.locator(f"#{name}").input_value() == "" for name in ("plate", "sector", "make", "place"))


def test_who_leaves_while_something_waits_is_asked_once(phone: OpenPhone) -> None:
    agent = ready(phone)
    without_network(agent)
    agent.check("YY-888-YY")
    agent.answers("grey", "Ne pas conclure")
    agent.page.get_by_role("button", name="Quitter").click()
    expect(agent.page.locator("#outcome")).to_have_text("Encore à revoir ou à reprendre : 1. Quitter l’efface de ce téléphone.")
    assert grave_on(agent.page) == []
    agent.page.get_by_role("button", name="Effacer et quitter").click()
    expect(agent.page.get_by_label("Jeton")).to_be_focused()
    assert agent.page.evaluate(KEPT)["session"] == {}


def test_another_agent_on_the_same_phone_finds_nothing_of_the_first(phone: OpenPhone) -> None:
    agent = ready(phone)
    agent.propose()
    expect(agent.page.get_by_role("button", name="Redemander ZZ999ZZ")).to_be_visible()
    agent.sign_in(agent="B-0002")  # over the first, who did not leave
    expect(agent.page.locator("#other")).to_contain_text("celui d’un autre agent")
    agent.page.get_by_role("button", name="Ouvrir ce lien").click()
    expect(agent.page.locator("#agent-number")).to_have_text("Agent B-0002")
    agent.cellar("Avant un sous-sol, contrôlez une plaque : cette page répondra quatre heures pour son secteur.")
    expect(agent.page.locator("#open")).to_be_hidden()
    assert "ZZ" not in agent.page.content()
    assert copies_in(agent.page) == []


def test_what_a_lost_tab_kept_is_nothing_to_another_token(phone: OpenPhone) -> None:
    agent = ready(phone)
    other = Phone(agent.page.context.new_page(), agent.url)
    agent.page.close()
    assert [sector for sector, _ in copies_in_new_tab(other)] == ["11D"]
    other.sign_in(agent="B-0002")
    other.cellar("Avant un sous-sol, contrôlez une plaque : cette page répondra quatre heures pour son secteur.")
    assert copies_in(other.page) == []


def copies_in_new_tab(phone: Phone) -> list[tuple[str, str]]:
    phone.page.goto(f"{phone.url}central/agent/")
    expect(phone.page.get_by_label("Jeton")).to_be_focused()
    return copies_in(phone.page)


def test_a_tab_that_leaves_takes_the_copy_from_the_phone_and_another_tab_says_so(phone: OpenPhone) -> None:
    agent = ready(phone)
    other = Phone(agent.page.context.new_page(), agent.url)
    other.page.goto(agent.page.url + agent.page.evaluate("`#${new URLSearchParams({ ...sessionStorage })}`"))
    other.cellar("Répond sans réseau : secteur 11D jusqu’à 14:00.")
    agent.page.get_by_role("button", name="Quitter").click()
    expect(agent.page.get_by_label("Jeton")).to_be_focused()
    other.check("CM-724-HS")
    other.answers("green", "Inscrit au registre")
    other.cellar(
        "Ne fermez pas cette page en sous-sol : ce téléphone ne garde pas la copie. "
        "Répond sans réseau : secteur 11D jusqu’à 14:00."
    )
    assert agent.page.evaluate(KEPT)["places"] == []


def test_what_is_answered_after_somebody_left_is_kept_for_nobody(phone: OpenPhone) -> None:
    agent = phone()
    held: list[Route] = []
    agent.page.route("**/v1/checks", lambda route: held.append(route))
    with agent.page.expect_request("**/v1/checks"):
        agent.check("ZZ-999-ZZ")
    agent.page.get_by_role("button", name="Quitter").click()
    expect(agent.page.get_by_label("Jeton")).to_be_focused()
    with agent.page.expect_response("**/v1/checks"):
        held[0].continue_()
    agent.page.evaluate(TURNS)
    kept = agent.page.evaluate(KEPT)
    assert (kept["places"], kept["session"]) == ([], {})
    expect(agent.page.locator("#answer")).to_be_hidden()


def test_a_copy_that_comes_after_somebody_left_is_kept_for_nobody(phone: OpenPhone) -> None:
    agent = phone()
    held: list[Route] = []
    agent.page.route(COPY, lambda route: held.append(route))
    with agent.page.expect_request(COPY):
        agent.check("ZZ-999-ZZ")
    agent.cellar("La copie du secteur arrive : attendez-la avant un sous-sol.")
    agent.page.get_by_role("button", name="Quitter").click()
    expect(agent.page.get_by_label("Jeton")).to_be_focused()
    with agent.page.expect_response(COPY):
        held[0].continue_()
    agent.page.evaluate(TURNS)
    kept = agent.page.evaluate(KEPT)
    assert (kept["places"], kept["session"]) == ([], {})
