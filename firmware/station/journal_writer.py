"""Writes a station's facts; those that could not be written are kept and tried again, for as long as `write_failure` says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from firmware.journal.journal_file import JournalError
from firmware.journal.line import JournalLine
from firmware.protocol.facts import Fact
from firmware.station.write_failure import RETRY, WriteFailure, bad_journal, write_failure
from hal.ports import NEVER, Clock, Instant

Written = Callable[[Fact, datetime, Instant], None]
"""Told of each fact that is on disk."""


class JournalWriter:
    """The writing end of one station's journals."""

    def __init__(self, journal: JournalLine, clock: Clock, written: Written) -> None:
        self._journal, self._clock, self._written = journal, clock, written
        self.failure: WriteFailure | None = None

    @property
    def wake_at(self) -> Instant:
        """When what is kept is to be tried again."""
        return self.failure.wake_at if self.failure else NEVER

    def check(self) -> None:
        """Raises JournalError while something waits to be written."""
        if self.failure:
            raise self.failure.error

    def write(self, fact: Fact, now: Instant) -> None:
        """Write a fact, dated now; it is on disk when this returns. Raises JournalError, also while others wait before it."""
        self.check()
        self._append(fact, now)

    def keep(self, error: JournalError, facts: Iterable[Fact], now: Instant) -> WriteFailure:
        """Keep what could not be written, behind what waits already."""
        self.failure = (self.failure or write_failure(error, now)).plus(facts)
        return self.failure

    def stop(self, error: JournalError, now: Instant) -> WriteFailure:
        """The journal is bad: write nothing more."""
        self.failure = bad_journal(error, now)
        return self.failure

    def stay(self, now: Instant) -> None:
        """Do not leave yet: somebody is at the menu of a broken journal. It is tried again meanwhile."""
        if self.failure:
            self.failure = replace(self.failure, since=now)

    def try_again(self, now: Instant) -> bool:
        """Write what waits, if it is time; whether nothing waits any more. Raises JournalError when the process must leave."""
        failure = self.failure
        if failure is None or now < failure.wake_at:
            return False
        if not failure.facts:
            raise failure.error
        try:
            for done, fact in enumerate(failure.facts):
                self.failure = replace(failure, facts=failure.facts[done:], retry_at=now + RETRY)
                self._append(fact, now)
        except JournalError:
            if now >= failure.leave_at:
                raise
            return False
        self.failure = None
        return True

    def _append(self, fact: Fact, now: Instant) -> None:
        at = self._clock.wall()
        self._journal.append(fact, at, now)
        self._written(fact, at, now)
