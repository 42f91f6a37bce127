"""Eligibility: the regimes a plate may use here, and the vehicle classes that change the price."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from datetime import datetime
from enum import Enum

from msgspec import Struct

from firmware.domain.rate_key import RateKey
from firmware.domain.site import StreetKind
from firmware.tariff.file import Energy
from firmware.tariff.tariffs import RateTable, Tariffs

COMPARISONS = {">": operator.gt, ">=": operator.ge}


class Street(Struct, frozen=True):
    """The street a machine stands in: sector and kind."""

    sector: str
    """Residential sector, `10G`."""
    kind: StreetKind
    """On a rotative street everybody is a visitor; on a mixed one residents are at home."""


class Holding(Struct, frozen=True):
    """A right a plate holds, by the register."""

    right: str
    """`resident`, `cmi_s`, …"""
    sectors: frozenset[str] = frozenset()
    """Where it is at home, if it is one that has a home: four sectors."""


class Barred(Enum):
    """Why a regime the plate has the rights for cannot be used here; the value is what other programs read."""

    STREET = "not on this kind of street"
    SECTOR = "not in this sector"
    VERSION = "not in the tariff in force"


class RegimeHere(Struct, frozen=True):
    """A regime the plate has the rights for, and what bars it here, if anything."""

    regime: str
    barred: Barred | None

    @property
    def usable(self) -> bool:
        """Whether the machine may sell it."""
        return self.barred is None


def regimes_here(tariffs: Tariffs, at: datetime, street: Street, holdings: Iterable[Holding]) -> tuple[RegimeHere, ...]:
    """What the plate may choose from, in the order of the file. A visitor needs no right, so `visitor` is always among them."""
    held, table = tuple(holdings), tariffs.version_at(tariffs.start(at))
    rights = {holding.right for holding in held}
    mine = (name for name, regime in tariffs.regimes.items() if rights.issuperset(regime.rights))
    return tuple(RegimeHere(name, _barred(tariffs, table, name, street, held)) for name in mine)


def _barred(
    tariffs: Tariffs, table: RateTable | None, name: str, street: Street, holdings: tuple[Holding, ...]
) -> Barred | None:
    regime = tariffs.regimes[name]
    if table is None or all(name != known.regime for known in table.grids):
        return Barred.VERSION
    if street.kind not in regime.streets:
        return Barred.STREET
    at_home = any(street.sector in holding.sectors for holding in holdings if holding.right in regime.rights)
    return None if regime.places == "everywhere" or at_home else Barred.SECTOR


def vehicle_choices(tariffs: Tariffs, zone: int, at: datetime, regime: str = "visitor") -> tuple[str, ...]:
    """One vehicle class for each price there is now, in the order of the file: the light car first. Empty: nothing is sold.

    A class that mass makes and this regime is closed to counts as a price of its own: no register knows what a car weighs, so
    its driver must be able to say it, and be refused.
    """
    table = tariffs.version_at(tariffs.start(at))
    if table is None or all(RateKey(zone, regime, vehicle) not in table.grids for vehicle in tariffs.vehicles):
        return ()
    by_price: dict[tuple[int, ...], str] = {}
    for vehicle in tariffs.vehicles:
        grid = table.grids.get(RateKey(zone, regime, vehicle))
        if grid is not None:
            by_price.setdefault(grid.cumulated, vehicle)
        elif tariffs.vehicles[vehicle].mass and RateKey(zone, vehicle=vehicle) in table.grids:
            by_price.setdefault((), vehicle)
    return tuple(by_price.values())


def class_by_mass(tariffs: Tariffs, kilograms: int | None, energy: Energy | None) -> str | None:
    """The class mass alone gives a four-wheeled vehicle; None where the mass or the energy is not known.

    None is not "heavy": the driver declares. A mass up to every limit is light whatever the energy.
    """
    if kilograms is None:
        return None
    for name, vehicle in tariffs.vehicles.items():
        if vehicle.mass is not None:
            limits = {each: limit.kilograms for limit in vehicle.mass.limits for each in limit.energies}
            above = COMPARISONS[vehicle.mass.comparison]
            answers = {above(kilograms, limit) for each, limit in limits.items() if energy in (None, each)}
            if answers != {False}:
                return name if answers == {True} else None
    return next(iter(tariffs.vehicles))
