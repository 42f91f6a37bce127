"""Cards that are changed, made again or given up, and the documents of a request, on both databases."""

from __future__ import annotations

import io
import os
import stat
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from msgspec import to_builtins
from sqlalchemy import insert, select, update

from central.appeals.examination import examine_appeal_of
from central.cards.answers import list_cards, read_card_request
from central.cards.counter import Counter
from central.cards.document_folder import LARGEST_DOCUMENT, DocumentFolder, ScanVerdict, command_scanner
from central.cards.drafting import add_document, make_draft, submit
from central.cards.instruction import accept_request
from central.cards.issuing import series_of
from central.cards.payment import take_capture
from central.cards.reading import queue_csv
from central.cards.refunds import due_transfers, give_back
from central.core.city import City
from central.db.card_tables import card_requests, cards
from central.register.holdings import HoldingRow, replace_series
from central.rules.cards.application import CardApplication, CardDocumentKind, CardReason
from central.rules.cards.products import CardGratuity, CardTerm
from central.rules.cards.states import CardStatus
from tests.central.appeal_rows import filed, sent_notice
from tests.central.card_rows import (
    BAKER,
    PDF,
    PLUMBER,
    RESIDENT,
    THREE_YEARS,
    MemoryProvider,
    accepted,
    baker,
    counter_of,
    drafted,
    line,
    low_emission,
    paid,
    plumber,
    replacing,
    resident,
    submitted,
)
from tests.central.counter_looks import card_of, held, refused, status
from tests.central.register_rows import DAY, TEN


def test_a_change_of_vehicle_keeps_the_end_and_closes_the_old_right_at_once(counter: Counter) -> None:
    paid(counter, RESIDENT, resident())
    other = resident(replacing(card_of(counter, RESIDENT), CardReason.CHANGE_VEHICLE, "ZZ999ZZ"))
    later = TEN + 30 * DAY
    number = accepted(counter, RESIDENT, other, later)
    assert held(counter, "AB123CD", later) == ["resident"], "until it is paid"
    assert isinstance(counter.provider, MemoryProvider)
    take_capture(counter, counter.provider.take(number, 1000, later), later)
    assert (held(counter, "AB123CD", later), held(counter, "ZZ999ZZ", later)) == ([], ["resident"])
    assert held(counter, "AB123CD", TEN + DAY) == ["resident"], "it was held then"
    (card,) = list_cards(counter, RESIDENT, later)
    assert (card.plate, card.last_day, card.sectors) == ("ZZ999ZZ", date(2027, 3, 4), ("11D", "11C"))


def test_a_change_of_address_has_other_sectors_and_the_same_end(counter: Counter) -> None:
    paid(counter, RESIDENT, resident())
    moved = resident(replacing(card_of(counter, RESIDENT), CardReason.CHANGE_ADDRESS), sectors=("20A",), postcode="75020")
    paid(counter, RESIDENT, moved, TEN + DAY, cents=1000)
    (card,) = list_cards(counter, RESIDENT, TEN + DAY)
    assert (card.sectors, card.last_day) == (("20A",), date(2027, 3, 4))


def test_what_is_replaced_is_ones_own_of_this_product_and_valid(counter: Counter) -> None:
    paid(counter, RESIDENT, resident())
    mine = card_of(counter, RESIDENT)
    for owner, application in (
        (BAKER, resident(replacing(mine, CardReason.DUPLICATE))),
        (RESIDENT, replace(baker(), lines=(replacing(mine, CardReason.DUPLICATE),))),
        (RESIDENT, resident(replacing(mine + 1, CardReason.DUPLICATE))),
    ):
        number = drafted(counter, owner, application)
        refused("lines[0].replaces", submit, counter, owner, number, owner, TEN)
    same = drafted(counter, RESIDENT, resident(replacing(mine, CardReason.CHANGE_VEHICLE)))
    refused("lines[0].plate", submit, counter, RESIDENT, same, RESIDENT, TEN)
    late = TEN + 400 * DAY
    ended = drafted(counter, RESIDENT, resident(replacing(mine, CardReason.DUPLICATE)), late)
    refused("lines[0].replaces", submit, counter, RESIDENT, ended, RESIDENT, late)


def test_a_card_is_changed_by_one_request_at_a_time(counter: Counter) -> None:
    paid(counter, RESIDENT, resident())
    mine = card_of(counter, RESIDENT)
    submitted(counter, RESIDENT, resident(replacing(mine, CardReason.CHANGE_VEHICLE, "ZZ999ZZ")))
    other = drafted(counter, RESIDENT, resident(replacing(mine, CardReason.CHANGE_VEHICLE, "YY888YY")))
    refused("lines[0].replaces", submit, counter, RESIDENT, other, RESIDENT, TEN)


