"""The one loop of a station on real ports: wait for a byte, an edge or a deadline; take a turn. No threads, no sleeping."""

from __future__ import annotations

import selectors
from collections.abc import Callable
from typing import Protocol, cast

from firmware.app import Plug, Station
from hal.ports import NEVER, Clock


class FileCable(Protocol):
    """A cable the selector can watch: a serial port, or the pipe of GPIO edges."""

    def fileno(self) -> int:
        """The file descriptor."""

    def read(self) -> bytes:
        """What has arrived."""

    def write(self, data: bytes) -> None:
        """Send, without waiting."""

    @property
    def pending(self) -> bool:
        """Whether bytes wait for the line to take them."""

    def flush(self) -> None:
        """Offer the line what is pending."""


def run(station: Station, clock: Clock, stopped: Callable[[], bool] = lambda: False) -> None:
    """Run until `stopped()`; the caller decides (a signal, a test) and is asked between two turns."""
    with selectors.DefaultSelector() as selector:
        for plug in station.plugs:
            if hasattr(plug.cable, "fileno"):
                selector.register(cast(FileCable, plug.cable).fileno(), selectors.EVENT_READ, plug)
        station.turn()
        while not stopped():
            _once(station, clock, selector)


def _once(station: Station, clock: Clock, selector: selectors.BaseSelector) -> None:
    patience = station.wake_at - clock.now()
    for key, mask in selector.select(None if patience == NEVER else max(0.0, patience)):
        plug: Plug = key.data
        cable = cast(FileCable, plug.cable)
        if mask & selectors.EVENT_WRITE:
            cable.flush()
        if mask & selectors.EVENT_READ:
            station.receive(plug, cable.read())
    station.turn()
    _watch_writers(station, selector)


def _watch_writers(station: Station, selector: selectors.BaseSelector) -> None:
    for plug in station.plugs:
        if hasattr(plug.cable, "fileno"):
            cable = cast(FileCable, plug.cable)
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if cable.pending else 0)
            selector.modify(cable.fileno(), events, plug)
