"""Session of a technician, and the base of all service screens.

The theory. Every screen of the menu is a `ServiceScreen`: it knows its session, and two things end it whatever it shows: the
door is closed, or nobody has pressed a key for two minutes. What a technician does is recorded with the person's number before
it is done. A trial does not know whether it is one of many: it hands its result to `session.then`.
"""

from __future__ import annotations

from collections.abc import Callable
from textwrap import wrap
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

from firmware.protocol.facts import ServiceClosed, ServiceDone
from firmware.protocol.person import Role
from firmware.screens.screen import Move, Screen, VisitOver
from firmware.screens.service.wording import result_detail, trial_name, verdict_name
from firmware.service.print_jobs import TrialOutcome, TrialResult
from firmware.visit.context import Context
from firmware.visit.effects import Effect, Record
from firmware.visit.events import Event, TimedOut
from firmware.visit.words import DISPLAY_COLUMNS
from hal.ports import DoorClosed, Hint, Key, KeyPressed, Line, Size, View

DETAIL_LINES = 3
"""Room for the names of all keys."""
SILENCE = 120.0
"""Seconds without a key after which nobody is believed to be there."""


class Session(Struct, frozen=True):
    """The session of a person whose PIN was right."""

    person: str
    home: Callable[[Session], Move]
    """Back to the menu."""
    then: Callable[[Session], Move]
    """What follows a trial; the results so far are in the session it is given."""
    results: tuple[TrialResult, ...] = ()
    step: str = ""
    """`3/8` in a guided round; empty otherwise."""
    role: Role = "technician"
    """What the menu opens for them."""


class ServiceScreen(Screen, frozen=True):
    """A screen of the menu."""

    patience: ClassVar[float] = SILENCE

    session: Session

    def on(self, event: Event, context: Context) -> Move:
        """The door and silence end the session; everything else is the screen's own."""
        if isinstance(event, DoorClosed | TimedOut):
            return close_session(self.session)
        return self.on_answer(event, context)

    def on_answer(self, event: Event, context: Context) -> Move:
        """The next screen, for any other event."""
        raise NotImplementedError


def close_session(session: Session) -> Move:
    """End the session, and record it."""
    return VisitOver(), Record(ServiceClosed(session.person))


def service_fact(session: Session, action: str, detail: str = "") -> Record:
    """The fact that this person does this."""
    return Record(ServiceDone(session.person, action, detail))


def service_view(screen: ServiceScreen, context: Context, *middle: Line, hints: tuple[Hint, ...] = ()) -> View:
    """The view with the band of the menu on top: whose session it is, and how far a guided round has come."""
    who = context.say("Service {person}", person=screen.session.person)
    return View(
        screen.name, f"{who} · {screen.session.step}" if screen.session.step else who, f"{context.now:%H:%M}", middle, hints
    )


def small(*texts: str) -> tuple[Line, ...]:
    """Lines of running text."""
    return tuple(Line(text, Size.SMALL) for text in texts)


def end_trial(session: Session, result: TrialResult) -> Move:
    """End a trial: record its result; show it, unless a guided round goes on after a passed one."""
    detail = f"{result.verdict.value}: {result.detail}" if result.detail else result.verdict.value
    told = service_fact(session, f"{result.trial} test", detail)
    after = replace(session, results=(*session.results, result))
    if session.step and result.verdict is not TrialOutcome.FAILED:
        return prepend_effects(after.then(after), told)
    return Outcome(after, result), told


def prepend_effects(move: Move, *before: Effect) -> Move:
    """The same move with effects to perform before its own."""
    if isinstance(move, Screen):
        return (move, *before)
    screen, *after = move
    effects = (*before, *after)
    return (screen, *effects)


class Outcome(ServiceScreen, frozen=True):
    """How a trial or a print ended, and why."""

    name: ClassVar[str] = "service result"

    result: TrialResult

    def on_answer(self, event: Event, context: Context) -> Move:
        """Any key goes on."""
        return self.session.then(self.session) if isinstance(event, KeyPressed) else self

    def view(self, context: Context) -> View:
        """Good, bad or left out; the reason below."""
        why = wrap(result_detail(self.result, context), DISPLAY_COLUMNS, max_lines=DETAIL_LINES, placeholder="…")
        size = Size.SMALL if len(why) > 1 else Size.MEDIUM
        title = Line(trial_name(self.result.trial, context), size, beside=verdict_name(self.result.verdict, context))
        return service_view(self, context, title, *small(*why), hints=(Hint(Key.OK, context.say("suite")),))
