"""A card that a public body pays by a payment order (14-3° article 16): once, exactly, and given back by a transfer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from central.cards.answers import read_card_request
from central.cards.counter import Counter
from central.cards.instruction import reject_request
from central.cards.payment import take_capture
from central.cards.payment_orders import MOST_CENTS, PaidOrder, record_payment_order
from central.cards.refunds import due_transfers, give_back, record_transfer
from central.cli.common import now
from central.core.audit import list_audit
from central.core.problems import ConflictError
from central.db.card_tables import card_captures
from central.rules.cards.application import CardApplication
from central.rules.cards.states import CardStatus
from tests.central.card_rows import BAKER, OF_BAKER, RESIDENT, MemoryProvider, accepted, counter_of, line, resident
from tests.central.console import Console
from tests.central.counter_looks import held, refused, status
from tests.central.register_rows import DAY, MINUTE, TEN, city_of
from tests.central.signing_station import all_of

MINISTRY = CardApplication("pro_public", replace(OF_BAKER, sectors=(), body="État"), (line(),))
YEAR = 250_000
"""A card of one year: 14-3° article 16."""


def recorded(counter: Counter, number: int, cents: int = YEAR, reference: str = "MANDAT 17") -> int:
    return record_payment_order(counter, PaidOrder(reference, number, cents, TEN - DAY), "ana", TEN)


def test_it_pays_the_card_once_however_often_it_is_said(counter: Counter) -> None:
    number = accepted(counter, BAKER, MINISTRY)
    for _ in range(3):
        assert recorded(counter, number) == YEAR
    assert status(counter, number) is CardStatus.PAID
    assert held(counter, "AB123CD", TEN) == ["pro_public"]
    [capture] = all_of(counter.city, card_captures)
    assert (capture.means, capture.captured_at, capture.used_cents) == ("payment order", TEN - DAY, YEAR)
    assert read_card_request(counter, number, BAKER, TEN).paid_cents == YEAR
    [told] = [each for each in list_audit(counter.city.store, limit=1000) if each.action == "card payment"]
    assert (told.who, told.detail["order"]) == ("ana", "payment order MANDAT 17")
    assert due_transfers(counter.city.store) == ()


@pytest.mark.parametrize(
    ("came", "after", "owed"),
    [
        ([YEAR + 1], CardStatus.PAID, [1]),
        ([YEAR - 1], CardStatus.TO_PAY, [YEAR - 1]),
        ([YEAR - 1, YEAR], CardStatus.PAID, [YEAR - 1]),
        ([YEAR, YEAR], CardStatus.PAID, [YEAR]),
    ],
)
def test_what_is_too_much_or_too_little_goes_back_by_a_transfer(
    counter: Counter, bank: MemoryProvider, came: list[int], after: CardStatus, owed: list[int]
) -> None:
    number = accepted(counter, BAKER, MINISTRY)
    used = [recorded(counter, number, cents, f"MANDAT {which}") for which, cents in enumerate(came)]
    assert status(counter, number) is after
    assert [each.cents for each in due_transfers(counter.city.store)] == owed
    assert sum(came) == sum(used) + sum(owed)
    assert give_back(counter, "console", TEN) == 0
    assert bank.asked == 0, "the bank took nothing of it"
    for each in due_transfers(counter.city.store):
        record_transfer(counter.city.store, each.id, f"VIR {each.id}", "ana", TEN)
    assert due_transfers(counter.city.store) == ()


def test_paid_by_card_as_well_each_goes_back_as_it_came(counter: Counter, bank: MemoryProvider) -> None:
    number = accepted(counter, BAKER, MINISTRY)
    recorded(counter, number)
    take_capture(counter, bank.take(number, YEAR, TEN), TEN)
    give_back(counter, "console", TEN)
    assert (bank.kept_cents, due_transfers(counter.city.store)) == (0, ())


def test_for_a_request_that_ended_all_of_it_is_owed_back(counter: Counter) -> None:
    number = accepted(counter, BAKER, MINISTRY)
    reject_request(counter, number, "hors de la mission", "clerk", TEN)
    assert recorded(counter, number) == 0
    assert [each.cents for each in due_transfers(counter.city.store)] == [YEAR]


def test_a_reference_is_one_payment(counter: Counter) -> None:
    first, other = (accepted(counter, BAKER, replace(MINISTRY, lines=(line(plate),))) for plate in ("AB123CD", "EF456GH"))
    recorded(counter, first)
    for number, cents in ((other, YEAR), (first, YEAR + 1)):
        with pytest.raises(ConflictError) as raised:
            recorded(counter, number, cents)
        assert raised.value.field == "reference"
    assert status(counter, other) is CardStatus.TO_PAY
    assert len(all_of(counter.city, card_captures)) == 1
    otherwise = [each.who for each in list_audit(counter.city.store) if each.action == "card payment told otherwise"]
    assert otherwise == ["ana", "ana"], "who said so, and not the provider"


def test_what_cannot_be_is_refused_by_its_place_and_nothing_is_stored(counter: Counter) -> None:
    number, private = accepted(counter, BAKER, MINISTRY), accepted(counter, RESIDENT, resident(line("ZZ999ZZ")))
    good = PaidOrder("MANDAT 17", number, YEAR, TEN)
    for wrong, field in (
        (replace(good, reference=" "), "reference"),
        (replace(good, reference="a\nb"), "reference"),
        (replace(good, reference="x" * 61), "reference"),
        (replace(good, cents=0), "cents"),
        (replace(good, cents=MOST_CENTS + 1), "cents"),
        (replace(good, paid_at=TEN + MINUTE), "paid_at"),
        (replace(good, paid_at=TEN.replace(tzinfo=None)), "paid_at"),
        (replace(good, request=private, cents=4500), "request"),
    ):
        refused(field, record_payment_order, counter, wrong, "ana", TEN)
    with pytest.raises(LookupError):
        record_payment_order(counter, replace(good, request=1), "ana", TEN)
    assert all_of(counter.city, card_captures) == []


def test_at_the_console(started: Console, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counter, console = counter_of(city_of(started.store), tmp_path / "documents"), started
    number = accepted(counter, BAKER, MINISTRY, now())
    words = ("payment-order", number, "--reference", "MANDAT 17", "--signing-key", tmp_path / "city.key")
    said = console.types(*map(str, words), "--cents", str(YEAR + 500), "--paid-on", "2026-03-04")
    assert said[:2] == (0, f"{YEAR} cents pay request {number}; 500 are owed back by a transfer\n")
    wrong = console.types(*map(str, words), "--cents", str(YEAR), "--paid-on", "2026-03-04")
    assert (wrong[0], "reference" in wrong[2]) == (1, True)
    with pytest.raises(SystemExit):
        console.types(*map(str, words), "--cents", "1", "--paid-on", "yesterday")
    assert "is not a day" in capsys.readouterr().err
