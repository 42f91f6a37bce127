"""Alarms that nobody reports: about deliveries to the city and about the computer, read with the upkeep of the journals."""

from __future__ import annotations

from datetime import datetime

from firmware.journal.line import JournalLine
from firmware.service.computer_alarms import computer_alarms
from firmware.service.delivery_alarms import delivery_alarms
from firmware.service.inspection import ReadingSources
from firmware.station.device_calls import DeviceCalls
from firmware.visit.events import ComputerIs, DeliveriesAre, Event
from firmware.visit.health import Health


def changed_alarms(
    sources: ReadingSources, calls: DeviceCalls, journal: JournalLine, health: Health, wall: datetime
) -> tuple[Event, ...]:
    """What the visit is to know of them, where it differs from what it knows. `wall` is aware."""
    position = journal.position
    deliveries = DeliveriesAre(delivery_alarms(sources.delivery(), position.generation, position.seq, wall))
    supply = calls.supply(sources.supply())
    computer = ComputerIs(computer_alarms(supply, sources.disk(), sources.boot(), health.computer))
    changed: list[Event] = [deliveries] if deliveries.alarms != health.deliveries else []
    return (*changed, computer) if computer.alarms != health.computer else tuple(changed)
