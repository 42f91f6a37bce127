"""State explorer: breadth-first walk over every screen and every event of the station.

Screens are values, so the whole machine can be walked breadth-first: feed every event to every machine seen, remember what
comes out. The walk draws `docs/screens.md` and is what the laws of the visit are proven over.

To stay finite it types one plate, with a look-alike in it, and buys one unit or the most; to stay short, what lies over a
screen (help, a countdown) hears of no device. More of the same leads nowhere new. `peopled` gives the plate rights in the
register and purchases behind it, so that every way is there: a resident who prolongs, a free day, a maximum that is reached;
a technician whose next wrong PIN costs a wait; another plate whose payment a power cut interrupted, and who asks for its
receipt. Of a count of seconds, and of rounds of idle pages, only the first and the last hear of anything but the time, and what
lies between is one passage: all its seconds at once. Of pages of help, only the first hears of all keys. What is typed while a
visit ends is not walked, but only the notice that it is not taken (`tests/laws/test_typed_whole.py` types it).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from firmware.domain.parking_right import ParkingRight
from firmware.domain.reference import SaleNumber, reference_of
from firmware.ledger.ledger import Ledger
from firmware.ledger.lockout import FREE, MACHINE, Lockout, WrongPins
from firmware.machine import Machine
from firmware.protocol.facts import RightSold
from firmware.screens.choice import RegimeChoice, VehicleChoice
from firmware.screens.idle import ROUNDS, Idle
from firmware.screens.info import Info
from firmware.screens.not_taken import NotTaken
from firmware.screens.out_of_service import Covered
from firmware.screens.payment import LONGEST_COUNT, Authorising, PayAgain, PaymentFailed, Presenting, Stopping
from firmware.screens.payment_ended import RETURNED_WITHIN, Cancelled, Returning
from firmware.screens.plate import PlateEntry, SecondLook, TicketByCode
from firmware.screens.question import StillThere
from firmware.screens.screen import Screen
from firmware.screens.ticket import Paid
from firmware.tariff import Holding, RateKey, Stay, ladder
from firmware.visit.context import Context
from firmware.visit.effects import Effect
from firmware.visit.events import DebitReturning, Event, TimedOut
from firmware.visit.health import Health
from firmware.visit.offers import card_reference
from hal.ports import (
    Approved,
    Declined,
    DoorOpened,
    Key,
    KeyHeld,
    KeyPressed,
    NotPrinted,
    Printed,
    PrinterIs,
    PrinterState,
    Reason,
    Reversed,
    TerminalIs,
    Unanswered,
)
from simulator.explorer.service_events import PERSON, is_service, service_events

KEYS = (Key.CANCEL, Key.CORRECT, Key.MAX, Key.INFO)
HARDWARE = (PrinterIs(PrinterState.OK), PrinterIs(PrinterState.OUT), TerminalIs(True), TerminalIs(False))
TYPED, MEANT = "1AAO1", "1AA01"
"""The plate that is walked, and the reading of it that the second look suggests."""
OTHER = "AB123CD"
"""The plate of whom a power cut interrupted."""
RIGHTS = ("resident", "cmi_s", "pro_public", "low_emission")
PAID_REGIMES = ("resident", "pro_public")
"""Regimes under which one unit is already paid: one day of seven, and the only free day there is."""


@dataclass(frozen=True)
class Passage:
    """Transition: one event fed to one machine."""

    before: Machine
    event: Event
    after: Machine
    effects: tuple[Effect, ...]


def peopled(context: Context) -> Context:
    """Give the plate that is walked its rights, purchases, a technician's wrong PINs and another's interrupted payment."""
    held = tuple(Holding(right, frozenset({context.site.sector})) for right in RIGHTS)
    units = {regime: ladder(context.tariffs, RateKey(context.site.zone, regime), context.now)[0] for regime in PAID_REGIMES}
    stays = {(MEANT, context.site.zone, regime): Stay().after(quote) for regime, quote in units.items()}
    tried = Lockout(dict.fromkeys((PERSON, MACHINE), WrongPins(FREE, context.now)))
    ledger = Ledger(len(stays), stays=stays, classes={key: units[key[2]].vehicle for key in stays}, lockout=tried)
    doubtful = _interrupted(context)
    ledger = replace(ledger, doubts={doubtful.reference: doubtful})
    return replace(context, holdings=lambda plate: held if plate == MEANT else (), ledger=ledger, ends_in=105)


def _interrupted(context: Context) -> ParkingRight:
    """An hour that somebody else was paying when the power went."""
    site = context.site
    hour = ladder(context.tariffs, RateKey(site.zone), context.now)[3]
    return ParkingRight(
        reference=reference_of(SaleNumber(site.station, 1, 1)),
        plate=OTHER,
        zone=hour.zone,
        sector=site.sector,
        regime=hour.regime,
        vehicle=hour.vehicle,
        start=hour.start,
        end=hour.end,
        units=hour.units,
        cents=hour.cents,
        tariff=hour.tariff,
    )


def passages(context: Context) -> Iterator[Passage]:
    """Every transition, breadth-first from an idle station whose devices work, and from one that has just started."""
    idle = Machine(health=Health(PrinterState.OK, terminal=True, door_open=False))
    drawn = Idle(recalls=2), _code_typed(context), Covered(OTHER), NotTaken()
    queue = [idle, *(replace(idle, screen=screen) for screen in drawn)]
    seen = set(queue)
    for before in queue:
        for event in events_for(before):
            after, effects = _fed(before, event, _remembering(before.screen, context))
            yield Passage(before, event, after, effects)
            if after not in seen:
                seen.add(after)
                queue.append(after)


def _fed(before: Machine, event: Event, context: Context) -> tuple[Machine, tuple[Effect, ...]]:
    """What an event makes of a machine; in the midst of a count, what all seconds to its last one make of it."""
    after, effects = before.feed(event, before.since, context)
    after = replace(after, untaken=before.untaken)
    while event == TimedOut() and _only_waits(before.screen) and _only_waits(after.screen):
        after, more = after.feed(event, after.since, context)
        effects = (*effects, *more)
    return after, effects


def _remembering(screen: Screen, context: Context) -> Context:
    """The context of a screen after a payment: it stands in the ledger, may turn out to be one, and may be given back."""
    if isinstance(screen, PaymentFailed | PayAgain | Cancelled):
        return replace(context, ledger=replace(context.ledger, refused={screen.right.reference: screen.right}))
    if isinstance(screen, Paid):
        return replace(context, ledger=replace(context.ledger, sold={screen.right.reference: RightSold(screen.right)}))
    return context


def _code_typed(context: Context) -> TicketByCode:
    """The screen of who typed the code of the interrupted payment's receipt: a key draws it, so its letters are not walked."""
    return TicketByCode(_interrupted(context), doubtful=True, typing=PlateEntry(TYPED))


