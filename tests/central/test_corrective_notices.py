"""An appeal accepted in part makes a corrective notice: a number of its own, its letter, the deadlines of the first."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine

from central.access.tokens import Scope
from central.appeals.court import CourtReferral, refer_to_court
from central.appeals.public import PublicDetails, find_public_status
from central.appeals.report_figures import enter_figures
from central.core.audit import list_audit
from central.core.city import City
from central.db.store import migrate
from central.notices.agency import read_fines
from central.notices.letters import read_to_print
from central.notices.payments import NoticePayment, record_payment
from central.notices.public import find_public_notice
from central.notices.steps import read_notice
from central.pages.corrective_letter import letter_of
from central.pages.notice_letter import spaced
from central.pages.notice_page import notice_page
from central.pages.pdf import render_pdf
from central.rules.appeal_documents import Appellant, DocumentKind
from central.rules.appeal_states import AppealEventKind
from central.rules.appeals_report import YearFigures
from central.rules.court import CourtAgainst
from central.rules.notice_numbers import key_of
from central.rules.notices import NoticeState
from firmware.domain.errors import FieldError
from tests.central.appeal_rows import NINTH, decide, filed, sent_notice
from tests.central.notice_rows import FOUR, client_at_four, code_of, issue, pay
from tests.central.pdf_reading import codes_of, pages_of
from tests.central.register_rows import DAY, HOUR, city_of

FIRST, SECOND = "21750001600019260063000000", "21750001600019260063000001"
TENTH = NINTH + DAY


def corrected(city: City, cents: int = 3750) -> str:
    """The number of the corrective notice that a decision of the tenth of March makes."""
    appeal = filed(city, sent_notice(city))
    decide(city, appeal.id, AppealEventKind.PARTLY_ACCEPTED, TENTH, cents, by="Martin (0123456789ab)")
    return read_notice(city, FIRST, TENTH).corrective_number or ""


def test_it_is_numbered_by_the_rule_of_the_first_and_the_next_notice_after_it(city: City) -> None:
    assert corrected(city) == SECOND
    assert read_notice(city, FIRST, TENTH).corrective_key == key_of(SECOND)
    assert issue(city, "ZZ999ZZ").number == f"{SECOND[:-1]}2"
    assert ("corrective notice issued", SECOND) in [(each.action, each.subject) for each in list_audit(city.store)]


def test_who_asks_by_its_number_is_answered_about_the_first(city: City) -> None:
    number = corrected(city)
    assert read_notice(city, number, TENTH) == read_notice(city, FIRST, TENTH)
    found = [find_public_notice(city, each, "AB-123-CD", code_of(city, FIRST), TENTH) for each in (number, FIRST)]
    assert found[0] == found[1] is not None, "the code of the letter opens both"
    assert find_public_notice(city, number, "AB-123-CD", key_of(number), TENTH) is None
    paid = record_payment(city, number, NoticePayment(2625, TENTH, "TX-1", key_of(number)), "cashier", TENTH)
    assert (paid.number, paid.state, paid.owed_cents) == (FIRST, NoticeState.PAID_REDUCED, 0)
    again = record_payment(city, number, NoticePayment(2625, TENTH, "TX-1"), "cashier", TENTH)
    assert (again.paid_cents, record_payment(city, FIRST, NoticePayment(2625, TENTH, "TX-1"), "c", TENTH)) == (2625, again)
    case = refer_to_court(city, number, CourtReferral(CourtAgainst.CORRECTION, date(2026, 3, 10), "26-1"), "e", TENTH)
    assert case.number == FIRST


def test_there_is_one_for_a_notice_and_none_for_a_refusal(city: City) -> None:
    appeal = filed(city, sent_notice(city))
    decide(city, appeal.id, AppealEventKind.REFUSED, TENTH)
    assert read_notice(city, FIRST, TENTH).corrective_number is None
    with pytest.raises(FieldError):
        decide(city, appeal.id, AppealEventKind.PARTLY_ACCEPTED, TENTH + HOUR, 3750)
    assert read_notice(city, FIRST, TENTH + HOUR).corrective_number is None


def test_its_letter_says_what_the_law_asks_and_keeps_the_deadlines_of_the_first(city: City) -> None:
    number = corrected(city)
    pdf = render_pdf(letter_of(read_to_print(city, number, TENTH)))
    assert pdf == render_pdf(letter_of(read_to_print(city, number, TENTH)))
    (page,) = pages_of(pdf)
    for said in (
        *("Avis de paiement rectificatif", "R.2333-120-14", "SIRET 21750001600019", spaced(number), spaced(FIRST), "37,50 €"),
        *("jusqu’au 09/06/2026", "n° A-1", "04/03/2026 à 15:00", "secteur 11D, zone tarifaire 1", "AB-123-CD", "non relevée"),
        *("reçu du redevable le 09/03/2026", "Date de l’avis rectificatif 10/03/2026", "décidé par Martin", "87,50 €"),
        *("tribunal du stationnement payant", "un nouveau recours préalable n’est pas demandé", "Déjà payé 0,00 €"),
    ):
        assert said in page, said
    assert "0123456789ab" not in page, "whose token it was is nobody's business"
    assert codes_of(pdf, 0) == [f"{number}{key_of(number)}"]
    assert "recours administratif préalable" in " ".join(pages_of(render_pdf(letter_of(read_to_print(city, FIRST, TENTH)))))


def test_the_first_letter_stays_as_it_was_sent(city: City) -> None:
    number = sent_notice(city)
    before = render_pdf(letter_of(read_to_print(city, number, NINTH)))
    decide(city, filed(city, number).id, AppealEventKind.PARTLY_ACCEPTED, TENTH, 3750)
    assert render_pdf(letter_of(read_to_print(city, number, TENTH + HOUR))) == before


def test_the_letter_names_who_appealed_for_another_and_what_is_given_back(city: City) -> None:
    number, kinds = sent_notice(city), (DocumentKind.NOTICE, DocumentKind.REGISTRATION, DocumentKind.MANDATE)
    pay(city, number, 5250, FOUR + DAY, "TX-1")
    appeal = filed(city, number, NINTH, *kinds, appellant=Appellant.MANDATED)
    decide(city, appeal.id, AppealEventKind.PARTLY_ACCEPTED, TENTH, 5000)
    (page,) = pages_of(render_pdf(letter_of(read_to_print(city, SECOND, TENTH))))
    for said in ("reçu d’un mandataire", "À rembourser : 17,50 €", "Déjà payé 52,50 €", "Ce forfait est payé"):
        assert said in page, said


def test_the_agency_is_told_and_the_page_of_the_notice_links_it(city: City) -> None:
    number = corrected(city)
    (fine,) = read_fines(city, TENTH, "clerk", TENTH + HOUR)
    assert (fine.number, fine.corrective_number, fine.value.due_cents) == (FIRST, number, 3750)
    code = code_of(city, FIRST)
    assert fine.letter_code == code
    found = find_public_status(city, FIRST, "AB123CD", code, TENTH)
    assert isinstance(found, PublicDetails)
    assert f"notices/{number}/pdf?plate=AB123CD&amp;code={code}" in notice_page(found, code, "")


def test_down_and_up_again_the_notice_is_corrected_and_its_second_number_gone(bare: Engine) -> None:
    migrate(bare)
    city = city_of(bare)
    number = corrected(city)
    enter_figures(bare, 2026, YearFigures("", 350), "operator", TENTH)
    migrate(bare, "register_0008")
    migrate(bare)
    assert (read_notice(city, FIRST, TENTH).due_cents, read_notice(city, FIRST, TENTH).corrective_number) == (3750, None)
    with pytest.raises(LookupError):
        read_notice(city, number, TENTH)


def test_over_http_for_examiner_agent_and_public(store: Engine) -> None:
    client = client_at_four(store)
    number = corrected(client.city)
    client.clock.at = TENTH
    examiner = client.with_token(Scope.APPEALS)
    for url in ("evidence.pdf", "corrective-notice.pdf"):
        found = examiner.get(f"/v1/appeals/1/{url}")
        assert (found.status_code, found.headers["content-type"]) == (200, "application/pdf")
    assert examiner.get("/v1/appeals/1/evidence").json()["signed"]
    noted = [(each.who.partition(" ")[0], each.action, each.subject) for each in list_audit(store)]
    assert noted.count(("Dupont", "evidence read", "check 1")) == 2
    assert ("Dupont", "corrective notice read", number) in noted
    assert examiner.get("/v1/checks/1/evidence").status_code == 403, "no control that nobody appealed about"
    assert examiner.get("/v1/appeals/2/evidence").status_code == 404
    code = code_of(client.city, FIRST)
    shown = client.get(f"/v1/public/notices/{number}/pdf?plate=AB123CD&code={code}")
    assert shown.content[:5] == b"%PDF-"
    assert shown.content == client.with_token(Scope.NOTICES).get(f"/v1/notices/{number}/pdf").content
    assert code not in "".join(pages_of(shown.content)).replace("-", ""), "the first letter has it, and no other"
    assert client.get(f"/v1/public/notices/{number}/pdf?plate=AB123CE&code={code}").status_code == 404
