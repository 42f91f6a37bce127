"""A street whose city is a real server: each request of a station goes over HTTP, in the order in which the street makes it.

The stations are enrolled with an operator's token. What the server holds is its own: the invariants that ask the city are left
out, those of stations, terminals and glass are looked at as ever.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote

import httpx

from central.core.city import City
from central.intake import intake
from firmware.protocol.envelope import public_key_text
from firmware.station.signing_key import load_signing_key
from firmware.station.state_folder import KEY
from hal.errors import FileError
from hal.ports import NEVER, Instant
from simulator.desk.city import Endpoint, SharedCity
from simulator.street.plan import StreetPlan
from simulator.street.station import StreetStation
from simulator.street.street import RunningStreet, folder_in_memory, shared_city

TOKEN = "HORODATEUR_TOKEN"
TIMEOUT = 30.0
"""Seconds a server has for one answer."""


class HttpCityEnd:
    """City end of a station's line over HTTP: an answer that does not come is one that is lost."""

    wake_at: Instant = NEVER

    def __init__(self, client: httpx.Client, path: str) -> None:
        self._client, self._path = client, path

    def receive(self, data: bytes, now: Instant) -> bytes:
        """One request, one answer."""
        try:
            return self._client.post(self._path, content=data, headers={"content-type": "application/json"}).content
        except httpx.HTTPError:
            return b""

    def wake(self, now: Instant) -> bytes:
        """The city never speaks first."""
        return b""


@contextlib.contextmanager
def remote_street(plan: StreetPlan, url: str) -> Iterator[RunningStreet]:
    """A street that hands in to the server at this URL. Raises FileError for one that does not take its stations."""
    token = os.environ.get(TOKEN, "")
    headers = {"authorization": f"Bearer {token}"} if token else {}
    with (
        httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT) as client,
        folder_in_memory() as folder,
        shared_city(folder / "city") as own,
    ):
        shared = SharedCity(own.city, _end_over(client))
        with contextlib.closing(RunningStreet(plan, folder, shared, remote=True)) as made:
            for station in made.stations:
                _enrol(client, station)
            yield made


def _end_over(client: httpx.Client) -> Callable[[Endpoint, City, str, Callable[[], datetime]], HttpCityEnd]:
    def end(endpoint: Endpoint, city: City, station: str, wall: Callable[[], datetime]) -> HttpCityEnd:
        what = "entries" if endpoint is intake.take else "publications"
        return HttpCityEnd(client, f"/v1/stations/{quote(station)}/{what}")

    return end


def _enrol(client: httpx.Client, station: StreetStation) -> None:
    site, folder = station.desk.setting.site, station.desk.setting.folder
    key = public_key_text(load_signing_key(folder / KEY).public_key())
    asked = {"station": site.station, "zone": site.zone, "sector": site.sector, "public_key": key}
    try:
        answer = client.post("/v1/stations", json=asked)
    except httpx.HTTPError as error:
        raise FileError(str(client.base_url), "", f"does not answer: {error}") from error
    if answer.status_code != HTTPStatus.NO_CONTENT:
        reason = f"does not enrol {site.station}: {answer.status_code} {answer.text[:200]}; {TOKEN} holds an operator's token"
        raise FileError(str(client.base_url), "", reason)
