"""Plate checks: may this vehicle stay? Gathers the evidence, judges it, and records that the plate was looked up.

The theory. A check is one transaction and one straight line: what was asked is examined, the register is read
(central/enforcement/evidence.py), a pure rule judges what was read (central/rules/verdict.py), and the answer is recorded
before it is given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from central.core.city import City
from central.core.fields import check_datetime, plate_in
from central.enforcement.answers import CheckAnswer, PlateCheck, answer_of
from central.enforcement.check_log import record_check
from central.enforcement.evidence import gather, gather_similar
from central.enforcement.notice_lookup import stays_of
from central.register.publications import active_tariffs
from central.rules.evidence import Inquiry, ParkedVehicle, Place
from central.rules.verdict import judge, possible_payers
from firmware.domain.errors import FieldError
from firmware.domain.sector import check_sector
from firmware.tariff.place import check_zone


@dataclass(frozen=True)
class CheckQuestion:
    """A question about one vehicle, as somebody asks it."""

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


def check(city: City, asked: CheckQuestion, asked_by: str, now: datetime) -> PlateCheck:
    """Look a plate up and record that it was done, and for whom. Raises FieldError naming the member that is wrong."""
    vehicle = _vehicle_in(asked, now)
    with city.store.begin() as connection:
        tariffs = active_tariffs(city, connection, vehicle.at)
        check_zone(tariffs, vehicle.place.sector, vehicle.place.zone)
        inquiry = Inquiry(vehicle, tariffs, city.rules, now)
        present = _answer(connection, inquiry)
        then = _answer(connection, replace(inquiry, known_at=asked.known_at)) if asked.known_at else None
        made = PlateCheck(
            **vars(present),
            id=0,
            plate=vehicle.plate,
            zone=vehicle.place.zone,
            sector=vehicle.place.sector,
            at=vehicle.at,
            checked_at=now,
            known_at=asked.known_at,
            then=then,
        )
        return replace(made, id=record_check(connection, made, asked_by))


def _answer(connection: Connection, inquiry: Inquiry) -> CheckAnswer:
    """Gather, then judge; of a refusal, whether a notice covers it, and who may have paid under another plate."""
    evidence = gather(connection, inquiry)
    verdict = judge(evidence)
    if verdict.because is None and (stays := stays_of(connection, inquiry)):
        verdict = judge(replace(evidence, notices=stays))
    payers = () if verdict.because else possible_payers(inquiry, gather_similar(connection, inquiry))
    return answer_of(verdict, evidence.completeness, payers)


def _vehicle_in(asked: CheckQuestion, now: datetime) -> ParkedVehicle:
    """The vehicle asked about. Raises FieldError."""
    plate, at = plate_in(asked.plate), asked.at or now
    check_sector(asked.sector)
    check_datetime("at", at)
    if asked.known_at:
        check_datetime("known_at", asked.known_at)
        if asked.known_at > now:
            raise FieldError("known_at", f"is in the future: it is now {now.isoformat(timespec='seconds')}")
    return ParkedVehicle(plate, Place(asked.zone, asked.sector), at)
