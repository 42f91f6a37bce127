"""Which plates a station no longer needs: the city has the entry, and the right is over, both for two days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from firmware.domain.decoding import StrictStruct
from firmware.protocol.entry import EntryContent
from firmware.protocol.facts import InDoubt, PaymentStarted, RightSold
from firmware.protocol.genesis import Position

KEPT = timedelta(hours=48)
"""After the later of the acknowledgement and the end of the right."""
_EVERY = timedelta(hours=1)


class Acknowledged(StrictStruct, frozen=True):
    """How far the city's acknowledgement had come at one moment."""

    at: datetime
    """Aware, by the station's clock."""
    position: Position


def acknowledged_more(history: tuple[Acknowledged, ...], now: Acknowledged) -> tuple[Acknowledged, ...]:
    """The history of acknowledgements after this one: one for each hour, of the last three days."""
    if history and timedelta() <= now.at - history[-1].at < _EVERY:
        return history
    kept = [each for each in history if timedelta() <= now.at - each.at < KEPT + 24 * _EVERY]
    return (*kept, now)


def long_acknowledged(history: Iterable[Acknowledged], now: datetime) -> Position | None:
    """The last entry that the city has had for two days; None if there is none."""
    positions = [each.position for each in history if each.at <= now - KEPT]
    return max(positions, key=lambda each: (each.generation, each.seq), default=None)


def is_over(content: EntryContent, now: datetime) -> bool:
    """Whether the right in an entry ended two days ago. What is no right, and dated beyond belief, is never over."""
    match content.fact:
        case RightSold(right) | InDoubt(right) | PaymentStarted(right):
            return right.end + KEPT <= now
    return False
