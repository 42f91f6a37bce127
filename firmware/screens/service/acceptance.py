"""Acceptance test: guided trials of all devices in a minute, and a signed report."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from msgspec.structs import replace

from firmware.screens.screen import Move
from firmware.screens.service import trials
from firmware.screens.service.printing import print_job
from firmware.screens.service.session import (
    ServiceScreen,
    Session,
    prepend_effects,
    service_fact,
    service_view,
    small,
)
from firmware.screens.service.wording import verdict_name
from firmware.service.print_jobs import AcceptanceReport, TrialOutcome, TrialResult
from firmware.visit.context import Context
from firmware.visit.events import Event
from hal.ports import Hint, Key, KeyPressed, Line, View

MARK = "HDA1"
"""The first field of a signed report."""


def begin_acceptance(session: Session, context: Context) -> Move:
    """Start the acceptance test with its first trial; the menu follows the report."""
    return prepend_effects(next_trial(replace(session, then=next_trial, results=())), service_fact(session, "acceptance begun"))


def next_trial(session: Session) -> Move:
    """The first trial without a result; the report once all have one."""
    done = len(session.results)
    if done == len(trials.ORDER):
        return AcceptanceDone(replace(session, step=""))
    return trials.begin_trial(trials.ORDER[done], replace(session, step=f"{done + 1}/{len(trials.ORDER)}"))


class AcceptanceDone(ServiceScreen, frozen=True):
    """All verdicts; OK signs and prints them."""

    name: ClassVar[str] = "service acceptance"

    def on_answer(self, event: Event, context: Context) -> Move:
        """OK: the digest is in the journal before the paper is in anybody's hand. CANCEL drops the round."""
        session = self.session
        match event:
            case KeyPressed(Key.OK):
                text = report_text(context.site.station, session.person, context.now, session.results)
                paper = AcceptanceReport(text, session.results)
                back = replace(session, then=session.home, results=())
                done = service_fact(session, "acceptance", f"{overall_outcome(session.results).value} sha256 {digest(text)}")
                return prepend_effects(print_job(back, paper, "acceptance report", context), done)
            case KeyPressed(Key.CANCEL):
                return prepend_effects(session.home(session), service_fact(session, "acceptance", "dropped"))
        return self

    def view(self, context: Context) -> View:
        """The verdict on all, and how many of each."""
        verdicts = [result.verdict for result in self.session.results]
        passed, failed, skipped = (verdicts.count(verdict) for verdict in TrialOutcome)
        counts = context.say("{passed} bons, {failed} défauts, {skipped} passés", passed=passed, failed=failed, skipped=skipped)
        return service_view(
            self,
            context,
            Line(verdict_name(overall_outcome(self.session.results), context)),
            *small(counts),
            hints=(Hint(Key.CANCEL, context.say("abandonner")), Hint(Key.OK, context.say("signer, imprimer"))),
        )


def overall_outcome(results: Iterable[TrialResult]) -> TrialOutcome:
    """The outcome of all trials: passed only if each did; a skipped one makes it skipped."""
    verdicts = {result.verdict for result in results}
    if TrialOutcome.FAILED in verdicts:
        return TrialOutcome.FAILED
    return TrialOutcome.SKIPPED if TrialOutcome.SKIPPED in verdicts else TrialOutcome.PASSED


def report_text(station: str, person: str, at: datetime, results: tuple[TrialResult, ...]) -> str:
    """What is signed: fields joined by `|`, each trial with its verdict. A separator in a detail would forge a field."""
    trials = (f"{result.trial}={result.verdict.value}" for result in results)
    return "|".join((MARK, station, person, at.isoformat(timespec="seconds"), *trials))


def digest(text: str) -> str:
    """SHA-256 of the unsigned text, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
