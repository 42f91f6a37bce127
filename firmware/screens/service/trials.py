"""Trials of the devices, one by one.

A trial ends good, bad or left out. What a device can say for itself it is asked; what only eyes and ears can tell, the
technician is: OK is good, CANCEL is bad, MAX leaves it out.
"""

from __future__ import annotations

from textwrap import shorten
from typing import ClassVar

from msgspec.structs import replace

from firmware.screens.screen import Move
from firmware.screens.service import readings
from firmware.screens.service.clock import compare_clock
from firmware.screens.service.judged_trial import JudgedTrial
from firmware.screens.service.printing import PrinterTrial
from firmware.screens.service.session import ServiceScreen, Session, end_trial, service_view, small
from firmware.service.print_jobs import TrialOutcome, TrialResult
from firmware.visit.context import Context
from firmware.visit.effects import AskTerminal, Beep, Inspect
from firmware.visit.events import Event, TimedOut
from hal.ports import DoorClosed, Hint, Key, KeyHeld, KeyPressed, Line, Pattern, Size, TerminalIs, Tone, View

ORDER = ("keypad", "display", "buzzer", "printer", "terminal", "clock", "network", "power")
PATTERNS = tuple(Pattern)
NAMES = 24
"""Characters there is room for behind a word: names of keys are capitals, and wide."""


def begin_trial(trial: str, session: Session) -> Move:
    """Start this trial."""
    match trial:
        case "keypad":
            return KeypadTrial(session)
        case "display":
            return DisplayTrial(session)
        case "buzzer":
            return BuzzerTrial(session), Beep(Tone.WARNING)
        case "printer":
            return PrinterTrial(session)
        case "terminal":
            return TerminalTrial(session), AskTerminal()
        case "clock":
            return compare_clock(session)
        case "network":
            return readings.NetworkTrial(session), Inspect()
    return readings.PowerTrial(session), Inspect()


class KeypadTrial(ServiceScreen, frozen=True):
    """Every key is pressed once; the ones that were not are named."""

    name: ClassVar[str] = "service keypad"
    every_key: ClassVar[bool] = True
    patience: ClassVar[float] = 15.0
    """Seconds without a key new to it: then the rest count as missing."""

    seen: frozenset[Key] = frozenset()

    @property
    def missing(self) -> tuple[Key, ...]:
        """In the order of the panel."""
        return tuple(key for key in Key if key not in self.seen)

    def on(self, event: Event, context: Context) -> Move:
        """Silence ends the trial, not the session."""
        return self.on_answer(event, context) if isinstance(event, TimedOut) else super().on(event, context)

    def on_answer(self, event: Event, context: Context) -> Move:
        """A key is ticked off; the last one ends it well. CANCEL held, or silence, ends it as it is."""
        match event:
            case KeyPressed(key):
                pressed = replace(self, seen=self.seen | {key})
                return pressed if pressed.missing else end_trial(self.session, TrialResult("keypad", TrialOutcome.PASSED))
            case KeyHeld(Key.CANCEL) | TimedOut():
                names = " ".join(key.value for key in self.missing)
                return end_trial(self.session, TrialResult("keypad", TrialOutcome.FAILED, names))
        return self

    def view(self, context: Context) -> View:
        """How many are done, and the next that are not."""
        left = shorten(" ".join(key.value for key in self.missing), NAMES, placeholder="…")
        return service_view(
            self,
            context,
            Line(context.say("Pressez chaque touche une fois"), Size.SMALL),
            Line(f"{len(self.seen)} / {len(Key)}"),
            *small(context.say("Reste : {keys}", keys=left)),
            hints=(Hint(Key.CANCEL, context.say("tenue : finir")),),
        )


class DisplayTrial(ServiceScreen, frozen=True):
    """Patterns on the whole glass, one after the other."""

    name: ClassVar[str] = "service pattern"

    shown: int = 0

    def on_answer(self, event: Event, context: Context) -> Move:
        """Any key shows the next; after the last the technician judges."""
        match event:
            case KeyPressed() if self.shown + 1 < len(PATTERNS):
                return replace(self, shown=self.shown + 1)
            case KeyPressed():
                return DisplayJudgement(self.session)
        return self

    def view(self, context: Context) -> View:
        """The pattern; its name is for programs."""
        pattern = PATTERNS[self.shown]
        return replace(service_view(self, context, *small(pattern.value)), pattern=pattern)


class DisplayJudgement(JudgedTrial, frozen=True):
    """The patterns were shown, and the technician says whether the glass was whole."""

    name: ClassVar[str] = "service display"
    trial: ClassVar[str] = "display"

    def lines(self, context: Context) -> tuple[Line, ...]:
        """What should have been seen."""
        return small(context.say("Tout allumé, un cadre, seize gris :"), context.say("l’écran était-il entier ?"))


class BuzzerTrial(JudgedTrial, frozen=True):
    """One long beep; + sounds it again."""

    name: ClassVar[str] = "service buzzer"
    trial: ClassVar[str] = "buzzer"

    def on_answer(self, event: Event, context: Context) -> Move:
        """+ again; the rest is a verdict."""
        return (self, Beep(Tone.WARNING)) if event == KeyPressed(Key.PLUS) else super().on_answer(event, context)

    def lines(self, context: Context) -> tuple[Line, ...]:
        """What should have been heard."""
        return small(context.say("Un bip long : entendu ?"), context.say("+ pour l’entendre encore"))


class TerminalTrial(ServiceScreen, frozen=True):
    """The terminal is asked on its line; its protocol knows no payment of nothing, so no bank hears of it."""

    name: ClassVar[str] = "service terminal"
    patience: ClassVar[float] = 25.0
    """Longer than the driver needs for three tries."""

    def on(self, event: Event, context: Context) -> Move:
        """Its answer ends the trial; so does its silence."""
        match event:
            case TerminalIs(True):
                return end_trial(self.session, TrialResult("terminal", TrialOutcome.PASSED))
            case TerminalIs(False) | TimedOut():
                return end_trial(self.session, TrialResult("terminal", TrialOutcome.FAILED, context.say("ne répond pas")))
            case KeyPressed(Key.MAX):
                return end_trial(self.session, TrialResult("terminal", TrialOutcome.SKIPPED))
            case DoorClosed():
                return super().on(event, context)
        return self

    def view(self, context: Context) -> View:
        """Wait; and what this does not try."""
        return service_view(
            self,
            context,
            Line(context.say("Le terminal répond-il ?"), Size.MEDIUM),
            *small(context.say("Liaison seulement : Concert ne connaît"), context.say("pas de paiement à 0 €.")),
            hints=(Hint(Key.MAX, context.say("passer")),),
        )
