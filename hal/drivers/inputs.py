"""The contacts of the cabinet: switches between a line and ground, each of which says one of two words.

It knows when a contact is to be believed, and nothing of what the word means. A line is pulled up inside the processor, so
a closed contact reads low, and a cut wire reads as an open contact. A contact chatters, and a long wire to a door picks up
sparks; so a line is believed once it has been quiet for `QUIET` seconds, and its level is read then, not at the edge: an
edge that leads nowhere says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hal.lines import Gpio
from hal.ports import AT_ONCE, NEVER, ContactEvent, DoorClosed, DoorOpened, Instant, MainsBack, MainsLost

QUIET = 0.05
"""Seconds without an edge before a level is believed."""


@dataclass(frozen=True)
class Says:
    """The two words of a contact."""

    closed: ContactEvent
    opened: ContactEvent


DOOR = Says(DoorClosed(), DoorOpened())
MAINS = Says(MainsBack(), MainsLost())


class Contacts:
    """An `End` whose bytes are edges, and a `Source`. Says each contact's word once at the start, then on every change."""

    def __init__(self, gpio: Gpio, wired: Mapping[int, Says], on_edge: Callable[[int], None]) -> None:
        """`wired`: line -> its words. `on_edge` is given to the GPIO library, which calls it with the line, on a thread."""
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
        """What the contacts said since the last call."""
        events, self._events = self._events, []
        return events

    def _read(self, line: int) -> None:
        level = self._gpio.input(line)
        if level != self._believed.get(line):
            self._believed[line] = level
            says = self._wired[line]
            self._events.append(says.closed if level == self._gpio.LOW else says.opened)
