"""What a clerk sees of a request on its page, and what ends it before it is paid."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import Engine

from central.access.rate_limits import Limits
from central.access.tokens import Scope
from central.app import create_app
from tests.central.api_client import UNLIMITED, Client, ManualClock
from tests.central.browser_client import BrowserClient
from tests.central.card_rows import RESIDENT, counter_of, paid, resident
from tests.central.counter_browser import browser, submitted
from tests.central.counter_looks import card_of
from tests.central.register_rows import city_of


@pytest.fixture
def client(store: Engine, tmp_path: Path) -> Client:
    city, clock = city_of(store), ManualClock()
    app = create_app(city, clock, Limits(bearer=UNLIMITED, requests=UNLIMITED), counter=counter_of(city, tmp_path / "d"))
    return Client(app, city, clock)


@pytest.fixture
def mine(client: Client) -> BrowserClient:
    return browser(client, Scope.APPLICANT, RESIDENT)


@pytest.fixture
def clerk(client: Client) -> BrowserClient:
    return browser(client, Scope.CLERK, "Clerk")


def test_a_clerk_sees_which_card_a_line_names_and_what_the_vehicle_is(
    client: Client, mine: BrowserClient, clerk: BrowserClient
) -> None:
    paid(client.app.state.counter, RESIDENT, resident(), client.clock())
    card = card_of(client.app.state.counter, RESIDENT, client.clock())
    change = {
        "0.plate": "ZZ-999-ZZ",
        "0.reason": "change of vehicle",
        "0.replaces": str(card),
        "0.term": "",
        "0.category": "L5",
    }
    number = submitted(mine, **change).rpartition("/")[2]
    clerk.get(f"/clerk/{number}")
    shown = re.sub(r"<[^>]+>", "", clerk.shown)
    assert f"carte {card} : AB123CD, 11D 11C, 15 rue de la Roquette 75011, jusqu’au 04/03/2027" in shown
    assert "ZZ999ZZL5" in shown
    engine = {
        "product": "low_emission",
        "sectors": "",
        "case": "",
        "0.term": "3 years",
        "0.energy": "plug-in hybrid",
        "0.co2": "45",
    }
    number = submitted(mine, **engine).rpartition("/")[2]
    clerk.get(f"/clerk/{number}")
    assert "M1, hybride rechargeable, 45 g/km" in clerk.shown


def test_a_request_is_withdrawn_and_rejected_before_it_is_paid(mine: BrowserClient, clerk: BrowserClient) -> None:
    for by_clerk in (False, True):
        path = submitted(mine)
        number = path.rpartition("/")[2]
        clerk.get(f"/clerk/{number}")
        clerk.send(f"/clerk/{number}/decide", step="accept")
        mine.get(path)
        if by_clerk:
            clerk.get(f"/clerk/{number}")
            assert clerk.send(f"/clerk/{number}/decide", step="reject", reason="ce n’est pas chez vous").status_code == 303
        else:
            assert mine.send(f"{path}/withdraw").headers["location"] == "/counter"
        mine.get(path)
        assert "<strong>Rejetée</strong>" in mine.shown
        assert ("ce n’est pas chez vous" if by_clerk else "retirée par le demandeur") in mine.shown
