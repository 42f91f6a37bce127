"""May this vehicle stay? The answer, how complete it is, and a record that it was asked.

The theory. A check reads first how far the stations' data goes and only then the rights: an entry that arrives in between makes
the answer better than it says, never worse. Nothing is locked, so stations and agents do not wait for each other. The record is
kept in the same transaction, before the answer is given. What was known at an earlier moment is the same reading with one more
condition; both answers come out of one function, `_answer`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert

from central.core.city import City
from central.db.tables import checks
from central.enforcement.completeness import Completeness, Reach, completeness
from central.enforcement.right_lookup import find_rights
from central.register.holdings import HeldRight, of_plate
from central.register.parking_rights import plausible
from central.register.publications import tariffs_in_force
from central.rules.coverage import AllowedBecause, CheckVerdict, Place, RegisteredRight, covering, covers, judge
from central.rules.plate_match import PlateDifference, alike, difference, neighbours
from firmware.domain.plate import MAX_LENGTH, normalise
from firmware.tariff import Tariffs

_SECTOR = re.compile("([1-9]|1[0-9]|20)[A-Z]")
_INSERT = insert(checks).inline()


class CheckQuestionError(ValueError):
    """A question that cannot be answered. The fault is that of whoever asks; nothing was recorded."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        """A member of `CheckQuestion`."""
        self.reason = reason


@dataclass(frozen=True)
class CheckQuestion:
    """A question about one vehicle."""

    plate: str
    """However it is written; 1 to 10 letters and digits."""
    zone: int
    """Tariff zone."""
    sector: str
    """Residential sector, `11D`, of that zone."""
    at: datetime | None = None
    """Aware; now, if not said."""
    known_at: datetime | None = None
    """Aware, not after now: also answer from what was known then."""


@dataclass(frozen=True)
class PossiblePayer:
    """A right that covers this place and instant under a plate one keying error away. It lets nobody stay: a person looks."""

    right: RegisteredRight
    difference: PlateDifference


@dataclass(frozen=True, kw_only=True)
class CheckAnswer:
    """What the register says, as known at one moment."""

    allowed: bool
    because: AllowedBecause | None
    until: datetime | None
    """How long the reason holds: the end of the rights that follow each other without a gap, of what the plate holds, of the
    free hours, of the tolerance. None if it has no end, or when not allowed."""
    right: RegisteredRight | None
    """The one that covers `at`, or ended within the tolerance; the one that ends last if there are several."""
    holding: HeldRight | None
    """What the plate holds that needs no ticket; only where no right covers `at`."""
    just_expired: RegisteredRight | None
    """The latest right that ended within the look-back; it lets nobody stay beyond the tolerance."""
    complete_until: datetime | None
    """All that the stations of the sector wrote before this is here; None while one was never heard, or there is none."""
    silent: tuple[str, ...]
    """Stations of the sector whose data does not reach the instant asked about, three missed heartbeats forgiven."""
    elsewhere: Reach
    """The other sectors of the tariff zone, where a visitor's right may have been bought."""
    conclusive: bool
    """Whether the answer can be acted on. A yes always can. A no can if the tariff zone has stations and none of them is silent
    and, for a plate the register holds something for, none in any zone: such a plate may have bought far away. False: do not
    conclude. True still leaves out what was bought in the minutes after `complete_until`."""
    possible_payers: tuple[PossiblePayer, ...]
    """Only when not allowed, the likeliest first."""


@dataclass(frozen=True, kw_only=True)
class PlateCheck(CheckAnswer):
    """The answer to one plate check: as known now and, if that was asked, as known at an earlier moment."""

    plate: str
    """As it was looked up."""
    zone: int
    sector: str
    at: datetime
    checked_at: datetime
    known_at: datetime | None
    then: CheckAnswer | None
    """The same, from what was known at `known_at`; its completeness is a lower bound."""


@dataclass(frozen=True)
class _Question:
    """A question that can be answered."""

    plate: str
    place: Place
    at: datetime


def check(city: City, asked: CheckQuestion, asked_by: str, now: datetime) -> PlateCheck:
    """Look a plate up and record that it was done, and for whom. Raises AskedError naming the member that is wrong."""
    question = _understood(asked, now)
    with city.store.begin() as connection:
        tariffs = tariffs_in_force(city, connection, question.at)
        _check_zone(question.place, tariffs)
        present = _answer(connection, city, tariffs, question, now)
        then = _answer(connection, city, tariffs, question, now, asked.known_at) if asked.known_at else None
        made = PlateCheck(
            **vars(present),
            plate=question.plate,
            zone=question.place.zone,
            sector=question.place.sector,
            at=question.at,
            checked_at=now,
            known_at=asked.known_at,
            then=then,
        )
        _record(connection, made, asked_by)
    return made


