"""How long a plate check takes while the whole city hands in its entries."""

from __future__ import annotations

import contextlib
import itertools
import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.central import journals, rights
from bench.central.clients import Clients, ClientTask, start_clients
from bench.central.delays import percentile
from bench.central.scale import HEARTBEATS, BenchScale
from bench.central.server import SERVED_BY, BenchServer, enrol_stations
from bench.central.wire import Connection, request
from bench.table import Figure
from central.core.city import City
from central.enforcement.checks import CheckQuestion, check, check_all
from central.register.holdings import HoldingRow, replace_series
from firmware.tariff import load_tariffs
from hal.shipped import ROOT
from hal.time_zone import PARIS

KINDS = ("with", "without")
"""Plates with a right, plates without."""
Ask = Callable[[CheckQuestion], float]
"""A question is put and answered; how many seconds that took."""
BATCH = 10
"""Entries in a batch while plates are checked: far more than the stations of a city write on a busy day."""
LARGEST = 200
"""Plates in a batch."""
ENOUGH = 16
"""Batches of a station, so that they do not run out before the checks do."""
PER_TOKEN = 40
"""Checks of one agent: he may ask only so often."""


def figures(server: BenchServer, scale: BenchScale) -> Iterator[Figure]:
    """Over HTTP and as a bare function, half of the plates with a right and half without, for each size of register."""
    names = journals.names(scale.stations)
    enrol_stations(server.store, names)
    _load_holdings(server, scale.holdings)
    here = 0
    for turn, size in enumerate(scale.rights):
        print(f"  loading {size} rights …", flush=True)
        each = -(-size // scale.stations)
        rights.load(server, names, here, each)
        here = each
        print(f"  checking among {size} rights …", flush=True)
        yield from _among(server, scale, names[turn :: len(scale.rights)], size)


def _load_holdings(server: BenchServer, number: int) -> None:
    """Residents, spread over the sectors."""
    since = datetime(2026, 1, 1, tzinfo=PARIS)
    rows = (
        HoldingRow(journals.plate(7 * each), "resident", (journals.SECTORS[each % 160],), since, since + timedelta(days=365))
        for each in range(number)
    )
    replace_series(server.store, "residents", rows, "bench", datetime.now(PARIS))


def _among(server: BenchServer, scale: BenchScale, at_work: tuple[str, ...], size: int) -> Iterator[Figure]:
    chosen = random.Random(size)
    with _stations_at_work(server, at_work) as clients, contextlib.closing(Connection(server.port)) as connection:
        ways = _bare(server), _over_http(server, scale, connection)
        began = time.perf_counter()
        bare, over_http = ({kind: _timed(ask, _asked(scale, chosen, kind)) for kind in KINDS} for ask in ways)
        batched = _batches(server, scale, chosen)
        clients.stop()
        taken = clients.done().entries / (time.perf_counter() - began)
    how = f"while {taken:.0f} entries a second come in over HTTP, {BATCH} in a batch; {SERVED_BY}"
    for name, delays in (("plate check", over_http), ("plate check, bare function", bare)):
        yield from _of(f"{name}, {size / 1e6:g} M rights", delays, how)
    what = f"batches of {LARGEST} as a bare function, of one kind of plate each, {how}"
    for kind, speed in batched.items():
        name = f"plates checked in batches, {size / 1e6:g} M rights, {kind} a right"
        yield Figure(name, speed, "plates/s", what, at_least=3000)


def _of(name: str, delays: Mapping[str, list[float]], how: str) -> Iterator[Figure]:
    both = [delay for kind in KINDS for delay in delays[kind]]
    what = f"{len(both)} checks one after the other, half of plates with a right and half of plates without, {how}"
    yield Figure(f"{name}, p50", percentile(both, 50), "ms", what, at_most=2)
    yield Figure(f"{name}, p99", percentile(both, 99), "ms", "the same checks", at_most=10)
    for percent in (50, 99):
        value = percentile(delays["without"], percent)
        yield Figure(f"{name}, refused, p{percent}", value, "ms", "those without a right: one keying error is looked for")


@contextlib.contextmanager
def _stations_at_work(server: BenchServer, names: tuple[str, ...]) -> Iterator[Clients]:
    """They hand in what they wrote, a batch in each `1 / HEARTBEATS` of a second."""
    now = datetime.now(PARIS)
    task = ClientTask(server.port, names, (BATCH,) * ENOUGH, now - timedelta(hours=2), now, 1 / HEARTBEATS)
    with start_clients([task]) as clients:
        clients.go()
        yield clients


def _asked(scale: BenchScale, chosen: random.Random, kind: str) -> Iterator[CheckQuestion]:
    """Questions about places all over the city."""
    names = journals.names(scale.stations)
    for _ in range(scale.checks):
        station, sale = chosen.randrange(len(names)), chosen.randrange(rights.VALID)
        sector = journals.sector_of(names[station])
        plate = rights.plate_of(station, sale) if kind == "with" else journals.plate(chosen.randrange(journals.PLATES))
        yield CheckQuestion(plate, journals.zone_of(sector), sector, rights.AT)


def _timed(ask: Ask, questions: Iterable[CheckQuestion]) -> list[float]:
    return [ask(question) for question in questions]


def _bare(server: BenchServer) -> Ask:
    """The rule itself, called in this process."""
    city = City(server.store, Ed25519PrivateKey.generate(), load_tariffs(ROOT / "tariffs.json"))

    def ask(asked: CheckQuestion) -> float:
        began = time.perf_counter()
        check(city, asked, "bench", datetime.now(PARIS))
        return time.perf_counter() - began

    return ask


def _batches(server: BenchServer, scale: BenchScale, chosen: random.Random) -> Mapping[str, float]:
    """Plates a second, by kind, of a camera car's batches."""
    city = City(server.store, Ed25519PrivateKey.generate(), load_tariffs(ROOT / "tariffs.json"))
    speeds = {}
    for kind in KINDS:
        asked = list(_asked(scale, chosen, kind))
        began = time.perf_counter()
        for at in range(0, len(asked), LARGEST):
            check_all(city, asked[at : at + LARGEST], "bench", datetime.now(PARIS))
        speeds[kind] = len(asked) / (time.perf_counter() - began)
    return speeds


def _over_http(server: BenchServer, scale: BenchScale, connection: Connection) -> Ask:
    """One agent after the other: each may ask only so often."""
    tokens = itertools.cycle(server.tokens(len(KINDS) * scale.checks // PER_TOKEN + 1))

    def ask(asked: CheckQuestion) -> float:
        body = {"plate": asked.plate, "zone": asked.zone, "sector": asked.sector, "at": rights.AT.isoformat()}
        question = request("/v1/checks", json.dumps(body).encode(), next(tokens))
        began = time.perf_counter()
        answer = connection.post(question)
        seconds = time.perf_counter() - began
        if answer.status != 200:
            raise RuntimeError(f"a check was answered {answer.status}: {answer.body!r}")
        return seconds

    return ask
