"""Rows of the register, inserted straight into the tables, for tests of what is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, delete, insert, select, text, update

from central.core.city import City
from central.core.remembered import forget
from central.db.tables import generations, holdings, metadata, rights, silences, stations
from central.enforcement.answers import PlateCheck
from central.enforcement.checks import CheckQuestion, check
from central.rules.evidence import RegisteredRight, RightStatus
from central.rules.plate_match import alike
from firmware.domain.sector import arrondissement_of
from firmware.tariff import load_tariffs

PARIS = ZoneInfo("Europe/Paris")
TEN = datetime(2026, 3, 4, 10, 0, tzinfo=PARIS)
"""A Wednesday."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LONG_AGO = TEN - 100 * DAY
TARIFFS = load_tariffs(Path(__file__).parents[2] / "tariffs.json")
RIGHT = RegisteredRight(
    *("75011-0042", "75011-0042-000001", RightStatus.SOLD, "AB123CD", 1, "11D", "visitor", "car"),
    *(TEN, TEN, TEN + HOUR, 600, TEN),
)
"""A visitor's hour, from ten o'clock."""
_NUMBER = count(1)


def city_of(store: Engine) -> City:
    """A city over this register, with the prices of the file."""
    return City(store, Ed25519PrivateKey.generate(), TARIFFS)


def right(
    plate: str = "AB123CD",
    start: datetime = TEN,
    minutes: int = 60,
    *,
    regime: str = "visitor",
    zone: int = 1,
    sector: str = "11D",
) -> RegisteredRight:
    """A right bought when it starts, and known at once; each under a number of its own."""
    where = replace(RIGHT, reference=f"75011-0042-{next(_NUMBER):06}", plate=plate, regime=regime, zone=zone, sector=sector)
    return replace(where, bought_at=start, start=start, end=start + minutes * MINUTE, known_from=start)


RESTART = """\
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE last_value IS NOT NULL"""
"""Numbers begin anew, in PostgreSQL: rows that were rolled back have used some too."""


def delete_all(store: Engine) -> None:
    """Empty every table; what was remembered of them is forgotten. TRUNCATE makes the files of all of them anew: slower.

    The tables are those of the modules that are imported by now, not when this one was: more of them than that have rows.
    """
    forget(store)
    has_rows = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in metadata.tables)
    with store.begin() as connection:
        filled = set(connection.scalars(text(has_rows)))
        for table in reversed(metadata.sorted_tables):
            if table.name in filled:
                connection.execute(table.delete())
        if store.dialect.name == "postgresql":
            connection.execute(text(RESTART))


def sell(store: Engine, *sold: RegisteredRight, known_until: datetime | None = None) -> None:
    """Insert rights, each sold by a station that nobody waits for unless it is enrolled before."""
    rest = {"units": 4, "tariff": "2021-08-01", "known_until": known_until}
    rows = [
        {**vars(each), **rest, "status": each.status.value, "alike": alike(each.plate), "seq": next(_NUMBER)} for each in sold
    ]
    with store.begin() as connection:
        there = set(connection.scalars(select(stations.c.station)))
        new = [{"station": name, "next": 1, "head": b""} for name in sorted({each.station for each in sold} - there)]
        connection.execute(insert(stations), new) if new else None
        connection.execute(insert(rights), rows)


def enrol(
    store: Engine,
    station: str,
    complete_until: datetime | None = TEN,
    sector: str = "11D",
    *,
    enrolled_at: datetime | None = LONG_AGO,
    revoked_at: datetime | None = None,
) -> None:
    """Insert a station whose last report is where its data ends."""
    place = {"zone": TARIFFS.zone_of(arrondissement_of(sector)), "sector": sector, "next": 1, "head": b""}
    times = {"enrolled_at": enrolled_at, "revoked_at": revoked_at, "complete_until": complete_until}
    with store.begin() as connection:
        connection.execute(delete(stations).where(stations.c.station == station))
        connection.execute(insert(stations).values(station=station, last_contact=complete_until, **place, **times))


def report(store: Engine, station: str, now: datetime, silent_since: datetime | None = None) -> None:
    """Let a station report, with all it has handed in; `silent_since`: where its data ended, if that ends a silence."""
    with store.begin() as connection:
        this = update(stations).where(stations.c.station == station)
        connection.execute(this.values(complete_until=now, last_contact=now))
        if silent_since:
            connection.execute(insert(silences).values(station=station, since=silent_since, until=now))


def entitle(
    store: Engine,
    plate: str,
    holding: str,
    sectors: Sequence[str] = (),
    *,
    valid_from: datetime = LONG_AGO,
    valid_until: datetime | None = None,
    known_from: datetime = LONG_AGO,
    known_until: datetime | None = None,
) -> None:
    """Insert one holding, in a series of its own."""
    generation = {"series": f"series-{next(_NUMBER)}", "generation": 1}
    known = {"known_from": known_from, "known_until": known_until, "size": 1, "loaded_by": "somebody"}
    valid = {"sectors": list(sectors), "valid_from": valid_from, "valid_until": valid_until}
    with store.begin() as connection:
        connection.execute(insert(generations).values(generation | known))
        connection.execute(insert(holdings).values(generation | {"plate": plate, "holding": holding} | valid))


def ask(
    city: City,
    plate: str = "AB123CD",
    at: datetime = TEN + MINUTE,
    *,
    sector: str = "11D",
    now: datetime | None = None,
    known_at: datetime | None = None,
) -> PlateCheck:
    """A check by an agent, made at the instant it asks about unless `now` is said."""
    zone = TARIFFS.zone_of(arrondissement_of(sector))
    assert zone is not None
    return check(city, CheckQuestion(plate, zone, sector, at, known_at), "agent", now or at)
