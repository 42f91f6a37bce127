"""Buzzer driver: one GPIO line that sounds while it is high (an active buzzer; the pitch is its own).

It knows how long each tone lasts and nothing of why. Tones tell apart by count and length, since the pitch cannot change.
"""

from __future__ import annotations

from hal.lines import Gpio
from hal.ports import AT_ONCE, NEVER, Instant, Tone

BEEPS: dict[Tone, tuple[float, ...]] = {
    Tone.ACCEPTED: (0.060,),
    Tone.IGNORED: (0.120, 0.080, 0.120),
    Tone.WARNING: (0.400,),
}
"""Seconds of sound, of silence, of sound..."""


class PinBuzzer:
    """`Buzzer` on a GPIO line, driven as an `End` that carries no bytes."""

    def __init__(self, gpio: Gpio, pin: int) -> None:
        self._gpio, self._pin = gpio, pin
        self._left: tuple[float, ...] = ()
        self._sounding = False
        self.wake_at: Instant = NEVER
        gpio.setup(pin, gpio.OUT, initial=gpio.LOW)

    def beep(self, tone: Tone) -> None:
        """Start sounding, in place of what may still sound."""
        self._left, self._sounding = BEEPS[tone], False
        self.wake_at = AT_ONCE

    def receive(self, data: bytes, now: Instant) -> bytes:
        """A buzzer sends nothing."""
        return b""

    def wake(self, now: Instant) -> bytes:
        """The next stretch of sound or silence begins."""
        self._sounding = not self._sounding and bool(self._left)
        self._gpio.output(self._pin, self._gpio.HIGH if self._sounding else self._gpio.LOW)
        self.wake_at = now + self._left[0] if self._left else NEVER
        self._left = self._left[1:]
        return b""
