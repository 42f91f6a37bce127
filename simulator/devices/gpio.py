"""Simulated GPIO library: RPi.GPIO's names and refusals over a simulated header.

Semantics from RPi.GPIO 0.7 (its wiki: "Inputs", "Outputs", "Interrupts") as rpi-lgpio 0.6 keeps them: numbering first,
`setup` before use, an output keeps its level when set up without `initial`, edges only on inputs. Callbacks run at once, on the
caller's thread, where the real library uses a thread of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from simulator.devices.header import LINES, Header, HeaderLines, PullResistor


class SimulatedGpio:
    """In place of `import RPi.GPIO as GPIO`; one per start of a station, over the station's one header."""

    BCM = 11
    IN, OUT = 1, 0
    LOW, HIGH = 0, 1
    PUD_OFF, PUD_DOWN, PUD_UP = 20, 21, 22
    RISING, FALLING, BOTH = 31, 32, 33
    _PULLS: ClassVar = {PUD_OFF: PullResistor.OFF, PUD_DOWN: PullResistor.DOWN, PUD_UP: PullResistor.UP}

    def __init__(self, header: Header) -> None:
        self._header = header
        self._mode: int | None = None
        self._directions: dict[int, int] = {}
        self._stops: dict[int, Callable[[], None]] = {}

    def setmode(self, mode: int, /) -> None:
        """Only BCM numbering is wired here. Raises ValueError for another."""
        if mode != self.BCM:
            raise ValueError("An invalid mode was passed to setmode()")
        self._mode = mode

    def setwarnings(self, on: bool, /) -> None:
        """Nothing here warns."""

    def setup(self, channels: HeaderLines, direction: int, pull_up_down: int = PUD_OFF, initial: int | None = None) -> None:
        """Raises RuntimeError before `setmode`, ValueError on a line or a combination that does not exist."""
        lines = (channels,) if isinstance(channels, int) else channels
        for channel in lines:
            if channel not in self._directions:
                self._check(channel)
        if direction == self.OUT:
            if pull_up_down != self.PUD_OFF:
                raise ValueError("pull_up_down parameter is not valid for outputs")
            self._drive(lines, initial)
        elif direction == self.IN:
            if initial is not None:
                raise ValueError("initial parameter is not valid for inputs")
            self._header.make_input(lines, self._pull(pull_up_down))
        else:
            raise ValueError("An invalid direction was passed to setup()")
        self._directions |= dict.fromkeys(lines, direction)

    def _drive(self, lines: Sequence[int], initial: int | None) -> None:
        for line in self._stops.keys() & lines:
            self.remove_event_detect(line)
        if initial is not None:
            self._header.drive(lines, initial)
        else:
            for line in lines:
                self._header.drive(line, self._header.level(line))

    def output(self, channel: int, level: int, /) -> None:
        """Raises RuntimeError if the line is not an output."""
        if self._directions.get(channel) != self.OUT:
            self._check(channel)
            raise RuntimeError("The GPIO channel has not been set up as an OUTPUT")
        self._header.drive(channel, level)

    def input(self, channel: int, /) -> int:
        """Raises RuntimeError if the line has not been set up."""
        if channel not in self._directions:
            self._check(channel)
            raise RuntimeError("You must setup() the GPIO channel first")
        return self._header.level(channel)

    def add_event_detect(self, channel: int, edge: int, callback: Callable[[int], None] | None = None) -> None:
        """Raises RuntimeError unless the line is an input without edge detection, ValueError on an unknown edge."""
        self._check(channel)
        if self._directions.get(channel) != self.IN:
            raise RuntimeError("You must setup() the GPIO channel as an input first")
        if channel in self._stops:
            raise RuntimeError("Conflicting edge detection already enabled for this GPIO channel")
        wanted = self._levels(edge)

        def moved(line: int, level: int) -> None:
            if callback is not None and level in wanted:
                callback(line)

        self._stops[channel] = self._header.listen(channel, moved)

    def remove_event_detect(self, channel: int, /) -> None:
        """Nothing happens if there was none."""
        if stop := self._stops.pop(channel, None):
            stop()

    def power_cut(self) -> None:
        """Its process is gone: nothing is called back any more."""
        for channel in list(self._stops):
            self.remove_event_detect(channel)

    def cleanup(self) -> None:
        """Also forgets the numbering, as the library does."""
        for channel in list(self._directions):
            self.remove_event_detect(channel)
            self._header.make_input(channel)
        self._directions.clear()
        self._mode = None

    def _check(self, channel: int) -> None:
        if self._mode is None:
            raise RuntimeError("Please set pin numbering mode using GPIO.setmode(GPIO.BOARD) or GPIO.setmode(GPIO.BCM)")
        if not 0 <= channel < LINES:
            raise ValueError("The channel sent is invalid on a Raspberry Pi")

    def _pull(self, constant: int) -> PullResistor:
        if constant not in self._PULLS:
            raise ValueError("Invalid value for pull_up_down - should be either PUD_OFF, PUD_UP or PUD_DOWN")
        return self._PULLS[constant]

    def _levels(self, edge: int) -> set[int]:
        levels = {self.RISING: {1}, self.FALLING: {0}, self.BOTH: {0, 1}}
        if edge not in levels:
            raise ValueError("The edge must be set to RISING, FALLING or BOTH")
        return levels[edge]
