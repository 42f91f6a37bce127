"""Readings for a technician, taken when the service menu asks: who may open it, and the state of the whole station."""

from __future__ import annotations

from datetime import datetime

from firmware.journal.line import JournalLine
from firmware.protocol.access_code import CODE_DIGITS, code_valid_until
from firmware.service.inspection import Inspection, ReadingSources
from firmware.service.people import PeopleError
from firmware.station.equipment import Provision
from firmware.visit.context import Context
from firmware.visit.events import PinChecked, TechniciansCounted
from hal.ports import Clock


def count_technicians(sources: ReadingSources) -> TechniciansCounted:
    """How many people may open the service menu; none, and why, where their list cannot be read."""
    try:
        return TechniciansCounted(len(sources.people().people))
    except PeopleError as error:
        return TechniciansCounted(0, str(error))


def check_pin(sources: ReadingSources, station: str, person: str, typed: str, now: datetime) -> PinChecked:
    """Whether this is the person's PIN, or a one-time code for their number; nobody's where the list cannot be read."""
    if len(typed) == CODE_DIGITS:
        secret = sources.access_secret()
        until = code_valid_until(secret, station, person, typed, now) if secret else None
        return PinChecked(person, until is not None, code=until.isoformat() if until else "")
    try:
        people = sources.people()
    except PeopleError:
        return PinChecked(person, False)
    return PinChecked(person, people.is_pin_of(person, typed), people.role_of(person))


def inspect(provision: Provision, context: Context, journal: JournalLine, clock: Clock) -> Inspection:
    """All readings, as of now."""
    sources, head = provision.reading_sources, journal.head
    tariff = context.tariffs.version_at(clock.wall())
    return Inspection(
        provision.software,
        tariff.name if tariff else "none",
        tuple(sorted(sources.versions().items())),
        clock.synchronised(),
        sources.supply(),
        sources.delivery(),
        head.seq,
        head.hash.hex(),
        journal.position.generation,
    )
