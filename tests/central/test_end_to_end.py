"""The whole way, with what went wrong in autumn 2021: sales that do not arrive, and checks that must not conclude from it.

Two stations sell, one goes silent and sells on; an agent is told no, that this is not conclusive, and who is silent; the
station returns, its sale re-opens the refusal. In virtual time, and with real processes and sockets; each on both databases.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import Engine, update

from central.app import create_app
from central.core.city import City
from central.core.signing import key_in
from central.db.tables import stations
from firmware.backoffice.courier import Errand, run_errand, status_report
from firmware.backoffice.pull import Pull
from firmware.backoffice.signer import Signer
from firmware.backoffice.sync import Sync
from firmware.domain.parking_right import ParkingRight
from firmware.journal.line import LineReader
from firmware.station.state_folder import open_publication_store, open_signing_key
from hal.time_zone import PARIS
from simulator.virtual_time import VirtualClock, VirtualTime
from tests.central.api_client import Client
from tests.central.processes import RealStation, Register, ask_server, initialised, provisioned_station, wait_for_line
from tests.central.signing_station import MINUTE, NOW, TARIFFS

STEADY, LOST = "75011-0042", "75011-0043"
PAID, PAID_TOO, LATE, NEVER_PAID = "AB-123-CD", "EF-456-GH", "JK-789-LM", "WX-321-YZ"
REOPENED = f"/v1/reopened?since={quote(NOW.isoformat())}"


@pytest.fixture
def register(bare: Engine, tmp_path: Path) -> Register:
    """A register of each kind of database."""
    return initialised(bare, tmp_path)


def question(plate: str, **when: datetime) -> dict[str, object]:
    """What an agent in sector 11D asks."""
    return {"plate": plate, "zone": 1, "sector": "11D", **{name: moment.isoformat() for name, moment in when.items()}}


def read(text: object) -> datetime:
    return datetime.fromisoformat(str(text))


def outcome(answer: dict[str, Any]) -> tuple[bool, bool, list[str]]:
    """Whether the vehicle may stay, whether that is conclusive, and who is silent."""
    return answer["allowed"], answer["conclusive"], answer["silent"]


# --- in virtual time -------------------------------------------------------------------------------------------------


class VirtualStreet:
    """The city's application and its stations in one process: whole request bodies, and only virtual time."""

    def __init__(self, register: Register) -> None:
        self.time = VirtualTime()
        self.clock = VirtualClock(self.time, NOW)
        city = City(register.store, key_in(register.folder / "city.key"), TARIFFS)
        self.client = Client(create_app(city, self.clock.wall), city)
        self.cut: set[str] = set()
        """Stations whose line is cut."""

    def joins(self, machine: RealStation) -> None:
        """Let a station run its two errands for as long as the street does."""
        folder, site = machine.journal.path.parent, machine.site
        publication_store = open_publication_store(folder, site)
        signer = Signer(
            site.station,
            open_signing_key(folder),
            self.clock.wall,
            partial(status_report, "test", self.clock, publication_store, unwritable=False),
        )
        pull = Pull(signer, lambda envelope: publication_store.accept(envelope, self.clock.wall()))
        for asker, route in ((Sync(LineReader(folder), signer, idle=5.0), "entries"), (pull, "publications")):
            self._keep_at(Errand(asker, self._line(site.station, route)))

    def passes(self, minutes: int) -> datetime:
        """Let time pass; what time it is then."""
        self.time.run_until(self.time.now + 60 * minutes)
        return self.clock.wall()

    def _line(self, station: str, route: str) -> Callable[[bytes], bytes | None]:
        url = f"/v1/stations/{station}/{route}"
        return lambda body: None if station in self.cut else self.client.post(url, content=body).content

    def _keep_at(self, errand: Errand) -> None:
        run_errand(errand, self.clock)
        self.time.at(errand.requester.wake_at, lambda: self._keep_at(errand))


@pytest.fixture
def machines(register: Register, tmp_path: Path) -> Iterator[tuple[RealStation, RealStation]]:
    """Two stations of one sector, enrolled at the beginning of virtual time."""
    with ExitStack() as stack:
        steady, lost = (
            stack.enter_context(provisioned_station(tmp_path, station, register, NOW)) for station in (STEADY, LOST)
        )
        yield steady, lost


