"""Performs the effects that only a technician asks for: readings, PINs, service tickets, tasks of the assistant."""

from __future__ import annotations

from functools import partial

from firmware.journal.line import JournalLine
from firmware.paper.service_tickets import LOOKED_AT, StationReadings, codes_of, service_ticket
from firmware.service.print_jobs import PrintJob
from firmware.station.device_calls import DeviceCalls
from firmware.station.equipment import Provision
from firmware.station.technician_readings import check_pin, count_technicians, inspect
from firmware.visit.context import Context
from firmware.visit.effects import (
    AskAssistant,
    AskTerminal,
    CheckPin,
    CountTechnicians,
    Inspect,
    LookAtAssistant,
    PrintServiceTicket,
    ServiceEffect,
)
from firmware.visit.events import AssistantIs, Event, Inspected
from hal.ports import Clock, Ticket


class ServiceDesk:
    """What a technician may ask of one station."""

    def __init__(self, provision: Provision, calls: DeviceCalls, journal: JournalLine, clock: Clock) -> None:
        self._provision, self._calls, self._journal, self._clock = provision, calls, journal, clock

    def perform(self, effect: ServiceEffect, context: Context) -> tuple[Event, ...]:
        """Perform it; its answer is to be fed in the same turn, after the move that asked. A ticket is of this context."""
        sources = self._provision.reading_sources
        match effect:
            case CountTechnicians():
                return (count_technicians(sources),)
            case CheckPin(person, pin):
                return (check_pin(sources, context.site.station, person, pin, context.now),)
            case Inspect():
                return (Inspected(inspect(self._provision, context, self._journal, self._clock)),)
            case LookAtAssistant():
                return (AssistantIs(self._provision.assistant.result()),)
            case AskAssistant(task, detail):
                self._provision.assistant.ask(task, detail)
            case AskTerminal():
                self._calls.look_at_terminal()
            case PrintServiceTicket(job, number):
                self._calls.print(number, partial(self._ticket, job, number, context))
        return ()

    def _ticket(self, job: PrintJob, number: str, context: Context) -> Ticket:
        inspection = inspect(self._provision, context, self._journal, self._clock)
        known = StationReadings(inspection, codes_of(self._journal.latest(LOOKED_AT)))
        return service_ticket(job, number, context, known, self._provision.signing_key)
