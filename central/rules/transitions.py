"""One arrow of a state machine, and what a state takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

State = TypeVar("State", bound=Enum, covariant=True)
Cause = TypeVar("Cause", bound=Enum, covariant=True)
EventKind = TypeVar("EventKind", bound=Enum)


@dataclass(frozen=True)
class Transition(Generic[State, Cause]):
    """From a state, by what happens, to the state after it."""

    before: State
    cause: Cause
    after: State


def events_taken(transitions: Iterable[Transition[Enum, Enum]], state: Enum, kind: type[EventKind]) -> frozenset[EventKind]:
    """The events of this kind that are taken in a state; a delay that runs out by itself is none."""
    causes = (arrow.cause for arrow in transitions if arrow.before is state)
    return frozenset(cause for cause in causes if isinstance(cause, kind))
