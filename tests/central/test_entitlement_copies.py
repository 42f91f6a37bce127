"""Entitlement copies of the stations: what they hold, what they hide, and that there is one of each."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, select, text

from central.core.city import City
from central.db.tables import publications
from central.register.entitlement_copies import current_copy
from central.register.holdings import HoldingRow, replace_series
from central.register.publication_store import find_active, lock_audience
from firmware.protocol.entitlements import EntitlementCopy, copy_in
from firmware.protocol.envelope import PUBLICATION, envelope_in, open_envelope
from firmware.protocol.messages import publication_in
from firmware.tariff import Holding, load_tariffs

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
KEY = Ed25519PrivateKey.generate()
RESIDENT, NEIGHBOUR, DOCTOR, DISABLED = "AA-111-AA", "BB-222-BB", "CC-333-CC", "DD-444-DD"
AT_HOME = Holding("resident", frozenset({"11D"}))


@pytest.fixture
def city(store: Engine) -> City:
    return City(store, KEY, load_tariffs(Path(__file__).parents[2] / "tariffs.json"))


def row(
    plate: str, holding: str = "resident", *sectors: str, since: datetime = NOW, until: datetime | None = None
) -> HoldingRow:
    return HoldingRow(plate, holding, sectors, since, until)


def load(city: City, rows: Sequence[HoldingRow], series: str = "residents", now: datetime = NOW) -> None:
    replace_series(city.store, series, rows, "operator", now)


def copy(city: City, now: datetime = NOW, sector: str = "11D") -> tuple[int, EntitlementCopy]:
    """The version and the content, as a station reads them."""
    with city.store.begin() as connection:
        version = current_copy(city, connection, sector, now)
        envelope = find_active(connection, "rights", sector, now)
    assert envelope is not None
    document = publication_in(open_envelope(PUBLICATION, envelope_in(envelope), KEY.public_key()))
    assert (document.version, document.audience, document.effective_from <= now) == (version, sector, True)
    return version, copy_in(bytes(document.body), "the copy")


def held(rights: EntitlementCopy, at: datetime = NOW) -> Mapping[str, tuple[Holding, ...]]:
    plates = (RESIDENT, NEIGHBOUR, DOCTOR, DISABLED)
    return {plate: rights.holdings(plate, at) for plate in plates if rights.holdings(plate, at)}


def test_it_holds_what_is_at_home_in_the_sector_or_good_everywhere(city: City) -> None:
    load(city, [row(RESIDENT, "resident", "11C", "11D"), row(NEIGHBOUR, "resident", "11C", "1D")])
    load(city, [row(DISABLED, "cmi_s")], "cmi-s")
    load(city, [row(DOCTOR, "pro_mobile"), row(RESIDENT, "low_emission")], "others")
    _, rights = copy(city)
    assert held(rights) == {
        RESIDENT: (AT_HOME, Holding("low_emission")),
        DISABLED: (Holding("cmi_s"),),
        DOCTOR: (Holding("pro_mobile"),),
    }
    assert rights.sector == "11D"
    assert len(rights.plates) == 3, "nor any other plate"


def test_a_sector_is_not_taken_for_one_that_ends_like_it(city: City) -> None:
    load(city, [row(RESIDENT, "resident", "11D"), row(NEIGHBOUR, "resident", "1D")])
    assert [set(held(copy(city, sector=sector)[1])) for sector in ("1D", "11D")] == [{NEIGHBOUR}, {RESIDENT}]


def test_an_empty_register_makes_an_empty_copy(city: City) -> None:
    version, rights = copy(city)
    assert (version, dict(rights.plates)) == (1, {})


def test_it_holds_what_is_valid_now_or_begins_within_sixty_days(city: City) -> None:
    since, until = NOW - 90 * DAY, NOW + 90 * DAY
    rows = [
        row(RESIDENT, "resident", "11D", since=since, until=NOW),
        row(NEIGHBOUR, "resident", "11D", since=since, until=NOW + DAY),
        row(DOCTOR, "pro_sedentary", "11D", since=NOW + 59 * DAY, until=until),
        row(DISABLED, "cmi_s", since=NOW + 60 * DAY, until=until),
    ]
    load(city, rows)
    _, rights = copy(city)
    assert len(rights.plates) == 2
    assert set(held(rights)) == {NEIGHBOUR}
    assert set(held(rights, NOW + DAY)) == set()
    assert set(held(rights, NOW + 59 * DAY)) == {DOCTOR}


def test_no_plate_can_be_read_in_it_nor_another_sector_of_a_home(city: City) -> None:
    load(city, [row(RESIDENT, "resident", "11D", "12A"), row(DISABLED, "cmi_s")])
    copy(city)
    with city.store.begin() as connection:
        message = connection.scalar(select(publications.c.envelope)) or b""
    assert b"AA111AA" not in message.replace(b"-", b"")
    assert b"12A" not in message


def test_two_copies_of_one_plate_have_nothing_in_common(city: City) -> None:
    load(city, [row(RESIDENT, "low_emission")])
    copies = [copy(city)[1], copy(city, sector="12A")[1], copy(city, NOW + DAY)[1]]
    assert len({rights.key for rights in copies}) == 3
    assert len({digest for rights in copies for digest in rights.plates}) == 3


def test_a_register_that_has_not_changed_makes_no_new_copy(city: City) -> None:
    load(city, [row(RESIDENT, "resident", "11D")])
    assert [copy(city, NOW + hours * timedelta(hours=1))[0] for hours in range(3)] == [1, 1, 1]


def test_a_register_that_has_changed_makes_the_next_one(city: City) -> None:
    load(city, [row(RESIDENT, "resident", "11D")])
    first, _ = copy(city)
    load(city, [row(NEIGHBOUR, "resident", "11D")])
    second, rights = copy(city)
    assert (first, second) == (1, 2)
    assert held(rights) == {NEIGHBOUR: (AT_HOME,)}


def test_a_new_day_in_paris_makes_the_next_one(city: City) -> None:
    before_midnight = datetime(2026, 3, 4, 22, 59, tzinfo=UTC)
    assert [copy(city, at)[0] for at in (NOW, before_midnight, before_midnight + timedelta(minutes=1))] == [1, 1, 2]


def test_a_copy_that_was_followed_is_not_kept(city: City) -> None:
    copy(city, sector="12A")
    for number in range(3):
        copy(city, NOW + number * DAY)
    with city.store.begin() as connection:
        kept = connection.execute(select(publications.c.audience, publications.c.version).order_by(publications.c.audience))
        assert [tuple(each) for each in kept] == [("11D", 3), ("12A", 1)]


def test_many_workers_asked_at_once_make_one(city: City) -> None:
    load(city, [row(RESIDENT, "resident", "11D")])
    for now, expected in ((NOW, 1), (NOW + DAY, 2)):
        ready = threading.Barrier(5)
        versions: list[int] = []

        def one(ready: threading.Barrier, versions: list[int], now: datetime) -> None:
            ready.wait()
            versions.append(copy(city, now)[0])

        threads = [threading.Thread(target=one, args=(ready, versions, now)) for _ in range(5)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert versions == [expected] * 5


def blocked(connection: Connection) -> None:
    """Wait until somebody waits for somebody."""
    deadline = datetime.now(UTC) + timedelta(seconds=20)
    while not connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
        assert datetime.now(UTC) < deadline, "nobody waits"


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_who_had_to_wait_looks_at_the_register_again(city: City) -> None:
    load(city, [row(RESIDENT, "resident", "11D")])
    versions: list[int] = []
    waiting = threading.Thread(target=lambda: versions.append(copy(city)[0]))
    with city.store.begin() as connection:
        lock_audience(connection, "rights", "11D")
        waiting.start()
        blocked(connection)
        load(city, [row(NEIGHBOUR, "resident", "11D")])
        versions.append(current_copy(city, connection, "11D", NOW))
    waiting.join()
    assert versions == [1, 1]
    assert held(copy(city)[1]) == {NEIGHBOUR: (AT_HOME,)}
