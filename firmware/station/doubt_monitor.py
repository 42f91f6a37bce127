"""Payments without an end: when the terminal may still have a request, and when too much is in doubt to ask for a card.

The theory. A terminal that has not answered may still ask whoever stands there for a card, for a payment of somebody else. So
for `LONGEST`, which is longer than one ever does, counted from its silence, or from the request where a power cut came between,
nobody is asked for a card.

Then it shows what a doubt says of the terminal. One that takes money and says nothing looks well on its line: it answers every
probe. So card sales stay closed where it has owed an answer for that long, and close when three doubts are unresolved, whatever
made them. A power cut's doubt alone does not close them: the terminal did nothing wrong, and may be another one by now; that
nobody at the machine knows the end is said by an alarm. A doubt is resolved by the terminal's late answer, or by a technician
who has compared and puts the machine back into sales. All instants are those of the facts: a restart changes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from firmware.ledger.ledger import Ledger
from firmware.protocol.facts import CONTRADICTED, MISMATCHED, UNANSWERED
from firmware.visit.interrupted import SILENT
from hal.ports import NEVER, Instant

MOST = 3
"""Unresolved doubts that close card sales."""
LONGEST = 180.0
"""Seconds for which the terminal may owe an answer, and for which one that gave none may ask for a card."""
OWED = (UNANSWERED, CONTRADICTED, MISMATCHED)
"""Why, in `InDoubt`, where the terminal fell silent, says what it denied, or debited what was not asked for."""


class Doubts(NamedTuple):
    """What the payments without an end mean for card sales."""

    closing: bool
    """They keep card sales closed."""
    busy_until: datetime | None
    """Until when, at most, the terminal may have a request that no screen awaits; None if it surely has none."""
    lasting: bool
    """One closes nothing, and has lasted for so long that nobody at the machine is likely to learn its end."""


NO_DOUBTS = Doubts(closing=False, busy_until=None, lasting=False)


class DoubtMonitor:
    """Watches the payments without an end of one station. A fact's instant is turned into a monotonic one when first seen."""

    def __init__(self) -> None:
        self._since: dict[tuple[str, datetime | None], Instant] = {}
        self._wake_at: Instant = NEVER

    def look(self, ledger: Ledger, wall: datetime, now: Instant) -> Doubts:
        """What the payments without an end mean now."""
        if not (ledger.unresolved or ledger.interrupted):
            self._since, self._wake_at = {}, NEVER
            return NO_DOUBTS
        known = {each: ledger.silent_since.get(each) for each in (*ledger.unresolved, *ledger.interrupted)}
        self._since = {(each, at): self._since.get((each, at), _instant(at, wall, now)) for each, at in known.items()}
        ends = {each: since + LONGEST for (each, _), since in self._since.items()}
        overdue = {each for each in ledger.unresolved if ends[each] <= now}
        closing = len(ledger.unresolved) >= MOST or any(ledger.unresolved[each] in OWED for each in overdue)
        silent = {*ledger.interrupted, *(each for each, why in ledger.unresolved.items() if why in SILENT)}
        dated = [ledger.silent_since[each] for each in silent if ends[each] > now and each in ledger.silent_since]
        self._wake_at = min((end for end in ends.values() if end > now), default=NEVER)
        busy_until = max((at + timedelta(seconds=LONGEST) for at in dated), default=None)
        return Doubts(closing, busy_until, bool(overdue) and not closing)

    @property
    def wake_at(self) -> Instant:
        """When one will have been for too long, and the terminal surely has let go of it."""
        return self._wake_at


def _instant(at: datetime | None, wall: datetime, now: Instant) -> Instant:
    """An instant of the wall clock as a monotonic one; one that lies ahead, or is not known, is now."""
    return now - max(0.0, (wall - at).total_seconds()) if at else now
