"""Takes in parkings sold by telephone: each is a right of the register, with a row for every way in which it was said.

The theory. A message is a whole (central/rules/seller_parkings.py), and its number is the seller's own. The first makes a
right, the next ones follow it by another row, as everything in the register is followed. A message that was taken is answered
as it was then, whatever followed it: its row is still there. It cannot be meant anew, since units only grow and a stop ends.
Whether a message may be taken is judged under a lock of that one parking, so two at once are one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select, update

from central.core.city import City
from central.core.fields import check_datetime, plate_in
from central.core.problems import ConflictError
from central.db.locks import transaction_lock
from central.db.tables import rights
from central.register.holdings import find_holdings
from central.register.publications import active_tariffs
from central.register.sellers import require_seller
from central.rules.evidence import RightStatus
from central.rules.plate_match import alike
from central.rules.seller_parkings import SellerParking, priced, standing_against
from firmware.domain.errors import FieldError
from firmware.tariff import Tariffs
from firmware.tariff.place import check_zone
from firmware.tariff.regimes import Barred, Holding, Street, regimes_here

LONGEST_ID = 64
"""Characters of a seller's own number of a parking."""


@dataclass(frozen=True)
class TakenParking:
    """A parking as the register has it: the same answer to the same message, whenever it is sent."""

    operator: str
    id: str
    """The seller's own number of it."""
    version: int
    """How many different messages about it were taken."""
    status: RightStatus
    """`sold`, or `stopped` by its driver."""
    start: datetime
    """The first paid minute."""
    end: datetime
    """Every instant before it is covered, from `bought_at` on."""
    units: int
    cents: int
    currency: str
    tariff: str
    """The version of the tariff that priced it."""
    known_from: datetime
    """Since when the register has it in this form."""


def put_parking(
    city: City, operator: str, id: str, said: SellerParking, now: datetime, done_at: datetime | None = None
) -> tuple[TakenParking, bool]:
    """Take a message about a parking: what the register has after it, and whether it had none before.

    `done_at`: when the driver did what is said; now, if not said. Raises LookupError for no such seller, FieldError naming the
    member that cannot be, ConflictError naming the one that stands against what was said before.
    """
    at = _moment_of(said, done_at, now)
    with city.store.begin() as connection:
        revoked_at = require_seller(connection, operator).revoked_at
        transaction_lock(connection, f"parking {operator} {id}")
        versions = _versions(connection, operator, id)
        if (same := next((row for row in versions if _said_in(row) == said), None)) is not None:
            return _taken(same), False
        before = versions[-1] if versions else None
        if before and (error := standing_against(_said_in(before), before["end"], said, at)):
            raise ConflictError(error.field, error.reason)
        if revoked_at and said.bought_at >= revoked_at:
            raise FieldError("bought_at", f"this operator sells nothing since {revoked_at.isoformat()}")
        row = _row_of(connection, city, operator, id, said) | _place_of(before, now)
        if before:
            connection.execute(update(rights).where(_is(operator, id)).values(known_until=row["known_from"]))
        connection.execute(insert(rights).values(row))
        after = _versions(connection, operator, id)[-1]
    return _taken(after), before is None


def _moment_of(said: SellerParking, done_at: datetime | None, now: datetime) -> datetime:
    """When the driver did what is said. Raises FieldError for instants to come."""
    moments = {"bought_at": said.bought_at, "stopped_at": said.stopped_at, "done_at": done_at}
    for name, moment in moments.items():
        if moment is not None:
            check_datetime(name, moment)
            if moment > now:
                raise FieldError(name, f"is in the future: it is now {now.isoformat(timespec='seconds')}")
    if done_at and done_at < (said.stopped_at or said.bought_at):
        raise FieldError("done_at", "lies before what was done")
    return done_at or now


def _row_of(connection: Connection, city: City, operator: str, id: str, said: SellerParking) -> dict[str, object]:
    """The row of a parking, but for its place. Raises FieldError."""
    tariffs = active_tariffs(city, connection, said.bought_at)
    check_zone(tariffs, said.sector, said.zone)
    _check_entitled(connection, tariffs, said)
    offer = priced(tariffs, said)
    status = RightStatus.STOPPED if said.stopped_at else RightStatus.SOLD
    kept = {name: value for name, value in vars(said).items() if name != "stopped_at"}
    return kept | {
        "station": operator,
        "reference": id,
        "status": status.value,
        "alike": alike(said.plate),
        "start": min(offer.start, said.stopped_at or offer.start),  # stopped before it had to be paid, it covers nothing
        "end": said.stopped_at or offer.end,
        "tariff": offer.tariff,
    }


def _check_entitled(connection: Connection, tariffs: Tariffs, said: SellerParking) -> None:
    """By the rule of the machines. Raises FieldError for a plate that does not hold what the regime asks for, or not here.

    A telephone does not know the kind of its street: it sells as if residents were at home there.
    """
    plate_in(said.plate)
    held = (Holding(each.holding, each.sectors) for each in find_holdings(connection, said.plate, said.bought_at))
    street = Street(said.sector, "mixed")
    here = {each.regime: each.barred for each in regimes_here(tariffs, said.bought_at, street, held)}
    if said.regime in tariffs.regimes and said.regime not in here:
        raise FieldError("regime", f"the register does not hold what {said.regime} asks for")
    if here.get(said.regime) is Barred.SECTOR:
        raise FieldError("sector", f"is none in which this plate may be sold {said.regime}")


def _place_of(before: RowMapping | None, now: datetime) -> dict[str, object]:
    """The next version of it. A worker whose clock lags ends none before it began."""
    if before is None:
        return {"seq": 1, "known_from": now}
    return {"seq": before["seq"] + 1, "known_from": max(now, before["known_from"])}


def _is(operator: str, id: str) -> ColumnElement[bool]:
    return (rights.c.station == operator) & (rights.c.reference == id) & rights.c.known_until.is_(None)


def _versions(connection: Connection, operator: str, id: str) -> Sequence[RowMapping]:
    """Every row of it, in the order in which they were said; the last one is in force."""
    its = (rights.c.station == operator) & (rights.c.reference == id)
    return connection.execute(select(rights).where(its).order_by(rights.c.seq)).mappings().all()


def _said_in(row: RowMapping) -> SellerParking:
    """The message that made a row."""
    names = ("plate", "zone", "sector", "regime", "vehicle", "bought_at", "units", "cents")
    stopped = RightStatus(row["status"]) is RightStatus.STOPPED
    return SellerParking(**{name: row[name] for name in names}, stopped_at=row["end"] if stopped else None)


def _taken(row: RowMapping) -> TakenParking:
    names = ("start", "end", "units", "cents", "tariff", "known_from")
    return TakenParking(
        operator=row["station"],
        id=row["reference"],
        version=row["seq"],
        status=RightStatus(row["status"]),
        currency="EUR",
        **{name: row[name] for name in names},
    )
