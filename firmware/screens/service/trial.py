"""A trial that a person judges. Knows no clock, no wire, no disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from firmware.events import Event
from firmware.here import Here
from firmware.papers import Result, Verdict
from firmware.screens.screen import Move
from firmware.screens.service.session import Served, ended, panel, trial_name
from hal.ports import Hint, Key, Line, Pressed, Size, View

VERDICTS = {Key.OK: Verdict.PASSED, Key.CANCEL: Verdict.FAILED, Key.MAX: Verdict.SKIPPED}


@dataclass(frozen=True)
class Judged(Served):
    """OK is good, CANCEL is bad, MAX leaves it out."""

    trial: ClassVar[str] = ""

    def answered(self, event: Event, here: Here) -> Move:
        """A verdict ends it."""
        match event:
            case Pressed(key) if key in VERDICTS:
                return ended(self.session, Result(self.trial, VERDICTS[key], self.detail(here)))
        return self

    def detail(self, here: Here) -> str:
        """What was read, for the journal."""
        return ""

    def lines(self, here: Here) -> tuple[Line, ...]:
        """What is to be judged."""
        raise NotImplementedError

    def view(self, here: Here) -> View:
        """What is tried, what to judge, and the three answers."""
        return panel(
            self,
            here,
            Line(trial_name(self.trial, here), Size.SMALL),
            *self.lines(here),
            hints=(
                Hint(Key.CANCEL, here.say("défaut")),
                Hint(Key.MAX, here.say("passer")),
                Hint(Key.OK, here.say("bon")),
            ),
        )
