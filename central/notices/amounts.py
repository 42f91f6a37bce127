"""What is due at a control: the charge of the tariff, less the last receipt that the register knows of."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from central.enforcement.right_lookup import find_rights
from central.register.holdings import find_holdings
from central.rules.coverage import is_good_at
from central.rules.evidence import ParkedVehicle, RegisteredRight, RightStatus
from central.rules.plate_match import alike
from firmware.domain.errors import FieldError
from firmware.tariff import NotSold, Tariffs
from firmware.tariff.fps import Control, FpsAmounts, Receipt, last_receipt, notice

LONG_ENOUGH = timedelta(days=14)
"""No maximum stay is longer, with the free days in it: receipts that ended before are not looked at."""
MONEY_CAME = (RightStatus.SOLD, RightStatus.PROVISIONAL, RightStatus.PROMISED, RightStatus.STOPPED)
"""A receipt is deducted if there may be one in the motorist's hand."""


def charge_at(
    connection: Connection, tariffs: Tariffs, vehicle: ParkedVehicle, vehicle_class: str
) -> tuple[FpsAmounts, RegisteredRight | None]:
    """What is due at a control, and the receipt that is deducted. Raises FieldError if nothing is."""
    found, receipt = _worked_out(connection, tariffs, vehicle, vehicle_class)
    if isinstance(found, NotSold):
        raise FieldError("vehicle" if vehicle_class not in tariffs.vehicles else "check", found.detail)
    if found.free_then:
        raise FieldError("check", "parking was free at that time")
    if not found.due_cents:
        raise FieldError("check", "nothing is due: the last receipt is worth as much as the charge")
    return found, receipt


def late_charge_at(
    connection: Connection, tariffs: Tariffs, vehicle: ParkedVehicle, vehicle_class: str, since: datetime
) -> tuple[FpsAmounts, RegisteredRight] | None:
    """The same, if the receipt that is deducted became known after `since`; what is due may be nothing."""
    found, receipt = _worked_out(connection, tariffs, vehicle, vehicle_class)
    if isinstance(found, NotSold) or receipt is None or receipt.known_from <= since:
        return None
    return found, receipt


def class_bought(connection: Connection, vehicle: ParkedVehicle) -> str | None:
    """The class of vehicle that the last right of this plate says, wherever it was bought; None: there is none of late."""
    found = find_rights(connection, [alike(vehicle.plate)], vehicle.at - LONG_ENOUGH)
    theirs = [each for each in found if each.plate == vehicle.plate and each.status in MONEY_CAME]
    last = max(theirs, key=lambda each: each.bought_at, default=None)
    return last.vehicle if last else None


def _worked_out(
    connection: Connection, tariffs: Tariffs, vehicle: ParkedVehicle, vehicle_class: str
) -> tuple[FpsAmounts | NotSold, RegisteredRight | None]:
    control = Control(vehicle.place.zone, vehicle.at, vehicle_class)
    rights = {Receipt(each.bought_at, each.cents): each for each in _receipts(connection, tariffs, vehicle)}
    last = last_receipt(tariffs, control, rights)
    found = notice(tariffs, control, receipt_cents=last.cents if last else 0, receipt_at=last.start if last else None)
    return found, rights[last] if last else None


def _receipts(connection: Connection, tariffs: Tariffs, vehicle: ParkedVehicle) -> list[RegisteredRight]:
    """What was paid for this plate and is good where it stood, whether it has ended or not."""
    holdings = find_holdings(connection, vehicle.plate, vehicle.at)
    return [
        right
        for right in find_rights(connection, [alike(vehicle.plate)], vehicle.at - LONG_ENOUGH)
        if right.plate == vehicle.plate and right.status in MONEY_CAME and is_good_at(right, holdings, vehicle.place, tariffs)
    ]
