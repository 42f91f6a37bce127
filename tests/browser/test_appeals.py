"""An appeal in a real browser: the motorist files it on the page of the notice, an examiner decides it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, FilePayload, Page, ViewportSize, expect
from sqlalchemy import Engine

from central.access.tokens import ROLES, issue_token
from central.app import create_app
from central.core.city import City
from central.db.store import open_store
from central.notices.answers import NoticeAnswer
from central.notices.steps import read_notice
from central.rules.appeal_documents import AppealWay, DocumentKind
from central.rules.notices import NoticeState
from tests.browser.page import DESKTOP, PHONE
from tests.browser.test_accessibility import grave_on
from tests.central.api_client import LONG, NO_LIMITS, ManualClock
from tests.central.appeal_rows import NINTH, filed, noon, sent_notice
from tests.central.notice_rows import code_of
from tests.central.register_rows import DAY, city_of, entitle

HOSTILE = "<img src=x onerror=document.title='hit'>"
OpenCity = Callable[[str, tuple[int, int]], Page]


@dataclass
class ServedCity:
    """A city with one notice that was sent, served over HTTP at an instant that stands still."""

    store: Engine
    city: City
    url: str
    clock: ManualClock
    number: str
    complaints: list[str] = field(default_factory=list)

    @property
    def notice(self) -> NoticeAnswer:
        return read_notice(self.city, self.number, self.clock.at)

    def token(self, who: str = "Examiner") -> str:
        return issue_token(self.store, who, ROLES["examiner"], LONG, "the test", self.clock.at)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedCity]:
    store = open_store(f"sqlite:///{tmp_path / 'city.db'}")
    city, clock = city_of(store), ManualClock(NINTH)
    number = sent_notice(city)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(city, clock, NO_LIMITS), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield ServedCity(store, city, f"http://127.0.0.1:{listening.getsockname()[1]}/", clock, number)
    finally:
        server.should_exit = True
        thread.join()
        store.dispose()


@pytest.fixture
def opened_city(browser: Browser, served: ServedCity) -> Iterator[OpenCity]:
    """Open a page of the city: `opened_city(path, size)`. There is no other host, and nothing may go wrong in it."""
    pages: list[Page] = []

    def open_page(path: str, size: tuple[int, int]) -> Page:
        context = browser.new_context(viewport=ViewportSize(width=size[0], height=size[1]), locale="fr-FR")
        context.route(lambda url: not url.startswith(served.url), lambda route: route.abort())
        page = context.new_page()
        page.on("pageerror", lambda error: served.complaints.append(str(error)))
        page.on("request", lambda asked: served.complaints.append(asked.url) if not asked.url.startswith(served.url) else None)
        page.on("console", lambda said: served.complaints.append(said.text) if "Content Security" in said.text else None)
        pages.append(page)
        page.goto(served.url + path)
        return page

    yield open_page
    for page in pages:
        page.context.close()
    assert served.complaints == []


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def upload(page: Page, label: str, name: str = "avis.pdf") -> None:
    page.get_by_label(label, exact=True).set_input_files(FilePayload(name=name, mimeType="application/pdf", buffer=b"%PDF"))


def page_of(served: ServedCity) -> str:
    return f"notices?number={served.number}&plate=AB-123-CD&code={code_of(served.city, served.number)}"


# --- the motorist --------------------------------------------------------------------------------------------------


def fill(page: Page, statement: str = "J’avais payé.") -> None:
    page.get_by_label("Oui").check()
    page.get_by_label("Les faits, et pourquoi l’avis est à annuler").fill(statement)
    upload(page, "Avis de paiement")
    page.get_by_role("button", name="Déposer le recours").click()


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_motorist_files_an_appeal_and_sees_how_it_stands(
    served: ServedCity, opened_city: OpenCity, size: tuple[int, int]
) -> None:
    page = opened_city(page_of(served), size)
    expect(page.get_by_role("button", name="Déposer le recours")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Jusqu’au 09/04/2026 inclus")
    assert (grave_on(page), fits(page)) == ([], True)
    fill(page, "J’avais payé : 2 < 3.")
    expect(page.locator("#outcome")).to_contain_text("Réponse au plus tard le 09/04/2026")
    expect(page.locator("#copy")).to_contain_text("J’avais payé : 2 < 3.")
    assert (grave_on(page), fits(page)) == ([], True)
    page.reload()
    expect(page.locator("main")).to_contain_text("Reçu, à l’examen")
    expect(page.locator("main")).to_contain_text("10/04/2026")
    upload(page, "Certificat d’immatriculation", "carte grise.pdf")
    page.get_by_role("button", name="Ajouter les pièces").click()
    expect(page.locator("#outcome")).to_contain_text("Accusé de réception")
    page.reload()
    expect(page.get_by_role("button", name="Ajouter les pièces")).to_have_count(0)
    assert (grave_on(page), fits(page)) == ([], True)


def test_a_wrong_code_and_a_file_without_content_are_told_in_french(served: ServedCity, opened_city: OpenCity) -> None:
    page, code = opened_city(page_of(served).partition("&code=")[0], PHONE), code_of(served.city, served.number)
    expect(page.locator("main")).to_contain_text("Aucun recours déposé")
    assert "11D" not in page.locator("main").inner_text()
    assert (grave_on(page), fits(page)) == ([], True)
    for said, button in ((served.notice.key, "Voir l’avis"), (code, "Déposer le recours")):
        page.get_by_label("Code d’accès (8 caractères, sur l’avis)", exact=True).fill(said)
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name=button)).to_be_visible()
        if said != code:
            expect(page.get_by_role("alert")).to_contain_text("Aucun avis")
            assert (grave_on(page), fits(page)) == ([], True)
            page.go_back()
    page.get_by_label("Certificat d’immatriculation", exact=True).set_input_files(
        FilePayload(name="vide.pdf", mimeType="application/pdf", buffer=b"")
    )
    fill(page)
    expect(page.locator("#outcome")).to_contain_text("Une pièce est vide")
    fill(page, HOSTILE)
    expect(page.locator("#outcome")).to_contain_text("HTML")


def test_a_strangers_letter_leaves_the_form_to_who_has_the_code(served: ServedCity, opened_city: OpenCity) -> None:
    filed(served.city, served.number, NINTH, DocumentKind.NOTICE, way=AppealWay.REGISTERED, statement="rien")
    page = opened_city(page_of(served), PHONE)
    expect(page.locator("main")).to_contain_text("déposez le vôtre ci-dessous")
    expect(page.get_by_role("button", name="Ajouter les pièces")).to_be_visible()
    assert (grave_on(page), fits(page)) == ([], True)
    fill(page)
    expect(page.locator("#outcome")).to_contain_text("Accusé de réception")
    page.reload()
    expect(page.locator("main")).not_to_contain_text("ci-dessous")
    examiner = opened_city(f"examiner/#token={served.token()}", DESKTOP)
    examiner.locator("#list button").click()
    expect(examiner.locator("#history")).to_contain_text("recours précédent (lettre recommandée)")
    expect(examiner.locator("#statement")).to_have_text("J’avais payé.")


def test_after_the_month_there_is_no_form(served: ServedCity, opened_city: OpenCity) -> None:
    served.clock.at = noon(date(2026, 4, 10))
    page = opened_city(page_of(served), PHONE)
    expect(page.locator("main")).to_contain_text("Le délai du recours a pris fin le 09/04/2026.")
    expect(page.get_by_role("button")).to_have_count(0)


def test_without_a_script_the_page_says_how_to_write(browser: Browser, served: ServedCity) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.url + page_of(served))
    expect(page.locator("main")).to_contain_text("lettre recommandée avec avis de réception")
    expect(page.locator("form")).to_be_hidden()
    context.close()


def test_silence_is_shown_as_a_refusal_with_the_court_and_its_last_day(served: ServedCity, opened_city: OpenCity) -> None:
    filed(served.city, served.number)
    served.clock.at = noon(date(2026, 4, 10))
    page = opened_city(page_of(served), PHONE)
    expect(page.locator("main")).not_to_contain_text("ci-dessous")  # the month has passed for everybody
    for words in ("la ville n’a pas répondu", "Tribunal du stationnement payant, TSA 51544", "dites-le", "10/05/2026"):
        expect(page.locator("main")).to_contain_text(words)
    assert (grave_on(page), fits(page)) == ([], True)


# --- the examiner --------------------------------------------------------------------------------------------------


def sign_in(page: Page, token: str) -> None:
    page.get_by_label("Jeton").fill(token)
    page.keyboard.press("Enter")


def at_appeal(served: ServedCity, opened_city: OpenCity, size: tuple[int, int], who: str = "Examiner") -> Page:
    page = opened_city("examiner/", size)
    assert grave_on(page) == []
    sign_in(page, served.token(who))
    expect(page.locator("#count")).to_have_text("1 recours, le plus urgent d’abord")
    assert (grave_on(page), fits(page)) == ([], True)
    page.locator("#list button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#appeal-title")).to_be_focused()
    return page


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_an_examiner_sees_the_card_that_came_later_and_accepts(
    served: ServedCity, opened_city: OpenCity, size: tuple[int, int]
) -> None:
    filed(served.city, served.number)
    entitle(served.store, "AB123CD", "resident", ["11D"], valid_from=NINTH, known_from=NINTH)
    served.clock.at += DAY
    page = at_appeal(served, opened_city, size)
    expect(page.locator("#holdings")).to_contain_text("Arrivé après le contrôle")
    expect(page.locator("#notice")).to_contain_text("75,00 €")
    assert (grave_on(page), fits(page)) == ([], True)
    page.get_by_label("Décision", exact=True).select_option("accepted")
    page.get_by_label("Motivation").fill("La carte de résident était demandée.")
    page.get_by_role("button", name="Enregistrer la décision").click()
    expect(page.locator("#outcome-said")).to_contain_text("accepté")
    assert served.notice.state is NoticeState.CANCELLED
    page.get_by_role("button", name="Retour à la liste").click()
    expect(page.locator("#count")).to_have_text("Aucun recours n’attend.")


def test_in_part_with_a_new_amount_and_nothing_that_was_typed_is_run(served: ServedCity, opened_city: OpenCity) -> None:
    filed(served.city, served.number)
    page = at_appeal(served, opened_city, PHONE)
    page.get_by_label("Décision", exact=True).select_option("accepted in part")
    page.get_by_label("Nouveau montant, en euros").fill("37,50")
    page.get_by_label("Motivation").fill(HOSTILE)
    page.get_by_role("button", name="Enregistrer la décision").click()
    expect(page.locator("#outcome-said")).to_have_text("Motivation : du texte simple seulement, sans HTML.")
    page.get_by_label("Motivation").fill("Trop.")
    page.get_by_label("Nouveau montant, en euros").fill("75")
    page.get_by_role("button", name="Enregistrer la décision").click()
    expect(page.locator("#outcome-said")).to_have_text("Montant : plus de zéro, et moins que les 75,00 € dus.")
    page.get_by_label("Nouveau montant, en euros").fill("37,50")
    page.get_by_label("Motivation").fill("Le ticket de 37,50 € est déduit.")
    page.get_by_role("button", name="Enregistrer la décision").click()
    expect(page.locator("#outcome-said")).to_contain_text("accepté en partie")
    assert served.notice.due_cents == 3750
    assert page.title() == "Examen des recours"


def test_missing_documents_are_asked_for(served: ServedCity, opened_city: OpenCity) -> None:
    filed(served.city, served.number, NINTH, DocumentKind.NOTICE)
    page = at_appeal(served, opened_city, PHONE)
    expect(page.locator("#documents .missing")).to_have_text("Manque : Certificat d’immatriculation")
    page.get_by_label("Jusqu’au").fill("2026-03-20")
    page.get_by_role("button", name="Demander").click()
    expect(page.locator("#outcome-said")).to_have_text("Les pièces sont demandées.")
    expect(page.locator("#history")).to_contain_text("jusqu’au 20/03/2026")


def test_who_issued_the_notice_is_shown_no_form(served: ServedCity, opened_city: OpenCity) -> None:
    filed(served.city, served.number)
    page = at_appeal(served, opened_city, DESKTOP, "agent")
    expect(page.locator("#barred")).to_be_visible()
    expect(page.locator("#decide")).to_be_hidden()


def test_a_link_signs_in_and_leaves_no_token_behind(served: ServedCity, opened_city: OpenCity) -> None:
    token = served.token()
    page = opened_city(f"examiner/#token={token}", DESKTOP)
    expect(page.locator("#count")).to_be_visible()
    assert token not in page.url
    page.get_by_role("button", name="Quitter").click()
    expect(page.get_by_label("Jeton")).to_be_focused()
    assert token not in str(page.evaluate("JSON.stringify(sessionStorage)"))
    sign_in(page, token[:-1] + ("A" if token[-1] != "A" else "B"))
    expect(page.locator("#outcome-said")).to_have_text("Ce jeton n’est pas connu, ou n’est plus valable.")
