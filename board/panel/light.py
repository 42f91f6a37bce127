"""The light around: a median of samples, so that a hand or a headlight is not taken for night. Pure.

A sample every two seconds, the middle one of five: what lasts less than four seconds changes nothing. It is told when it has
moved by a quarter, so that the line is not full of it.
"""

from hal.wire.panel import NO_LUX

MYPY = False
if MYPY:
    from rp2_io import Io

SAMPLE, SAMPLES = 2000, 5
TRIES, RETRY = 3, 60 * 1000
"""Samples that fail before the sensor is said not to answer; how long it is then left alone: a bus that hangs takes time."""
UNKNOWN = -1


class Light:
    """The state of the sensor."""

    def __init__(self) -> None:
        self._last = []  # type: list[int]
        self._failed = 0
        self.left = SAMPLE
        """Milliseconds until the next sample."""
        self.lux = UNKNOWN
        """The light around; NO_LUX while no sensor answers, UNKNOWN until there were enough samples."""
        self._told = UNKNOWN

    def turn(self, elapsed: int, io: "Io") -> bool:
        """Let time pass, sample when it is time; whether the light is to be told."""
        self.left = max(0, self.left - elapsed)
        if self.left:
            return False
        self._take(io.lux())
        self.left = RETRY if self._failed >= TRIES else SAMPLE
        if self.lux == UNKNOWN or not self._moved():
            return False
        self._told = self.lux
        return True

    def _take(self, sample: int) -> None:
        if sample == NO_LUX:
            self._failed += 1
            if self._failed >= TRIES:
                self._last, self.lux = [], NO_LUX
            return
        self._failed = 0
        if sample != UNKNOWN:
            self._last = self._last[1 - SAMPLES :]
            self._last.append(sample)
            if len(self._last) == SAMPLES:
                self.lux = sorted(self._last)[SAMPLES // 2]

    def _moved(self) -> bool:
        if NO_LUX in (self.lux, self._told) or self._told == UNKNOWN:
            return self.lux != self._told
        return abs(self.lux - self._told) * 4 > self._told
