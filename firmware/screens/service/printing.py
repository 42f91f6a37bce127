"""Printing of a technician's tickets, and the printer's trial.

What is to be printed is written down before the printer hears of it. While it prints, a closed door does not end the session:
the next motorist's ticket must find the printer free. When it has ended, the door counts again.
"""

from __future__ import annotations

from typing import ClassVar

from firmware.screens.screen import Move
from firmware.screens.service.judged_trial import JudgedTrial
from firmware.screens.service.session import (
    Outcome,
    ServiceScreen,
    Session,
    close_session,
    end_trial,
    prepend_effects,
    service_fact,
    service_view,
    small,
)
from firmware.screens.service.wording import state_name
from firmware.service.print_jobs import DiagnosticTicket, PrintJob, StatisticsTicket, TrialOutcome, TrialResult
from firmware.visit.context import Context
from firmware.visit.effects import PrintServiceTicket
from firmware.visit.events import Event, TimedOut
from hal.ports import Hint, Key, KeyPressed, Line, NotPrinted, Printed, PrinterState, Size, View


def print_diagnostic(session: Session, context: Context) -> Move:
    """Print the diagnostic ticket."""
    return print_job(session, DiagnosticTicket(), "test ticket", context)


def print_statistics(session: Session, context: Context) -> Move:
    """Print the statistics ticket; the counters are not collected."""
    return print_job(session, StatisticsTicket(), "statistics ticket", context)


def print_job(session: Session, job: PrintJob, action: str, context: Context, *, judged: bool = False) -> Move:
    """Record the action, then print. `action` is one of `counters.PAPER`."""
    number = f"{action} {context.ledger.counters.used}"
    return PrintingPaper(session, number, action, judged), service_fact(session, action), PrintServiceTicket(job, number)


class PrintingPaper(ServiceScreen, frozen=True):
    """The printer has it, and its own patience ends before ours."""

    name: ClassVar[str] = "service printing"
    patience: ClassVar[float] = 30.0

    number: str
    action: str
    judged: bool = False
    """Whether the paper is looked at, once it is out."""

    def on(self, event: Event, context: Context) -> Move:
        """The printer's answer, or its silence; the door waits for either."""
        match event:
            case Printed(self.number):
                return self._out(context)
            case NotPrinted(self.number, state):
                return self._not_out(state, context)
            case TimedOut():
                return self._not_out(PrinterState.SILENT, context)
        return self

    def _out(self, context: Context) -> Move:
        if not context.health.door_open:
            return close_session(self.session)
        return (
            PaperJudgement(self.session)
            if self.judged
            else Outcome(self.session, TrialResult(self.action, TrialOutcome.PASSED))
        )

    def _not_out(self, state: PrinterState, context: Context) -> Move:
        failed = service_fact(self.session, "not printed", f"{self.action}: {state.value}")
        if not context.health.door_open:
            return prepend_effects(close_session(self.session), failed)
        if self.judged:
            return prepend_effects(end_trial(self.session, TrialResult("printer", TrialOutcome.FAILED, state.value)), failed)
        return Outcome(self.session, TrialResult(self.action, TrialOutcome.FAILED, state.value)), failed

    def view(self, context: Context) -> View:
        """It is coming."""
        return service_view(self, context, Line(context.say("Impression…")))


class PrinterTrial(ServiceScreen, frozen=True):
    """How the printer says it is; then a test ticket."""

    name: ClassVar[str] = "service printer"

    def on_answer(self, event: Event, context: Context) -> Move:
        """OK prints; a printer that cannot is a bad one, MAX leaves it out."""
        state = context.health.printer
        match event:
            case KeyPressed(Key.OK) if context.health.prints:
                return print_job(self.session, DiagnosticTicket(), "test ticket", context, judged=True)
            case KeyPressed(Key.OK):
                return end_trial(self.session, TrialResult("printer", TrialOutcome.FAILED, state.value if state else "unknown"))
            case KeyPressed(Key.MAX):
                return end_trial(self.session, TrialResult("printer", TrialOutcome.SKIPPED))
        return self

    def view(self, context: Context) -> View:
        """Its state, and about how many tickets are left."""
        left = context.ledger.counters.tickets_left
        return service_view(
            self,
            context,
            Line(state_name(context.health.printer, context), Size.MEDIUM),
            *small(context.say("Tickets restants : {left}", left=context.say("inconnu") if left is None else left)),
            hints=(Hint(Key.MAX, context.say("passer")), Hint(Key.OK, context.say("ticket de test"))),
        )


class PaperJudgement(JudgedTrial, frozen=True):
    """The ticket is out, and the technician looks at it."""

    name: ClassVar[str] = "service paper"
    trial: ClassVar[str] = "printer"

    def lines(self, context: Context) -> tuple[Line, ...]:
        """What to look at."""
        return small(context.say("Ticket sorti, coupé, lisible,"), context.say("code carré net ?"))