def test_a_card_is_a_series_that_no_office_may_load(counter: Counter) -> None:
    paid(counter, RESIDENT, resident())
    series = series_of(card_of(counter, RESIDENT))
    row = HoldingRow("QQ001QQ", "cmi_s", (), TEN, None)
    refused("series", replace_series, counter.city.store, series, [row], "operator", TEN)
    assert held(counter, "AB123CD", TEN) == ["resident"]


def test_a_card_is_changed_once_in_a_request(counter: Counter) -> None:
    paid(counter, RESIDENT, THREE_YEARS, cents=9000)
    mine = card_of(counter, RESIDENT)
    for other in (CardReason.CHANGE_VEHICLE, CardReason.RENOUNCE):
        twice = replacing(mine, CardReason.CHANGE_VEHICLE, "ZZ999ZZ"), replacing(mine, other, "YY888YY")
        number = drafted(counter, RESIDENT, resident(*twice))
        refused("lines[1].replaces", submit, counter, RESIDENT, number, RESIDENT, TEN)


def as_taken_before(counter: Counter, number: int, application: CardApplication) -> None:
    """Write another application into a request, as a version that looked at less had taken it."""
    with counter.city.store.begin() as connection:
        this = update(card_requests).where(card_requests.c.number == number)
        connection.execute(this.values(application=to_builtins(application)))


def test_a_request_of_an_earlier_version_that_names_a_card_twice_makes_no_card(counter: Counter, bank: MemoryProvider) -> None:
    paid(counter, RESIDENT, resident())
    mine = card_of(counter, RESIDENT)
    change = replacing(mine, CardReason.CHANGE_VEHICLE, "ZZ999ZZ")
    twice = resident(change, replace(change, plate="YY888YY"))
    number = submitted(counter, RESIDENT, resident(change))
    as_taken_before(counter, number, twice)
    refused("lines[1].replaces", accept_request, counter, number, "", "clerk", TEN)
    as_taken_before(counter, number, resident(change))
    accept_request(counter, number, "", "clerk", TEN)
    as_taken_before(counter, number, twice)
    take_capture(counter, bank.take(number, 1000, TEN), TEN)
    give_back(counter, "console", TEN)
    assert (bank.kept_cents, [each.plate for each in list_cards(counter, RESIDENT, TEN)]) == (4500, ["AB123CD"])


def test_cards_that_an_earlier_version_made_of_one_bring_back_what_was_paid_and_no_more(
    counter: Counter, bank: MemoryProvider
) -> None:
    paid(counter, RESIDENT, THREE_YEARS, cents=9000)
    with counter.city.store.begin() as connection:
        row = dict(connection.execute(select(cards)).one()._mapping)
        connection.execute(insert(cards), [row | {"id": 7 + copy, "plate": f"AA{copy}11AA"} for copy in range(1, 4)])
    for card in list_cards(counter, RESIDENT, TEN):
        accepted(counter, RESIDENT, resident(replacing(card.id, CardReason.RENOUNCE, card.plate)))
    give_back(counter, "console", TEN)
    transfers = sorted(due.cents for due in due_transfers(counter.city.store))
    assert (transfers, bank.refunds) == ([3000, 6000], {})


def test_duplicates_of_a_free_card_one_a_year_and_of_a_resident_one_in_all(counter: Counter) -> None:
    accepted(counter, RESIDENT, low_emission("AB123CD"))
    free = accepted(counter, RESIDENT, resident(line(term=CardTerm.THREE_YEARS, gratuity=CardGratuity.ZERO_TAX)), TEN)
    assert status(counter, free) is CardStatus.PAID
    ids = {each.product: each.id for each in list_cards(counter, RESIDENT, TEN)}
    seen = []
    for at in (TEN, TEN + DAY, TEN + 366 * DAY):
        for product, application in (("low_emission", low_emission()), ("resident", resident())):
            again = replace(application, lines=(replacing(ids[product], CardReason.DUPLICATE),))
            number = accepted(counter, RESIDENT, again, at)
            seen.append((product, read_card_request(counter, number, None, at).total_cents))
    assert seen == [
        *(("low_emission", 0), ("resident", 0)),
        *(("low_emission", 500), ("resident", 500)),
        *(("low_emission", 0), ("resident", 500)),
    ]
    assert held(counter, "AB123CD", TEN + 400 * DAY) == ["low_emission", "resident"], "a duplicate changes no right"


