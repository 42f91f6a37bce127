"""City of a desk: the city's register and endpoints at the far end of the station's network, in the same process.

The request bodies that cross the simulated network are given to the very functions the city's HTTP endpoints call.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from central.access.tokens import ROLES, issue_token
from central.core.city import City
from central.core.problems import Reply
from central.core.signing import key_in, make_key
from central.db.store import open_store
from central.db.tables import generations
from central.enforcement.checks import CheckQuestion, check
from central.operations.fleet import Enrolment, enrol
from central.register.holdings import HoldingRow, replace_series
from firmware.domain.site import Site
from firmware.protocol.envelope import public_key_text
from firmware.tariff import Tariffs
from hal.ports import NEVER, Instant
from simulator.demonstration import HELD_SINCE

DATABASE = "central.db"
KEY = "central.key"
SERIES = "demonstration"
ACTOR = "desk"
"""Actor of the desk's enrolment and register load, in the city's audit trail."""

AGENT = "A-0001"
"""An agent of the demonstration, by number."""

Endpoint = Callable[[City, str, bytes, datetime], Reply]
"""An endpoint of the city for stations: a station's name and a request body in, the answer out."""


class CityEnd:
    """City end of a station's line: answers each request body with the endpoint's reply."""

    wake_at: Instant = NEVER

    def __init__(self, endpoint: Endpoint, city: City, station: str, wall: Callable[[], datetime]) -> None:
        self._endpoint, self._city, self._station, self._wall = endpoint, city, station, wall

    def receive(self, data: bytes, now: Instant) -> bytes:
        """One request, one answer."""
        return self._endpoint(self._city, self._station, data, self._wall()).body

    def wake(self, now: Instant) -> bytes:
        """The city never speaks first."""
        return b""


def open_city(folder: Path, tariffs: Tariffs, draw: Callable[[int], bytes]) -> City:
    """Open the city whose register and key are in this folder; a new one where there is none."""
    path = folder / KEY
    key = key_in(path) if path.exists() else make_key(path)
    return City(open_store(f"sqlite:///{folder / DATABASE}"), key, tariffs, draw=draw)


def register_station(
    city: City, site: Site, signing_key: Ed25519PrivateKey, rows: tuple[HoldingRow, ...], now: datetime
) -> None:
    """Enrol the station with the city, since before its first tariff, and load what the plates of the demonstration hold."""
    enrolment = Enrolment(site.station, signing_key.public_key(), site.zone, site.sector)
    enrol(city.store, city.tariffs, enrolment, ACTOR, HELD_SINCE)
    with city.store.begin() as connection:
        loaded = connection.scalar(select(generations.c.series).where(generations.c.series == SERIES))
    if rows and not loaded:
        replace_series(city.store, SERIES, rows, ACTOR, now)


def check_plate(city: City, question: CheckQuestion, now: datetime) -> dict[str, object]:
    """The answer to a plate check, ready for JSON. Raises ValueError for no plate, zone or sector."""
    answer: dict[str, object] = msgspec.to_builtins(check(city, question, ACTOR, now))
    return answer


def agent_link(city: City, site: Site, now: datetime) -> str:
    """Issue a token for a day to an agent of the demonstration: the address of his page, signed in, at this site.

    The city's key travels with it: the page believes no offline copy that another key signed.
    """
    token = issue_token(city.store, AGENT, ROLES["agent"], timedelta(days=1), ACTOR, now)
    place = {"zone": site.zone, "sector": site.sector, "key": public_key_text(city.key.public_key())}
    return f"central/agent/#{urlencode({'token': token, 'agent': AGENT, **place})}"
