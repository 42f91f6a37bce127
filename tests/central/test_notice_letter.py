"""The payment notice as PDF: four pages, what the law asks for in typed words, and nothing that a name could break."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine

from central.access.tokens import Scope
from central.core.audit import list_audit
from central.core.city import City
from central.notices.answers import NoticeAnswer
from central.notices.letters import read_to_print
from central.pages.notice_letter import NOTES, notice_letter, spaced
from central.pages.pdf import render_pdf, shown
from central.rules.court import court_in_sentence
from central.rules.notices import NoticeEventKind, NoticeState
from tests.central.api_client import client_of
from tests.central.notice_rows import FOUR, code_of, complete, control, issue, pay, propose, send, step
from tests.central.pdf_reading import codes_of, pages_of
from tests.central.register_rows import DAY, HOUR, PARIS, TEN, enrol, report, right, sell
from tests.central.signing_station import STATION

ESTABLISHED = (
    *("VILLE DE PARIS", "Avis de paiement", "R.2333-120-4", "SIRET 21750001600019"),
    *("Au titulaire du certificat d’immatriculation", "21750001600019 26 0 063 000 000", "AB-123-CD", "Renault"),
    "Catégorie du véhicule Voiture",
    *("Date et heure du constat 04/03/2026 à 15:00", "12 rue Oberkampf, secteur 11D, zone tarifaire 1", "n° A-1"),
    *("Autorité dont relève l’agent Ville de Paris, Direction de la voirie et des déplacements", "75,00 €"),
    *("− 6,00 €", "04/03/2026 à 12:00", "Montant du FPS après déduction 69,00 €", "Date d’envoi de l’avis 04/03/2026"),
    *("Date de notification 09/03/2026", "Le FPS cesse de produire ses effets 04/03/2026 à 18:00"),
    "Signature de l’agent validé par l’agent n° A-1, authentifié, le 04/03/2026 à 16:00",
)
TO_PAY = (
    *("Montant minoré 48,30 € jusqu’au 13/03/2026", "Montant dû 69,00 € jusqu’au 09/06/2026", "Montant majoré 119,00 €"),
    *("08 06 20 30 40", "Trésor public", "dans les 9 jours qui suivent l’envoi de cet avis, soit jusqu’au 13/03/2026 inclus"),
    *("dans les 3 mois qui suivent la notification", "majoré de 20 % de son montant, et de 50,00 € au moins"),
    *("titre exécutoire", "95,20 €", "L.2323-7-1"),
)
TO_APPEAL = (
    *("recours administratif préalable obligatoire (RAPO)", "soit jusqu’au 09/04/2026 inclus", "ne suspend pas"),
    *("lettre recommandée avec avis de réception", "TSA 21232", "75621 PARIS CEDEX 13", "copie de cet avis de paiement"),
    *("certificat d’immatriculation", "Son silence pendant un mois vaut rejet", "tribunal du stationnement payant"),
)
FORM = ("Formulaire de recours (RAPO)", "au plus tard le 09/04/2026", "Date et signature", "DVD-SSVP-RGPD@paris.fr")


@pytest.fixture
def notice(city: City) -> NoticeAnswer:
    """A notice with a receipt deducted, sent at four o'clock."""
    sell(city.store, replace(right(start=TEN + 2 * HOUR, minutes=90), cents=600))
    complete(city)
    made = propose(city, control(city), make="Renault", place="12 rue Oberkampf")
    assert isinstance(made, NoticeAnswer)
    return send(city, made.number)


def letter(city: City, number: str, now: datetime = FOUR) -> bytes:
    return render_pdf(notice_letter(read_to_print(city, number, now)))


def test_four_pages_say_what_the_law_asks(city: City, notice: NoticeAnswer) -> None:
    pages = pages_of(letter(city, notice.number))
    assert len(pages) == 4
    for page, words in zip(pages, (ESTABLISHED, TO_PAY, TO_APPEAL, FORM), strict=True):
        page = page.replace("\N{NO-BREAK SPACE}", " ")
        assert [each for each in words if each not in page] == []
        assert f"Avis de paiement n° {spaced(notice.number)} — clé {notice.key}" in page


def test_the_code_holds_number_and_key(city: City, notice: NoticeAnswer) -> None:
    assert codes_of(letter(city, notice.number), 1) == [notice.number + notice.key]


def test_the_same_notice_is_the_same_bytes_whenever_it_is_printed(city: City, notice: NoticeAnswer) -> None:
    first = letter(city, notice.number)
    assert letter(city, notice.number, FOUR + 3 * DAY) == first
    found = PdfReader(io.BytesIO(first)).metadata
    assert found is not None
    assert found.creation_date == FOUR


