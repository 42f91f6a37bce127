"""Events: what a screen can be told by the devices, the clock and the station itself."""

from __future__ import annotations

from dataclasses import dataclass

from firmware.ledger.clock_evidence import ClockTrust
from firmware.service.inspection import Inspection
from hal import ports


@dataclass(frozen=True)
class TimedOut:
    """The current screen has been up for as long as its patience."""


@dataclass(frozen=True)
class TechniciansCounted:
    """How many people may open the service menu: the answer to `CountTechnicians`."""

    count: int
    error: str = ""
    """Why the list of people cannot be read; for a technician."""


@dataclass(frozen=True)
class PinChecked:
    """Whether the PIN was this person's: the answer to `CheckPin`."""

    person: str
    correct: bool


@dataclass(frozen=True)
class Inspected:
    """All readings: the answer to `Inspect`."""

    inspection: Inspection


@dataclass(frozen=True)
class ClockIs:
    """How far the wall clock can be trusted. Sent at the start, and whenever it changes."""

    trust: ClockTrust
    tariff: bool
    """Whether a tariff is in force at what it shows."""


@dataclass(frozen=True)
class DeliveriesAre:
    """The alarms about deliveries to the city that are up. Sent whenever they change."""

    alarms: frozenset[str]


@dataclass(frozen=True)
class DoubtsAre:
    """Whether payments in doubt keep card sales closed. Sent whenever that changes."""

    closing: bool


InternalEvent = TimedOut | TechniciansCounted | PinChecked | Inspected
"""Events of the station itself: answers to its effects, and time-outs."""
Event = ports.DeviceEvent | ClockIs | DeliveriesAre | DoubtsAre | InternalEvent
"""Every event a screen can be told."""
