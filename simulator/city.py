"""The city at the far end of a station's network, in the same process. Knows no wire.

The request bodies that cross the simulated network are given to the very functions the city's HTTP endpoints call.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from central.core.city import City
from central.core.problems import Reply
from central.core.signing import key_in, make_key
from central.db.store import open_store
from central.db.tables import generations
from central.operations.fleet import Enrolment, enrol
from central.register.holdings import HoldingRow, replace_series
from firmware.domain.site import Site
from firmware.tariff import Tariffs
from hal.ports import NEVER, Instant

DATABASE = "central.db"
KEY = "central.key"
SERIES = "demonstration"
BY = "desk"
"""Who enrolled and loaded what the desk needs, in the city's audit trail."""
ALWAYS = datetime(2015, 1, 1, tzinfo=UTC)
"""Since when the desk's station is there: its clock may be turned back to the first tariff."""

Door = Callable[[City, str, bytes, datetime], Reply]
"""One of the city's endpoints for stations: a station's name and a request body in, the answer out."""


class CityEnd:
    """Answers each request body with the city's answer."""

    wake_at: Instant = NEVER

    def __init__(self, door: Door, city: City, station: str, wall: Callable[[], datetime]) -> None:
        self._door, self._city, self._station, self._wall = door, city, station, wall

    def receive(self, data: bytes, now: Instant) -> bytes:
        """One request, one answer."""
        return self._door(self._city, self._station, data, self._wall()).body

    def wake(self, now: Instant) -> bytes:
        """The city never speaks first."""
        return b""


def city_in(folder: Path, tariffs: Tariffs, draw: Callable[[int], bytes]) -> City:
    """The city whose register and key are in this folder; a new one where there is none."""
    path = folder / KEY
    key = key_in(path) if path.exists() else make_key(path)
    return City(open_store(f"sqlite:///{folder / DATABASE}"), key, tariffs, draw=draw)


def welcome(city: City, site: Site, signing_key: Ed25519PrivateKey, rows: tuple[HoldingRow, ...], now: datetime) -> None:
    """Let the city know this station and what the plates of the demonstration hold."""
    enrol(city.store, Enrolment(site.station, signing_key.public_key(), site.zone, site.sector), BY, ALWAYS)
    with city.store.begin() as connection:
        loaded = connection.scalar(select(generations.c.series).where(generations.c.series == SERIES))
    if rows and not loaded:
        replace_series(city.store, SERIES, rows, BY, now)
