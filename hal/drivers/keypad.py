"""Keypad driver: a 7 x 7 matrix of 44 keys, scanned, debounced and protected against ghost keys.

The theory. Every key is a switch between its row and its column, without a diode. Columns are pulled up. Between two scans
all rows are low, so a column that is high has no key down, and most scans end there. Else the rows become inputs, pulled up,
and each column that was low is driven low alone: the rows that follow it down have a key pressed there. Nothing is ever driven
high: two keys of one line would be a short circuit. A line needs about 5 microseconds to rise again through its pull-up (50
kilohms, 100 pF), less than one call of the GPIO library takes.

*Rest.* With no key down nothing is scanned: a falling edge on any column begins the scanning. A key that goes down between the
last scan and the arming of the edges makes no edge; so the columns are read once after arming.

*Bounce.* A contact chatters for up to 10 ms. A key counts as down, or up, once three scans in a row, 5 ms apart, said so. While
scans say only what is believed already they are 20 ms apart: no finger taps so fast, and a stuck key is scanned for weeks.

*Ghosts.* With three corners of a rectangle down, current finds its way round through them, and the fourth corner reads down
too: which three are fingers cannot be told. So while a position stands in such a rectangle nothing new is believed of it:
what was down stays down, what was up stays up. A rectangle that stays for half a minute is no fingers, but a drink in the
keypad, and its keys are dead: all four are reported as stuck, for which of them is the ghost cannot be told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from itertools import combinations

from hal.lines import Gpio
from hal.ports import AT_ONCE, NEVER, Instant, Key, KeyFreed, KeyHeld, KeyPressed, KeyStuck

SCAN, STEADY = 0.005, 0.020
"""Seconds between two scans: while one contradicts what is believed; while none does."""
SAMPLES = 3
"""Equal scans in a row before a change is believed."""
HELD = 1.0
STUCK = 30.0
"""Seconds after `KeyPressed`; of a ghost, after it was first seen."""

RECTANGLE = 4
"""Corners."""

MatrixPosition = tuple[int, int]
"""Row and column, counted from 0."""
KeypadEvent = KeyPressed | KeyHeld | KeyStuck | KeyFreed


def ambiguous(seen: Set[MatrixPosition]) -> frozenset[MatrixPosition]:
    """Ghost candidates: positions in a rectangle of four that all read down."""
    rows: dict[int, set[int]] = {}
    if len(seen) < RECTANGLE:
        return frozenset()
    for row, column in seen:
        rows.setdefault(row, set()).add(column)
    found: set[MatrixPosition] = set()
    for one, other in combinations(rows, 2):
        shared = rows[one] & rows[other]
        if len(shared) > 1:
            found |= {(row, column) for row in (one, other) for column in shared}
    return frozenset(found)


@dataclass
class _Finger:
    """One key that is down: since when, and what has been reported of it."""

    since: Instant
    held: bool = False
    stuck: bool = False


class MatrixKeypad:
    """Matrix keypad scanner: an `End` whose bytes are edges, and an `EventSource` of key events.

    Several keys down at once are each reported, as long as no ghost makes them doubtful. It knows no meaning of a key.
    """

    def __init__(
        self,
        gpio: Gpio,
        rows: Sequence[int],
        columns: Sequence[int],
        layout: Sequence[Sequence[Key | None]],
        on_edge: Callable[[int], None],
    ) -> None:
        """`layout[row][column]` is the key there; `on_edge` is given to the GPIO library, which calls it on a thread."""
        self._gpio, self._rows, self._columns = gpio, tuple(rows), tuple(columns)
        self._layout, self._on_edge = layout, on_edge
        self._down: dict[MatrixPosition, _Finger] = {}
        self._ghosts: dict[MatrixPosition, _Finger] = {}  # positions that cannot be told from a ghost
        self._doubts: dict[MatrixPosition, int] = {}  # how many scans in a row have contradicted `_down`
        self._events: list[KeypadEvent] = []
        self._armed = False
        self.wake_at: Instant = AT_ONCE  # a key may be down already
        self._pull_up(self._columns)
        self._lower(self._rows)

    def receive(self, data: bytes, now: Instant) -> bytes:
        """An edge: a key went down while we rested. While scanning, an edge says nothing the scan does not."""
        return self.wake(now) if data and self._armed else b""

    def wake(self, now: Instant) -> bytes:
        """Scan once; then rest if every key is up."""
        self._disarm()
        seen = self._scan()
        self._debounce(seen, now)
        self._watch_ghosts(ambiguous(seen) - self._down.keys(), now)
        self._report_durations(now)
        quiet = not (seen or self._down)
        self.wake_at = NEVER if quiet and self._rest() else now + (SCAN if quiet or self._doubts else STEADY)
        return b""

    def take(self) -> Sequence[KeypadEvent]:
        """The events since the last call, oldest first."""
        events, self._events = self._events, []
        return events

    # --- the matrix ---

    def _scan(self) -> frozenset[MatrixPosition]:
        """The positions that read down, ghosts among them. All rows are low, before and after."""
        columns = self._low(self._columns)
        if not columns:
            return frozenset()
        self._pull_up(self._rows)
        seen = [(row, column) for column in columns for row in self._low_rows(self._columns[column])]
        self._lower(self._rows)
        return frozenset(seen)

    def _low_rows(self, column: int) -> list[int]:
        """Which rows a column pulls down that is driven alone."""
        self._lower((column,))
        low = self._low(self._rows)
        self._pull_up((column,))
        return low

    def _low(self, lines: Sequence[int]) -> list[int]:
        """The places of the lines that read low."""
        read, low = self._gpio.input, self._gpio.LOW
        return [place for place, line in enumerate(lines) if read(line) == low]

    def _pull_up(self, lines: Sequence[int]) -> None:
        self._gpio.setup(lines, self._gpio.IN, pull_up_down=self._gpio.PUD_UP)

    def _lower(self, lines: Sequence[int]) -> None:
        self._gpio.setup(lines, self._gpio.OUT, initial=self._gpio.LOW)

    def _rest(self) -> bool:
        """Wait for an edge. False if a key is down already: its edge may have come before we listened."""
        for column in self._columns:
            self._gpio.add_event_detect(column, self._gpio.FALLING, callback=self._on_edge)
        self._armed = True
        return not self._low(self._columns)

    def _disarm(self) -> None:
        """Stop listening, so that our own scanning makes no edges."""
        if not self._armed:
            return
        for column in self._columns:
            self._gpio.remove_event_detect(column)
        self._armed = False

    # --- the fingers ---

    def _debounce(self, seen: frozenset[MatrixPosition], now: Instant) -> None:
        """Count the scans that contradict what we believe; believe them once there are enough."""
        if seen == self._down.keys():
            self._doubts = {}
            return
        contradicted = (seen ^ self._down.keys()) - ambiguous(seen)
        self._doubts = {position: self._doubts.get(position, 0) + 1 for position in sorted(contradicted)}
        for position in [position for position, scans in self._doubts.items() if scans >= SAMPLES]:
            del self._doubts[position]
            if position in self._down:
                self._free(self._down, position)
            else:
                self._down[position] = _Finger(now)
                self._report(KeyPressed, position)

    def _watch_ghosts(self, doubtful: Set[MatrixPosition], now: Instant) -> None:
        """Note since when each position is doubtful. It was never told as pressed, so it is never told as held."""
        if not (doubtful or self._ghosts):
            return
        for position in sorted(self._ghosts.keys() - doubtful):
            self._free(self._ghosts, position)
        for position in sorted(doubtful - self._ghosts.keys()):
            self._ghosts[position] = _Finger(now, held=True)

    def _free(self, fingers: dict[MatrixPosition, _Finger], position: MatrixPosition) -> None:
        if fingers.pop(position).stuck:
            self._report(KeyFreed, position)

    def _report_durations(self, now: Instant) -> None:
        """Report each key that has been down for long."""
        for position, finger in (*self._down.items(), *self._ghosts.items()):
            if not finger.held and now >= finger.since + HELD:
                finger.held = True
                self._report(KeyHeld, position)
            if not finger.stuck and now >= finger.since + STUCK:
                finger.stuck = True
                self._report(KeyStuck, position)

    def _report(self, event: Callable[[Key], KeypadEvent], position: MatrixPosition) -> None:
        """Collect the event; none for a crossing without a key."""
        key = self._layout[position[0]][position[1]]
        if key is not None:
            self._events.append(event(key))
