"""How many cards an establishment has, on both databases: whoever asks, and what a stranger cannot take away from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from central.cards.answers import list_cards, read_card_request
from central.cards.counter import Counter
from central.cards.drafting import submit, withdraw
from central.cards.instruction import accept_request, reject_request
from central.core.city import City
from central.rules.cards.application import CardApplication, CardReason
from central.rules.cards.products import CardTerm
from tests.central.card_rows import (
    BAKER,
    OF_PLUMBER,
    PLUMBER,
    RESIDENT,
    MemoryProvider,
    accepted,
    baker,
    counter_of,
    drafted,
    line,
    paid,
    plumber,
    replacing,
    resident,
    submitted,
)
from tests.central.counter_looks import refused
from tests.central.register_rows import TEN

STRANGER, VRP, OTHER_VRP = "stranger@example.org", "vrp@example.org", "other.vrp@example.org"


@pytest.fixture
def counter(city: City, tmp_path: Path) -> Counter:
    return counter_of(city, tmp_path / "documents", MemoryProvider())


def in_person(plate: str) -> CardApplication:
    """Of a VRP of the plumber's company."""
    return CardApplication("pro_mobile", replace(OF_PLUMBER, activity="", trade="VRP", individual=True), (line(plate),))


def test_a_stranger_who_knows_a_siret_takes_nothing_from_the_establishment(counter: Counter) -> None:
    strange = submitted(counter, STRANGER, baker(line("BB222BB")))
    mine = submitted(counter, BAKER, baker())
    assert read_card_request(counter, mine, None, TEN).to_judge == (
        f"Demande {strange} d’un autre compte pour cet établissement : à vérifier",
    )
    assert read_card_request(counter, mine, BAKER, TEN).to_judge == (), "a clerk sees it, and nobody else"
    accept_request(counter, mine, "", "clerk", TEN)
    refused("lines", accept_request, counter, strange, "", "clerk", TEN)


def test_a_stranger_who_was_accepted_is_rejected_for_the_house(counter: Counter) -> None:
    strange = accepted(counter, STRANGER, baker(line("BB222BB")))
    mine = submitted(counter, BAKER, baker())
    refused("lines", accept_request, counter, mine, "", "clerk", TEN)
    reject_request(counter, strange, "cet établissement n’est pas le vôtre", "clerk", TEN)
    accept_request(counter, mine, "", "clerk", TEN)


def test_what_is_withdrawn_counts_no_more(counter: Counter) -> None:
    first = accepted(counter, BAKER, baker(line("BB222BB")))
    second = drafted(counter, BAKER, baker())
    refused("lines", submit, counter, BAKER, second, BAKER, TEN)
    withdraw(counter, BAKER, first, BAKER, TEN)
    submit(counter, BAKER, second, BAKER, TEN)


def test_each_vrp_of_a_company_has_a_card_and_the_company_its_own(counter: Counter) -> None:
    paid(counter, PLUMBER, plumber(line("AA111AA"), line("AA222AA")), cents=48_000)
    for owner, plate in ((VRP, "VR111PP"), (OTHER_VRP, "VR222PP")):
        paid(counter, owner, in_person(plate), cents=24_000)
        more = drafted(counter, owner, in_person(plate.replace("V", "W")))
        refused("lines", submit, counter, owner, more, owner, TEN)
    paid(counter, PLUMBER, plumber(line("AA333AA")), cents=24_000)
    fourth = drafted(counter, PLUMBER, plumber(line("AA444AA")))
    refused("lines", submit, counter, PLUMBER, fourth, PLUMBER, TEN)


def test_a_change_makes_no_card_of_the_company_one_of_a_person(counter: Counter) -> None:
    paid(counter, PLUMBER, plumber(line("AA111AA"), line("AA222AA"), line("AA333AA")), cents=72_000)
    card = list_cards(counter, PLUMBER, TEN)[0]
    changed = replace(in_person("ZZ999ZZ"), lines=(replacing(card.id, CardReason.CHANGE_VEHICLE, "ZZ999ZZ"),))
    paid(counter, PLUMBER, changed, cents=1000)
    fourth = drafted(counter, PLUMBER, plumber(line("AA444AA")))
    refused("lines", submit, counter, PLUMBER, fourth, PLUMBER, TEN)


def test_a_card_comes_from_another_establishment_where_there_is_room(counter: Counter) -> None:
    paid(counter, BAKER, baker())
    there = replace(baker(), applicant=replace(baker().applicant, siret="12345678900099"))
    paid(counter, BAKER, replace(there, lines=(line("BB222BB"),)))
    mine = next(each.id for each in list_cards(counter, BAKER, TEN) if each.plate == "AB123CD")
    moved = drafted(counter, BAKER, replace(there, lines=(replacing(mine, CardReason.CHANGE_ADDRESS),)))
    refused("lines", submit, counter, BAKER, moved, BAKER, TEN)


def test_a_vehicle_has_one_provisional_card_whichever_accounts_ask(counter: Counter) -> None:
    asked = resident(line(term=CardTerm.PROVISIONAL))
    one, other = (submitted(counter, owner, asked) for owner in (RESIDENT, STRANGER))
    accept_request(counter, one, "", "clerk", TEN)
    refused("lines[0].term", accept_request, counter, other, "", "clerk", TEN)
