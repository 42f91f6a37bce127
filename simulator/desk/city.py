"""City of a desk: the city's register and endpoints at the far end of the station's network, in the same process.

The request bodies that cross the simulated network are given to the very functions the city's HTTP endpoints call.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import exists, select

from central.access.accounts import create_account, find_account
from central.access.sign_in_links import issue_link
from central.access.tokens import ROLES, issue_token
from central.core.city import City
from central.core.problems import Reply
from central.core.signing import key_in, make_key
from central.db.notice_tables import notice_events, notices
from central.db.store import open_store
from central.db.tables import generations
from central.enforcement.checks import CheckQuestion, check
from central.notices.letters import print_letter
from central.notices.steps import NoticeStep, take_step
from central.operations.fleet import Enrolment, enrol
from central.operations.positions import StationPosition, read_positions, save_positions
from central.pages.corrective_letter import letter_of
from central.pages.pdf import render_pdf
from central.register.holdings import HoldingRow, replace_series
from central.rules.notices import NoticeEventKind
from firmware.domain.errors import FieldError
from firmware.domain.site import Site
from firmware.protocol.envelope import public_key_text
from firmware.tariff import Tariffs
from hal.cable import End
from hal.ports import NEVER, Instant
from simulator.demonstration import HELD_SINCE

DATABASE = "central.db"
KEY = "central.key"
SERIES = "demonstration"
ACTOR = "desk"
"""Actor of the desk's enrolment and register load, in the city's audit trail."""

AGENT = "A-0001"
"""An agent of the demonstration, by number."""
EXAMINER = "E-0001"
"""An examiner of the demonstration: no agent, so that no notice is examined by who issued it."""
PLACE = StationPosition("", 48.8638, 2.3705)
"""Where the station of a desk stands: rue Oberkampf."""


@dataclass(frozen=True)
class DemonstrationAccount:
    """Somebody who signs in to the city of a desk, and to no other."""

    email: str
    name: str
    role: str
    """Of the account (central/access/accounts.py)."""
    goes_to: str
    """The first page they see."""


ACCOUNTS: Mapping[str, DemonstrationAccount] = {
    "applicant": DemonstrationAccount("anne.dupont@demonstration.invalid", "Anne Dupont", "applicant", "/counter"),
    "clerk": DemonstrationAccount("guichet@demonstration.invalid", "Guichet", "clerk", "/clerk"),
    "operator": DemonstrationAccount("operatrice@demonstration.invalid", "Claire Martin", "operator", "/fleet"),
}
"""Accounts of the demonstration, by what the desk's page calls them. No letter ever reaches these addresses."""
PEOPLE = ("agent", "examiner", *ACCOUNTS)
"""Who signs in from the desk's page."""

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
    if site.station not in read_positions(city.store):
        save_positions(city.store, [replace(PLACE, station=site.station, address=site.address)], ACTOR, now)
    with city.store.begin() as connection:
        loaded = connection.scalar(select(generations.c.series).where(generations.c.series == SERIES))
    if rows and not loaded:
        replace_series(city.store, SERIES, rows, ACTOR, now)


def check_plate(city: City, question: CheckQuestion, now: datetime) -> dict[str, object]:
    """The answer to a plate check, ready for JSON. Raises ValueError for no plate, zone or sector."""
    answer: dict[str, object] = msgspec.to_builtins(check(city, question, ACTOR, now))
    return answer


def send_notices(city: City, now: datetime) -> tuple[str, ...]:
    """Send every notice that was issued and waits for it; the numbers that went. One that a person has to look at stays."""
    columns = notices.c
    ended = exists().where(notice_events.c.number == columns.number, notice_events.c.kind != NoticeEventKind.PAID.value)
    with city.store.begin() as connection:
        waiting = connection.scalars(select(columns.number).where(~ended).order_by(columns.number)).all()
    return tuple(number for number in waiting if _is_sent(city, number, now))


def letter_pdf(city: City, number: str, now: datetime) -> bytes | None:
    """The letter that the holder finds in the mailbox; None: no notice has this number."""
    with contextlib.suppress(LookupError):
        return render_pdf(letter_of(print_letter(city, number, ACTOR, now)))
    return None


def _is_sent(city: City, number: str, now: datetime) -> bool:
    with contextlib.suppress(FieldError):
        take_step(city, number, NoticeStep(NoticeEventKind.SENT, now), ACTOR, now)
        return True
    return False


def sign_in_link(city: City, site: Site, person: str, now: datetime) -> str:
    """The address of a page on which a person of the demonstration is signed in, relative to the desk's page."""
    if person in ACCOUNTS:
        return f"central/sign-in/link/{_link_secret(city, ACCOUNTS[person], now)}"
    if person == "examiner":
        return _examiner_page(city, now)
    return _agent_page(city, site, now)


def _link_secret(city: City, who: DemonstrationAccount, now: datetime) -> str:
    """A one-time link for an account, which is made if it is not there."""
    with city.store.begin() as connection:
        known = find_account(connection, who.email)
    if known is None:
        create_account(city.store, who.email, who.name, who.role, ACTOR, now)
    return issue_link(city.store, who.email, who.goes_to, now)


def _examiner_page(city: City, now: datetime) -> str:
    """Issue a token for a day to an examiner of the demonstration: the page where appeals are decided."""
    token = issue_token(city.store, EXAMINER, ROLES["examiner"], timedelta(days=1), ACTOR, now)
    return f"central/examiner/#{urlencode({'token': token})}"


def _agent_page(city: City, site: Site, now: datetime) -> str:
    """Issue a token for a day to an agent of the demonstration: his page, at this site.

    The city's key travels with it: the page believes no offline copy that another key signed.
    """
    token = issue_token(city.store, AGENT, ROLES["agent"], timedelta(days=1), ACTOR, now)
    place = {"zone": site.zone, "sector": site.sector, "key": public_key_text(city.key.public_key())}
    return f"central/agent/#{urlencode({'token': token, 'agent': AGENT, **place})}"


@dataclass(frozen=True)
class SharedCity:
    """A city that several desks hand in to: whoever made it closes it."""

    city: City
    end: Callable[[Endpoint, City, str, Callable[[], datetime]], End] = CityEnd
    """The far end of a station's line to an endpoint."""
