"""What an entry does to the register of rights. Knows no clock and no wire.

A right comes from what a station wrote down, never from what it was about to do:

    RightSold                 sold          the money is taken
    InDoubt                   provisional   nobody knows; the motorist was told that he is covered
    Refused, after InDoubt    promised      nothing was debited after all; what he was told still holds
    PaymentStarted, Refused   no right

`sold` is never taken back.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum

from sqlalchemy import Connection, insert, select, update

from central.store import rights
from firmware.entry import Recorded
from firmware.facts import Fact, InDoubt, PaymentStarted, Refused, RightSold
from firmware.plate import normalise
from firmware.right import Right

_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_LAST = datetime(2200, 1, 1, tzinfo=UTC)


class Status(Enum):
    """Why a right is held; each of them lets the vehicle stay."""

    SOLD = "sold"
    PROVISIONAL = "provisional"
    PROMISED = "promised"


def after(status: Status | None, fact: Fact) -> Status | None:
    """The status of a right once this fact about it is known; None is no right."""
    match fact:
        case RightSold():
            return Status.SOLD
        case InDoubt() if status is None:
            return Status.PROVISIONAL
        case Refused() if status is Status.PROVISIONAL:
            return Status.PROMISED
    return status


def plausible(moment: datetime) -> bool:
    """Whether a station's date can be one: it has an offset, and a year of this machine's life."""
    return moment.tzinfo is not None and _FIRST < moment < _LAST


def unfit(recorded: Recorded) -> str | None:
    """Why the right in an entry cannot go into the register; None if it can, or if there is none."""
    match recorded.fact:
        case RightSold(right) | InDoubt(right) | PaymentStarted(right):
            if not all(map(plausible, (recorded.at, right.start, right.end))) or right.start >= right.end:
                return f"its dates cannot be: written {recorded.at}, from {right.start} to {right.end}"
            if not all(0 <= number < 2**31 for number in (right.zone, right.units, right.cents)):
                return f"its numbers cannot be: zone {right.zone}, {right.units} units, {right.cents} cents"
    return None


def apply(connection: Connection, recorded: Recorded) -> None:
    """Let one entry, taken in its turn and fit, change the register."""
    match recorded.fact:
        case RightSold(right) | InDoubt(right):
            _move(connection, recorded, right.reference, right)
        case Refused(reference):
            _move(connection, recorded, reference, None)


def _move(connection: Connection, recorded: Recorded, reference: str, right: Right | None) -> None:
    this = (rights.c.station == recorded.station) & (rights.c.reference == reference)
    known = connection.scalar(select(rights.c.status).where(this))
    before = Status(known) if known else None
    status = after(before, recorded.fact)
    if status is None or status is before:
        return
    values = {"status": status.value, "seq": recorded.seq, **(_columns(right) if right else {})}
    if before:
        connection.execute(update(rights).where(this).values(values))
    else:
        bought = {"station": recorded.station, "reference": reference, "bought_at": recorded.at}
        connection.execute(insert(rights).values(values | bought))


def _columns(right: Right) -> dict[str, object]:
    return {
        "plate": normalise(right.plate),
        "zone": right.zone,
        "sector": right.sector,
        "regime": right.regime,
        "vehicle": right.vehicle,
        "start": right.start,
        "end": right.end,
        "units": right.units,
        "cents": right.cents,
        "tariff": right.tariff,
    }
