"""Sign-in links on the agent's phone: none replaces the city's key or the session in silence, and the copy with it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.browser.agent_phone import OpenPhone, Phone, ready, without_network
from tests.browser.test_accessibility import grave_on

OTHER_KEY = "A" * 43
ANSWERS = "Répond sans réseau : secteur 11D jusqu’à 14:00."
LOST = "Avant un sous-sol, contrôlez une plaque : cette page répondra quatre heures pour son secteur."


def open_link(agent: Phone, given: Mapping[str, str], reloaded: bool = False) -> None:
    """Open a link in the tab that is there: in the page as it is, or in the page opened anew."""
    if reloaded:
        agent.page.goto("about:blank")
    agent.page.goto(f"{agent.url}central/agent/#{urlencode(given)}")


def held(agent: Phone, name: str) -> str | None:
    """What the tab's session has under a name, as the page asks for it: `key` is no member that a script can list."""
    found: str | None = agent.page.evaluate("(name) => sessionStorage.getItem(name)", name)
    return found


def session_of(agent: Phone) -> dict[str, str]:
    """Who is signed in, and by which key of the city; all of it is there."""
    return {name: value for name in ("token", "agent", "key") if (value := held(agent, name))}


@pytest.mark.parametrize("given", [{"key": OTHER_KEY}, {"agent": "B-0002"}, {"key": OTHER_KEY, "agent": "B-0002"}])
def test_a_link_without_a_token_changes_neither_the_key_nor_the_agent(phone: OpenPhone, given: dict[str, str]) -> None:
    agent = ready(phone)
    before = session_of(agent)
    assert len(before) == 3
    open_link(agent, given | {"sector": "12A"})
    expect(agent.page.locator("#outcome")).to_contain_text("Ce lien ne porte pas de jeton")
    assert "#" not in agent.page.url
    assert session_of(agent) == before
    expect(agent.page.get_by_label("Secteur")).to_have_value("12A")
    without_network(agent)
    agent.cellar(ANSWERS)
    agent.page.get_by_label("Secteur").fill("11D")
    agent.check("CM-724-HS")
    agent.answers("green", "Inscrit au registre")
    agent.says("Signature de la ville vérifiée.")


def test_a_key_before_anybody_signs_in_is_nobodys(phone: OpenPhone) -> None:
    agent = phone()
    agent.page.get_by_role("button", name="Quitter").click()
    expect(agent.page.get_by_label("Jeton")).to_be_focused()
    open_link(agent, {"key": OTHER_KEY})
    expect(agent.page.locator("#outcome")).to_contain_text("Ce lien ne porte pas de jeton")
    assert session_of(agent) == {}


@pytest.mark.parametrize("reloaded", [False, True])
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"key": OTHER_KEY}, "une autre clé de la ville"),
        ({"token": "hdt_0"}, "une autre session"),
        ({"agent": "B-0002"}, "celui d’un autre agent"),
    ],
)
def test_over_somebody_a_link_is_taken_once_that_person_has_read_what_goes(
    phone: OpenPhone, given: dict[str, str], said: str, reloaded: bool
) -> None:
    agent = ready(phone)
    mine = session_of(agent)
    assert len(mine) == 3
    other = agent.page.locator("#other")
    open_link(agent, mine | given, reloaded)
    expect(other).to_contain_text(said)
    assert grave_on(agent.page) == []
    agent.cellar(ANSWERS)
    agent.page.get_by_role("button", name="Rester").click()
    expect(other).to_be_hidden()
    expect(agent.page.get_by_label("Plaque")).to_be_focused()
    assert session_of(agent) == mine
    open_link(agent, mine | given, reloaded)
    agent.page.get_by_role("button", name="Ouvrir ce lien").click()
    expect(other).to_be_hidden()
    agent.cellar(LOST)
    assert session_of(agent) == mine | given


def test_the_same_link_once_more_asks_nothing(phone: OpenPhone) -> None:
    agent = ready(phone)
    open_link(agent, session_of(agent))
    agent.cellar(ANSWERS)
    expect(agent.page.locator("#other")).to_be_hidden()
