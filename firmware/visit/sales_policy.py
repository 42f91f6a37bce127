"""What still works is sold.

The theory. One question, asked in one order: what keeps this machine from selling? The first answer is its fault code, the one
a motorist can quote. Some things end every sale: nothing may be dated by a wrong clock or priced without a tariff, and a
technician's word stands. Others only end payments: a free right needs no bank, and is one line in the journal. The rest ends
nothing: without paper the plate is registered all the same, and an open door may be a cut wire.
"""

from __future__ import annotations

from dataclasses import dataclass

from firmware.visit.health import Health

FREE_DESPITE = frozenset({"", "T1", "A1"})
"""The codes under which a right that costs nothing is still given."""


@dataclass(frozen=True)
class Sells:
    """What may begin now."""

    paid: bool
    """A right that costs something."""
    free: bool
    """A right that costs nothing."""
    ticket: bool
    """A ticket can be promised: of these, and of what was sold before."""


def code(health: Health, *, tariff: bool, stopped: bool) -> str:
    """What keeps this machine from taking money; empty when nothing does. `tariff`: one is in force here, now.

    `stopped`: a technician has taken the machine out of sales.
    """
    if stopped:
        return "S1"
    if health.clock.wrong:
        return "C1"
    if not tariff:
        return "P1"
    if health.terminal is None:
        return "T0"
    if health.mains is False:
        return "A1"
    return "" if health.terminal else "T1"


def sells(health: Health, *, tariff: bool, stopped: bool) -> Sells:
    """What still works, sold."""
    found = code(health, tariff=tariff, stopped=stopped)
    return Sells(paid=not found, free=found in FREE_DESPITE, ticket=health.prints)
