"""Every device in turn, guided, in a minute; at its end a signed report. Knows no clock, no wire, no disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from firmware.events import Event
from firmware.here import Here
from firmware.papers import AcceptanceReport, Result, Verdict
from firmware.screens.screen import Move
from firmware.screens.service import trials
from firmware.screens.service.printing import printed
from firmware.screens.service.session import Served, Session, joined, noted, panel, small, verdict_name
from hal.ports import Hint, Key, Line, Pressed, View

MARK = "HDA1"
"""The first field of a signed report."""


def begun(session: Session, here: Here) -> Move:
    """The first trial. What the menu is goes on after the report."""
    return joined(next_trial(replace(session, then=next_trial, results=())), noted(session, "acceptance begun"))


def next_trial(session: Session) -> Move:
    """The first trial without a result; the report once all have one."""
    tried = len(session.results)
    if tried == len(trials.ORDER):
        return Report(replace(session, step=""))
    return trials.tried(trials.ORDER[tried], replace(session, step=f"{tried + 1}/{len(trials.ORDER)}"))


@dataclass(frozen=True)
class Report(Served):
    """All verdicts; OK signs and prints them."""

    name: ClassVar[str] = "service acceptance"

    def answered(self, event: Event, here: Here) -> Move:
        """OK: the digest is in the journal before the paper is in anybody's hand. CANCEL drops the round."""
        session = self.session
        match event:
            case Pressed(Key.OK):
                text = report_text(here.site.station, session.person, here.now, session.results)
                paper = AcceptanceReport(text, session.results)
                back = replace(session, then=session.home, results=())
                done = noted(session, "acceptance", f"{overall(session.results).value} sha256 {digest(text)}")
                return joined(printed(back, paper, "acceptance report", here), done)
            case Pressed(Key.CANCEL):
                return joined(session.home(session), noted(session, "acceptance", "dropped"))
        return self

    def view(self, here: Here) -> View:
        """The verdict on all, and how many of each."""
        verdicts = [result.verdict for result in self.session.results]
        passed, failed, skipped = (verdicts.count(verdict) for verdict in Verdict)
        counts = here.say("{passed} bons, {failed} défauts, {skipped} passés", passed=passed, failed=failed, skipped=skipped)
        return panel(
            self,
            here,
            Line(verdict_name(overall(self.session.results), here)),
            *small(counts),
            hints=(Hint(Key.CANCEL, here.say("abandonner")), Hint(Key.OK, here.say("signer, imprimer"))),
        )


def overall(results: Iterable[Result]) -> Verdict:
    """Good only where every trial was; one left out leaves the whole untried."""
    verdicts = {result.verdict for result in results}
    if Verdict.FAILED in verdicts:
        return Verdict.FAILED
    return Verdict.SKIPPED if Verdict.SKIPPED in verdicts else Verdict.PASSED


def report_text(station: str, person: str, at: datetime, results: tuple[Result, ...]) -> str:
    """What is signed: fields joined by `|`, each trial with its verdict. A separator in a detail would forge a field."""
    trials = (f"{result.trial}={result.verdict.value}" for result in results)
    return "|".join((MARK, station, person, at.isoformat(timespec="seconds"), *trials))


def digest(text: str) -> str:
    """SHA-256 of the unsigned text, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
