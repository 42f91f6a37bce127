"""Who is eligible for a card, with which vehicle, and by which documents: typed from seed 002."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from central.cards.counter import DATA, load_catalogue
from central.rules.cards.application import CardApplication, CardDocumentKind, CardReason, ResidentCase
from central.rules.cards.eligibility import check_application, to_judge, wanted_documents
from central.rules.cards.products import CardGratuity, CardTerm, catalogue_in
from firmware.domain.errors import FieldError
from tests.central.card_rows import baker, line, low_emission, plumber, resident

CATALOGUE = load_catalogue()
TODAY = date(2026, 3, 4)
EDITION = CATALOGUE.on(TODAY)
YEAR, THREE, MONTH = CardTerm.ONE_YEAR, CardTerm.THREE_YEARS, CardTerm.PROVISIONAL
BOOKSELLER = replace(baker(), applicant=replace(baker().applicant, activity="", trade="bouquiniste"))
TRAVELLER = replace(plumber(), applicant=replace(plumber().applicant, activity="", trade="VRP", individual=True))
MINISTRY = CardApplication("pro_public", replace(baker().applicant, sectors=(), body="État"), (line(),))


MOVED = line(term=None, reason=CardReason.CHANGE_ADDRESS, replaces=7)
FINE = [
    resident(),
    resident(case=ResidentCase.BORDERING, postcode="92120", sectors=("14A",)),
    resident(line(term=CardTerm.HIRE, hire_months=7), case=ResidentCase.HIRE),
    baker(),
    BOOKSELLER,
    plumber(),
    TRAVELLER,
    plumber(MOVED),  # 14-3° article 13
    resident(MOVED),
    CardApplication(
        "pro_public",
        replace(baker().applicant, sectors=(), body="État"),
        (line(term=None, reason=CardReason.CHANGE_ADDRESS, replaces=7),),  # article 16
    ),
    resident(line(term=CardTerm.HIRE, hire_months=7), case=ResidentCase.HIRE, postcode="92120", sectors=("14A",)),
    replace(plumber(), applicant=replace(plumber().applicant, activity="", trade="VRP", individual=True)),
    low_emission("AA111AA"),
    replace(low_emission(), lines=(line(term=THREE, energy="other gas", co2=120),)),
    MINISTRY,
    CardApplication("electric_charging", low_emission().applicant, (line(energy="electric"),)),
]


@pytest.mark.parametrize("application", FINE)
def test_who_is_eligible_may_ask(application: CardApplication) -> None:
    check_application(CATALOGUE, application, TODAY)


REFUSED = [
    (resident(case=None), "applicant.case"),
    (resident(postcode="92120"), "applicant.postcode"),  # case 1: 14-1° article 6
    (resident(case=ResidentCase.BORDERING, sectors=("11D",)), "applicant.postcode"),
    (resident(case=ResidentCase.BORDERING, postcode="92120"), "applicant.sectors"),  # one street: article 7
    (resident(sectors=("11D", "11C", "11B", "11A", "10A")), "applicant.sectors"),  # four zones: article 7
    (resident(sectors=("11d",)), "applicant.sectors"),
    (resident(sectors=()), "applicant.sectors"),
    (resident(name=" "), "applicant.name"),
    (resident(postcode="7501x"), "applicant.postcode"),
    (resident(line(category="M2")), "lines[0].category"),
    (resident(line(category="L3")), "lines[0].category"),  # two wheels
    (resident(line(), line()), "lines[1].plate"),
    (resident(line(), line(term=None, reason=CardReason.RENOUNCE, replaces=7)), "lines[1].plate"),
    *(
        (
            resident(line("AA111AA", None, reason=one, replaces=7), line("BB222BB", None, reason=other, replaces=7)),
            "lines[1].replaces",
        )
        for one in list(CardReason)[1:]
        for other in list(CardReason)[1:]
    ),  # a card is one card: 14-2° article 5
    (resident(name="\u200b"), "applicant.name"),
    *(
        (resident(MOVED, case=case, postcode="92120", sectors=("14A",)), "lines[0].reason")
        for case in (ResidentCase.BORDERING, ResidentCase.HIRE)
    ),  # another home in Paris: 14-2° article 5
    (resident(line(term=None)), "lines[0].term"),
    (resident(line(term=CardTerm.HIRE, hire_months=7)), "lines[0].term"),
    (resident(line(), case=ResidentCase.HIRE), "lines[0].term"),
    (resident(line(replaces=7)), "lines[0].replaces"),
    (resident(line(term=None, reason=CardReason.DUPLICATE)), "lines[0].replaces"),
    (resident(line(reason=CardReason.DUPLICATE, replaces=7)), "lines[0].term"),
    (resident(line(term=MONTH, gratuity=CardGratuity.ZERO_TAX)), "lines[0].gratuity"),
    (baker(line(gratuity=CardGratuity.ZERO_TAX)), "lines[0].gratuity"),
    (baker(line(term=THREE)), "lines[0].term"),  # one year: 14-3° article 5
    (replace(baker(), applicant=replace(baker().applicant, postcode="92120")), "applicant.postcode"),  # 14-3° article 2
    (replace(baker(), applicant=replace(baker().applicant, siret="123")), "applicant.siret"),
    (replace(baker(), applicant=replace(baker().applicant, activity="")), "applicant.activity"),
    (replace(baker(), applicant=replace(baker().applicant, trade="VRP")), "applicant.trade"),
    (replace(baker(), applicant=replace(baker().applicant, individual=True)), "applicant.individual"),
    (replace(plumber(), applicant=replace(plumber().applicant, postcode="77000")), "applicant.postcode"),  # article 8
    (plumber(line(department="69")), "lines[0].department"),  # article 12
    (resident(line(term=CardTerm.HIRE, hire_months=7), case=ResidentCase.HIRE, postcode="69001"), "applicant.postcode"),
    (resident(line(term=CardTerm.HIRE, hire_months=7), case=ResidentCase.HIRE, postcode="92120"), "applicant.sectors"),
    (CardApplication("pro_public", baker().applicant, (line(),)), "applicant.sectors"),
    (CardApplication("pro_public", replace(baker().applicant, sectors=(), body="SNCF"), (line(),)), "applicant.body"),
    (replace(low_emission(), lines=(line(term=THREE, energy=" "),)), "lines[0].energy"),
    (replace(low_emission(), lines=(line(term=THREE, energy="plug-in hybrid", co2=60),)), "lines[0].co2"),
    (replace(low_emission(), lines=(line(term=THREE, energy="plug-in hybrid"),)), "lines[0].co2"),
    (replace(low_emission(), lines=(line(term=THREE, energy="other gas", co2=121),)), "lines[0].co2"),
    (replace(low_emission(), lines=(line(term=None, reason=CardReason.CHANGE_VEHICLE, replaces=7),)), "lines[0].reason"),
    (replace(resident(), product="autolib"), "product"),
    (replace(resident(), lines=()), "lines"),
]


@pytest.mark.parametrize(("application", "field"), REFUSED)
def test_who_is_not_is_refused_by_the_name_of_the_member(application: CardApplication, field: str) -> None:
    with pytest.raises(FieldError) as refused:
        check_application(CATALOGUE, application, TODAY)
    assert refused.value.field == field


def test_nothing_was_sold_before_the_first_edition() -> None:
    with pytest.raises(FieldError, match="2017-12-31"):
        check_application(CATALOGUE, resident(), date(2017, 12, 31))
    assert CATALOGUE.on(date(2018, 1, 1)) is EDITION, "14-2° article 13"


def test_an_activity_that_no_complete_list_has_is_left_to_the_clerk() -> None:
    other = replace(baker(), applicant=replace(baker().applicant, activity="62.01Z"))
    check_application(CATALOGUE, other, TODAY)
    assert to_judge(CATALOGUE, other, TODAY) == ("Code APE 62.01Z : liste incomplète, à vérifier",)
    assert to_judge(CATALOGUE, baker(), TODAY) == ()
    street = resident(line(term=CardTerm.HIRE, hire_months=7), case=ResidentCase.HIRE, postcode="92120", sectors=("14A",))
    assert to_judge(CATALOGUE, street, TODAY) == (
        "Voie limitrophe : à vérifier",
        "Contrat de location (durée, nom, adresse) : à vérifier",
    )
    assert to_judge(CATALOGUE, resident(postcode="75116", sectors=("16A", "17B")), TODAY) == ()
    elsewhere = resident(postcode="75020")
    assert to_judge(CATALOGUE, elsewhere, TODAY) == (
        "Aucun secteur n’est dans l’arrondissement du code postal 75020 : à vérifier",
    )
    vrp = replace(plumber(), applicant=replace(plumber().applicant, activity="", trade="VRP", individual=True))
    assert to_judge(CATALOGUE, vrp, TODAY) == ("Métier « VRP » : à vérifier", "Demande à titre individuel : à vérifier")
    annexes = (DATA / "annexes.toml").read_text("utf-8").replace("complete = false", "complete = true")
    complete = catalogue_in((DATA / "products.toml").read_text("utf-8"), annexes)
    check_application(complete, baker(), TODAY)
    with pytest.raises(FieldError, match="annex 1"):
        check_application(complete, other, TODAY)


def test_an_engine_that_no_complete_list_has_is_left_to_the_clerk() -> None:
    other = replace(low_emission(), lines=(line("AA111AA", THREE, energy="hydrogen"),))
    check_application(CATALOGUE, other, TODAY)
    assert to_judge(CATALOGUE, other, TODAY) == ("AA111AA : motorisation hors d’une liste incomplète, à vérifier",)
    assert to_judge(CATALOGUE, low_emission("AA111AA"), TODAY) == ()
    annexes = (DATA / "annexes.toml").read_text("utf-8").replace("complete = false", "complete = true")
    complete = catalogue_in((DATA / "products.toml").read_text("utf-8"), annexes)
    check_application(complete, low_emission("AA111AA"), TODAY)
    with pytest.raises(FieldError, match="electric"):
        check_application(complete, other, TODAY)


def test_a_bordering_street_and_a_trade_are_for_the_clerk_to_judge() -> None:
    bordering = resident(case=ResidentCase.BORDERING, postcode="92120", sectors=("14A",))
    assert to_judge(CATALOGUE, bordering, TODAY) == ("Voie limitrophe : à vérifier",), "14-1° article 6: a by-law lists them"
    assert to_judge(CATALOGUE, BOOKSELLER, TODAY) == ("Métier « bouquiniste » : à vérifier",)
    assert to_judge(CATALOGUE, resident(), TODAY) == ()


K = CardDocumentKind
WANTED = [
    (resident(), (K.HOME, K.REGISTRATION)),
    (resident(line(term=MONTH)), (K.HOME,)),
    (resident(line(gratuity=CardGratuity.ZERO_TAX)), (K.HOME, K.REGISTRATION, K.TAX_NOTICE)),
    (resident(line(term=CardTerm.HIRE, hire_months=2), case=ResidentCase.HIRE), (K.HOME, K.REGISTRATION, K.HIRE_CONTRACT)),
    (resident(line(term=None, reason=CardReason.DUPLICATE, replaces=7)), (K.LOSS,)),
    (resident(line(term=None, reason=CardReason.RENOUNCE, replaces=7)), (K.TRANSFER,)),
    (resident(MOVED), (K.HOME,)),
    (baker(), (K.EXISTENCE, K.ACTIVITY, K.REGISTRATION)),
    (BOOKSELLER, (K.EXISTENCE, K.ACTIVITY, K.LICENCE, K.REGISTRATION)),  # 14-3° article 6
    (plumber(), (K.EXISTENCE, K.ACTIVITY, K.USE, K.STAFF, K.REGISTRATION)),  # article 12
    (TRAVELLER, (K.EXISTENCE, K.ACTIVITY, K.LICENCE, K.USE, K.REGISTRATION)),
    (MINISTRY, (K.MISSION, K.REGISTRATION)),  # article 14
    (low_emission("AA111AA"), (K.REGISTRATION,)),
]


@pytest.mark.parametrize(("application", "kinds"), WANTED)
def test_which_documents_have_to_come(application: CardApplication, kinds: tuple[CardDocumentKind, ...]) -> None:
    assert wanted_documents(EDITION.named(application.product), application) == kinds
