"""Simulated 7 x 7 key matrix without diodes, and the keypad driver on it in virtual time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hal.drivers.keypad import MatrixKeypad
from hal.ports import DeviceEvent, Key

ROWS = (4, 17, 27, 22, 5, 6, 13)
COLUMNS = (19, 26, 12, 16, 20, 21, 23)
LAYOUT: list[Sequence[Key | None]] = [
    *(list(map(Key, names)) for names in ("1234567", "890AZER", "TYUIOPQ", "SDFGHJK", "LMWXCVB")),
    [Key.N, Key.CORRECT, Key.INFO, Key.LANG, Key.MINUS, Key.PLUS, Key.MAX],
    [Key.CANCEL, Key.OK, None, None, None, None, None],
]
WHERE = {key: (row, column) for row, keys in enumerate(LAYOUT) for column, key in enumerate(keys) if key}


class Matrix:
    """A header with 49 switches on it, no diodes: current goes wherever closed switches lead it."""

    BCM, IN, OUT, LOW, HIGH, PUD_OFF, PUD_UP, FALLING, BOTH = 11, 1, 0, 0, 1, 20, 22, 32, 33

    def __init__(self) -> None:
        self.closed: set[tuple[int, int]] = set()
        self.driven: set[int] = set()
        self.pulled: set[int] = set()
        self.watched: dict[int, Callable[[int], None]] = {}
        self.on_arming: Callable[[], None] = lambda: None

    def setmode(self, mode: int, /) -> None:
        pass

    def setwarnings(self, on: bool, /) -> None:
        pass

    def setup(self, channels: int | Sequence[int], direction: int, pull_up_down: int = 20, initial: int | None = None) -> None:
        lines = {channels} if isinstance(channels, int) else set(channels)
        if direction == self.OUT:
            assert initial == self.LOW, "a line must never be driven high"
            self.driven |= lines
            self.pulled -= lines
        else:
            self.driven -= lines
            self.pulled |= lines if pull_up_down == self.PUD_UP else set()

    def output(self, channel: int, level: int, /) -> None:
        raise AssertionError("lines are set up, not written")

    def input(self, channel: int, /) -> int:
        one_column = len(self.driven) == 1 and self.driven < set(COLUMNS)
        assert self.driven == set(ROWS) or one_column, "one column is scanned, or all rows are low"
        assert channel in self.pulled, "a line without a pull-up floats"
        return self.LOW if channel in self.low() else self.HIGH

    def low(self) -> set[int]:
        """Every line that some driven row pulls down, through whatever way round."""
        reached: set[int] = set()
        further = set(self.driven)
        while further - reached:
            reached |= further
            for row, column in self.closed:
                if ROWS[row] in reached or COLUMNS[column] in reached:
                    further |= {ROWS[row], COLUMNS[column]}
        return reached

    def add_event_detect(self, channel: int, edge: int, callback: Callable[[int], None] | None = None) -> None:
        assert edge == self.FALLING
        assert callback is not None
        self.on_arming()
        self.watched[channel] = callback

    def remove_event_detect(self, channel: int, /) -> None:
        del self.watched[channel]

    def cleanup(self) -> None:
        pass

    def move(self, position: tuple[int, int], down: bool) -> None:
        """A finger: closes or opens one switch, and every column that falls is told of."""
        before = self.low()
        (self.closed.add if down else self.closed.discard)(position)
        for channel in self.low() - before:
            if channel in self.watched:
                self.watched[channel](channel)


class KeypadRig:
    """The matrix, the driver, and virtual time between them."""

    def __init__(self) -> None:
        self.matrix, self.edges = Matrix(), bytearray()
        self.keypad = MatrixKeypad(self.matrix, ROWS, COLUMNS, LAYOUT, self.edges.append)
        self.now = 0.0
        self.told: list[tuple[float, DeviceEvent]] = []
        self.run(0.0)

    def run(self, seconds: float) -> None:
        until = self.now + seconds
        while self.edges or self.keypad.wake_at <= until:
            if self.edges:
                data, self.edges[:] = bytes(self.edges), b""
                assert self.keypad.receive(data, self.now) == b""
            else:
                self.now = max(self.now, self.keypad.wake_at)
                assert self.keypad.wake(self.now) == b""
                assert self.keypad.wake_at > self.now
            self.told += [(round(self.now, 3), event) for event in self.keypad.take()]
        self.now = until

    def down(self, key: Key) -> None:
        self.matrix.move(WHERE[key], True)

    def up(self, key: Key) -> None:
        self.matrix.move(WHERE[key], False)

    @property
    def events(self) -> list[DeviceEvent]:
        return [event for _, event in self.told]
