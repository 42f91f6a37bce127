"""Builders of what most tests start from: tariffs, site, context, parking right, quote, station, desk.

Each returns a whole value that is true to the shipped files, and takes as keywords the members that matter to the test:
`context(now=night)`, `right(plate="BA123CD")`. Tests build these values here and nowhere else, so that a member that is added,
or a signature that changes, is edited once.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal, TypedDict, Unpack
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import structs

from firmware import tariff
from firmware.app import Station
from firmware.backoffice.active_config import ActiveConfig, always
from firmware.domain.parking_right import ParkingRight
from firmware.domain.site import Site
from firmware.journal.journal import Journal
from firmware.journal.line import JournalLine
from firmware.journal.marks import HeadMark
from firmware.ledger.ledger import Ledger
from firmware.locale import catalogues
from firmware.paper.receipt_signing import ReceiptSigner
from firmware.protocol.genesis import Position, first_hash, genesis_document
from firmware.service.inspection import ReadingSources
from firmware.station.equipment import Devices, Provision
from firmware.station.signing_key import load_signing_key
from firmware.station.state_folder import KEY, is_new, open_journal, provision
from firmware.tariff import NotSold, Quote, RateKey, Stay, Tariffs, load_tariffs
from firmware.visit.context import Catalogue, Context, Holdings
from firmware.visit.health import Health
from hal.ports import PrinterState
from simulator.desk.desk import Desk
from simulator.setting import demonstration
from tests.world import World

ROOT = Path(__file__).parents[1]
"""Where tariffs.json, board/ and firmware/ lie."""
TARIFF_FILE = ROOT / "tariffs.json"
PARIS = ZoneInfo("Europe/Paris")
STATION = "75011-0042"
REFERENCE = "75011-0042-000001"
"""The number of the first sale of this station."""
NOW = datetime(2026, 3, 4, 10, 0, 20, tzinfo=PARIS)
"""A Wednesday, no holiday, in paid hours, 20 seconds into a minute: a purchase starts at 10:01."""
WELL = Health(PrinterState.OK, terminal=True)
"""A machine that sells everything and prints it."""
CITY_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
"""The city's signing key, its 32 bytes known to everybody."""


STATION_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
"""The signing key of journals that tests make by hand."""


def new_journal(path: Path, station: str = STATION, generation: int = 1, parent: Position | None = None) -> None:
    """An empty journal, as provisioning leaves it."""
    document = genesis_document(station, generation, STATION_KEY.public_key(), parent)
    Journal.create(path, document)
    with contextlib.closing(HeadMark(path.parent)) as mark:
        mark.write(Position(generation, 0, first_hash(station, document).hex()))


def paris(text: str) -> datetime:
    """An instant on Paris' clocks, `2026-03-04T10:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@cache
def tariffs() -> Tariffs:
    """The shipped tariffs, read once."""
    return load_tariffs(TARIFF_FILE)


class SiteChanges(TypedDict, total=False):
    """Members of a `Site` that a test may set."""

    station: str
    zone: int
    arrondissement: int
    sector: str
    address: str
    nearest: str
    street: Literal["mixed", "rotative"]
    central: str


def site(**changes: Unpack[SiteChanges]) -> Site:
    """The demonstration station: zone 1, sector 11D, a mixed street."""
    usual = Site(
        STATION, 1, 11, "11D", "12 rue Oberkampf", "5 passage Saint-Pierre-Amelot", "mixed", "http://127.0.0.1/central"
    )
    return replace(usual, **changes)


class ContextChanges(TypedDict, total=False):
    """Members of a `Context` that a test may set."""

    now: datetime
    site: Site
    tariffs: Tariffs
    catalogues: Mapping[str, Catalogue]
    ledger: Ledger
    health: Health
    language: str
    holdings: Holdings


def context(**changes: Unpack[ContextChanges]) -> Context:
    """The demonstration station at `NOW`: everything works, nothing is sold yet, everybody is a visitor."""
    return replace(Context(NOW, site(), tariffs(), catalogues(), health=WELL, receipts=ReceiptSigner(STATION_KEY)), **changes)


class RightMembers(TypedDict, total=False):
    """Members of a `ParkingRight` that a test may set."""

    reference: str
    plate: str
    zone: int
    sector: str
    regime: str
    vehicle: str
    start: datetime
    end: datetime
    units: int
    cents: int
    tariff: str
    unit: str
    reached: int
    begun: datetime | None


def right(number: int = 1, **changes: Unpack[RightMembers]) -> ParkingRight:
    """Two hours of a visitor's car, bought at `NOW`: the sale of this number of the demonstration station."""
    usual = ParkingRight(
        reference=f"{STATION}-{number:06d}",
        plate="AB123CD",
        zone=1,
        sector="11D",
        regime="visitor",
        vehicle="car",
        start=datetime(2026, 3, 4, 10, 1, tzinfo=PARIS),
        end=datetime(2026, 3, 4, 12, 1, tzinfo=PARIS),
        units=8,
        cents=1200,
        tariff="2024-10-01",
    )
    return structs.replace(usual, **changes)


