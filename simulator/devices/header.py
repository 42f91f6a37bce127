"""Simulated 40-pin header: drivers, pull resistors and contacts of each line, and its level.

The theory. A line by itself reads what drives it, else what pulls it, else nothing known. A closed contact makes two
lines one net, and contacts chain: three closed corners of a rectangle join the fourth, which is all that "ghosting" is.
So nothing here knows of keys. A set of lines is a mask, a bit a line: nets are found once per change of contacts, levels once
per change of drivers, pulls and nets; lines that no contact joins are settled together. Two members driving against each other
is a short circuit: on the board it heats a pin driver, here it is written down.

A floating line reads low: a keypad driver that forgets its pull-ups then sees every key down, instead of luckily none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from functools import cache

from hal.ports import Instant

LINES = 28
"""BCM lines 0 to 27 come out on the 40-pin header."""
GROUND = LINES
"""Its eight ground pins, as one: what `join` makes of a line that a contact pulls down."""
_ALL = (1 << GROUND + 1) - 1


HeaderLines = int | Sequence[int]
"""A line, or several."""


class PullResistor(Enum):
    """Pull resistor inside the processor."""

    OFF = "off"
    UP = "up"
    DOWN = "down"


Listener = Callable[[int, int], None]
"""Called with the line and its new level, at once, whenever the level changes."""


class Header:
    """HeaderLines of one station's header, seen from outside the processor. HeaderLines are BCM numbers, levels 0 and 1."""

    def __init__(self) -> None:
        self._high, self._low = 0, 1 << GROUND  # driven lines
        self._up, self._down = 0, 0  # pulled lines
        self._levels = 0
        self._contacts = set[tuple[int, int]]()
        self._nets: tuple[int, ...] = ()
        self._listeners: dict[int, list[Listener]] = {}
        self._heard = 0  # the lines that somebody listens to
        self.shorts: deque[tuple[int, int]] = deque(maxlen=100)
        """Pairs (line driven high, line driven low) that met in one net; the hundred latest."""

    def make_input(self, lines: HeaderLines, pull: PullResistor = PullResistor.OFF) -> None:
        """Stop driving these lines."""
        mask = self._release(lines)
        if pull is PullResistor.UP:
            self._up |= mask
        elif pull is PullResistor.DOWN:
            self._down |= mask
        self._settle(mask)

    def drive(self, lines: HeaderLines, level: int) -> None:
        """Make these lines outputs at this level."""
        mask = self._release(lines)
        if level:
            self._high |= mask
        else:
            self._low |= mask
        self._settle(mask)

    def power_cut(self) -> None:
        """The processor lost power: every line is a plain input again."""
        self._high, self._low, self._up, self._down = 0, 1 << GROUND, 0, 0
        self._settle(_ALL)

    def join(self, one: int, other: int) -> None:
        """Close a contact between two lines."""
        self._contacts.add((min(one, other), max(one, other)))
        self._wire(one, other)

    def part(self, one: int, other: int) -> None:
        """Open the contact between two lines."""
        self._contacts.discard((min(one, other), max(one, other)))
        self._wire(one, other)

    def level(self, line: int) -> int:
        """Level of a line, as a voltmeter reads it; a low driver wins over a high one, any driver over any pull."""
        return self._levels >> line & 1

    def listen(self, line: int, listener: Listener) -> Callable[[], None]:
        """Listen to every change of a line's level; returns how to stop."""
        self._listeners.setdefault(line, []).append(listener)
        self._heard |= 1 << line

        def stop() -> None:
            if listener in self._listeners[line]:
                self._listeners[line].remove(listener)
            if not self._listeners[line]:
                self._heard &= ~(1 << line)

        return stop

    def _release(self, lines: HeaderLines) -> int:
        """Neither driven nor pulled. Returns the mask of these lines."""
        mask = 1 << lines if isinstance(lines, int) else _mask(tuple(lines))
        others = ~mask
        self._high &= others
        self._low &= others
        self._up &= others
        self._down &= others
        return mask

    def _wire(self, one: int, other: int) -> None:
        """After a change of contacts between two lines, which may have parted two nets."""
        changed = 1 << one | 1 << other | sum(net for net in self._nets if net >> one & 1)
        self._nets = _nets(self._contacts)
        self._settle(changed)

    def _settle(self, lines: int) -> None:
        """After a change at some lines: find their levels, write down a short, tell the listeners."""
        before = self._levels
        pulled = self._high | self._up & ~self._down
        self._levels = before & ~lines | lines & pulled & ~self._low
        for net in self._nets:
            if net & lines:
                self._settle_net(net)
        if changed := (before ^ self._levels) & self._heard:
            for line in [line for line in self._listeners if changed >> line & 1]:
                self._tell(line)

    def _settle_net(self, net: int) -> None:
        low, high = net & self._low, net & self._high
        if high and low:
            self.shorts.append((next(_members(high)), next(_members(low))))
        is_high = not low and (high or (net & self._up and not net & self._down))
        self._levels = self._levels | net if is_high else self._levels & ~net

    def _tell(self, line: int) -> None:
        for listener in list(self._listeners[line]):
            listener(line, self.level(line))


@cache
def _mask(lines: tuple[int, ...]) -> int:
    return sum(1 << line for line in set(lines))


def _members(lines: int) -> Iterator[int]:
    """The lines of a mask, the lowest first."""
    return (line for line in range(GROUND + 1) if lines >> line & 1)


def _nets(contacts: set[tuple[int, int]]) -> tuple[int, ...]:
    """The nets of two lines and more, as contacts chain."""
    nets: list[int] = []
    for one, other in sorted(contacts):
        pair = 1 << one | 1 << other
        apart = [net for net in nets if not net & pair]
        nets = [*apart, sum(net for net in nets if net & pair) | pair]
    return tuple(nets)


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
