"""Answers of a card terminal: what was told of each payment, and which answers may be acknowledged on the wire.

Money moves one way. Of each payment more and more may become known, Unanswered, then Declined, then Approved, and each is
told once: a repeated answer says nothing new. But an approval is always told: against an earlier refusal, a second one of
another amount or currency, and one that names no payment at all.

A terminal that gets no acknowledgement says its answer again. So an answer that says something new is acknowledged only once
the station has written it down; until then a repetition of it is not either.
"""

from __future__ import annotations

from dataclasses import dataclass

from hal.ports import AT_ONCE, EURO, Approved, Declined, DeviceEvent, Instant, Unanswered

REMEMBERED = 64
"""How many past payments a late or repeated answer is recognised for."""
LATEST_ANSWER = 900.0
"""Seconds after which a payment that had no answer is given none any more."""
CURRENCIES = {"978": EURO}
"""ISO 4217: number -> letters. A number that is not here is told as it came."""

Ending = Approved | Declined | Unanswered


@dataclass(frozen=True)
class _Told:
    """What was told of one payment."""

    endings: tuple[Ending, ...] = ()
    at: Instant = AT_ONCE
    """When the last of it was."""


class AnswerLog:
    """Endings of the latest payments: tells each once, and holds acknowledgements back."""

    def __init__(self) -> None:
        self._told: dict[str, _Told] = {}
        self._held: set[str] = set()
        self.events: list[DeviceEvent] = []
        """What is to be told, oldest first."""

    def begin(self, reference: str) -> bool:
        """Remember a payment that is asked for; False if its reference was seen before, or is none."""
        if reference and reference not in self._told:
            self._remember(reference, _Told())
            return True
        return False

    def tell(self, ending: Ending, now: Instant) -> None:
        """Tell how a payment ended, if that is new."""
        told = self._told.get(ending.reference, _Told())
        if is_new(ending, told.endings):
            self._remember(ending.reference, _Told((*told.endings, ending), now))
            self._held.add(ending.reference)
            self.events.append(ending)

    def take(self) -> list[DeviceEvent]:
        """What is to be told, oldest first; each once."""
        events, self.events = self.events, []
        return events

    def acknowledge(self, reference: str) -> None:
        """What was told of this payment is written down."""
        self._held.discard(reference)

    def holds(self, reference: str) -> bool:
        """Whether something told of this payment is not written down yet."""
        return reference in self._held

    def end_exchange(self) -> None:
        """The terminal gave the line back: an answer without reference that comes now is another one."""
        self._told.pop("", None)

    def awaits_late(self, now: Instant) -> bool:
        """Whether the terminal may still answer a payment whose end nobody knows."""
        return any(
            now < told.at + LATEST_ANSWER and isinstance(told.endings[-1], Unanswered)
            for told in self._told.values()
            if told.endings
        )

    def _remember(self, reference: str, told: _Told) -> None:
        self._told[reference] = told
        if len(self._told) > REMEMBERED:
            del self._told[next(iter(self._told))]


def is_new(ending: Ending, told: tuple[Ending, ...]) -> bool:
    """Whether an ending says more of its payment than what was told of it."""
    match ending:
        case Approved():
            return ending not in told
        case Declined():
            return not any(isinstance(each, Approved | Declined) for each in told)
    return not told
