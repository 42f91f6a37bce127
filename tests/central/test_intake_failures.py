"""Intake when the database fails or two requests come at once: nothing half stored, nothing falsely acknowledged."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import OperationalError

from central.db.store import connect
from central.db.tables import metadata, stations
from firmware.protocol.facts import AlarmRaised, InDoubt, RightSold, UnexpectedEvent
from tests.central.register_rows import delete_all
from tests.central.signing_station import STATION, THERE, EntryText, SigningStation, all_of, chain, city_of, right

SALES = chain(
    [
        InDoubt(right(1), "unanswered"),
        RightSold(right(1)),
        AlarmRaised("printer out"),
        UnexpectedEvent("!"),
        RightSold(right(2)),
    ]
)
TABLES = ("stations", "entries", "statements", "rights", "alarms", "dead_letters", "silences")
DYING = "PERFORM pg_terminate_backend(pg_backend_pid());"
FULL = "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';"


def everything(station: SigningStation) -> dict[str, list[tuple[object, ...]]]:
    """All that intake may touch."""
    return {name: [tuple(row) for row in all_of(station.city, metadata.tables[name])] for name in TABLES}


@contextlib.contextmanager
def failing_writes(store: Engine, table: str, what: str) -> Iterator[None]:
    """PostgreSQL does this after each row of that table."""
    with store.begin() as connection:
        body = f"CREATE FUNCTION failing() RETURNS trigger AS $$ BEGIN {what} RETURN NEW; END $$ LANGUAGE plpgsql"
        connection.execute(text(body))
        connection.execute(
            text(f"CREATE TRIGGER failing AFTER INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION failing()")
        )
    try:
        yield
    finally:
        with store.begin() as connection:
            connection.execute(text("DROP FUNCTION failing CASCADE"))


@pytest.fixture
def register(postgres: Engine) -> Engine:
    """A PostgreSQL to be hurt, emptied."""
    delete_all(postgres)
    return postgres


@pytest.mark.parametrize("what", [DYING, FULL], ids=["dies", "full"])
@pytest.mark.parametrize("table", ["entries", "statements", "rights", "alarms", "stations"])
def test_postgresql_fails_in_the_middle_of_a_batch(register: Engine, table: str, what: str) -> None:
    station = SigningStation(city_of(register, STATION))
    before = everything(station)
    request = station.request(SALES)
    with failing_writes(register, table, what), pytest.raises(OperationalError):
        station.send(request)
    assert everything(station) == before
    assert station.send(request) == (200, {"next": 6})
    assert len(all_of(station.city, metadata.tables["rights"])) == 3


def test_sqlite_has_no_room_left(tmp_path: Path) -> None:
    store = connect(f"sqlite:///{tmp_path / 'city.db'}")
    metadata.create_all(store)
    station = SigningStation(city_of(store, STATION))
    before = everything(station)
    long = chain([UnexpectedEvent("x" * 2000) for _ in range(100)])
    request = station.request(long)
    pages = allowed(store, 1)
    with pytest.raises(OperationalError, match="full"):
        station.send(request)
    assert everything(station) == before
    assert allowed(store, pages + 1000) > pages
    assert station.send(request) == (200, {"next": 101})
    store.dispose()


def allowed(store: Engine, pages: int) -> int:
    """Let the file grow to this many pages, at least those it has; returns how many it may then have."""
    with store.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        (found,) = raw.execute(f"PRAGMA max_page_count={pages}").fetchone()
    return int(found)


def test_a_failing_commit_is_no_acknowledgement(store: Engine) -> None:
    station = SigningStation(city_of(store, STATION))
    before = everything(station)
    request = station.request(SALES)

    def fails(_: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("the disk went away"))

    event.listen(store, "commit", fails)
    try:
        with pytest.raises(OperationalError):
            station.send(request)
    finally:
        event.remove(store, "commit", fails)
    assert everything(station) == before
    assert station.send(request) == (200, {"next": 6})


# --- at once ------------------------------------------------------------------------------------------------------


def together(*jobs: Callable[[], tuple[int, object]]) -> list[tuple[int, object]]:
    """What each answers, all begun at one instant."""
    ready = threading.Barrier(len(jobs))

    def begin(job: Callable[[], tuple[int, object]]) -> tuple[int, object]:
        ready.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(begin, jobs))


def grown(store: Engine, name: str, count: int) -> tuple[SigningStation, list[EntryText]]:
    return SigningStation(city_of(store, name), name), chain([AlarmRaised(str(number)) for number in range(count)], name)


def test_the_same_request_twice_at_once_is_accepted_once(store: Engine) -> None:
    for attempt in range(10):
        station, texts = grown(store, f"7501{attempt}-0001", 20)
        request = station.request(texts)
        answers = together(*[lambda station=station, request=request: station.send(request)] * 3)
        assert sorted(status for status, _ in answers) == [200, 409, 409]
        assert mine(station, "entries") == mine(station, "alarms") == 20
        assert mine(station, "statements") == 1


def test_the_same_entries_at_once_in_several_requests_are_stored_once(store: Engine) -> None:
    """Whichever comes first; one that comes after a greater number is told to count on."""
    for attempt in range(10):
        station, texts = grown(store, f"7501{attempt}-0001", 20)
        requests = [station.request(texts[:end], held=20) for end in (20, 12, 20)]
        answers = together(*[lambda station=station, request=request: station.send(request) for request in requests])
        assert answers[2][0] == 200
        assert {status for status, _ in answers} <= {200, 409}
        assert mine(station, "entries") == mine(station, "alarms") == 20


def test_stations_do_not_wait_for_each_other(register: Engine) -> None:
    """One is held up in the middle of its batch, its row locked; the other is served all the same."""
    city = city_of(register, STATION, THERE)
    held_up, quick = SigningStation(city, STATION), SigningStation(city, THERE)
    with ThreadPoolExecutor() as pool:
        with register.begin() as connection:
            connection.execute(select(stations).where(stations.c.station == STATION).with_for_update())
            waiting = pool.submit(held_up.hand_in, SALES)
            served = pool.submit(quick.hand_in, chain([UnexpectedEvent("x")], THERE))
            assert served.result(timeout=10) == (200, {"next": 2})
            assert not waiting.done()
        assert waiting.result(timeout=10) == (200, {"next": 6})


def mine(station: SigningStation, table: str) -> int:
    """How many rows of this station."""
    return sum(row.station == station.station for row in all_of(station.city, metadata.tables[table]))
