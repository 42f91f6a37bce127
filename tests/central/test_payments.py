"""The payment provider over real HTTP: the sandbox fails, times out, pays twice, notifies late; not a cent is lost."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
import uvicorn
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from central.app import create_app
from central.cards.answers import read_card_request
from central.cards.counter import Counter
from central.cards.payment import open_payment
from central.cards.refunds import give_back
from central.payments.http_provider import HttpProvider
from central.payments.port import ProviderAwayError
from central.payments.sandbox import Sandbox
from central.payments.signature import notification_in, sign
from central.rules.cards.states import CardStatus
from firmware.domain.errors import FieldError
from tests.central.api_client import ManualClock
from tests.central.card_rows import RESIDENT, SECRET, MemoryProvider, accepted, counter_of, resident
from tests.central.register_rows import TEN, city_of

KEY = "the city's key"
PATIENCE_S = 60.0
"""Of everybody but who is to lose it: the machine of a test may be busy."""


@dataclass
class Bank:
    """A city and a sandbox on one port."""

    counter: Counter
    sandbox: Sandbox
    number: int

    @property
    def status(self) -> CardStatus:
        return read_card_request(self.counter, self.number, None, TEN).status

    @property
    def kept_cents(self) -> int:
        given = sum(cents for _, cents in self.sandbox.refunds.values())
        return sum(each.cents for each in self.sandbox.captures) - given

    def open(self) -> str:
        return open_payment(self.counter, RESIDENT, self.number, RESIDENT, TEN).page

    def press(self, how: str) -> httpx.Response:
        return httpx.post(self.open(), content=f"how={how}", timeout=PATIENCE_S)


@contextmanager
def serving(app: ASGIApp, listening: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    yield
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def bank(store: Engine, tmp_path: Path) -> Iterator[Bank]:
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    clock, city = ManualClock(TEN), city_of(store)
    sandbox = Sandbox(clock, f"{url}/bank", f"{url}/city/v1/payments/notifications", KEY, SECRET, delay_s=1.0)
    counter = replace(counter_of(city, tmp_path), provider=HttpProvider(f"{url}/bank", KEY, timeout_s=PATIENCE_S))
    app = create_app(city, clock, counter=counter)
    number = accepted(replace(counter, provider=MemoryProvider()), RESIDENT, resident())
    with serving(Starlette(routes=[Mount("/city", app), Mount("/bank", sandbox.app())]), listening):
        yield Bank(counter, sandbox, number)


def test_a_request_is_paid_on_the_providers_page(bank: Bank) -> None:
    page = httpx.get(bank.open())
    assert "Demande 1000001 : Résident : 45,00 €" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "Payer : fait." in bank.press("pay").text
    assert (bank.status, bank.kept_cents, bank.sandbox.waiting) == (CardStatus.PAID, 4500, [])


@pytest.mark.parametrize(
    ("how", "status", "kept"),
    [
        ("twice", CardStatus.PAID, 4500),
        ("more", CardStatus.PAID, 4500),
        ("less", CardStatus.TO_PAY, 0),
        ("decline", CardStatus.TO_PAY, 0),
    ],
)
def test_what_goes_wrong_at_the_provider_is_mended_to_the_cent(bank: Bank, how: str, status: CardStatus, kept: int) -> None:
    bank.press(how)
    give_back(bank.counter, "console", TEN)
    assert (bank.status, bank.kept_cents) == (status, kept)
    if status is CardStatus.TO_PAY:
        bank.press("pay")
        give_back(bank.counter, "console", TEN)
        assert (bank.status, bank.kept_cents) == (CardStatus.PAID, 4500)


def test_a_late_notification_settles_and_one_more_changes_nothing(bank: Bank) -> None:
    bank.press("late")
    assert (bank.status, len(bank.sandbox.waiting)) == (CardStatus.TO_PAY, 1)
    again = list(bank.sandbox.waiting)
    assert asyncio.run(bank.sandbox.deliver()) == 1
    bank.sandbox.waiting = again
    assert asyncio.run(bank.sandbox.deliver()) == 1
    assert (bank.status, bank.kept_cents) == (CardStatus.PAID, 4500)


def test_who_asks_again_is_told_that_it_is_paid_although_no_notification_came(bank: Bank) -> None:
    bank.press("late")
    assert bank.open() == ""
    assert bank.status is CardStatus.PAID


def test_a_provider_that_does_not_answer_in_time_is_away_and_charges_nothing_twice(bank: Bank) -> None:
    patient = bank.counter
    assert isinstance(patient.provider, HttpProvider)
    bank.counter = replace(patient, provider=replace(patient.provider, timeout_s=0.5))
    bank.sandbox.delay_s = 1.5  # whoever waited so long would have the order
    for fault in ("time out", "fail"):
        bank.sandbox.faults = {fault}
        with pytest.raises(ProviderAwayError):
            bank.open()
    bank.counter = patient
    bank.sandbox.faults = set()
    bank.press("pay")
    assert (list(bank.sandbox.orders), bank.status, bank.kept_cents) == (["1000001"], CardStatus.PAID, 4500)


def test_a_refund_that_the_provider_does_not_make_stays_owed(bank: Bank) -> None:
    bank.sandbox.faults = {"refunds fail"}
    bank.press("twice")
    assert (give_back(bank.counter, "console", TEN), bank.status, bank.kept_cents) == (1, CardStatus.PAID, 9000)
    bank.sandbox.faults = set()
    assert (give_back(bank.counter, "console", TEN), bank.kept_cents) == (0, 4500)


def test_another_key_opens_no_order(bank: Bank) -> None:
    stranger = replace(bank.counter, provider=HttpProvider(bank.sandbox.url, "another key"))
    with pytest.raises(ProviderAwayError):
        open_payment(stranger, RESIDENT, bank.number, RESIDENT, TEN)
    assert bank.sandbox.orders == {}


def test_a_notification_that_says_a_member_twice_is_no_money() -> None:
    """Signed as it is: a second amount beside the first one leaves open which was meant."""
    said = {"type": "payment.captured", "order": "7", "transaction": "tx", "cents": 4500, "captured_at": TEN.isoformat()}
    body = json.dumps(said).encode()
    assert notification_in(SECRET, sign(SECRET, "n-1", TEN, body), body, TEN).cents == 4500
    twice = body.replace(b'"cents"', b'"cents": 45, "cents"')
    with pytest.raises(FieldError, match="cents: given twice"):
        notification_in(SECRET, sign(SECRET, "n-1", TEN, twice), twice, TEN)
