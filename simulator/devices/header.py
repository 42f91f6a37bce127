"""Simulated 40-pin header: drivers, pull resistors and contacts of each line, and its level.

The theory. A line by itself reads what drives it, else what pulls it, else nothing known. A closed contact makes two
lines one net, and contacts chain: three closed corners of a rectangle join the fourth, which is all that "ghosting" is.
So nothing here knows of keys. A set of lines is a mask, a bit a line: nets are found once per change of contacts, and a level
is what the masks of driven and pulled lines have in common with a net. Two members driving against each other is a short
circuit: on the board it heats a pin driver, here it is written down.

A floating line reads low: a keypad driver that forgets its pull-ups then sees every key down, instead of luckily none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from enum import Enum

from hal.ports import Instant

LINES = 28
"""BCM lines 0 to 27 come out on the 40-pin header."""
GROUND = LINES
"""Its eight ground pins, as one: what `join` makes of a line that a contact pulls down."""


class PullResistor(Enum):
    """Pull resistor inside the processor."""

    OFF = "off"
    UP = "up"
    DOWN = "down"


Listener = Callable[[int, int], None]
"""Called with the line and its new level, at once, whenever the level changes."""


class Header:
    """Lines of one station's header, seen from outside the processor. Lines are BCM numbers, levels 0 and 1."""

    def __init__(self) -> None:
        self._high, self._low = 0, 1 << GROUND  # driven lines
        self._up, self._down = 0, 0  # pulled lines
        self._contacts = set[tuple[int, int]]()
        self._nets = _nets(self._contacts)
        self._listeners: dict[int, list[Listener]] = {}
        self._last: dict[int, int] = {}
        self.shorts: deque[tuple[int, int]] = deque(maxlen=100)
        """Pairs (line driven high, line driven low) that met in one net; the hundred latest."""

    def make_input(self, line: int, pull: PullResistor = PullResistor.OFF) -> None:
        """Stop driving the line."""
        self._release(line)
        if pull is PullResistor.UP:
            self._up |= 1 << line
        elif pull is PullResistor.DOWN:
            self._down |= 1 << line
        self._settle(self._nets[line])

    def drive(self, line: int, level: int) -> None:
        """Make the line an output at this level."""
        self._release(line)
        if level:
            self._high |= 1 << line
        else:
            self._low |= 1 << line
        self._settle(self._nets[line])

    def power_cut(self) -> None:
        """The processor lost power: every line is a plain input again."""
        self._high, self._low, self._up, self._down = 0, 1 << GROUND, 0, 0
        for net in set(self._nets):
            self._settle(net)

    def join(self, one: int, other: int) -> None:
        """Close a contact between two lines."""
        self._contacts.add((min(one, other), max(one, other)))
        self._nets = _nets(self._contacts)
        self._settle(self._nets[one])

    def part(self, one: int, other: int) -> None:
        """Open the contact between two lines."""
        self._contacts.discard((min(one, other), max(one, other)))
        self._nets = _nets(self._contacts)
        for net in {self._nets[one], self._nets[other]}:
            self._settle(net)

    def level(self, line: int) -> int:
        """Level of a line, as a voltmeter reads it; a low driver wins over a high one, any driver over any pull."""
        net = self._nets[line]
        if net & self._low:
            return 0
        return int(bool(net & self._high or (net & self._up and not net & self._down)))

    def listen(self, line: int, listener: Listener) -> Callable[[], None]:
        """Listen to every change of a line's level; returns how to stop."""
        self._last.setdefault(line, self.level(line))
        self._listeners.setdefault(line, []).append(listener)

        def stop() -> None:
            if listener in self._listeners.get(line, []):
                self._listeners[line].remove(listener)

        return stop

    def _release(self, line: int) -> None:
        """Neither driven nor pulled."""
        others = ~(1 << line)
        self._high &= others
        self._low &= others
        self._up &= others
        self._down &= others

    def _settle(self, net: int) -> None:
        """After a change in a net: write down a short, tell the listeners of its lines."""
        if net & self._high and net & self._low:
            self.shorts.append((next(_members(net & self._high)), next(_members(net & self._low))))
        for line in self._listeners:
            if net >> line & 1:
                self._tell(line)

    def _tell(self, line: int) -> None:
        level = self.level(line)
        if level == self._last[line]:
            return
        self._last[line] = level
        for listener in list(self._listeners[line]):
            listener(line, level)


def _members(lines: int) -> Iterator[int]:
    """The lines of a mask, the lowest first."""
    return (line for line in range(GROUND + 1) if lines >> line & 1)


def _nets(contacts: set[tuple[int, int]]) -> list[int]:
    """The net of each line, as contacts chain."""
    nets = [1 << line for line in range(GROUND + 1)]
    for one, other in contacts:
        net = nets[one] | nets[other]
        for member in _members(net):
            nets[member] = net
    return nets


class SimulatedBuzzer:
    """Piezo buzzer with its own oscillator: sounds while its line is high."""

    def __init__(self, header: Header, line: int, now: Callable[[], Instant]) -> None:
        """`now`: the virtual clock, since a line's edge carries no instant."""
        self.sounds: deque[tuple[Instant, Instant]] = deque(maxlen=100)
        """The hundred latest finished sounds: (from, until)."""
        self._since: Instant | None = None
        self._now = now
        header.listen(line, self._moved)

    @property
    def sounding(self) -> bool:
        """Whether it sounds now."""
        return self._since is not None

    def _moved(self, _line: int, level: int) -> None:
        if level:
            self._since = self._now()
        elif self._since is not None:
            self.sounds.append((self._since, self._now()))
            self._since = None
