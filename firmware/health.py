"""What still works, and the alarms that follow from it. Knows no clock, no wire, no disk."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hal.ports import Event, Freed, Key, PrinterIs, PrinterState, Stuck, TerminalIs


@dataclass(frozen=True)
class Health:
    """The last word of each device; None before its first word."""

    printer: PrinterState | None = None
    terminal: bool | None = None
    stuck: frozenset[Key] = frozenset()

    @property
    def sells(self) -> bool:
        """Whether a sale may begin: only the card terminal can forbid it."""
        return self.terminal is True

    @property
    def prints(self) -> bool:
        """Whether a ticket can be promised."""
        return self.printer is not None and self.printer.prints

    @property
    def alarms(self) -> frozenset[str]:
        """The alarms up now, by their names in the journal."""
        alarms = {f"key {key.value} stuck" for key in self.stuck}
        if self.terminal is False:
            alarms.add("terminal silent")
        if self.printer not in (None, PrinterState.OK):
            alarms.add(f"printer {self.printer.value}")
        return frozenset(alarms)

    @property
    def code(self) -> str:
        """What keeps this machine from selling, short enough to quote in an appeal; empty when nothing does."""
        if self.sells:
            return ""
        return "T1" if self.terminal is False else "T0"

    def after(self, event: Event) -> Health:
        """The health once this is known."""
        match event:
            case PrinterIs(state):
                return replace(self, printer=state)
            case TerminalIs(ready):
                return replace(self, terminal=ready)
            case Stuck(key):
                return replace(self, stuck=self.stuck | {key})
            case Freed(key):
                return replace(self, stuck=self.stuck - {key})
        return self
