"""The clock in the service menu: setting it, and comparing it with a watch.

Setting the clock proves nothing: the technician then compares it with a watch, and only the OK to that ends a dispute between
the clock and the journal (`firmware/ledger/clock_evidence.py`). What it showed and what it was set to is in the journal.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import ClassVar

from msgspec.structs import replace

from firmware.ledger.clock_evidence import CONFIRMED
from firmware.screens.screen import Move
from firmware.screens.service.assisted import Assisted
from firmware.screens.service.readings import ReadingTrial
from firmware.screens.service.session import (
    ServiceScreen,
    Session,
    close_session,
    prepend_effects,
    service_fact,
    service_view,
    small,
)
from firmware.screens.service.wording import clock_name
from firmware.service.assistance import HelpTask
from firmware.service.inspection import Inspection
from firmware.visit.context import Context
from firmware.visit.effects import AskAssistant, Inspect
from firmware.visit.events import Event, TimedOut
from hal.ports import Hint, Key, KeyPressed, Line, Size, View

FORM = "../../.... ..:.."
"""Where the twelve digits of an instant go: day, month, year, hour, minute."""
DIGITS = FORM.count(".")
YEARS = range(2015, 2100)


def compare_clock(session: Session) -> Move:
    """The clock, to be compared with a watch."""
    return ClockTrial(session), Inspect()


class ClockTrial(ReadingTrial, frozen=True):
    """The date, the running seconds, and who keeps them right: the technician compares with a watch."""

    name: ClassVar[str] = "service clock"
    trial: ClassVar[str] = "clock"
    patience: ClassVar[float] = 1.0

    left: int = 50
    """Seconds until the session ends for want of an answer: each is another picture."""

    def on(self, event: Event, context: Context) -> Move:
        """A second passes."""
        if event == TimedOut():
            return replace(self, left=self.left - 1) if self.left > 1 else close_session(self.session)
        return super().on(event, context)

    def on_answer(self, event: Event, context: Context) -> Move:
        """A technician who finds it right ends a dispute between the clock and the journal; + sets it."""
        if event == KeyPressed(Key.PLUS):
            return ClockSetting(self.session)
        judged = super().on_answer(event, context)
        confirmed = self.found is not None and event == KeyPressed(Key.OK)
        return prepend_effects(judged, service_fact(self.session, CONFIRMED)) if confirmed else judged

    def detail(self, context: Context) -> str:
        """What was agreed to, or not."""
        return f"{context.now.isoformat(timespec='seconds')} {context.health.clock.quality}"

    def read(self, found: Inspection, context: Context) -> tuple[Line, ...]:
        """Date and time, and how far they were believed so far."""
        known = clock_name(context.health.clock.quality, context)
        return (
            Line(f"{context.now:{context.format.numeric_date} %H:%M:%S}", Size.MEDIUM),
            *small(context.say("{quality} · juste ? sinon + la règle", quality=known)),
        )


class ClockSetting(ServiceScreen, frozen=True):
    """Twelve digits, and OK when the watch comes to that minute."""

    name: ClassVar[str] = "service clock setting"

    typed: str = ""

    def on_answer(self, event: Event, context: Context) -> Move:
        """Digits, CORRECT; OK sets the clock, CANCEL leaves it."""
        match event:
            case KeyPressed(Key.CORRECT) if self.typed:
                return replace(self, typed=self.typed[:-1])
            case KeyPressed(Key.OK) if at := typed_instant(self.typed, context.now.tzinfo):
                said = f"{context.now.isoformat(timespec='seconds')} set to {at.isoformat()}"
                waiting = Assisted(self.session, HelpTask.CLOCK, compare_clock)
                return (
                    waiting,
                    service_fact(self.session, "clock being set", said),
                    AskAssistant(HelpTask.CLOCK, at.isoformat()),
                )
            case KeyPressed(Key.CANCEL):
                return self.session.then(self.session)
            case KeyPressed(key) if key.value.isdecimal() and len(self.typed) < DIGITS:
                return replace(self, typed=self.typed + key.value)
        return self

    def view(self, context: Context) -> View:
        """What was typed, in its form, and what the clock shows."""
        bad = len(self.typed) == DIGITS and typed_instant(self.typed, context.now.tzinfo) is None
        ask = context.say("Cette heure n’existe pas.") if bad else context.say("Jour, mois, année, heure, minute de la montre")
        return service_view(
            self,
            context,
            Line(_written(self.typed), Size.MEDIUM, cursor=True),
            *small(ask, context.say("L’horloge marque {now}", now=f"{context.now:{context.format.numeric_date} %H:%M:%S}")),
            hints=(
                Hint(Key.CORRECT, context.say("effacer")),
                Hint(Key.CANCEL, context.say("retour")),
                Hint(Key.OK, context.say("à la minute juste")),
            ),
        )


def typed_instant(typed: str, zone: tzinfo | None) -> datetime | None:
    """The instant of twelve digits; None for too few, and for one that no clock of this zone ever shows."""
    if len(typed) != DIGITS:
        return None
    day, month, year, hour, minute = (int(typed[start:end]) for start, end in ((0, 2), (2, 4), (4, 8), (8, 10), (10, 12)))
    try:
        at = datetime(year, month, day, hour, minute, tzinfo=zone)
    except ValueError:
        return None
    shown = at.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    return at if year in YEARS and shown == at.replace(tzinfo=None) else None


def _written(typed: str) -> str:
    """The digits with the signs between them."""
    digits = iter(typed)
    written = ""
    for sign in FORM:
        digit = next(digits, "") if sign == "." else sign
        if not digit:
            break
        written += digit
    return written.rstrip("/: ") if len(typed) < DIGITS else written
