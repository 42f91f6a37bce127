"""The operators' pages in a real browser: at a desk and on a phone, without a script, with the keyboard alone."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import Engine

from central.access.accounts import create_account
from central.access.mail import EmlFolder
from central.access.sign_in_ways import SignInWays
from central.access.tokens import ROLES, issue_token
from central.app import create_app
from central.core.city import City
from central.db.store import open_store
from central.operations import exceptions_queue
from tests.browser.page import DESKTOP, PHONE
from tests.browser.test_accessibility import grave_on
from tests.browser.test_appeals import fits
from tests.central.api_client import LONG, NO_LIMITS, ManualClock
from tests.central.signing_station import NOW
from tests.central.watched_city import ILL, WELL, watched_city

CLAIRE = "claire.martin@ville.example"
PAGES = {
    "/home": "Accueil",
    "/fleet": "Parc",
    f"/fleet/{WELL}": f"Station {WELL}",
    f"/fleet/{ILL}": f"Station {ILL}",
    "/exceptions": "Anomalies",
    "/revenue?first=2026-03-01&last=2026-03-31": "Recettes et occupation",
    "/collections": "Collectes",
    "/tokens": "Jetons",
    "/audit": "Journal d’audit",
    "/fleet/75011-9999": "Page introuvable",
}


@dataclass
class WatchedServer:
    """The city, served over HTTP at an instant that stands still."""

    city: City
    url: str
    mail: Path
    complaints: list[str] = field(default_factory=list)

    @property
    def link(self) -> str:
        """The link in the last letter."""
        [*_, letter] = sorted(self.mail.iterdir())
        [line] = [each for each in letter.read_text().splitlines() if "/sign-in/link/" in each]
        return line.strip()


OpenPage = Callable[..., Page]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[WatchedServer]:
    store: Engine = open_store(f"sqlite:///{tmp_path / 'city.db'}")
    city = watched_city(store)
    create_account(store, CLAIRE, "Claire Martin", "operator", "the test", NOW)
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    app = create_app(city, ManualClock(), NO_LIMITS, SignInWays(url, EmlFolder(tmp_path / "mail")))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield WatchedServer(city, url, tmp_path / "mail")
    finally:
        server.should_exit = True
        thread.join()
        store.dispose()


@pytest.fixture
def opened_page(browser: Browser, watched: WatchedServer) -> Iterator[OpenPage]:
    """Open a page: `opened_page(size, script=False)`. There is no other host, and nothing may go wrong in it."""
    pages: list[Page] = []

    def open_page(size: tuple[int, int], *, script: bool = True) -> Page:
        view = ViewportSize(width=size[0], height=size[1])
        context = browser.new_context(viewport=view, locale="fr-FR", java_script_enabled=script)
        page = context.new_page()
        page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        page.on("console", lambda said: watched.complaints.append(said.text) if "Content Security" in said.text else None)
        page.on("request", lambda asked: watched.complaints.append(asked.url) if not is_own(asked.url) else None)
        pages.append(page)
        return page

    def is_own(url: str) -> bool:
        return url.startswith((watched.url, "data:,"))

    yield open_page
    for page in pages:
        page.context.close()
    assert watched.complaints == []


def sign_in(page: Page, watched: WatchedServer) -> None:
    """By the link in a letter, from the sign-in page on."""
    page.goto(f"{watched.url}/fleet")
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion")
    page.get_by_label("Adresse électronique").fill(CLAIRE)
    page.get_by_role("button", name="Recevoir un lien").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Regardez votre courrier")
    page.goto(watched.link)
    page.get_by_role("button", name="Me connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Parc")


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_every_page_is_read_by_everybody_and_fits(watched: WatchedServer, opened_page: OpenPage, size: tuple[int, int]) -> None:
    page = opened_page(size)
    page.goto(f"{watched.url}/sign-in")
    assert (grave_on(page), fits(page)) == ([], True)
    sign_in(page, watched)
    for path, title in PAGES.items():
        page.goto(watched.url + path)
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert (path, grave_on(page), fits(page)) == (path, [], True)


def test_without_a_script_everything_is_done_all_the_same(watched: WatchedServer, opened_page: OpenPage) -> None:
    page = opened_page(PHONE, script=False)
    sign_in(page, watched)
    page.get_by_role("link", name="Anomalies").click()
    page.get_by_text("Bifurcation :").click()
    page.locator("details[open]").get_by_label("Ce qui a été constaté").fill("carte remise en arrière")
    page.locator("details[open]").get_by_role("button", name="Classer").click()
    expect(page.get_by_role("status")).to_contain_text("C’est classé")
    assert exceptions_queue.list_incidents(watched.city.store) == ()
    page.get_by_role("link", name="Jetons").click()
    page.get_by_label("Porteur").fill("Agent 7")
    page.get_by_role("button", name="Donner ce jeton").click()
    expect(page.get_by_role("status")).to_contain_text("hdt_")
    page.get_by_role("link", name="Recettes").click()
    page.get_by_label("Du", exact=True).fill("2026-03-01")
    page.get_by_role("button", name="Afficher").click()
    expect(page.locator("table")).to_contain_text("15,00")
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion")


def focused(page: Page) -> str:
    """What has the focus, by its words or its name."""
    said = "document.activeElement.innerText || document.activeElement.name || document.activeElement.tagName"
    return str(page.evaluate(said)).strip()


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until something of this name has the focus, and can be seen to have it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused(page) == wanted:
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid"
            return
    pytest.fail(f"no Tab leads to {wanted}")


def test_the_keyboard_alone_clears_an_exception(watched: WatchedServer, opened_page: OpenPage) -> None:
    page = opened_page(DESKTOP)
    sign_in(page, watched)
    page.reload()
    page.keyboard.press("Tab")
    assert focused(page) == "Aller au contenu"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.reload()
    tab_to(page, "Anomalies")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Anomalies")
    summary = page.get_by_text("Bifurcation :").inner_text()
    tab_to(page, summary)
    page.keyboard.press("Enter")
    tab_to(page, "note")
    page.keyboard.type("copie de carte")
    tab_to(page, "Classer")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("C’est classé")
    assert exceptions_queue.list_incidents(watched.city.store) == ()


def test_a_link_with_a_token_leaves_none_behind(watched: WatchedServer, opened_page: OpenPage) -> None:
    token = issue_token(watched.city.store, "Dupont", ROLES["auditor"], LONG, "the test", NOW)
    page = opened_page(DESKTOP)
    page.goto(f"{watched.url}/sign-in#token={token}")
    expect(page.get_by_label("Jeton")).to_be_focused()
    assert token not in page.url
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Accueil")
    expect(page.get_by_role("navigation")).not_to_contain_text("Jetons")
    assert page.evaluate("document.cookie") == ""


def test_a_form_of_another_site_does_nothing(watched: WatchedServer, opened_page: OpenPage) -> None:
    page = opened_page(DESKTOP)
    sign_in(page, watched)
    form = f"<form method=post action='{watched.url}/sign-out'><input name=csrf value=x><button>Gagner</button></form>"
    page.goto(f"data:text/html,{form}".replace("data:text/html", "data:text/html;charset=utf-8"))
    watched.complaints.clear()
    page.get_by_role("button", name="Gagner").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Formulaire périmé")
    page.goto(f"{watched.url}/home")
    expect(page.get_by_role("heading", level=1)).to_have_text("Accueil")
