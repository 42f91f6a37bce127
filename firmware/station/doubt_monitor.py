"""Payments without an end: when the terminal may still have a request, and when too much is in doubt to ask for a card.

The theory. A terminal that takes money and says nothing looks well on its line: it answers every probe. What shows is that
payments end in doubt. So card sales close when three doubts are unresolved, whatever made them, or when one that the terminal
owes an answer has been for three minutes. A power cut's doubt alone does not close them: the terminal did nothing wrong. A
doubt is resolved by the terminal's late answer, or by a technician who has compared and puts the machine back into sales.

A terminal that has not answered may still ask whoever stands there for a card, for a payment of somebody else. So for as long
as one ever does (`OPEN_FOR`), counted from its silence, or from the request where a power cut came between, nobody is asked
for a card. All instants are those of the facts: a restart changes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from firmware.ledger.ledger import Ledger
from firmware.protocol.facts import CONTRADICTED, MISMATCHED, POWER_CUT, UNANSWERED
from hal.ports import NEVER, Instant

MOST = 3
"""Unresolved doubts that close card sales."""
LONGEST = 180.0
"""Seconds for which the terminal may owe an answer."""
OPEN_FOR = 150.0
"""Seconds: the longest for which a terminal that has not answered asks for a card."""
OWED = (UNANSWERED, CONTRADICTED, MISMATCHED)
"""Why, in `InDoubt`, where the terminal fell silent, says what it denied, or debited what was not asked for."""
MAY_BE_OPEN = (UNANSWERED, POWER_CUT)
"""Why, where the terminal has not answered."""


class DoubtMonitor:
    """Watches the payments without an end of one station. A fact's instant is turned into a monotonic one when first seen."""

    def __init__(self) -> None:
        self._since: dict[tuple[str, datetime | None], Instant] = {}
        self._wake_at: Instant = NEVER

    def look(self, ledger: Ledger, wall: datetime, now: Instant) -> tuple[bool, datetime | None]:
        """Whether doubts keep card sales closed; and until when, at most, the terminal may have a request no screen awaits."""
        known = {each: ledger.silent_since.get(each) for each in (*ledger.unresolved, *ledger.interrupted)}
        self._since = {(each, at): self._since.get((each, at), _instant(at, wall, now)) for each, at in known.items()}
        overdue = min((self._seen(ledger, each) for each, why in ledger.unresolved.items() if why in OWED), default=NEVER)
        closing = len(ledger.unresolved) >= MOST or overdue + LONGEST <= now
        silent = (each for each, why in ledger.unresolved.items() if why in MAY_BE_OPEN)
        ends = {each: self._seen(ledger, each) + OPEN_FOR for each in (*silent, *ledger.interrupted)}
        dated = {each: ledger.silent_since[each] for each, end in ends.items() if end > now and each in ledger.silent_since}
        self._wake_at = min([NEVER if closing else overdue + LONGEST, *(ends[each] for each in dated)])
        return closing, max((at + timedelta(seconds=OPEN_FOR) for at in dated.values()), default=None)

    @property
    def wake_at(self) -> Instant:
        """When one will have been for too long, or the terminal surely has let go of one."""
        return self._wake_at

    def _seen(self, ledger: Ledger, reference: str) -> Instant:
        return self._since[reference, ledger.silent_since.get(reference)]


def _instant(at: datetime | None, wall: datetime, now: Instant) -> Instant:
    """An instant of the wall clock as a monotonic one; one that lies ahead, or is not known, is now."""
    return now - max(0.0, (wall - at).total_seconds()) if at else now
