"""Every screen the visit can reach, found by trying. Knows no clock, no wire, no disk.

Screens are values, so the whole machine can be walked breadth-first: feed every event to every machine seen, remember what
comes out. The walk draws `docs/screens.md` and is what the laws of the visit are proven over. To stay finite it types one plate
(with a look-alike in it) and buys one hour or the most: more of the same leads nowhere new.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from firmware.effects import Effect
from firmware.events import Event, TimedOut
from firmware.health import Health
from firmware.here import Here, card_reference
from firmware.machine import Machine
from firmware.screens.plate import Typing
from hal.ports import (
    Approved,
    Declined,
    Held,
    Key,
    NotPrinted,
    Pressed,
    Printed,
    PrinterIs,
    PrinterState,
    Reason,
    TerminalIs,
    Unanswered,
)

KEYS = (Key.OK, Key.CANCEL, Key.CORRECT, Key.MAX, Key.INFO)
HARDWARE = (PrinterIs(PrinterState.OK), PrinterIs(PrinterState.OUT), TerminalIs(True), TerminalIs(False))
WALKED_PLATES = ("1AAO1",)


@dataclass(frozen=True)
class Passage:
    """One event fed to one machine."""

    before: Machine
    event: Event
    after: Machine
    effects: tuple[Effect, ...]


def passages(here: Here) -> Iterator[Passage]:
    """Every passage there is, breadth-first from an idle station whose devices are well."""
    first = Machine(health=Health(PrinterState.OK, terminal=True))
    seen, waiting = {first}, [first]
    for before in waiting:
        for event in events_for(before):
            after, effects = before.fed(event, before.since, here)
            yield Passage(before, event, after, effects)
            if after not in seen:
                seen.add(after)
                waiting.append(after)


def events_for(machine: Machine) -> Iterator[Event]:
    """What can happen to this machine: keys, time, devices, and what its terminal and printer can answer."""
    yield from (Pressed(key) for key in _letters(machine))
    yield from (Pressed(key) for key in KEYS)
    yield Held(Key.CORRECT)
    yield TimedOut()
    yield from HARDWARE
    right = getattr(machine.screen, "right", None)
    if right is not None:
        reference = card_reference(right.reference)
        yield from (Approved(reference, right.cents), Approved(reference, right.cents + 1), Unanswered(reference))
        yield from (Declined(reference, reason) for reason in Reason)
        yield from (Printed(right.reference), NotPrinted(right.reference, PrinterState.OUT))


def _letters(machine: Machine) -> Iterator[Key]:
    """The next letter of a plate that is walked: a very short one, and one with a look-alike."""
    typed = machine.screen.plate if isinstance(machine.screen, Typing) else ""
    for plate in WALKED_PLATES:
        if plate.startswith(typed) and len(plate) > len(typed):
            yield Key(plate[len(typed)])