def right_of(offer: Quote, **changes: Unpack[RightMembers]) -> ParkingRight:
    """The right that the motorist gets who buys this offer."""
    bought = right(
        zone=offer.zone,
        regime=offer.regime,
        vehicle=offer.vehicle,
        start=offer.start,
        end=offer.end,
        units=offer.units,
        cents=offer.cents,
        tariff=offer.tariff,
        unit=offer.unit,
    )
    return structs.replace(bought, **changes)


class Conditions(TypedDict, total=False):
    """What a price depends on besides zone, instant and duration."""

    vehicle: str
    regime: str
    reached: int
    since: datetime | None
    begun: datetime | None


def _key(zone: int, conditions: Conditions) -> RateKey:
    return RateKey(zone, conditions.get("regime", "visitor"), conditions.get("vehicle", "car"))


def _stay(conditions: Conditions) -> Stay:
    return Stay(conditions.get("reached", 0), conditions.get("since"), conditions.get("begun"))


def quote(prices: Tariffs, zone: int, at: datetime, units: int, **conditions: Unpack[Conditions]) -> Quote | NotSold:
    """The tariff engine's price of this many units, a visitor's car unless said otherwise."""
    return tariff.quote(prices, _key(zone, conditions), at, units, _stay(conditions))


def ladder(prices: Tariffs, zone: int, at: datetime, **conditions: Unpack[Conditions]) -> tuple[Quote, ...]:
    """The tariff engine's price of every duration, shortest first, a visitor's car unless said otherwise."""
    return tariff.ladder(prices, _key(zone, conditions), at, _stay(conditions))


def sold(answer: Quote | NotSold) -> Quote:
    """The quote in an answer that must be one."""
    assert isinstance(answer, Quote), answer
    return answer


class ActiveConfigChanges(TypedDict, total=False):
    """Members of an `ActiveConfig` that a test may set."""

    site: Site
    tariffs: Tariffs


def active_config(**changes: Unpack[ActiveConfigChanges]) -> ActiveConfig:
    """What the demonstration station was provisioned with."""
    return replace(ActiveConfig(site(), tariffs()), **changes)


class ProvisionChanges(TypedDict, total=False):
    """Members of a station's `Provision` that a test may set."""

    reading_sources: ReadingSources
    released: datetime


def state_folder(folder: Path) -> Path:
    """This folder, provisioned for the demonstration station if it is new."""
    if is_new(folder):
        provision(folder, STATION)
    return folder


@contextlib.contextmanager
def station(
    folder: Path, world: World, journal: JournalLine | None = None, **changes: Unpack[ProvisionChanges]
) -> Iterator[Station]:
    """A station switched on over this folder, all of its devices played by one `World`; its journal is closed at the end."""
    state_folder(folder)
    devices = Devices(world, world, world, world, (world,), ())
    given = replace(Provision(always(active_config()), catalogues(), load_signing_key(folder / KEY)), **changes)
    with contextlib.closing(journal or open_journal(folder, STATION, "boot")) as opened:
        yield Station(given, devices, opened, world)


@contextlib.contextmanager
def desk(folder: Path, at: datetime = NOW) -> Iterator[Desk]:
    """A whole simulated street at this instant, the shipped demonstration files, its state in this folder."""
    with contextlib.closing(Desk(demonstration(folder, at))) as running:
        yield running
