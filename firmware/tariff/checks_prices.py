"""Consistency checks of the prices of a rate table."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product

from msgspec import Struct

from firmware.tariff.file import RateLineCollection, RateTableSource, RegimeSource, TariffFile

QUARTERS_IN_AN_HOUR = 4


class Complaint(Struct, frozen=True):
    """A finding in a tariff file: the path, such as `$.rate_tables[1].validity`, and the reason."""

    where: str
    reason: str


def rate_table(file: TariffFile, table: RateTableSource, where: str) -> Iterator[Complaint]:
    """Every regime has a price for an ordinary car, every class it takes has one in every zone, and only one."""
    regimes = {regime.regime: regime for regime in file.regimes}
    zones = {zone.zone for zone in file.zones}
    seen: set[tuple[str, str, int]] = set()
    for index, collection in enumerate(table.rate_line_collections):
        here = f"{where}[{index}]"
        yield from _references(file, collection, here)
        for key in product([collection.regime], collection.vehicles, collection.zones):
            if key in seen:
                yield Complaint(here, f"an overlap: {key} is priced twice")
            seen.add(key)
        if collection.regime in regimes:
            yield from _collection(collection, regimes[collection.regime], here, file.decisions.rounding is not None)
    ordinary = {(regime, file.vehicles[0].vehicle) for regime in regimes}
    for (regime, vehicle), zone in product(sorted(ordinary | {key[:2] for key in seen}), sorted(zones)):
        if (regime, vehicle, zone) not in seen:
            yield Complaint(where, f"a gap: no price for {regime}, {vehicle} in zone {zone}")
    yield from _all_or_none_have_an_fps(table, where)


def _references(file: TariffFile, collection: RateLineCollection, where: str) -> Iterator[Complaint]:
    """What a collection names is described."""
    if collection.regime not in {regime.regime for regime in file.regimes}:
        yield Complaint(f"{where}.regime", f"the regime {collection.regime!r} is not described in $.regimes")
    for index, vehicle in enumerate(collection.vehicles):
        if vehicle not in {each.vehicle for each in file.vehicles}:
            yield Complaint(f"{where}.vehicles[{index}]", f"the vehicle class {vehicle!r} is not described in $.vehicles")
    for index, zone in enumerate(collection.zones):
        if zone not in {each.zone for each in file.zones}:
            yield Complaint(f"{where}.zones[{index}]", f"zone {zone} is not described in $.zones")


def _collection(collection: RateLineCollection, regime: RegimeSource, where: str, rounds: bool) -> Iterator[Complaint]:
    lines = collection.rate_lines
    total, units = sum(line.cents for line in lines), sum(line.units for line in lines)
    if units != collection.max_time:
        yield Complaint(f"{where}.rate_lines", f"{units} units are priced, the max time is {collection.max_time}")
    yield from _lengths(collection, where)
    for index, line in enumerate(lines):
        if line.cents % line.units and not rounds:
            yield Complaint(f"{where}.rate_lines[{index}].cents", f"{line.cents}: fractions of a cent, and no rounding rule")
    if total:
        yield from _priced(collection, regime, where)
    if collection.fps_cents is not None and regime.rights:
        yield Complaint(f"{where}.fps_cents", "a post-parking charge is the price of a visitor's maximum stay")
    if collection.fps_cents not in (None, total):
        yield Complaint(f"{where}.fps_cents", f"{collection.fps_cents} is not the price of the maximum stay, {total}")


def _lengths(collection: RateLineCollection, where: str) -> Iterator[Complaint]:
    before = 0
    for index, length in enumerate(collection.lengths):
        if not before < length <= collection.max_time:
            reason = f"{length} is not between {before} and the max time, {collection.max_time}"
            yield Complaint(f"{where}.lengths[{index}]", reason)
        before = length


def _priced(collection: RateLineCollection, regime: RegimeSource, where: str) -> Iterator[Complaint]:
    """Nothing is free in a grid that is not all free, and no unit is cheaper than the one before it."""
    for index, line in enumerate(collection.rate_lines):
        here = f"{where}.rate_lines[{index}]"
        if regime.unit == "quarter" and line.units != QUARTERS_IN_AN_HOUR:
            yield Complaint(f"{here}.units", f"{line.units}: quarters of an hour are priced by the hour, 4 together")
        if bool(line.cents) != line.moves_end:
            yield Complaint(f"{here}.cents", f"{line.cents}: what moves the end has a price, and only that")
    paid = [(index, line) for index, line in enumerate(collection.rate_lines) if line.moves_end]
    for (_, before), (index, line) in pairwise(paid):
        if line.cents * before.units < before.cents * line.units:
            reason = f"{line.cents} for {line.units}: a unit is never cheaper than the one before it"
            yield Complaint(f"{where}.rate_lines[{index}].cents", reason)


def _all_or_none_have_an_fps(table: RateTableSource, where: str) -> Iterator[Complaint]:
    collections = table.rate_line_collections
    charged = {collection.regime for collection in collections if collection.fps_cents is not None}
    for index, collection in enumerate(collections):
        if collection.regime in charged and collection.fps_cents is None:
            yield Complaint(
                f"{where}[{index}].fps_cents", f"a gap: other {collection.regime} prices have a post-parking charge"
            )
