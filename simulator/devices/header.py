"""Simulated 40-pin header: drivers, pull resistors and contacts of each line, and its level.

The theory. A line by itself reads what drives it, else what pulls it, else nothing known. A closed contact makes two
lines one net, and contacts chain: three closed corners of a rectangle join the fourth, which is all that "ghosting" is.
So nothing here knows of keys; a net's level is computed from its members each time somebody asks. Two members driving
against each other is a short circuit: on the board it heats a pin driver, here it is written down.

A floating line reads low: a keypad driver that forgets its pull-ups then sees every key down, instead of luckily none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import Enum

from hal.ports import Instant

LINES = 28
"""BCM lines 0 to 27 come out on the 40-pin header."""
GROUND = -1
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
        self._driven: dict[int, int] = {}
        self._pulls: dict[int, PullResistor] = {}
        self._contacts: dict[int, set[int]] = {}
        self._listeners: dict[int, list[Listener]] = {}
        self._last: dict[int, int] = {}
        self.shorts: deque[tuple[int, int]] = deque(maxlen=100)
        """Pairs (line driven high, line driven low) that met in one net; the hundred latest."""

    def make_input(self, line: int, pull: PullResistor = PullResistor.OFF) -> None:
        """Stop driving the line."""
        self._driven.pop(line, None)
        self._pulls[line] = pull
        self._settle(line)

    def drive(self, line: int, level: int) -> None:
        """Make the line an output at this level."""
        self._pulls.pop(line, None)
        self._driven[line] = int(bool(level))
        self._settle(line)

    def power_cut(self) -> None:
        """The processor lost power: every line is a plain input again."""
        self._driven.clear()
        self._pulls.clear()
        self._settle(*range(LINES))

    def join(self, one: int, other: int) -> None:
        """Close a contact between two lines."""
        self._contacts.setdefault(one, set()).add(other)
        self._contacts.setdefault(other, set()).add(one)
        self._settle(one)

    def part(self, one: int, other: int) -> None:
        """Open the contact between two lines."""
        for line, far in ((one, other), (other, one)):
            self._contacts.get(line, set()).discard(far)
            if not self._contacts.get(line):
                self._contacts.pop(line, None)
        self._settle(one, other)

    def level(self, line: int) -> int:
        """Level of a line, as a voltmeter reads it; a low driver wins over a high one, any driver over any pull."""
        if line not in self._contacts:  # touches nothing: most lines, most of the time
            return self._driven.get(line, int(self._pulls.get(line) is PullResistor.UP))
        net = self._net(line)
        if GROUND in net:
            return 0
        driven = [self._driven[member] for member in net if member in self._driven]
        if driven:
            return min(driven)
        pulls = {self._pulls.get(member, PullResistor.OFF) for member in net}
        return int(PullResistor.UP in pulls and PullResistor.DOWN not in pulls)

    def listen(self, line: int, listener: Listener) -> Callable[[], None]:
        """Listen to every change of a line's level; returns how to stop."""
        self._last.setdefault(line, self.level(line))
        self._listeners.setdefault(line, []).append(listener)

        def stop() -> None:
            if listener in self._listeners.get(line, []):
                self._listeners[line].remove(listener)

        return stop

    def _net(self, line: int) -> set[int]:
        net, new = {line}, [line]
        while new:
            reached = self._contacts.get(new.pop(), set()) - net
            net |= reached
            new += reached
        return net

    def _settle(self, *moved: int) -> None:
        """After a change at these lines: write down shorts, tell the listeners of every line it can have reached."""
        for line in moved:
            if line not in self._contacts:  # touches nothing: no short, and no other line hears of it
                if line in self._listeners:
                    self._tell(line)
                continue
            net = self._net(line)
            self._note_short(net)
            for member in net & self._listeners.keys():
                self._tell(member)

    def _tell(self, line: int) -> None:
        level = self.level(line)
        if level == self._last[line]:
            return
        self._last[line] = level
        for listener in list(self._listeners[line]):
            listener(line, level)

    def _note_short(self, net: set[int]) -> None:
        highs = [member for member in sorted(net) if self._driven.get(member) == 1]
        lows = [member for member in sorted(net) if member == GROUND or self._driven.get(member) == 0]
        if highs and lows:
            self.shorts.append((highs[0], lows[0]))


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
