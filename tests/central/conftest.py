"""Every test that takes `store` runs twice: on SQLite, and on a real PostgreSQL that this run starts for itself."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from central.cards.counter import Counter
from central.cli.cluster import Cluster, running
from central.core.city import City
from central.db.store import connect, migrate, open_store
from tests.central import register_rows, signing_station
from tests.central.card_rows import MemoryProvider, counter_of
from tests.central.console import Console
from tests.central.signing_station import SigningStation

IN_A_HURRY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "50"}
"""What is lost when the machine loses its power is the subject of no test here: a restart is."""


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of this process's own."""
    with tempfile.TemporaryDirectory(prefix="hdt-") as folder:  # a socket's path must be short
        Path(folder).chmod(0o755)
        with running(Path(folder) / "pg", IN_A_HURRY) as cluster:
            yield cluster


@pytest.fixture(scope="session")
def postgres(cluster: Cluster) -> Iterator[Engine]:
    """A database in the present shape."""
    store = open_store(cluster.url())
    yield store
    store.dispose()


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table of today, and nothing in them."""
    file = tmp_path_factory.mktemp("tables") / "city.db"
    store = connect(f"sqlite:///{file}")
    migrate(store)
    register_rows.delete_all(store)
    store.dispose()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of each kind."""
    if request.param == "postgresql":
        store: Engine = request.getfixturevalue("postgres")
        register_rows.delete_all(store)
        yield store
    else:
        shutil.copyfile(request.getfixturevalue("tables"), tmp_path / "city.db")
        store = connect(f"sqlite:///{tmp_path / 'city.db'}")
        yield store
        store.dispose()


@pytest.fixture
def city(store: Engine) -> City:
    """An empty register of each kind."""
    return register_rows.city_of(store)


@pytest.fixture
def bank() -> MemoryProvider:
    """A payment provider that takes and gives back what a test tells it to."""
    return MemoryProvider()


@pytest.fixture
def counter(city: City, tmp_path: Path, bank: MemoryProvider) -> Counter:
    """A counter for parking cards, at that bank."""
    return counter_of(city, tmp_path / "documents", bank)


@pytest.fixture
def station(store: Engine) -> SigningStation:
    """A station that was enrolled yesterday, in a city of each kind of database."""
    return SigningStation(signing_station.city_of(store, signing_station.STATION))


def make_database(cluster: Cluster, name: str, template: str) -> str:
    """The URL of a new database, a copy of another one to which nobody is connected."""
    server = connect(cluster.url()).execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    server.dispose()
    return cluster.url(name)


@pytest.fixture(scope="session")
def migrated(cluster: Cluster) -> str:
    """The name of a PostgreSQL database that was migrated from nothing once, to be copied: nobody is connected to it."""
    open_store(make_database(cluster, "migrated", "template1")).dispose()
    return "migrated"


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of each kind without a single table."""
    if request.param == "postgresql":
        store = connect(make_database(request.getfixturevalue("cluster"), "bare", "template1"))
    else:
        store = connect(f"sqlite:///{tmp_path / 'bare.db'}")
    yield store
    store.dispose()


@pytest.fixture
def console(bare: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Console:
    """A register that does not exist yet, of each kind."""
    return Console(bare, tmp_path, capsys)


@pytest.fixture(params=["sqlite", "postgresql"])
def started(request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Console]:
    """One that does. `init` finds its tables made, by the same migrations: as in tests/new_databases.py."""
    if request.param == "postgresql":
        template = request.getfixturevalue("migrated")
        store = connect(make_database(request.getfixturevalue("cluster"), "bare", template))
    else:
        store = connect(f"sqlite:///{tmp_path / 'bare.db'}")
    console = Console(store, tmp_path, capsys)
    assert console.types("init")[0] == 0
    yield console
    store.dispose()
