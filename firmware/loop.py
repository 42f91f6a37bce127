"""Selector loop of a station on real ports: wait for a byte, an edge or a deadline, then take a turn. No threads, no sleeps."""

from __future__ import annotations

import selectors
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, cast

from firmware.station.equipment import Plug
from hal.ports import NEVER, Clock, Instant

AfterTurn = Callable[[Instant], Instant]
"""Called after every turn; returns when it must be called again at the latest."""


class LoopTarget(Protocol):
    """What the loop runs: a station, or a probe of its devices."""

    @property
    def plugs(self) -> Sequence[Plug]:
        """The drivers with their cables."""

    @property
    def wake_at(self) -> Instant:
        """When `turn` must be called at the latest."""

    def receive(self, plug: Plug, data: bytes) -> None:
        """Take bytes that came over this plug's cable."""

    def turn(self) -> None:
        """Do all that is due."""


class StopCondition(Protocol):
    """The condition that ends the loop."""

    @property
    def asked(self) -> bool:
        """Whether it must end before the next turn."""

    def fileno(self) -> int:
        """Readable when it must look."""


class FileCable(Protocol):
    """A cable the selector can watch: a serial port, or the pipe of GPIO edges."""

    def fileno(self) -> int:
        """The file descriptor."""

    def read(self) -> bytes:
        """The bytes that have arrived."""

    def write(self, data: bytes) -> None:
        """Send, without waiting."""

    @property
    def lost(self) -> bool:
        """Whether the line is gone: its device will be silent."""

    @property
    def pending(self) -> bool:
        """Whether bytes wait for the line to take them."""

    def flush(self) -> None:
        """Write as much of the pending bytes as the line takes."""


def no_watchdog(now: Instant) -> Instant:
    """The watchdog of a loop that has none: never wants to be called."""
    return NEVER


def run(station: LoopTarget, clock: Clock, stop: StopCondition, after_turn: AfterTurn = no_watchdog) -> None:
    """Run until a signal asks to stop; it is looked at between two turns. The first screen is up at the first `after_turn`."""
    with selectors.DefaultSelector() as selector:
        selector.register(stop, selectors.EVENT_READ)
        for plug, cable in _file_cables(station):
            selector.register(cable.fileno(), selectors.EVENT_READ, plug)
        station.turn()
        while not stop.asked:
            _turn_once(station, clock, selector, after_turn(clock.now()))


def _turn_once(station: LoopTarget, clock: Clock, selector: selectors.BaseSelector, wanted: Instant) -> None:
    for plug, cable in _file_cables(station):
        _select_events(selector, plug, cable)
    patience = min(station.wake_at, wanted) - clock.now()
    for key, mask in selector.select(None if patience == NEVER else max(0.0, patience)):
        if key.data is not None:
            _transfer(station, key.data, mask)
    station.turn()


def _select_events(selector: selectors.BaseSelector, plug: Plug, cable: FileCable) -> None:
    """Ask for writability only while bytes wait; ask nothing of a line that was unplugged, which would be ready for ever."""
    if cable.fileno() not in selector.get_map():
        return
    if cable.lost:
        selector.unregister(cable.fileno())
        return
    selector.modify(cable.fileno(), selectors.EVENT_READ | (selectors.EVENT_WRITE if cable.pending else 0), plug)


def _transfer(station: LoopTarget, plug: Plug, mask: int) -> None:
    cable = cast(FileCable, plug.cable)
    if mask & selectors.EVENT_WRITE:
        cable.flush()
    if mask & selectors.EVENT_READ:
        station.receive(plug, cable.read())


def _file_cables(station: LoopTarget) -> Iterator[tuple[Plug, FileCable]]:
    """The plugs whose cable the selector can watch; the others only wake by the clock."""
    for plug in station.plugs:
        if hasattr(plug.cable, "fileno"):
            yield plug, cast(FileCable, plug.cable)
