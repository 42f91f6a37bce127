"""Events: what a screen can be told by the devices, the clock and the station itself."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from firmware.ledger.clock_evidence import ClockTrust
from firmware.protocol.person import Role
from firmware.service.assistance import TaskResult
from firmware.service.inspection import Inspection
from hal import ports


class TimedOut(Struct, frozen=True):
    """The current screen has been up for as long as its patience."""


class DebitReturning(Struct, frozen=True):
    """The payment that is awaited ended in a debit that cannot buy it: the terminal is asked to give it back."""

    reference: str


class TechniciansCounted(Struct, frozen=True):
    """How many people may open the service menu: the answer to `CountTechnicians`."""

    count: int
    error: str = ""
    """Why the list of people cannot be read; for a technician."""


class PinChecked(Struct, frozen=True):
    """Whether the PIN was this person's: the answer to `CheckPin`."""

    person: str
    correct: bool
    role: Role = "technician"
    """What they may do; of no meaning where it was wrong."""
    code: str = ""
    """Until when the one-time code is valid that was typed, ISO 8601; empty for a PIN."""


class Inspected(Struct, frozen=True):
    """All readings: the answer to `Inspect`."""

    inspection: Inspection


class AssistantIs(Struct, frozen=True):
    """What came of the task that was asked for: the answer to `LookAtAssistant`."""

    result: TaskResult | None
    """None while it runs."""


class ClockIs(Struct, frozen=True):
    """How far the wall clock can be trusted. Sent at the start, and whenever it changes."""

    trust: ClockTrust
    tariff: bool
    """Whether a tariff is in force at what it shows."""
    calendar_ends: bool = False
    """Whether its calendar is over in 90 days or fewer."""


class DeliveriesAre(Struct, frozen=True):
    """The alarms about deliveries to the city that are up. Sent whenever they change."""

    alarms: frozenset[str]


class ComputerIs(Struct, frozen=True):
    """The alarms about the station's own computer that are up. Sent whenever they change."""

    alarms: frozenset[str]


class DoubtsAre(Struct, frozen=True):
    """What is open between station and terminal. Sent whenever that changes."""

    closing: bool
    """Whether payments in doubt keep card sales closed."""
    asking: bool = False
    """Whether the terminal is asked about payments that a start found without an end: no other card is asked for."""
    owed: bool = False
    """Whether a debit that sold nothing is not given back, as far as is known."""
    busy_until: datetime | None = None
    """Until when, at most, the terminal may still have a request of before: nobody else is asked for a card meanwhile."""
    lasting: bool = False
    """Whether a payment that a power cut interrupted has been in doubt for longer than that."""


class PanelRecordIs(Struct, frozen=True):
    """What the station remembers of its front panel's starts. Sent whenever it changes."""

    starts: int
    cause: str
    """Of the last one: the value of a `StartCause`."""
    often: bool
    """Whether there were too many within an hour."""


InternalEvent = TimedOut | DebitReturning | TechniciansCounted | PinChecked | Inspected | AssistantIs
"""Events of the station itself: answers to its effects, and time-outs."""
Event = ports.DeviceEvent | ClockIs | DeliveriesAre | ComputerIs | DoubtsAre | PanelRecordIs | InternalEvent
"""Every event a screen can be told."""
