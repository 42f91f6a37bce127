"""A technician's tickets on their way out of the slot. Knows no clock, no wire, no disk.

What is to be printed is written down before the printer hears of it. While it prints, a closed door does not end the session:
the next motorist's ticket must find the printer free. When it has ended, the door counts again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from firmware.effects import PrintPaper
from firmware.events import Event, TimedOut
from firmware.here import Here
from firmware.papers import DiagnosticTicket, Paper, Result, StatisticsTicket, Verdict
from firmware.screens.screen import Move
from firmware.screens.service.session import Outcome, Served, Session, closed, ended, joined, noted, panel, small
from firmware.screens.service.trial import Judged
from hal.ports import Hint, Key, Line, NotPrinted, Pressed, Printed, PrinterState, Size, View


def diagnostic(session: Session, here: Here) -> Move:
    """The test ticket."""
    return printed(session, DiagnosticTicket(), "test ticket", here)


def statistics(session: Session, here: Here) -> Move:
    """The statistics ticket; nothing is collected by it."""
    return printed(session, StatisticsTicket(), "statistics ticket", here)


def printed(session: Session, paper: Paper, action: str, here: Here, *, judged: bool = False) -> Move:
    """Write it down, then print it. `action` is one of `counters.PAPER`."""
    number = f"{action} {here.ledger.counters.used}"
    return PrintingPaper(session, number, action, judged), noted(session, action), PrintPaper(paper, number)


@dataclass(frozen=True)
class PrintingPaper(Served):
    """The printer has it, and its own patience ends before ours."""

    name: ClassVar[str] = "service printing"
    patience: ClassVar[float] = 30.0

    number: str
    action: str
    judged: bool = False
    """Whether the paper is looked at, once it is out."""

    def on(self, event: Event, here: Here) -> Move:
        """The printer's answer, or its silence; the door waits for either."""
        match event:
            case Printed(self.number):
                return self._out(here)
            case NotPrinted(self.number, state):
                return self._not_out(state, here)
            case TimedOut():
                return self._not_out(PrinterState.SILENT, here)
        return self

    def _out(self, here: Here) -> Move:
        if not here.health.door_open:
            return closed(self.session)
        return PaperJudged(self.session) if self.judged else Outcome(self.session, Result(self.action, Verdict.PASSED))

    def _not_out(self, state: PrinterState, here: Here) -> Move:
        failed = noted(self.session, "not printed", f"{self.action}: {state.value}")
        if not here.health.door_open:
            return joined(closed(self.session), failed)
        if self.judged:
            return joined(ended(self.session, Result("printer", Verdict.FAILED, state.value)), failed)
        return Outcome(self.session, Result(self.action, Verdict.FAILED, state.value)), failed

    def view(self, here: Here) -> View:
        """It is coming."""
        return panel(self, here, Line(here.say("Impression…")))


@dataclass(frozen=True)
class PrinterTrial(Served):
    """How the printer says it is; then a test ticket."""

    name: ClassVar[str] = "service printer"

    def answered(self, event: Event, here: Here) -> Move:
        """OK prints; a printer that cannot is a bad one, MAX leaves it out."""
        state = here.health.printer
        match event:
            case Pressed(Key.OK) if here.health.prints:
                return printed(self.session, DiagnosticTicket(), "test ticket", here, judged=True)
            case Pressed(Key.OK):
                return ended(self.session, Result("printer", Verdict.FAILED, state.value if state else "unknown"))
            case Pressed(Key.MAX):
                return ended(self.session, Result("printer", Verdict.SKIPPED))
        return self

    def view(self, here: Here) -> View:
        """Its state, and about how many tickets are left."""
        left = here.ledger.counters.tickets_left
        return panel(
            self,
            here,
            Line(state_name(here.health.printer, here), Size.MEDIUM),
            *small(here.say("Tickets restants : {left}", left=here.say("inconnu") if left is None else left)),
            hints=(Hint(Key.MAX, here.say("passer")), Hint(Key.OK, here.say("ticket de test"))),
        )


@dataclass(frozen=True)
class PaperJudged(Judged):
    """The ticket is out, and the technician looks at it."""

    name: ClassVar[str] = "service paper"
    trial: ClassVar[str] = "printer"

    def lines(self, here: Here) -> tuple[Line, ...]:
        """What to look at."""
        return small(here.say("Ticket sorti, coupé, lisible,"), here.say("code carré net ?"))


def state_name(state: PrinterState | None, here: Here) -> str:
    """What the printer says of itself, as a technician reads it."""
    match state:
        case PrinterState.OK:
            return here.say("Imprimante prête")
        case PrinterState.NEAR_END:
            return here.say("Fin de rouleau proche")
        case PrinterState.OUT:
            return here.say("Plus de papier")
        case PrinterState.COVER_OPEN:
            return here.say("Capot ouvert")
        case PrinterState.OFFLINE:
            return here.say("Bourrage ou massicot")
        case PrinterState.SILENT:
            return here.say("Imprimante muette")
    return here.say("Imprimante inconnue")
