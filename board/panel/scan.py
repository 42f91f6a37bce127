"""Which keys are down: the rules of bounces, ghosts and stuck keys, over scans of the matrix. Pure; allocates nothing.

The rules are those of `hal/drivers/keypad.py`, where their theory stands; the same cases (`tests/hal/keypad_cases.py`) hold
both. A scan is seven bytes, one a row, bit `c` set where column `c` reads down. Milliseconds.
"""

from hal.wire.panel import FREED, HELD, PRESSED, STUCK

SIZE = 7
SCAN, STEADY = 5, 20
"""Between two scans: while one contradicts what is believed; while none does."""
SAMPLES = 3
"""Equal scans in a row before a change is believed."""
HELD_AFTER, STUCK_AFTER = 1000, 30000
ROOM = 64
"""Events kept until they are taken: one scan makes fewer."""


class Scanner:
    """What is believed of every key; events are taken from `kinds` and `positions`, `count` of them."""

    def __init__(self) -> None:
        self.down = bytearray(SIZE)
        self.ghosts = bytearray(SIZE)
        """Positions that cannot be told from a ghost, and were not down before."""
        self.stuck = bytearray(SIZE)
        self._held = bytearray(SIZE)
        self._doubtful = bytearray(SIZE)
        self._scans = bytearray(SIZE * SIZE)  # how many in a row contradicted what is believed
        self._ages = [0] * (SIZE * SIZE)
        self.kinds, self.positions, self.count = bytearray(ROOM), bytearray(ROOM), 0
        self.missed = 0
        """Events there was no room for."""

    def scan(self, seen: bytearray, elapsed: int) -> int:
        """Take one scan, `elapsed` after the last; returns when the next is due, 0 for not before a key goes down."""
        self._find_ghosts(seen)
        doubts = self._debounce(seen)
        self._watch_ghosts()
        self._grow_old(elapsed)
        quiet = True
        for row in range(SIZE):
            quiet = quiet and not seen[row] and not self.down[row]
        return 0 if quiet else SCAN if doubts else STEADY

    def _find_ghosts(self, seen: bytearray) -> None:
        """The positions in a rectangle of four that all read down."""
        for row in range(SIZE):
            self._doubtful[row] = 0
        for one in range(SIZE):
            for other in range(one + 1, SIZE):
                shared = seen[one] & seen[other]
                if shared & (shared - 1):
                    self._doubtful[one] |= shared
                    self._doubtful[other] |= shared

    def _debounce(self, seen: bytearray) -> bool:
        """Believe what enough scans have said; whether any doubt is left."""
        doubts = False
        for row in range(SIZE):
            contradicted = (seen[row] ^ self.down[row]) & ~self._doubtful[row]
            for column in range(SIZE):
                at = row * SIZE + column
                if not contradicted >> column & 1:
                    self._scans[at] = 0
                    continue
                self._scans[at] += 1
                if self._scans[at] < SAMPLES:
                    doubts = True
                else:
                    self._scans[at] = 0
                    self._turn(row, column)
        return doubts

    def _turn(self, row: int, column: int) -> None:
        bit = 1 << column
        if self.down[row] & bit:
            self.down[row] &= ~bit
            self._free(row, column)
        else:
            self.down[row] |= bit
            self._held[row] &= ~bit
            self._ages[row * SIZE + column] = -1
            self._note(PRESSED, row, column)

    def _watch_ghosts(self) -> None:
        """Note which positions are doubtful now; they are never told as held."""
        for row in range(SIZE):
            doubtful = self._doubtful[row] & ~self.down[row]
            changed = doubtful ^ self.ghosts[row]
            for column in range(SIZE):
                if changed >> column & 1:
                    self._ages[row * SIZE + column] = -1
                    if not doubtful >> column & 1:
                        self._free(row, column)
            self.ghosts[row] = doubtful

    def _free(self, row: int, column: int) -> None:
        if self.stuck[row] >> column & 1:
            self.stuck[row] &= ~(1 << column)
            self._note(FREED, row, column)

    def _grow_old(self, elapsed: int) -> None:
        """Count how long each key has been down, and tell of those that have been for long."""
        for row in range(SIZE):
            down = self.down[row] | self.ghosts[row]
            for column in range(SIZE):
                if down >> column & 1:
                    at = row * SIZE + column
                    age = self._ages[at]
                    self._ages[at] = 0 if age < 0 else min(age + elapsed, STUCK_AFTER)
                    self._tell_age(row, column, self._ages[at])

    def _tell_age(self, row: int, column: int, age: int) -> None:
        bit = 1 << column
        if age >= HELD_AFTER and self.down[row] & bit & ~self._held[row]:
            self._held[row] |= bit
            self._note(HELD, row, column)
        if age >= STUCK_AFTER and not self.stuck[row] & bit:
            self.stuck[row] |= bit
            self._note(STUCK, row, column)

    def _note(self, kind: int, row: int, column: int) -> None:
        if self.count < ROOM:
            self.kinds[self.count], self.positions[self.count] = kind, row * SIZE + column
            self.count += 1
        else:
            self.missed += 1
