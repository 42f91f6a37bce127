"""Door and mains switch driver: debounced dry contacts between a GPIO line and ground, one event per change.

It knows when a level is to be believed, and nothing of what the event means. A line is pulled up inside the processor, so
a closed contact reads low, and a cut wire reads as an open contact. A contact chatters, and a long wire to a door picks up
sparks; so a line is believed once it has been quiet for `QUIET` seconds, and its level is read then, not at the edge: an
edge that leads nowhere is no event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from hal.lines import Gpio
from hal.ports import AT_ONCE, NEVER, ContactEvent, DoorClosed, DoorOpened, Instant, MainsBack, MainsLost

QUIET = 0.05
"""Seconds without an edge before a level is believed."""


class SwitchEvents(Struct, frozen=True):
    """Events of a switch: one when its contact closes, one when it opens."""

    closed: ContactEvent
    opened: ContactEvent


DOOR = SwitchEvents(DoorClosed(), DoorOpened())
MAINS = SwitchEvents(MainsBack(), MainsLost())


class SwitchInputs:
    """Switch inputs: an `End` whose bytes are edges, and an `EventSource`. Reports once at the start, then on every change."""

    def __init__(self, gpio: Gpio, wired: Mapping[int, SwitchEvents], on_edge: Callable[[int], None]) -> None:
        """`wired`: line -> its events. `on_edge` is given to the GPIO library, which calls it with the line, on a thread."""
        self._gpio, self._wired = gpio, dict(wired)
        self._due: dict[int, Instant] = dict.fromkeys(wired, AT_ONCE)
        self._believed: dict[int, int] = {}
        self._events: list[ContactEvent] = []
        for line in wired:
            gpio.setup(line, gpio.IN, pull_up_down=gpio.PUD_UP)
            gpio.add_event_detect(line, gpio.BOTH, callback=on_edge)

    @property
    def wake_at(self) -> Instant:
        """When the first of the lines in doubt is to be read."""
        return min(self._due.values(), default=NEVER)

    def receive(self, data: bytes, now: Instant) -> bytes:
        """Edges, a byte each: these lines must be quiet again before they are read."""
        self._due |= {line: now + QUIET for line in data if line in self._wired}
        return b""

    def wake(self, now: Instant) -> bytes:
        """Read the lines that have been quiet for long enough."""
        for line in [line for line, due in self._due.items() if due <= now]:
            del self._due[line]
            self._read(line)
        return b""

    def take(self) -> Sequence[ContactEvent]:
        """The events since the last call, oldest first."""
        events, self._events = self._events, []
        return events

    def _read(self, line: int) -> None:
        level = self._gpio.input(line)
        if level != self._believed.get(line):
            self._believed[line] = level
            events = self._wired[line]
            self._events.append(events.closed if level == self._gpio.LOW else events.opened)
