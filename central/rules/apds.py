"""APDS 4.1 (ISO/TS 5206-1) documents of places, rate tables, assigned rights and sessions, from values of the city.

The names are those of the published OpenAPI description (parkingdata/spec). What it has no word for stands in members that
begin with `x-`: how time is counted, how fractions of a cent are rounded, which sector and zone a place is. docs/feeds.md says
what of the standard could not be verified.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from msgspec import UNSET, Struct, UnsetType, field

from central.rules.evidence import Place, RegisteredRight
from firmware.tariff import Grid, RateTable, Tariffs
from firmware.tariff.file import TimeUnit

CURRENCY = "EUR"
PERIODS: dict[TimeUnit, tuple[str, int]] = {"quarter": ("PT15M", 900), "hour": ("PT1H", 3600), "day": ("P1D", 86400)}
"""A unit as an ISO 8601 duration, and its seconds."""


class LanguageString(Struct, frozen=True):
    """A text in a language: a MultilingualString is a list of these."""

    language: str
    string: str


class ApdsReference(Struct, frozen=True, rename={"class_name": "className"}):
    """A versioned reference."""

    id: str
    version: int
    class_name: str


class ApdsRateLine(Struct, frozen=True, rename="camel"):
    """The price of some successive increments."""

    sequence: int
    rate_line_type: str
    value: float
    """Of one increment, in euros, fractions of a cent included."""
    increment_period: str
    duration_start: str
    duration_end: str


class ApdsRateLineCollection(Struct, frozen=True, rename="camel"):
    """A progressive grid: where time is relative to the start of the stay."""

    applicable_currency: str
    collection_sequence: int
    min_time: str
    max_time: str
    relative_times: bool
    reset_time: str
    tax_included: bool
    valid_start: str
    valid_end: str | UnsetType
    rate_lines: tuple[ApdsRateLine, ...]


class ApdsRateTable(Struct, frozen=True, rename="camel"):
    """One grid of one version of the tariffs: of a zone, a regime and a class of vehicles."""

    id: str
    version: int
    rate_table_name: tuple[LanguageString, ...]
    validity_start: str
    validity_end: str | UnsetType
    active_times: tuple[str, ...]
    availability: str
    rate_line_collections: tuple[ApdsRateLineCollection, ...]
    zone: int = field(name="x-zone")
    regime: str = field(name="x-regime")
    vehicle: str = field(name="x-vehicle")
    clock: str = field(name="x-clock")
    """`paid_minutes`, `payable_days`, `plain_hours`: which time of a stay counts."""
    rounding: str = field(name="x-rounding")
    """Of fractions of a cent: of the price of the whole stay, half a cent upwards."""
    lengths: tuple[int, ...] = field(name="x-lengths")
    """The numbers of increments that are sold together; none: every one."""


class ApdsPlace(Struct, frozen=True, rename="camel"):
    """A sector of the city."""

    id: str
    version: int
    name: tuple[LanguageString, ...]
    layer: int
    type: str
    time_zone: str
    right_specifications: tuple[ApdsReference, ...]
    sector: str = field(name="x-sector")
    zone: int = field(name="x-zone")


class ApdsIdentifier(Struct, frozen=True, rename={"class_name": "className"}):
    """What a credential says."""

    class_name: str
    id: str


class ApdsCredential(Struct, frozen=True):
    """A number plate."""

    type: str
    identifier: ApdsIdentifier
    issuer: tuple[LanguageString, ...]


class ApdsHolder(Struct, frozen=True):
    """Who holds a right: a plate, for who may know it."""

    credentials: tuple[ApdsCredential, ...]


class ApdsAssignedRight(Struct, frozen=True, rename="camel"):
    """A right that was sold."""

    id: str
    version: int
    right_holder: ApdsHolder
    right_specification: ApdsReference
    issuance_time: str
    expiry: str
    assigned_right_issuer: ApdsIdentifier
    issue_method: str


class ApdsTransaction(Struct, frozen=True, rename="camel"):
    """What was paid."""

    date_collected: str
    segment_value: float
    tax_included: bool


class ApdsSegment(Struct, frozen=True, rename="camel"):
    """The part of a session that one right covers."""

    id: str
    version: int
    actual_start: str
    actual_end: str
    assigned_right: ApdsReference
    validation_type: tuple[str, ...]
    financial_transactions: tuple[ApdsTransaction, ...]


class ApdsSession(Struct, frozen=True, rename="camel"):
    """The use of a right, as far as what was bought tells it: when the vehicle left, no machine sees."""

    id: str
    version: int
    actual_start: str
    actual_end: str
    initiator: ApdsReference
    identified_credentials: tuple[ApdsCredential, ...]
    segments: tuple[ApdsSegment, ...]
    hierachy_element: ApdsReference  # spelled so in the published description


@dataclass(frozen=True)
class VersionedRight:
    """A right in the register, and the number of its row, which grows."""

    right: RegisteredRight
    version: int


def rate_tables(tariffs: Tariffs) -> Iterator[ApdsRateTable]:
    """Every grid of every version."""
    for table in tariffs.rate_tables:
        for grid in table.grids.values():
            yield _rate_table(tariffs, table, grid)


def places(sectors: Sequence[Place], tariffs: Tariffs) -> tuple[ApdsPlace, ...]:
    """The sectors as places of one layer."""
    return tuple(_place(place, tariffs) for place in sorted(sectors, key=lambda place: (place.zone, place.sector)))


def assigned_right(versioned: VersionedRight, *, with_plate: bool) -> ApdsAssignedRight:
    """A right as APDS has it; its plate only for who may know it."""
    right = versioned.right
    return ApdsAssignedRight(
        identity("right", right.station, right.reference),
        versioned.version,
        ApdsHolder(_credentials(right, with_plate)),
        _specification(right.zone, right.regime),
        _instant(right.bought_at),
        _instant(right.end),
        ApdsIdentifier("Seller", right.station),
        "electronic",
    )


def session(versioned: VersionedRight, *, with_plate: bool) -> ApdsSession:
    """The session that a right is used in: one segment."""
    right, version = versioned.right, versioned.version
    issued = ApdsReference(identity("right", right.station, right.reference), version, "AssignedRight")
    span = (_instant(right.since), _instant(right.end))
    paid = ApdsTransaction(_instant(right.bought_at), right.cents / 100, True)
    part = identity("segment", right.station, right.reference)
    return ApdsSession(
        identity("session", right.station, right.reference),
        version,
        *span,
        ApdsReference(identity("seller", right.station), 1, "Organisation"),
        _credentials(right, with_plate),
        (ApdsSegment(part, version, *span, issued, ("licensePlate",), (paid,)),),
        ApdsReference(_place_id(Place(right.zone, right.sector)), 1, "Place"),
    )


def identity(*names: str) -> str:
    """A UUID (version 8) that is always the same for the same thing."""
    digest = bytearray(hashlib.sha256("\n".join(names).encode()).digest()[:16])
    digest[6], digest[8] = digest[6] & 0x0F | 0x80, digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _rate_table(tariffs: Tariffs, table: RateTable, grid: Grid) -> ApdsRateTable:
    zone = tariffs.calendar.zone
    start = _instant(datetime.combine(table.first_day, time(), zone))
    after = table.last_day + timedelta(days=1) if table.last_day else None
    end: str | UnsetType = _instant(datetime.combine(after, time(), zone)) if after else UNSET
    period, seconds = PERIODS[grid.unit]
    longest = f"PT{grid.maximum_units * seconds}S"
    return ApdsRateTable(
        id=identity("rate table", table.name, *map(str, grid.key)),
        version=1,
        rate_table_name=_french(f"{grid.name}, zone {grid.zone}, {grid.vehicle}, {table.name}"),
        validity_start=start,
        validity_end=end,
        active_times=("P1D",),
        availability="public",
        rate_line_collections=(
            ApdsRateLineCollection(
                CURRENCY, 1, period, longest, True, "00:00:00", True, start, end, tuple(_rate_lines(grid, period, seconds))
            ),
        ),
        zone=grid.zone,
        regime=grid.regime,
        vehicle=grid.vehicle,
        clock=grid.clock,
        rounding="cumulatedHalfUp",
        lengths=grid.lengths,
    )


def _rate_lines(grid: Grid, period: str, seconds: int) -> Iterator[ApdsRateLine]:
    begin = 0
    for number, line in enumerate(grid.rate_lines, 1):
        end = begin + line.units
        value = float(Decimal(line.cents) / line.units / 100)
        yield ApdsRateLine(number, "incrementingRate", value, period, f"PT{begin * seconds}S", f"PT{end * seconds}S")
        begin = end


def _place(place: Place, tariffs: Tariffs) -> ApdsPlace:
    regimes = tuple(_specification(place.zone, regime) for regime in tariffs.regimes)
    name = _french(f"Secteur {place.sector}, zone {place.zone}")
    return ApdsPlace(
        _place_id(place), 1, name, 1, "place", str(tariffs.calendar.zone), regimes, sector=place.sector, zone=place.zone
    )


def _place_id(place: Place) -> str:
    return identity("place", str(place.zone), place.sector)


def _specification(zone: int, regime: str) -> ApdsReference:
    return ApdsReference(identity("right specification", str(zone), regime), 1, "RightSpecification")


def _credentials(right: RegisteredRight, with_plate: bool) -> tuple[ApdsCredential, ...]:
    if not with_plate or not right.plate:
        return ()
    return (ApdsCredential("licensePlate", ApdsIdentifier("NumberPlate", right.plate), _french("non connu")),)


def _french(text: str) -> tuple[LanguageString, ...]:
    return (LanguageString("fr", text),)


def _instant(at: datetime) -> str:
    return at.isoformat()
