"""Tasks that the station's own process has not the right or the time to do: setting the clock, writing a bundle to a stick."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from msgspec import Struct


class HelpTask(Enum):
    """A task of the assistant; the value is the word of the journal."""

    CLOCK = "clock set"
    """Set the wall clock, and the one with the battery; asked with the instant, ISO 8601."""
    EXPORT = "export"
    """Write a diagnostic bundle to the stick in the USB socket."""


NO_STICK, NO_ROOM, NOT_PERMITTED, FAILED = "no stick", "no room", "not permitted", "failed"
"""Why a task was not done."""


class TaskResult(Struct, frozen=True):
    """How a task ended."""

    done: bool
    detail: str
    """The name of the file; or why not."""


class Assistant(Protocol):
    """Does one task at a time; never makes the station wait."""

    def ask(self, task: HelpTask, detail: str) -> None:
        """Begin a task; what came of an earlier one is forgotten."""

    def result(self) -> TaskResult | None:
        """How the task that was asked for ended; None while it runs."""


class NoAssistant:
    """The assistant of a station without one: nothing is done."""

    def ask(self, task: HelpTask, detail: str) -> None:
        """Nothing begins."""

    def result(self) -> TaskResult:
        """Not here."""
        return TaskResult(False, NOT_PERMITTED)