def plate_in(text: str) -> str:
    """The plate in a text that someone typed. Raises ValueError unless 1 to 10 characters are left of it."""
    plate = normalise(text)
    if not 1 <= len(plate) <= MAX_LENGTH:
        raise ValueError(f"a plate has 1 to {MAX_LENGTH} letters and digits, not {len(plate)}")
    return plate


def _understood(asked: CheckQuestion, now: datetime) -> _Question:
    at = asked.at or now
    try:
        plate = plate_in(asked.plate)
    except ValueError as error:
        raise CheckQuestionError("plate", str(error)) from error
    if not _SECTOR.fullmatch(asked.sector):
        raise CheckQuestionError("sector", "a residential sector is an arrondissement and a letter, such as 11D")
    for field, moment in (("at", at), ("known_at", asked.known_at or now)):
        if not plausible(moment):
            raise CheckQuestionError(field, "a date and time with an offset, such as 2026-03-04T10:00:00+01:00")
    if asked.known_at and asked.known_at > now:
        raise CheckQuestionError("known_at", f"nobody knows what will be known then: it is {now.isoformat(timespec='seconds')}")
    return _Question(plate, Place(asked.zone, asked.sector), at)


def _check_zone(place: Place, tariffs: Tariffs) -> None:
    zone = tariffs.zone_of(int(place.sector[:-1]))
    if place.zone != zone:
        raise CheckQuestionError("zone", f"sector {place.sector} is in tariff zone {zone}, not {place.zone}")


def _answer(
    connection: Connection, city: City, tariffs: Tariffs, asked: _Question, now: datetime, known_at: datetime | None = None
) -> CheckAnswer:
    """How far the data goes first, then what it says: see the theory."""
    place, at, rules = asked.place, asked.at, city.rules
    held = of_plate(connection, asked.plate, at, known_at)
    complete = completeness(connection, place, at, rules.silent_after, now, known_at, everywhere=bool(held))
    lately = find_rights(connection, [alike(asked.plate)], at - rules.look_back, known_at)
    found = judge([right for right in lately if right.plate == asked.plate], held, place, at, tariffs, rules)
    payers = () if found.because else _possible_payers(connection, city, tariffs, asked, known_at)
    return _told(found, complete, payers)


def _told(found: CheckVerdict, complete: Completeness, payers: tuple[PossiblePayer, ...]) -> CheckAnswer:
    return CheckAnswer(
        allowed=found.because is not None,
        because=found.because,
        until=found.until,
        right=found.right,
        holding=found.holding,
        just_expired=found.just_expired,
        complete_until=complete.sector.complete_until,
        silent=complete.silent,
        elsewhere=complete.elsewhere,
        conclusive=found.because is not None or _conclusive(complete),
        possible_payers=payers,
    )


def _conclusive(complete: Completeness) -> bool:
    """See `CheckAnswer.conclusive`."""
    parts = (complete.sector, complete.elsewhere, complete.beyond)
    return any(part.stations for part in parts[:2]) and not any(part.silent for part in parts)


def _possible_payers(
    connection: Connection, city: City, tariffs: Tariffs, asked: _Question, known_at: datetime | None
) -> tuple[PossiblePayer, ...]:
    """Who may have paid for this vehicle under another plate: one right a plate, the likeliest first."""
    running = find_rights(connection, neighbours(alike(asked.plate)), asked.at, known_at)
    by_plate: dict[str, list[RegisteredRight]] = {}
    for right in running:
        if covers(right, (), asked.place, tariffs):
            by_plate.setdefault(right.plate, []).append(right)
    payers = [
        PossiblePayer(payer, slip)
        for plate, theirs in by_plate.items()
        if (payer := covering(theirs, asked.at)) and (slip := difference(asked.plate, plate))
    ]
    return tuple(sorted(payers, key=lambda payer: (payer.difference.rank, payer.right.plate))[: city.rules.possible_payers])


def _record(connection: Connection, made: PlateCheck, asked_by: str) -> None:
    values = {
        "checked_at": made.checked_at,
        "asked_by": asked_by,
        "plate": made.plate,
        "zone": made.zone,
        "sector": made.sector,
        "at": made.at,
        "allowed": made.allowed,
        "because": made.because.value if made.because else None,
        "station": made.right.station if made.right else None,
        "reference": made.right.reference if made.right else None,
        "complete_until": made.complete_until,
        "silent": list(made.silent),
    }
    connection.execute(_INSERT, values)
