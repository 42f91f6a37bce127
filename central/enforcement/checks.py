"""Plate checks: may this vehicle stay? Gathers the evidence, judges it, and records that the plate was looked up.

The theory. A check is one straight line: what was asked is examined, the register is read (central/enforcement/evidence.py), a
pure rule judges what was read (central/rules/verdict.py), and the answer is recorded before it is given. Nothing is locked and
one statement writes, so no transaction is begun: that would be two more trips to the database. Where a replica is read, how far
the data goes is what the replica has: one that lags makes refusals inconclusive, never wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from central.core.city import City
from central.core.fields import check_datetime, plate_in
from central.core.problems import SeveralFieldsError
from central.db.store import single_statements
from central.enforcement.answers import CheckAnswer, PlateCheck, answer_of
from central.enforcement.check_log import record_checks
from central.enforcement.evidence import RefusalEvidence, gather, gather_refusals
from central.register.publications import remembered_tariffs
from central.rules.evidence import Evidence, Inquiry, ParkedVehicle, Place
from central.rules.verdict import CheckVerdict, judge, possible_payers
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
    with single_statements(city.replica or city.store) as connection:
        inquiry = _inquiry_of(connection, city, vehicle, now)
        (made,) = _record(city, connection, _answer_all(connection, [inquiry], [asked.known_at]), asked_by)
    return made


def check_all(city: City, asked: Sequence[CheckQuestion], asked_by: str, now: datetime) -> tuple[PlateCheck, ...]:
    """Look many plates up, in order: recorded and answered as one by one, and all or none of them.

    Raises SeveralFieldsError naming a member of each question that is wrong: `checks[3].zone`.
    """
    with single_statements(city.replica or city.store) as connection:
        inquiries, errors = [], []
        for number, each in enumerate(asked):
            try:
                inquiries.append(_inquiry_of(connection, city, _vehicle_in(each, now), now))
            except FieldError as error:
                errors.append(FieldError(f"checks[{number}].{error.field}", error.reason))
        if errors:
            raise SeveralFieldsError(errors)
        drafts = _answer_all(connection, inquiries, [each.known_at for each in asked])
        return tuple(_record(city, connection, drafts, asked_by))


def _answer_all(connection: Connection, inquiries: Sequence[Inquiry], known_at: Sequence[datetime | None]) -> list[PlateCheck]:
    """Answer these inquiries: as known now and, where that was asked, as known at an earlier moment."""
    present = _answers(connection, inquiries)
    then: dict[int, CheckAnswer] = {}
    for moment in sorted({each for each in known_at if each}):
        these = [number for number, each in enumerate(known_at) if each == moment]
        told = _answers(connection, [replace(inquiries[number], known_at=moment) for number in these])
        then |= dict(zip(these, told, strict=True))
    return [
        PlateCheck(
            **vars(answer),
            id=0,
            plate=inquiry.vehicle.plate,
            zone=inquiry.vehicle.place.zone,
            sector=inquiry.vehicle.place.sector,
            at=inquiry.vehicle.at,
            checked_at=inquiry.now,
            known_at=known_at[number],
            then=then.get(number),
        )
        for number, (inquiry, answer) in enumerate(zip(inquiries, present, strict=True))
    ]


def _record(city: City, reading: Connection, drafts: Sequence[PlateCheck], asked_by: str) -> list[PlateCheck]:
    """Write them to the log: where they were read, or, if that is a replica, in the register itself."""
    if city.replica is None:
        return record_checks(reading, drafts, asked_by)
    with city.store.begin() as connection:
        return record_checks(connection, drafts, asked_by)


def _answers(connection: Connection, inquiries: Sequence[Inquiry]) -> list[CheckAnswer]:
    """Gather, then judge; of the refusals, whether a notice covers them, and who may have paid under another plate."""
    gathered = gather(connection, inquiries) if inquiries else []
    verdicts = [judge(evidence) for evidence in gathered]
    refused = [evidence.inquiry for evidence, verdict in zip(gathered, verdicts, strict=True) if not verdict.because]
    besides = iter(gather_refusals(connection, refused))
    return [
        answer_of(verdict, evidence.completeness, ()) if verdict.because else _refused(evidence, verdict, next(besides))
        for evidence, verdict in zip(gathered, verdicts, strict=True)
    ]


def _refused(evidence: Evidence, verdict: CheckVerdict, besides: RefusalEvidence) -> CheckAnswer:
    """The verdict is given again with the stays that notices bought, if there are any."""
    if besides.notices:
        verdict = judge(replace(evidence, notices=besides.notices))
    payers = () if verdict.because else possible_payers(evidence.inquiry, besides.similar)
    return answer_of(verdict, evidence.completeness, payers)


def _inquiry_of(connection: Connection, city: City, vehicle: ParkedVehicle, now: datetime) -> Inquiry:
    """What is asked of the register. Raises FieldError for a zone that is not the sector's."""
    tariffs = remembered_tariffs(city, connection, vehicle.at, now)
    check_zone(tariffs, vehicle.place.sector, vehicle.place.zone)
    return Inquiry(vehicle, tariffs, city.rules, now)


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
