"""Service entries that the assistant does: waiting for it; a diagnostic bundle on a USB stick."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from msgspec.structs import replace

from firmware.screens.screen import Move
from firmware.screens.service.session import Outcome, ServiceScreen, Session, prepend_effects, service_fact, service_view
from firmware.service.assistance import FAILED, HelpTask, TaskResult
from firmware.service.print_jobs import TrialOutcome, TrialResult
from firmware.visit.context import Context
from firmware.visit.effects import AskAssistant, LookAtAssistant
from firmware.visit.events import AssistantIs, Event, TimedOut
from hal.ports import DoorClosed, Line, Size, View


class Assisted(ServiceScreen, frozen=True):
    """The assistant is at it; asked every two seconds what came of it."""

    name: ClassVar[str] = "service assisted"
    patience: ClassVar[float] = 2.0

    task: HelpTask
    done: Callable[[Session], Move] | None = None
    """What follows a task that was done; None shows how it ended."""
    left: int = 45
    """Looks until it is given up, a minute and a half: the journals of years are read for a bundle."""

    def on(self, event: Event, context: Context) -> Move:
        """Time passes, or it has ended."""
        match event:
            case TimedOut() if self.left > 1:
                return replace(self, left=self.left - 1), LookAtAssistant()
            case TimedOut():
                return self._ended(TaskResult(False, FAILED))
            case AssistantIs(TaskResult() as result):
                return self._ended(result)
            case DoorClosed():
                return super().on(event, context)
        return self

    def _ended(self, result: TaskResult) -> Move:
        told = service_fact(self.session, f"{self.task.value} {'done' if result.done else 'not done'}", result.detail)
        outcome = TrialOutcome.PASSED if result.done else TrialOutcome.FAILED
        if result.done and self.done:
            return prepend_effects(self.done(self.session), told)
        return Outcome(self.session, TrialResult(self.task.value, outcome, result.detail)), told

    def view(self, context: Context) -> View:
        """What to leave alone meanwhile."""
        said = context.say("Copie… laissez la clé en place") if self.task is HelpTask.EXPORT else context.say("Mise à l’heure…")
        return service_view(self, context, Line(said, Size.MEDIUM))


def export_bundle(session: Session, context: Context) -> Move:
    """Write the diagnostic bundle to the stick."""
    return Assisted(session, HelpTask.EXPORT), service_fact(session, "export begun"), AskAssistant(HelpTask.EXPORT)
