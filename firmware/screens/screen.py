"""Base of all screens: event in, next screen and effects out.

A screen is a frozen value: it is told an event and returns the next screen, alone or followed by what to do, in order.
Returning itself means that nothing happened (the machine then sounds "ignored" for a key).
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from firmware.domain.parking_right import ParkingRight
from firmware.domain.plate import grouped
from firmware.domain.purchase import Purchase
from firmware.visit.context import Context
from firmware.visit.effects import Effect
from firmware.visit.events import Event, TimedOut
from firmware.visit.words import hour, price
from hal.ports import NEVER, Hint, Key, KeyPressed, Line, Size, Strip, View

MOST_OVER_HINTS = 3
"""Lines of a screen that has room for hints below them."""


class Screen(Struct, frozen=True):
    """One thing the motorist sees."""

    name: ClassVar[str] = ""
    """What programs, visits and docs call it."""
    patience: ClassVar[float] = NEVER
    """Seconds until it is told `TimedOut`; counted anew when, and only when, the screen changes."""

    every_key: ClassVar[bool] = False
    """Whether it is told of LANG too, which elsewhere changes the language."""

    @property
    def awaits(self) -> str:
        """The reference of the payment whose end this screen is waiting for; empty for none."""
        return ""

    def on(self, event: Event, context: Context) -> Move:
        """The next screen, and what to do."""
        raise NotImplementedError

    def on_sold(self, sold: ParkingRight, context: Context) -> Move:
        """The next screen when the bank says yes, late, to a payment that this screen does not await. It is written down."""
        return self

    def view(self, context: Context) -> View:
        """What the display shows."""
        raise NotImplementedError

    def explain(self, context: Context) -> str:
        """One more sentence, for INFO; empty where INFO must not interrupt."""
        return ""

    def uncovered(self, event: Event, context: Context) -> Move:
        """The next screen when a key lifts off what lay over this one (the help, a countdown): this one, exactly as it was."""
        return self

    def priced_purchase(self) -> Purchase:
        """Whose price scale INFO shows: a visitor's car, until something else is chosen."""
        return Purchase("")


class VisitOver(Screen, frozen=True):
    """The visit is over: the machine shows its idle screen. (So no screen needs to know the idle one.)"""

    rounds: int = 0
    """Rounds of idle pages since the last visit: what is over then is a round."""
    typed: Key | None = None
    """The letter or digit that ended the visit: it begins the next plate, as on the idle screen."""


class NoticeScreen(Screen, frozen=True):
    """Something to read: any key, or time, ends the visit."""

    def on(self, event: Event, context: Context) -> Move:
        """Nothing here can be answered wrongly, and no key is lost: the next motorist may be typing already."""
        match event:
            case KeyPressed(key):
                return VisitOver(typed=key if key.character else None)
            case TimedOut():
                return VisitOver()
        return self


Move = Screen | tuple[Screen, *tuple[Effect, ...]]


def visit_view(
    screen: Screen,
    context: Context,
    *middle: Line,
    hints: tuple[Hint, ...] = (),
    strip: Strip | None = None,
    code: str = "",
) -> View:
    """The view with the band on top, where there is room for it: zone and clock. The address stands on an idle page."""
    zone = context.say("Zone {zone}", zone=context.site.zone)
    return View(screen.name, zone, clock_text(context), middle, hints, strip, code)


def clock_text(context: Context) -> str:
    """The time as the glass shows it; none that is known to be wrong."""
    return "-- h --" if context.health.clock.wrong else hour(context.now.time(), context)


def plate_and_amount(right: ParkingRight, context: Context) -> Line:
    """Whose payment, and how much: stands on every screen of a payment, so that nobody pays another's."""
    return Line(grouped(right.plate), Size.MEDIUM, beside=price(right.cents, context))


def below(lines: tuple[Line, ...], *hints: Hint) -> tuple[Hint, ...]:
    """The hints of a screen, where its lines leave room for them."""
    return hints if len(lines) <= MOST_OVER_HINTS else ()
