"""Every test that takes `store` runs twice: on SQLite, and on a real PostgreSQL that this run starts for itself."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from central.cli.cluster import Cluster, running
from central.core.city import City
from central.db.store import connect, open_store
from central.db.tables import metadata
from tests.central import register_rows, signing_station
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
    metadata.create_all(store)
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
def station(store: Engine) -> SigningStation:
    """A station that was enrolled yesterday, in a city of each kind of database."""
    return SigningStation(signing_station.city_of(store, signing_station.STATION))


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of each kind without a single table."""
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("cluster")
        server = connect(cluster.url()).execution_options(isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS bare WITH (FORCE)"))
            connection.execute(text("CREATE DATABASE bare"))
        server.dispose()
        store = connect(cluster.url("bare"))
    else:
        store = connect(f"sqlite:///{tmp_path / 'bare.db'}")
    yield store
    store.dispose()


@pytest.fixture
def console(bare: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Console:
    """A register that does not exist yet, of each kind."""
    return Console(bare, tmp_path, capsys)


@pytest.fixture
def started(console: Console) -> Console:
    """One that does."""
    assert console.types("init")[0] == 0
    return console