def test_a_vehicle_given_up_closes_the_right_and_gives_the_rest_of_three_years_back(
    counter: Counter, bank: MemoryProvider
) -> None:
    paid(counter, RESIDENT, THREE_YEARS, cents=9000)
    changed = resident(replacing(card_of(counter, RESIDENT), CardReason.CHANGE_VEHICLE, "ZZ999ZZ"))
    paid(counter, RESIDENT, changed, TEN + DAY, cents=1000)
    gone = resident(replacing(card_of(counter, RESIDENT, TEN + DAY), CardReason.RENOUNCE, "ZZ999ZZ"))
    later = datetime(2027, 3, 4, 9, 0, tzinfo=TEN.tzinfo)  # the thirteenth month has begun
    number = accepted(counter, RESIDENT, gone, later)
    assert read_card_request(counter, number, None, later).refunded_cents == 5750
    (due,) = due_transfers(counter.city.store)
    assert (due.request, due.cents, bank.refunds) == (number, 5750, {}), "transferred, not given back by the provider"
    assert (held(counter, "ZZ999ZZ", later), list_cards(counter, RESIDENT, later)) == ([], ())


HOSTILE = [
    ("a.pdf", b"<html><script>alert(1)</script>", "document"),
    ("a.pdf", b"MZ\x90\x00", "document"),
    ("a.pdf", b"", "document"),
    ("a.pdf", b"\x89PNG\r\n\x1a\n", "name"),
    ("a.png", PDF, "name"),
    ("a.html", PDF, "name"),
    ("a.pdf", b"%PDF-" + bytes(LARGEST_DOCUMENT), "document"),
]


@pytest.mark.parametrize(("name", "data", "field"), HOSTILE)
def test_a_document_that_is_not_what_it_says_is_refused_and_nothing_is_kept(
    counter: Counter, name: str, data: bytes, field: str
) -> None:
    number = make_draft(counter, RESIDENT, resident(), RESIDENT, TEN)
    refused(field, add_document, counter, RESIDENT, number, CardDocumentKind.HOME, name, io.BytesIO(data), RESIDENT, TEN)
    assert read_card_request(counter, number, RESIDENT, TEN).documents == ()
    assert counter.folder is not None
    assert list(counter.folder.path.iterdir()) == []


def test_a_document_is_kept_under_a_name_nobody_chose_and_cannot_be_executed(counter: Counter) -> None:
    drafted(counter, RESIDENT, resident())
    assert counter.folder is not None
    files = list(counter.folder.path.iterdir())
    assert [len(each.name) for each in files] == [32, 32]
    assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}
    assert not counter.folder.holds("../../etc/passwd")


@pytest.mark.parametrize(("status", "kept"), [(0, ScanVerdict.CLEAN), (1, None), (2, ScanVerdict.FAILED)])
def test_the_virus_scan_is_a_program_of_the_city(
    counter: Counter, tmp_path: Path, status: int, kept: ScanVerdict | None
) -> None:
    program = tmp_path / "scan"
    program.write_text(f'#!/bin/sh\ntest -r "$1" && exit {status}\nexit 9\n')
    program.chmod(0o755)
    assert counter.folder is not None
    folder = DocumentFolder(counter.folder.path, os.urandom, command_scanner([str(program)]))
    scanning = replace(counter, folder=folder)
    number = make_draft(scanning, RESIDENT, resident(), RESIDENT, TEN)
    document = (CardDocumentKind.HOME, "a.pdf", io.BytesIO(PDF), RESIDENT, TEN)
    if kept is None:
        refused("document", add_document, scanning, RESIDENT, number, *document)
        assert list(folder.path.iterdir()) == []
    else:
        add_document(scanning, RESIDENT, number, *document)
        assert read_card_request(scanning, number, RESIDENT, TEN).documents[0].scan == kept.value
    assert command_scanner([str(tmp_path / "nowhere")])(program) is ScanVerdict.FAILED


def test_no_name_is_a_formula_in_the_export(counter: Counter) -> None:
    submitted(counter, RESIDENT, resident(name='=HYPERLINK("http://x")'))
    assert '"\'=HYPERLINK(""http://x"")"' in queue_csv(counter, TEN)


def test_a_request_that_was_pending_at_the_control_is_shown_to_whoever_examines(city: City, tmp_path: Path) -> None:
    counter = counter_of(city, tmp_path)
    notice = sent_notice(city)
    filed(city, notice)
    with_request = submitted(counter, RESIDENT, resident(), TEN - DAY)
    submitted(counter, BAKER, baker(), TEN + 9 * DAY)
    make_draft(counter, PLUMBER, plumber(), PLUMBER, TEN - DAY)
    at = TEN + 10 * DAY
    shown = examine_appeal_of(city, notice, "examiner", at).requests
    assert [(each.product, each.pending_at_control) for each in shown] == [("resident", True), ("pro_sedentary", False)]
    accept_request(counter, with_request, "", "clerk", at)
    assert examine_appeal_of(city, notice, "examiner", at).requests[0].status is CardStatus.TO_PAY
