"""The agent's phone, for the tests in a real browser; and pages that the desk's page opens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.page import AT, PHONE, OpenDesk
from tests.central.pdf_reading import pages_of

OFFLINE = "**/v1/checks"
COPY = re.compile(r"/v1/agents/copy")
KEPT = """async () => ({
    places: (await indexedDB.databases()).map(({ name }) => name),
    local: { ...localStorage },
    session: { ...sessionStorage },
    files: (await Promise.all((await caches.keys()).map(async (each) => (await caches.open(each)).keys())))
        .flat().map(({ url }) => url).sort(),
})"""
"""What a browser keeps: databases, storage of the origin and of the tab, files of workers."""


@dataclass
class Phone:
    """The agent's page on a phone, signed in, and the desk's API beside it."""

    page: Page
    url: str

    def desk(self, path: str, **body: object) -> dict[str, str]:
        answer = self.page.request.post(f"{self.url}api/{path}", data=body)
        assert answer.ok, answer.text()
        told: dict[str, str] = answer.json()
        return told

    def hold_time(self) -> None:
        """Let no time pass on the desk by itself: what is true of an instant stays so until the test moves the clock."""
        self.desk("clock", speed=0)

    def link(self, **other: str) -> str:
        """What a sign-in link with a token of its own carries behind `#`, changed so."""
        given = parse_qs(self.desk("agent")["link"].partition("#")[2])
        return urlencode({name: values[0] for name, values in given.items()} | other)

    def sign_in(self, **other: str) -> None:
        """Open a sign-in link, changed so."""
        self.page.goto(f"{self.url}central/agent/#{self.link(**other)}")
        expect(self.page.get_by_label("Plaque")).to_be_focused()

    def check(self, plate: str) -> None:
        """Ask about a plate."""
        self.page.get_by_label("Plaque").fill(plate)
        self.page.get_by_role("button", name="Contrôler").click()

    def answers(self, colour: str, words: str) -> None:
        """The answer has this colour and these words."""
        expect(self.page.locator("#answer strong")).to_have_text(words)
        expect(self.page.locator("#answer")).to_have_class(colour)

    def says(self, text: str) -> None:
        expect(self.page.locator("#answer")).to_contain_text(text)

    def cellar(self, text: str) -> None:
        """What the page says of a place without a network."""
        expect(self.page.locator("#cellar")).to_have_text(text)

    def check_with_copy(self, plate: str) -> None:
        """Ask about a plate while the city can be reached, and wait for the copy that is fetched meanwhile."""
        with self.page.expect_response(COPY):
            self.check(plate)
        self.page.wait_for_timeout(200)

    def lose_network(self) -> None:
        self.page.route(OFFLINE, lambda route: route.abort())

    def find_network(self) -> None:
        self.page.unroute(OFFLINE)

    def propose(self, vehicle: str = "Voiture") -> None:
        """Propose a notice for the vehicle that was refused."""
        self.page.get_by_label("Catégorie").select_option(vehicle)
        self.page.get_by_label("Marque").fill("Renault")
        self.page.get_by_label("Lieu").fill("12 rue Oberkampf")
        self.page.get_by_role("button", name="Proposer un FPS").click()

    def propose_until_issued(self) -> tuple[str, str]:
        """Propose a notice, and again once the data is complete: its number and its key."""
        outcome = self.page.locator("#outcome")
        self.propose()
        expect(outcome).to_contain_text("Proposé, pas encore établi")
        self.desk("clock", advance_s=120)
        self.page.get_by_role("button", name="Redemander").click()
        expect(outcome).to_have_text(re.compile(r"FPS \d{26}, clé \d\d"))
        number, key = re.findall(r"\d{26}|\d\d$", outcome.text_content() or "")
        return number, key


def letter_code(desk: OpenDesk, number: str) -> str:
    """The code on the letter of a notice, which the city sends and its holder finds in the mailbox."""
    desk.page.get_by_role("button", name="Envoyer les avis établis").click()
    href = desk.page.get_by_role("link", name=f"Lire la lettre n° {number}").get_attribute("href") or ""
    pdf = desk.page.request.get(desk.url + href).body()
    (code,) = re.findall(r"Code d’accès en ligne ([0-9A-Z]{4}-[0-9A-Z]{4})", pages_of(pdf)[0])
    return str(code)


def opens(desk: OpenDesk, role: str, name: str) -> Page:
    """The page that a button or a link of the desk opens."""
    with desk.page.expect_popup() as popup:
        desk.page.get_by_role("link" if role == "link" else "button", name=name).click()
    return popup.value


OpenPhone = Callable[..., Phone]


@contextmanager
def phones(browser: Browser, url: str) -> Iterator[OpenPhone]:
    """Open the agent's page: `phone(script, at)`, at ten on a Wednesday morning; `script` runs before the page's own.

    No time passes on the desk but what a test lets pass. Nothing may have gone wrong in a page.
    """
    pages: list[tuple[Page, list[str]]] = []

    def open_phone(script: str = "", at: str | None = AT) -> Phone:
        view = ViewportSize(width=PHONE[0], height=PHONE[1])
        context = browser.new_context(viewport=view, has_touch=True, is_mobile=True, device_scale_factor=2, locale="fr-FR")
        if script:
            context.add_init_script(script)
        page, errors = context.new_page(), list[str]()
        context.on("weberror", lambda error: errors.append(str(error.error)))
        pages.append((page, errors))
        phone = Phone(page, url)
        if at:
            phone.desk("clock", at=at)
        phone.hold_time()
        phone.sign_in()
        return phone

    yield open_phone
    for page, errors in pages:
        page.context.close()
        assert not errors, errors


def ready(phone: OpenPhone, script: str = "") -> Phone:
    """A phone that keeps the page and the copy of its sector."""
    agent = phone(script)
    agent.check_with_copy("ZZ-999-ZZ")
    agent.page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    agent.cellar("Répond sans réseau : secteur 11D jusqu’à 14:00.")
    return agent


def without_network(agent: Phone) -> None:
    """The phone is in a cellar, and its browser opens the page again."""
    agent.page.context.set_offline(True)
    agent.page.reload()
    expect(agent.page.get_by_label("Plaque")).to_be_focused()
