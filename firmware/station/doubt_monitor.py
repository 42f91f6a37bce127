"""Payments in doubt: when there are too many, or one for too long, to ask another motorist for a card.

The theory. A terminal that takes money and says nothing looks well on its line: it answers every probe. What shows is that
payments end in doubt. So card sales close when three doubts are unresolved, whatever made them, or when one that the terminal
owes an answer has been for three minutes. A power cut's doubt alone does not close them: the terminal did nothing wrong. A
doubt is resolved by the terminal's late answer, or by a technician who has compared and puts the machine back into sales.
"""

from __future__ import annotations

from firmware.ledger.ledger import Ledger
from firmware.visit.answers import CONTRADICTED, UNANSWERED
from hal.ports import NEVER, Instant

MOST = 3
"""Unresolved doubts that close card sales."""
LONGEST = 180.0
"""Seconds for which the terminal may owe an answer."""
OWED = (UNANSWERED, CONTRADICTED)
"""Why, in `InDoubt`, where the terminal fell silent, or says what it denied."""


class DoubtMonitor:
    """Watches the unresolved doubts of one station. Those of before the start count from the start."""

    def __init__(self) -> None:
        self._since: dict[str, Instant] = {}
        self._closing = False

    def closing(self, ledger: Ledger, now: Instant) -> bool:
        """Whether they keep card sales closed at this instant."""
        owed = [reference for reference, why in ledger.unresolved.items() if why in OWED]
        self._since = {reference: self._since.get(reference, now) for reference in owed}
        self._closing = len(ledger.unresolved) >= MOST or self._due <= now
        return self._closing

    @property
    def wake_at(self) -> Instant:
        """When one will have been for too long."""
        return NEVER if self._closing else self._due

    @property
    def _due(self) -> Instant:
        return min(self._since.values(), default=NEVER) + LONGEST
