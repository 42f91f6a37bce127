"""Readings for a technician, taken when the service menu asks: who may open it, and the state of the whole station."""

from __future__ import annotations

from firmware.journal.line import JournalLine
from firmware.service.inspection import Inspection, ReadingSources
from firmware.service.people import PeopleError
from firmware.station.equipment import Provision
from firmware.visit.context import Context
from firmware.visit.events import TechniciansCounted
from hal.ports import Clock


def count_technicians(sources: ReadingSources) -> TechniciansCounted:
    """How many people may open the service menu; none, and why, where their list cannot be read."""
    try:
        return TechniciansCounted(len(sources.people().people))
    except PeopleError as error:
        return TechniciansCounted(0, str(error))


def is_pin_of(sources: ReadingSources, person: str, pin: str) -> bool:
    """Whether the PIN is this person's; nobody's where the list cannot be read."""
    try:
        return sources.people().is_pin_of(person, pin)
    except PeopleError:
        return False


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