def test_its_typeface_is_in_it(city: City, notice: NoticeAnswer) -> None:
    for page in PdfReader(io.BytesIO(letter(city, notice.number))).pages:
        fonts = page["/Resources"]["/Font"].values()  # type: ignore[index]
        faces = [font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
        assert all("/FontFile2" in face for face in faces)


def test_before_it_is_sent_it_names_no_date_that_follows_from_it(city: City) -> None:
    first, second, third, _ = pages_of(letter(city, issue(city).number))
    assert "Date d’envoi de l’avis pas encore envoyé" in first
    assert "jusqu’au fixé à l’envoi" in first
    assert "dans les 9 jours qui suivent l’envoi de cet avis." in second
    assert "soit jusqu’au" not in second + third


def test_the_rule_of_2018_counts_hours_from_the_issue(city: City) -> None:
    at = datetime(2018, 3, 5, 15, 0, tzinfo=PARIS)
    check = control(city, at=at)
    enrol(city.store, "75011-0099", at + HOUR, enrolled_at=at - DAY)
    made = propose(city, check, at + HOUR)
    assert isinstance(made, NoticeAnswer)
    pages = pages_of(letter(city, made.number, at + HOUR))
    assert "dans les 96 heures qui suivent l’établissement, soit jusqu’au 09/03/2018 à 16:00" in pages[1]
    assert "commission du contentieux du stationnement payant" in pages[2]


@pytest.mark.parametrize("text", ["<b>rue</b> & <script>alert(1)</script>", "%%EOF (\\) endobj", "rue \u202e\N{SNOWMAN}\x07x"])
def test_what_an_agent_typed_is_shown_as_it_is(city: City, text: str) -> None:
    complete(city)
    made = propose(city, control(city), place=text, make="<i>")
    assert isinstance(made, NoticeAnswer)
    first = pages_of(letter(city, made.number))[0]
    assert shown(text) in first
    assert "Marque <i>" in first
    assert len(pages_of(letter(city, made.number))) == 4


def test_the_longest_words_leave_it_four_pages(city: City) -> None:
    complete(city)
    made = propose(city, control(city), agent="A" * 20, place="W" * 200, make="W" * 200)
    assert isinstance(made, NoticeAnswer)
    step(city, made.number, NoticeEventKind.WITHDRAWN, FOUR, "mistaken")
    assert len(pages_of(letter(city, made.number))) == 4


def test_a_notice_that_nobody_owes_any_more_says_so_first(city: City, notice: NoticeAnswer) -> None:
    assert pay(city, notice.number, 4830, FOUR, "TX-1").state is NoticeState.PAID_REDUCED
    assert NOTES[NoticeState.PAID_REDUCED] in pages_of(letter(city, notice.number))[0]
    step(city, notice.number, NoticeEventKind.CANCELLED, FOUR + HOUR, "mistaken")
    assert NOTES[NoticeState.REFUND_DUE] in pages_of(letter(city, notice.number, FOUR + HOUR))[0]


def test_the_court_changed_its_name_with_2025() -> None:
    assert court_in_sentence(date(2024, 12, 31)) == "commission du contentieux du stationnement payant"
    assert court_in_sentence(date(2025, 1, 1)) == "tribunal du stationnement payant"


def test_over_http_for_those_who_work_on_it_and_for_who_has_number_plate_and_code(store: Engine) -> None:
    client = client_of(store)
    client.clock.at = FOUR
    report(store, STATION, FOUR)
    notice = issue(client.city)
    code = code_of(client.city, notice.number)
    officer, path = client.with_token(Scope.NOTICES), f"/v1/notices/{notice.number}/pdf"
    answered = officer.get(path)
    assert (answered.status_code, answered.headers["content-type"]) == (200, "application/pdf")
    assert (list_audit(store)[-1].action, list_audit(store)[-1].subject) == ("notice letter read", notice.number)
    public = f"/v1/public/notices/{notice.number}/pdf"
    assert client.get(f"{public}?plate=ab-123-cd&code={code}").content == answered.content
    wrong = [f"?plate=ZZ999ZZ&code={code}", f"?plate=AB123CD&code={notice.key}"]
    assert {client.get(public + each).status_code for each in wrong} == {404}
    assert client.get(f"{public}?plate=AB123CD").status_code == 422
    assert client.get(path).status_code == 401
    assert officer.get(f"/v1/notices/{'9' * 26}/pdf").status_code == 404
    page = client.get(f"/notices?number={notice.number}&plate=AB123CD&code={code}").text
    assert f"href='v1/public/notices/{notice.number}/pdf?plate=AB123CD&amp;code={code}'" in page


@pytest.mark.parametrize("scope", [Scope.AGENT, Scope.PAYMENTS])
def test_who_issues_or_cashes_does_not_read_the_letter_which_has_the_code(store: Engine, scope: Scope) -> None:
    client = client_of(store)
    client.clock.at = FOUR
    report(store, STATION, FOUR)
    notice = issue(client.city)
    reader = client.with_token(scope)
    assert reader.get(f"/v1/notices/{notice.number}/pdf").status_code == 403
    assert code_of(client.city, notice.number) not in reader.get(f"/v1/notices/{notice.number}").text
