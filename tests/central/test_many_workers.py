"""Two servers on one register: what one is told the other knows, and what both are told at once counts once.

They are processes of their own on one PostgreSQL, each at an address of its own, so that a test says which of them it asks.
"""

from __future__ import annotations

import asyncio
import re
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import httpx
import pytest
from sqlalchemy import Table, select, text

from central.cli.cluster import Cluster
from central.core.city import City
from central.core.remembered import LAG
from central.core.signing import key_in
from central.db.store import connect
from central.db.tables import checks, entries, rights, statements, stations
from central.operations.fleet import enrol
from firmware.protocol.envelope import public_key_text
from firmware.protocol.facts import PaymentStarted, RightSold
from firmware.protocol.messages import PullRequest, pull_of
from tests.central.processes import Register, ask_server, initialised
from tests.central.signing_station import (
    NOW,
    TARIFFS,
    EntryText,
    SigningStation,
    all_of,
    chain,
    count,
    enrolment_of,
    key_of,
    right,
    station_row,
)

ANSWERED_WITHIN = 30.0
"""Seconds for a request on a busy machine."""


@pytest.fixture(scope="module")
def register(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """One register for this file; each test has a station of its own in it."""
    server = connect(cluster.url()).execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE workers"))
    server.dispose()
    store = connect(cluster.url("workers"))
    yield initialised(store, tmp_path_factory.mktemp("workers"))
    store.dispose()


@pytest.fixture(scope="module")
def servers(register: Register) -> Iterator[tuple[str, str]]:
    """The base URLs of two."""
    with ExitStack() as stack:
        yield stack.enter_context(register.served()), stack.enter_context(register.served())


@pytest.fixture
def station(register: Register, request: pytest.FixtureRequest) -> SigningStation:
    """A station that has just been enrolled and has not yet reported."""
    station = f"75011-{zlib.crc32(request.node.name.encode()) % 10_000:04}"
    enrol(register.store, TARIFFS, enrolment_of(station), "the test", NOW)
    return SigningStation(City(register.store, key_in(register.folder / "city.key"), TARIFFS), station)


def pull_status(url: str, station: str, request_number: int) -> int:
    """The status of what a station is answered that asks for publications."""
    body = pull_of(PullRequest(station, request_number, {}), key_of(station))
    return httpx.post(f"{url}/v1/stations/{station}/publications", content=body, timeout=30).status_code


def test_who_is_enrolled_or_revoked_by_one_is_so_for_the_other_at_once(register: Register, servers: tuple[str, str]) -> None:
    """The promise is a minute; it is the very next request, whichever server it reaches."""
    station, (one, other), numbers_of_requests = "75019-0001", servers, iter(range(1, 100))
    key = public_key_text(key_of(station).public_key())
    wanted = {"station": station, "zone": 2, "sector": "19A", "public_key": key}
    assert [pull_status(url, station, next(numbers_of_requests)) for url in servers] == [401, 401]
    for telling, knowing in ((one, other), (other, one)):
        assert ask_server(f"{telling}/v1/stations", register.operator, wanted).status_code == 204
        assert pull_status(knowing, station, next(numbers_of_requests)) == 200
        assert ask_server(f"{telling}/v1/stations/{station}/revoke", register.operator, {}).status_code == 204
        assert pull_status(knowing, station, next(numbers_of_requests)) == 401


def test_a_token_that_one_issues_or_revokes_is_so_for_the_other_within_a_second(
    register: Register, servers: tuple[str, str]
) -> None:
    one, other = servers
    for telling, knowing in ((one, other), (other, one)):
        wanted = {"who": "a watcher", "scopes": ["fleet"]}
        token: str = ask_server(f"{telling}/v1/tokens", register.operator, wanted).json()["token"]
        assert ask_server(f"{knowing}/v1/stations", token).status_code == 200
        headers = {"authorization": f"Bearer {register.operator}"}
        assert httpx.delete(f"{telling}/v1/tokens/{token[4:16]}", headers=headers, timeout=30).status_code == 204
        revoked = time.monotonic()
        while ask_server(f"{knowing}/v1/stations", token).status_code != 401:
            assert time.monotonic() - revoked < LAG.total_seconds() + ANSWERED_WITHIN


def together(station: str, requests: Sequence[tuple[str, bytes]]) -> list[tuple[int, dict[str, int]]]:
    """Send all these bodies of a station to these servers at once; what each is answered."""

    async def sent() -> list[httpx.Response]:
        async with httpx.AsyncClient(timeout=30) as client:
            routes = [(f"{url}/v1/stations/{station}/entries", body) for url, body in requests]
            return await asyncio.gather(*(client.post(route, content=body) for route, body in routes))

    return [(answer.status_code, answer.json()) for answer in asyncio.run(sent())]


def journal(station: str, sales: int) -> list[EntryText]:
    """Of a station that sold so many hours."""
    facts = [(PaymentStarted(right(number)), RightSold(right(number))) for number in range(1, sales + 1)]
    return chain([fact for sale in facts for fact in sale], station)


def numbers(station: SigningStation, table: Table) -> list[int]:
    """Of the entries that stand behind the rows of a station."""
    number = table.c.last if table is statements else table.c.seq
    with station.city.store.begin() as connection:
        return list(connection.scalars(select(number).where(table.c.station == station.station).order_by(number)))


def test_one_request_that_reaches_both_is_accepted_once(station: SigningStation, servers: tuple[str, str]) -> None:
    texts = journal(station.station, 10)
    for sold in range(1, 11):
        body = station.request(texts[: 2 * sold])
        answers = together(station.station, [(url, body) for url in servers * 2])
        assert sorted(status for status, _ in answers) == [200, 409, 409, 409]
        assert {answer.get("next", answer.get("contact_from")) for _, answer in answers} == {
            2 * sold + 1,
            station.request_number + 1,
        }
    sales = list(range(2, 21, 2))
    every = list(range(1, 21))
    assert (numbers(station, entries), numbers(station, statements), numbers(station, rights)) == (every, sales, every)


def test_the_same_entries_said_twice_through_both_are_stored_once(station: SigningStation, servers: tuple[str, str]) -> None:
    texts = journal(station.station, 10)
    for sold in range(1, 11):
        answers = together(station.station, [(url, station.request(texts[: 2 * sold])) for url in servers * 2])
        assert {answer["next"] for status, answer in answers if status == 200} == {2 * sold + 1}
        assert {status for status, _ in answers} <= {200, 409}
    assert (numbers(station, entries), numbers(station, rights)) == (list(range(1, 21)), list(range(1, 21)))
    assert station_row(station.city, station.station).contact == station.request_number
    assert station_row(station.city, station.station).head.hex() == texts[-1][1]


def test_what_both_count_adds_up(register: Register, station: SigningStation) -> None:
    agent, texts = register.token("agent"), journal(station.station, 5)
    question = {"plate": "AB-123-CD", "zone": 1, "sector": "11D", "at": "2026-03-04T11:30:00+01:00"}
    before = count(station.city, checks)
    with register.served("--workers", "2") as url:
        together(station.station, [(url, station.request(texts)) for _ in range(8)])
        for _ in range(12):
            ask_server(f"{url}/v1/checks", agent, question)
        figures = [httpx.get(f"{url}/metrics", timeout=30).text for _ in range(4)]
    stored = sum(row.next - 1 for row in all_of(station.city, stations))
    for figure in figures:
        assert f"horodateur_entries_total {stored}.0" in figure
        assert 'horodateur_checks_total{answer="right"} 12.0' in figure
        taken = re.findall(r'_count\{method="POST",route="/v1/stations/\{station\}/entries",status="\d+"\} (\S+)', figure)
        assert sum(map(float, taken)) == 8
    assert count(station.city, checks) == before + 12