def events_for(machine: Machine) -> Iterator[Event]:
    """Events that can happen to a machine: keys, time, devices, and what its terminal and printer can answer."""
    screen = machine.screen
    if is_service(machine):
        yield from service_events(machine)
        return
    if _only_waits(screen):
        yield TimedOut()
        return
    if isinstance(screen, Info) and screen.page:
        yield from (KeyPressed(Key.INFO), KeyPressed(Key.OK), TimedOut())
        return
    if screen == Idle() and machine.health.terminal:
        yield DoorOpened()
    yield from (KeyPressed(key) for key in (*_letters(screen), *KEYS))
    if _leads_on(screen):
        yield KeyPressed(Key.OK)
    if isinstance(screen, RegimeChoice | VehicleChoice):
        yield KeyPressed(Key.PLUS)
    yield KeyHeld(Key.CORRECT)
    yield TimedOut()
    if not isinstance(screen, Info | StillThere | NotTaken):
        yield from HARDWARE
    right = getattr(screen, "right", None)
    if right is not None:
        reference = card_reference(right.reference)
        yield from (Approved(reference, right.cents), Approved(reference, right.cents + 1), Unanswered(reference))
        yield from (Declined(reference, reason) for reason in Reason)
        yield from (Printed(right.reference), NotPrinted(right.reference, PrinterState.OUT))
        if isinstance(screen, Paid) and right.cents:
            yield Reversed(reference)
        if isinstance(screen, Presenting | Authorising | Stopping):
            yield DebitReturning(reference)


def _only_waits(screen: Screen) -> bool:
    """Whether it stands in the midst of a count, of which only the first and the last are told anything but the time."""
    match screen:
        case Authorising() | Stopping():
            return 15 < screen.waited < LONGEST_COUNT
        case StillThere():
            return 1 < screen.left < StillThere(screen.before).left
        case Returning():
            return 0 < screen.waited < RETURNED_WITHIN - 1
        case Idle():
            return 0 < screen.rounds < ROUNDS - 1
    return False


def _letters(screen: Screen) -> Iterator[Key]:
    """The next letter of the plate that is walked; to a vehicle, where OK leads as far, no digit."""
    under = screen.before if isinstance(screen, Info) else screen
    typed = under.plate if isinstance(under, PlateEntry) else ""
    if not isinstance(screen, VehicleChoice) and TYPED.startswith(typed) and len(TYPED) > len(typed):
        yield Key(TYPED[len(typed)])


def _leads_on(screen: Screen) -> bool:
    """Whether OK is walked: not of half a plate (one letter is looked at, and corrected), nor of a class between the others."""
    if isinstance(screen, PlateEntry):
        return len(screen.plate) in (0, 1, len(TYPED))
    if isinstance(screen, VehicleChoice):
        return screen.chosen in (0, len(screen.options) - 1)
    return not isinstance(screen, SecondLook) or screen.doubt.suggestion is not None