@dataclass(frozen=True)
class Episode:
    """Two stations at work in one street, and who asks the city about it."""

    street: VirtualStreet
    steady: RealStation
    lost: RealStation
    agent: Client
    auditor: Client

    def check(self, plate: str, **when: datetime) -> dict[str, Any]:
        """The city's answer about a plate."""
        answer: dict[str, Any] = self.agent.post("/v1/checks", question(plate, **when)).json()
        return answer

    def audit(self, path: str) -> list[dict[str, Any]]:
        """A list of the city's, such as its checks."""
        listed: list[dict[str, Any]] = self.auditor.get(path).json()
        return listed

    def states(self) -> list[str | None]:
        """How each recorded check stands; None: nothing was refused."""
        return [each["state"] for each in self.audit("/v1/checks")]


@pytest.fixture
def episode(register: Register, machines: tuple[RealStation, RealStation]) -> Episode:
    street = VirtualStreet(register)
    for each in machines:
        street.joins(each)
    return Episode(street, *machines, street.client.as_role("agent"), street.client.as_role("auditor"))


def sell_in_both(episode: Episode) -> datetime:
    """Both stations sell, and both sales are seen; a moment by which all of it is."""
    street = episode.street
    episode.steady.sell(PAID, street.passes(5))
    episode.lost.sell(PAID_TOO, street.clock.wall())
    before = street.passes(1)
    for plate, station in ((PAID, STEADY), (PAID_TOO, LOST)):
        answer = episode.check(plate)
        assert (*outcome(answer), answer["right"]["station"]) == (True, True, [], station)
    refused = episode.check(LATE)
    assert outcome(refused) == (False, False, [])
    assert read(refused["conclusive_from"]) == before + timedelta(seconds=75)
    assert episode.states() == [None, None, "inconclusive"]
    street.passes(2)
    assert outcome(episode.check(LATE, at=before)) == (False, True, [])
    assert episode.states() == [None, None, "conclusive", "conclusive"]
    return street.clock.wall()


def sell_in_silence(episode: Episode, before: datetime) -> tuple[dict[str, Any], ParkingRight]:
    """One station goes silent and sells on; the refusal of that plate, and what it had bought."""
    street = episode.street
    street.cut.add(LOST)
    right = episode.lost.sell(LATE, street.passes(10))
    street.passes(10)
    refused = episode.check(LATE)
    assert outcome(refused) == (False, False, [LOST])
    assert before - MINUTE <= read(refused["complete_until"]) <= before + MINUTE
    assert outcome(episode.check(PAID)) == (True, True, [LOST])
    assert outcome(episode.check(NEVER_PAID)) == (False, False, [LOST])
    assert [each["station"] for each in episode.audit("/v1/stations") if each["silent"]] == [LOST]
    assert episode.audit(REOPENED) == []
    return refused, right


def test_a_late_sale_reopens_the_refusal_that_was_not_conclusive(episode: Episode) -> None:
    refused, right = sell_in_silence(episode, sell_in_both(episode))
    during = episode.street.clock.wall()

    episode.street.cut.clear()
    after = episode.street.passes(2)
    answer = episode.check(LATE, at=during, known_at=during)
    assert (*outcome(answer), answer["right"]["reference"]) == (True, True, [], right.reference)
    assert outcome(answer["then"]) == (False, False, [LOST])
    assert read(answer["then"]["complete_until"]) == read(refused["complete_until"])
    [reopened] = episode.audit(REOPENED)
    contradicted = episode.audit("/v1/checks?state=contradicted")
    assert [(each["plate"], read(each["checked_at"])) for each in contradicted] == [("JK789LM", during)]
    assert (reopened["plate"], reopened["because"], reopened["right"]["reference"]) == ("JK789LM", "right", right.reference)
    assert (read(reopened["checked_at"]), reopened["asked_by"]) == (during, f"Dupont ({episode.agent.token[4:16]})")
    assert during < read(reopened["right"]["known_from"]) <= after
    assert outcome(episode.check(NEVER_PAID, at=during)) == (False, True, [])
    assert [each["holding"]["rights"] for each in episode.audit("/v1/stations")] == [1, 1]


