"""The worker of the agent's page: what it keeps, what it does not serve, how a newer page follows; browsers that have none."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Route, expect

from tests.browser.agent_phone import KEPT, OpenPhone, Phone, phones, ready, without_network
from tests.browser.conftest import serving
from tests.browser.test_accessibility import grave_on
from tests.builders import ROOT

POISON = """async (code) => {
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        const script = (await cache.keys()).find(({ url }) => url.endsWith("/agent.js"));
        await cache.put(script, new Response(code, { headers: { "Content-Type": "text/javascript" } }));
    }
}"""
PAGES = Path("central/pages/agent")
DO_NOT_CLOSE = "Ne fermez pas cette page en sous-sol : "
NO_DATABASE = "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); };"
FULL = "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };"
NO_WORKER = "delete Navigator.prototype.serviceWorker;"
REFUSED_WORKER = "ServiceWorkerContainer.prototype.register = () => Promise.reject(new DOMException('no', 'SecurityError'));"
WHERE_THERE_IS = "if (window.isSecureContext) {{ {} }}"


# --- what is kept -------------------------------------------------------------------------------------------------


def test_the_worker_keeps_the_files_of_the_page_and_nothing_else(phone: OpenPhone) -> None:
    agent = ready(phone)
    without_network(agent)
    agent.page.context.set_offline(False)
    agent.check("CM-724-HS")
    agent.answers("green", "Inscrit au registre")
    for address in ("", "central/notices", "central/sign-in", "central/v1/key", "central/examiner/"):
        agent.page.goto(agent.url + address)
        assert agent.page.evaluate("navigator.serviceWorker.controller") is None
    files = {each.name for each in (ROOT / PAGES).iterdir()} - {"index.html", "worker.js"} | {""}
    shared = {each.name for each in (ROOT / "central/pages/shared").iterdir()}
    own = {f"{agent.url}central/agent/{name}" for name in files} | {f"{agent.url}central/shared/{name}" for name in shared}
    assert set(agent.page.evaluate(KEPT)["files"]) == own


def test_the_policy_of_the_page_holds_without_a_network(phone: OpenPhone) -> None:
    agent = ready(phone)
    agent.page.context.set_offline(True)
    opened = agent.page.reload()
    assert opened is not None
    assert opened.from_service_worker
    policy = opened.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "worker-src 'self'" in policy


def test_a_file_that_was_altered_in_the_phone_is_not_run(phone: OpenPhone) -> None:
    agent = ready(phone)
    agent.page.evaluate(POISON, "document.title = 'poisoned';")
    agent.page.reload()  # there is a network: what is missing is fetched again
    expect(agent.page.get_by_label("Plaque")).to_be_focused()
    without_network(agent)
    expect(agent.page).to_have_title("Contrôle du stationnement")
    agent.page.evaluate(POISON, "document.title = 'poisoned';")
    with pytest.raises(Error, match=r"ERR_FAILED|ERR_INTERNET_DISCONNECTED"):
        agent.page.reload()


# --- a newer page -------------------------------------------------------------------------------------------------


@pytest.fixture
def deployed(tmp_path: Path) -> Path:
    """A copy of the city's code, in which a file can be changed as by an update."""
    shutil.copytree(ROOT / "central", tmp_path / "code" / "central", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "code"


@pytest.fixture
def updated_phone(browser: Browser, deployed: Path, tmp_path: Path) -> Iterator[OpenPhone]:
    """As `phone`, from a server that runs the copy."""
    where = os.pathsep.join([str(deployed), os.environ.get("PYTHONPATH", str(ROOT))])
    with serving(tmp_path / "state", {**os.environ, "PYTHONPATH": where}) as server, phones(browser, server.url) as opened:
        yield opened


def rename(deployed: Path, title: str) -> None:
    """An update of two files: the page's title, and its heading, which the script now gives."""
    page, script = (deployed / PAGES / name for name in ("index.html", "agent.js"))
    page.write_text(re.sub("<title>.*</title>", f"<title>{title}</title>", page.read_text("utf-8")), "utf-8")
    said = f"\ndocument.querySelector('h1').textContent = '{title}';\n"
    script.write_text(re.sub(r"\ndocument\.querySelector\('h1'\).*\n", "", script.read_text("utf-8")) + said, "utf-8")


def test_a_newer_page_takes_over_whole_with_the_next_opening(updated_phone: OpenPhone, deployed: Path) -> None:
    agent = ready(updated_phone)
    agent.page.reload()
    rename(deployed, "Deuxième")
    agent.page.reload()
    expect(agent.page).to_have_title("Contrôle du stationnement")
    expect(agent.page.locator("#newer")).to_contain_text("Une version plus récente de cette page est prête.")
    expect(agent.page.locator("h1")).to_have_text("Contrôle")
    assert grave_on(agent.page) == []
    agent.page.get_by_label("Plaque").fill("CM-724-HS")
    agent.page.get_by_role("button", name="Recharger").click()
    expect(agent.page).to_have_title("Deuxième")
    expect(agent.page.locator("h1")).to_have_text("Deuxième")
    expect(agent.page.locator("#newer")).to_be_hidden()
    agent.page.wait_for_function("async () => (await caches.keys()).length === 1")
    without_network(agent)
    expect(agent.page.locator("h1")).to_have_text("Deuxième")
    agent.check("CM-724-HS")
    agent.answers("green", "Inscrit au registre")


def test_an_old_worker_with_a_damaged_file_mixes_no_versions(updated_phone: OpenPhone, deployed: Path) -> None:
    agent = ready(updated_phone)
    agent.page.reload()
    agent.page.evaluate(POISON, "document.title = 'poisoned';")
    rename(deployed, "Deuxième")
    agent.page.reload()
    expect(agent.page).to_have_title("Deuxième")
    expect(agent.page.locator("h1")).to_have_text("Deuxième")


# --- browsers that keep nothing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (NO_WORKER, "sans réseau, ce téléphone ne la rouvrirait pas."),
        (REFUSED_WORKER, "sans réseau, ce téléphone ne la rouvrirait pas."),
        (NO_DATABASE, "ce téléphone ne garde pas la copie."),
        (FULL, "ce téléphone ne garde pas la copie."),
    ],
    ids=["no worker", "a worker is refused", "no database", "a full phone"],
)
def test_a_browser_that_does_not_keep_says_so_and_goes_on(phone: OpenPhone, script: str, said: str) -> None:
    agent = phone(WHERE_THERE_IS.format(script))
    agent.check_with_copy("ZZ-999-ZZ")
    agent.cellar(f"{DO_NOT_CLOSE}{said} Répond sans réseau : secteur 11D jusqu’à 14:00.")
    assert grave_on(agent.page) == []
    agent.page.context.set_offline(True)
    agent.check("CM-724-HS")
    agent.answers("green", "Inscrit au registre")
    agent.says("Signature de la ville vérifiée.")
    agent.page.get_by_role("button", name="Quitter").click()
    agent.page.get_by_role("button", name="Effacer et quitter").click()
    expect(agent.page.get_by_label("Jeton")).to_be_focused()


def test_without_https_the_page_controls_and_says_what_it_cannot(phone: OpenPhone) -> None:
    agent = phone()

    def from_server(route: Route) -> None:
        url = route.request.url.replace("http://city.example/", agent.url)
        route.fulfill(response=route.fetch(url=url))

    agent.page.route("http://city.example/**", from_server)
    there = Phone(agent.page, agent.url)
    there.page.goto(agent.page.url.replace(agent.url, "http://city.example/") + "#" + there.link())
    assert there.page.evaluate("window.isSecureContext") is False
    there.cellar("Ouverte sans https, cette page ne répond pas en sous-sol : ne l’y fermez pas, elle ne s’y rouvrirait pas.")
    there.check("CM-724-HS")
    there.answers("green", "Inscrit au registre")
    assert grave_on(there.page) == []
    there.lose_network()
    there.check("CM-724-HS")
    there.answers("grey", "Ville hors d’atteinte")
    there.says("Sans https, ce navigateur ne peut vérifier aucune copie : il n’en garde pas.")
