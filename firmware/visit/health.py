"""Device health as last reported, and the alarms that follow from it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from firmware.ledger.clock_evidence import ALARM, ClockTrust
from firmware.visit.events import ClockIs, ComputerIs, DeliveriesAre, DoubtsAre, Event, PanelRecordIs
from hal.ports import (
    Approved,
    Declined,
    DoorClosed,
    DoorOpened,
    Key,
    KeyFreed,
    KeyStuck,
    LightIs,
    MainsBack,
    MainsLost,
    PanelIs,
    PanelState,
    PrinterIs,
    PrinterState,
    Reason,
    TerminalIs,
    Unanswered,
)

NO_STARTS = PanelRecordIs(0, "unknown", False)


@dataclass(frozen=True)
class Health:
    """The last reported state of each device; None before its first report."""

    printer: PrinterState | None = None
    terminal: bool | None = None
    stuck: frozenset[Key] = frozenset()
    door_open: bool | None = None
    mains: bool | None = None
    """Whether the power supply has mains, where it says."""
    clock: ClockTrust = field(default_factory=ClockTrust)
    tariff: bool = True
    """Whether one was in force when the clock was last looked at."""
    calendar_ends: bool = False
    """Whether its calendar was near its end then."""
    deliveries: frozenset[str] = frozenset()
    """The alarms about deliveries to the city."""
    computer: frozenset[str] = frozenset()
    """The alarms about the station's own computer."""
    doubts: bool = False
    """Whether payments in doubt keep card sales closed."""
    asking: bool = False
    """Whether the terminal is asked about payments that a start found without an end."""
    owed: bool = False
    """Whether a debit that sold nothing is not given back, as far as is known."""
    busy_until: datetime | None = None
    """Until when, at most, the terminal may still ask for a card for a payment of before; None if it surely does not."""
    lasting: bool = False
    """Whether a payment that a power cut interrupted has been in doubt for longer than its terminal asks for a card."""
    refuses: bool = False
    """Whether the terminal, which answers, refused the last request itself: no bank heard of it."""
    panel: PanelState | None = None
    """Of the front panel, on a board that has one."""
    panel_open: bool = False
    """Whether its cover stands open."""
    panel_cuts: int = 0
    """How often it has cut this computer's power."""
    panel_record: PanelRecordIs = NO_STARTS
    """What is remembered of its starts."""
    light: LightIs | None = None
    """The light around, where a sensor tells it; None while nobody does."""

    @property
    def prints(self) -> bool:
        """Whether a ticket can be promised."""
        return self.printer is not None and self.printer.prints

    @property
    def clock_event(self) -> ClockIs:
        """The last report of the clock."""
        return ClockIs(self.clock, self.tariff, self.calendar_ends)

    @cached_property
    def alarms(self) -> frozenset[str]:
        """Names of the alarms up now, as in the journal."""
        alarms = {f"key {key.value} stuck" for key in self.stuck}
        if self.terminal is False:
            alarms.add("terminal silent")
        if self.printer not in (None, PrinterState.OK):
            alarms.add(f"printer {self.printer.value}")
        wrong = {
            "panel unknown": self.panel is PanelState.UNKNOWN,
            "panel silent": self.panel is PanelState.SILENT,
            "panel opened": self.panel_open,
            "power cut by panel": self.panel_cuts > 0,
            "panel restarts": self.panel_record.often,
            "light sensor silent": self.light is not None and self.light.lux is None,
            "door open": self.door_open is True,
            "mains lost": self.mains is False,
            "payments in doubt": self.doubts,
            "interrupted payment": self.lasting,
            "debit to give back": self.owed,
            "terminal refuses": self.refuses,
            ALARM: self.clock.wrong,
            "clock drifting": self.clock.drifting,
            "no tariff": not self.tariff and not self.clock.wrong,
            "calendar ends": self.tariff and self.calendar_ends and not self.clock.wrong,
        }
        return frozenset(alarms | self.deliveries | self.computer | {alarm for alarm, up in wrong.items() if up})

    def after(self, event: Event) -> Health:
        """The health after this event."""
        match event:
            case PrinterIs(state):
                return replace(self, printer=state)
            case TerminalIs(ready):
                return replace(self, terminal=ready)
            case KeyStuck(key):
                return replace(self, stuck=self.stuck | {key})
            case KeyFreed(key):
                return replace(self, stuck=self.stuck - {key})
            case PanelIs(state, _, opened, cuts):
                light = self.light if state is PanelState.OK else None
                return replace(self, panel=state, panel_open=opened, panel_cuts=cuts, light=light)
            case LightIs() if self.panel is PanelState.OK:
                return replace(self, light=event)
            case PanelRecordIs():
                return replace(self, panel_record=event)
            case DoorOpened() | DoorClosed():
                return replace(self, door_open=isinstance(event, DoorOpened))
            case MainsLost() | MainsBack():
                return replace(self, mains=isinstance(event, MainsBack))
            case ClockIs(trust, tariff, ends):
                return replace(self, clock=trust, tariff=tariff, calendar_ends=ends)
            case DeliveriesAre(alarms):
                return replace(self, deliveries=alarms)
            case ComputerIs(alarms):
                return replace(self, computer=alarms)
            case DoubtsAre(closing, asking, owed, until, lasting):
                return replace(self, doubts=closing, asking=asking, owed=owed, busy_until=until, lasting=lasting)
            case Declined(reason=Reason.NOT_TAKEN):
                return replace(self, refuses=True)
            case Declined(reason=Reason.WITHDRAWN | Reason.NOT_ASKED | Reason.BUSY):
                return self  # no request was put
            case Approved() | Declined() | Unanswered():
                return replace(self, refuses=False)
        return self
