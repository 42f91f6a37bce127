"""What the visit is told."""

from __future__ import annotations

from dataclasses import dataclass

from firmware.ledger.clock_evidence import ClockTrust
from firmware.service.inspection import Inspection
from hal import ports


@dataclass(frozen=True)
class TimedOut:
    """The current screen has been up for as long as its patience."""


@dataclass(frozen=True)
class CrewIs:
    """How many may open the service menu: the answer to `AskCrew`."""

    count: int
    trouble: str = ""
    """Why nobody can be let in though somebody may; for a technician."""


@dataclass(frozen=True)
class PinIs:
    """Whether the PIN was this person's: the answer to `CheckPin`."""

    person: str
    right: bool


@dataclass(frozen=True)
class Inspected:
    """All readings: the answer to `Inspect`."""

    inspection: Inspection


@dataclass(frozen=True)
class ClockIs:
    """The clock on the wall was looked at. Said at the start, and whenever the answer is another one."""

    trust: ClockTrust
    tariff: bool
    """Whether a tariff is in force at what it shows."""


OwnEvent = TimedOut | CrewIs | PinIs | Inspected
"""What the station tells itself."""
Event = ports.DeviceEvent | ClockIs | OwnEvent
"""Everything a screen can be told."""