def test_a_check_and_a_sale_that_cross_each_other_are_listed_too(episode: Episode) -> None:
    """The data is as fresh as it gets, nobody is silent, and the sale is a few seconds under way: nobody concluded."""
    right = episode.steady.sell(LATE, episode.street.passes(5))
    assert outcome(episode.check(LATE)) == (False, False, [])
    episode.street.passes(1)
    [reopened] = episode.audit(REOPENED)
    assert reopened["right"]["reference"] == right.reference


# --- in real time ----------------------------------------------------------------------------------------------------

ELEVEN = datetime(2025, 3, 5, 11, tzinfo=PARIS)
"""A Wednesday long past, so that no hour at which this runs is free of charge."""
LONG_AGO = ELEVEN - timedelta(days=3)
"""When the stations were enrolled."""


def lose(store: Engine, station: str, since: datetime) -> None:
    """Let the data of a station end there: what a test does that cannot wait."""
    with store.begin() as connection:
        this = update(stations).where(stations.c.station == station)
        connection.execute(this.values(complete_until=since, last_contact=since))


@dataclass(frozen=True)
class ServedCity:
    """The city's server, as an agent and an auditor ask it."""

    url: str
    agent: str
    auditor: str

    def check(self, plate: str, **when: datetime) -> dict[str, Any]:
        """Its answer about a plate at eleven."""
        answer: dict[str, Any] = ask_server(f"{self.url}/v1/checks", self.agent, question(plate, at=ELEVEN, **when)).json()
        return answer

    def reopened(self) -> list[dict[str, Any]]:
        """Every refusal that was re-opened."""
        url = f"{self.url}/v1/reopened?since={quote(LONG_AGO.isoformat())}"
        listed: list[dict[str, Any]] = ask_server(url, self.auditor).json()
        return listed


def sell_in_both_processes(city: ServedCity, steady: RealStation, lost: RealStation, running: ExitStack) -> None:
    """Both stations sell, and both sales are seen; one goes on running, the other is killed."""
    steady.sell(PAID, ELEVEN - 30 * MINUTE)
    lost.sell(PAID_TOO, ELEVEN - 30 * MINUTE)
    wait_for_line(running.enter_context(steady.sync(city.url)), "acknowledged to entry 2")
    with lost.sync(city.url) as syncing:
        wait_for_line(syncing, "acknowledged to entry 2")
        syncing.kill()
    assert [outcome(city.check(plate)) for plate in (PAID, PAID_TOO)] == [(True, True, [])] * 2
    assert outcome(city.check(NEVER_PAID)) == (False, True, [])


def return_from_silence(city: ServedCity, lost: RealStation) -> None:
    """Deliver what was sold in silence, and end."""
    with lost.sync(city.url) as syncing:
        wait_for_line(syncing, "acknowledged to entry 4")
        syncing.send_signal(signal.SIGTERM)
        assert syncing.wait(20) == 0


def test_the_same_with_real_processes(register: Register, tmp_path: Path) -> None:
    with ExitStack() as stack:
        city = ServedCity(stack.enter_context(register.served()), register.token("agent"), register.token("auditor"))
        steady, lost = (
            stack.enter_context(provisioned_station(tmp_path, station, register, LONG_AGO)) for station in (STEADY, LOST)
        )
        sell_in_both_processes(city, steady, lost, stack)

        # one goes silent, and sells on
        lose(register.store, LOST, ELEVEN - 10 * MINUTE)
        right = lost.sell(LATE, ELEVEN - 5 * MINUTE)
        refused = city.check(LATE)
        assert outcome(refused) == (False, False, [LOST])
        assert read(refused["complete_until"]) == ELEVEN - 10 * MINUTE
        assert city.reopened() == []

        return_from_silence(city, lost)
        answer = city.check(LATE, known_at=read(refused["checked_at"]))
        assert (*outcome(answer), answer["right"]["reference"]) == (True, True, [], right.reference)
        assert outcome(answer["then"]) == (False, False, [LOST])
        [listed] = city.reopened()
        assert (listed["right"]["reference"], listed["checked_at"]) == (right.reference, refused["checked_at"])
        assert listed["asked_by"].startswith("the agent (")
