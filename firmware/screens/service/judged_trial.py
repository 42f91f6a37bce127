"""Base of trials that a person judges."""

from __future__ import annotations

from typing import ClassVar

from firmware.screens.screen import Move
from firmware.screens.service.session import ServiceScreen, end_trial, service_view
from firmware.screens.service.wording import trial_name
from firmware.service.print_jobs import TrialOutcome, TrialResult
from firmware.visit.context import Context
from firmware.visit.events import Event
from hal.ports import Hint, Key, KeyPressed, Line, Size, View

VERDICTS = {Key.OK: TrialOutcome.PASSED, Key.CANCEL: TrialOutcome.FAILED, Key.MAX: TrialOutcome.SKIPPED}


class JudgedTrial(ServiceScreen, frozen=True):
    """OK is good, CANCEL is bad, MAX leaves it out."""

    trial: ClassVar[str] = ""

    def on_answer(self, event: Event, context: Context) -> Move:
        """A verdict ends it."""
        match event:
            case KeyPressed(key) if key in VERDICTS:
                return end_trial(self.session, TrialResult(self.trial, VERDICTS[key], self.detail(context)))
        return self

    def detail(self, context: Context) -> str:
        """What was read, for the journal."""
        return ""

    def lines(self, context: Context) -> tuple[Line, ...]:
        """What is to be judged."""
        raise NotImplementedError

    def view(self, context: Context) -> View:
        """What is tried, what to judge, and the three answers."""
        return service_view(
            self,
            context,
            Line(trial_name(self.trial, context), Size.SMALL),
            *self.lines(context),
            hints=(
                Hint(Key.CANCEL, context.say("défaut")),
                Hint(Key.MAX, context.say("passer")),
                Hint(Key.OK, context.say("bon")),
            ),
        )
