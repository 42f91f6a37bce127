"""PIN lock-out: waiting times after wrong PINs, per technician and for the machine.

The theory. The lock-out is a fold over facts, so it is what the journal says and survives a power cut. Wrong PINs are counted
for the person and for the machine: guessing at ten people in turn is as slow as guessing at one. From the third on each costs a
longer wait. A right PIN makes both forget.

Waiting is measured on the wall clock, the only one that goes on while there is no power. A clock that was set back keeps the
door shut until it is right again: whoever is outside is never let in by a clock.

Whoever reaches the keys (a cut wire reads as an open door) can keep everybody out while they type, and ten minutes more; a
person they know the number of, an hour. A one-time code (`firmware/protocol/access_code.py`) waits for nothing: nobody guesses
one of sixty among ten thousand million. It is used once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from firmware.protocol.facts import Fact, PinRefused, ServiceOpened

MACHINE = ""
"""Stands for everybody: no person has an empty number."""
FREE = 2
"""Wrong PINs that cost nothing: fingers slip in the rain."""
WAITS = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
)
"""What the third, the fourth… costs a person; all after the last cost as much as it."""
MACHINE_WAITS = WAITS[:3]
"""The same for everybody: 144 PINs a day, of a million."""
USED_KEPT = 100
"""One-time codes that are remembered; each was valid for an hour at the most, and each is a visit."""
NONE = timedelta()


@dataclass(frozen=True)
class WrongPins:
    """The wrong PINs since the last right one."""

    count: int
    at: datetime
    """Of the last; aware."""

    @property
    def until(self) -> datetime:
        """When this person may try the next."""
        return self.after(WAITS)

    def after(self, waits: tuple[timedelta, ...]) -> datetime:
        """When the next may be tried, where the costly ones cost this much."""
        costly = self.count - FREE
        return self.at + waits[min(costly, len(waits)) - 1] if costly > 0 else self.at


@dataclass(frozen=True)
class Lockout:
    """Wrong PINs of each technician and of the machine."""

    wrong: Mapping[str, WrongPins] = field(default_factory=dict)
    """By person; `MACHINE` is everybody together."""
    used: tuple[tuple[str, str], ...] = ()
    """The last one-time codes that opened the menu: person, and until when each was valid."""

    def after(self, fact: Fact) -> Lockout:
        """The lock-out after this fact."""
        match fact:
            case PinRefused(person, at):
                return replace(self, wrong={**self.wrong, person: self._more(person, at), MACHINE: self._more(MACHINE, at)})
            case ServiceOpened(person, code):
                used = (*self.used, (person, code))[-USED_KEPT:] if code else self.used
                kept = {who: wrong for who, wrong in self.wrong.items() if who not in (person, MACHINE)}
                return replace(self, wrong=kept, used=used)
        return self

    def wait(self, person: str, now: datetime) -> timedelta:
        """How long this person must wait yet, for their own sake or the machine's; nothing if they may try."""
        waits = {person: WAITS, MACHINE: MACHINE_WAITS}
        untils = [self.wrong[who].after(each) for who, each in waits.items() if who in self.wrong]
        return max([NONE, *(until - now for until in untils)])

    def _more(self, who: str, at: datetime) -> WrongPins:
        return WrongPins(self.wrong[who].count + 1 if who in self.wrong else 1, at)
