"""Money is given back by one bounded try at a time, and nobody's request waits for the bank; on both databases."""

from __future__ import annotations

import socket
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from central.access.rate_limits import Limits
from central.access.sign_in_ways import SignInWays
from central.access.tokens import Scope
from central.app import create_app
from central.cards.counter import Counter
from central.cards.instruction import accept_request
from central.cards.payment import take_capture
from central.cards.refund_tries import LATEST, SOONEST, list_owed, retry_refund, settle_refund, try_next_refund
from central.cli.background import start_background
from central.core.audit import list_audit
from central.payments.http_provider import HttpProvider
from central.payments.port import ProviderAwayError, ProviderRefusedError
from tests.central.api_client import UNLIMITED, Client, ManualClock
from tests.central.card_rows import BAKER, RESIDENT, MemoryProvider, accepted, baker, counter_of, resident, submitted
from tests.central.counter_browser import browser
from tests.central.counter_looks import refused
from tests.central.register_rows import DAY, HOUR, MINUTE, TEN, city_of


def doubled(counter: Counter, bank: MemoryProvider, times: int = 2) -> None:
    """A request that is paid so many times: all but one is owed back."""
    number = accepted(counter, RESIDENT, resident())
    for _ in range(times):
        take_capture(counter, bank.take(number, 4500, TEN), TEN)


def test_nobodys_request_asks_the_bank_for_a_refund(counter: Counter, bank: MemoryProvider) -> None:
    doubled(counter, bank, times=4)
    accept_request(counter, submitted(counter, BAKER, baker()), "", "clerk", TEN)
    assert (bank.asked, len(list_owed(counter.city.store))) == (0, 3)


def test_each_try_asks_once_for_one_refund(counter: Counter, bank: MemoryProvider) -> None:
    doubled(counter, bank, times=4)
    seen = []
    while try_next_refund(counter, "server", TEN):
        seen.append((bank.asked, bank.kept_cents))
    assert seen == [(1, 13_500), (2, 9000), (3, 4500)]
    assert list_owed(counter.city.store) == ()


def test_what_is_not_answered_is_tried_later_the_longer_the_older_it_is(counter: Counter, bank: MemoryProvider) -> None:
    doubled(counter, bank)
    bank.away = True
    for at, wait in ((TEN, SOONEST), (TEN + MINUTE, MINUTE), (TEN + HOUR, HOUR), (TEN + DAY, LATEST)):
        assert try_next_refund(counter, "server", at)
        assert not try_next_refund(counter, "server", at), "others have their turn"
        (owed,) = list_owed(counter.city.store)
        assert (owed.due_at, owed.answer) == (at + wait, "the provider does not answer")
    bank.away = False
    assert try_next_refund(counter, "server", TEN + DAY + LATEST)
    assert (bank.kept_cents, list_owed(counter.city.store)) == (4500, ())


def test_what_is_refused_for_good_is_asked_for_once_and_shown_until_a_person_decides(
    counter: Counter, bank: MemoryProvider
) -> None:
    doubled(counter, bank, times=3)
    store, bank.refuses = counter.city.store, True
    for _ in range(4):
        try_next_refund(counter, "server", TEN)
    assert not try_next_refund(counter, "server", TEN + 30 * DAY)
    assert (bank.asked, [each.refused_at for each in list_owed(store)]) == (2, [TEN, TEN])
    one, other = (each.id for each in list_owed(store))
    refused("note", settle_refund, store, one, " ", "operator", TEN + DAY)
    settle_refund(store, one, "virement 2026-17", "operator", TEN + DAY)
    with pytest.raises(LookupError):
        settle_refund(store, one, "virement 2026-17", "operator", TEN + DAY)
    bank.refuses = False
    retry_refund(store, other, "operator", TEN + DAY)
    with pytest.raises(LookupError):
        retry_refund(store, other, "operator", TEN + DAY)
    assert try_next_refund(counter, "server", TEN + DAY)
    assert (bank.kept_cents, list_owed(store)) == (9000, ()), "one by the bank, one by hand"
    actions = [each.action for each in list_audit(store, limit=1000) if each.action.startswith("card refund")]
    assert sorted(actions) == ["card refund refused"] * 2 + ["card refund settled by hand", "card refund tried again"]


def test_a_bank_that_hangs_holds_up_one_try_and_nobody_else(counter: Counter, bank: MemoryProvider) -> None:
    doubled(counter, bank, times=3)
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        hanging = HttpProvider(f"http://127.0.0.1:{silent.getsockname()[1]}", "a key", timeout_s=0.2)
        slow = replace(counter, provider=hanging)
        assert try_next_refund(slow, "server", TEN)
        answers = [each.answer for each in list_owed(counter.city.store)]
    assert answers == ["the provider does not answer: ReadTimeout", ""]


def test_a_refund_that_is_asked_for_is_nobody_elses(counter: Counter, bank: MemoryProvider) -> None:
    doubled(counter, bank)

    class Meanwhile(MemoryProvider):
        def refund(self, transaction: str, cents: int, key: str) -> None:
            assert not try_next_refund(counter, "another worker", TEN)
            bank.refund(transaction, cents, key)

    assert try_next_refund(replace(counter, provider=Meanwhile()), "server", TEN)
    assert (bank.asked, bank.kept_cents) == (1, 4500)


def test_the_servers_loop_gives_back_what_is_owed(counter: Counter, bank: MemoryProvider) -> None:
    doubled(counter, bank)
    given = threading.Event()

    class Telling(MemoryProvider):
        def refund(self, transaction: str, cents: int, key: str) -> None:
            bank.refund(transaction, cents, key)
            given.set()

    stop = start_background(replace(counter, provider=Telling()), SignInWays(), lambda: TEN, every_s=0.01)
    assert given.wait(60)
    stop.set()
    assert bank.kept_cents == 4500


@pytest.mark.parametrize(
    ("status", "error"), [(409, ProviderRefusedError), (404, ProviderRefusedError), (500, ProviderAwayError)]
)
def test_a_refusal_is_told_from_silence(status: int, error: type[Exception]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with closing(connection):
                connection.recv(65_536)
                connection.sendall(f"HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(ProviderAwayError) as raised:
            HttpProvider(f"http://127.0.0.1:{listening.getsockname()[1]}", "a key", timeout_s=60).refund(
                "tx-1", 4500, "refund-1"
            )
        thread.join(60)
    assert type(raised.value) is error


def test_an_operator_sees_what_the_bank_refused_and_decides(store: Engine, tmp_path: Path, bank: MemoryProvider) -> None:
    city, clock = city_of(store), ManualClock()
    counter = counter_of(city, tmp_path, bank)
    client = Client(create_app(city, clock, Limits(bearer=UNLIMITED), counter=counter), city, clock)
    doubled(counter, bank, times=3)
    bank.refuses = True
    assert try_next_refund(counter, "server", TEN)
    operator = browser(client, Scope.WAITING, "Operator")
    operator.get("/refunds")
    assert "Remboursement 1 : refusé par la banque" in operator.shown
    assert "En attente de la banque (1)" in operator.shown
    assert operator.send("/refunds/1", step="settle", note="").status_code == 422
    operator.get("/refunds")
    assert operator.send("/refunds/1", step="settle", note="virement 17").headers["location"] == "/refunds"
    assert [each.id for each in list_owed(store)] == [2]
    operator.get("/refunds")
    assert "refusé par la banque" not in operator.shown
