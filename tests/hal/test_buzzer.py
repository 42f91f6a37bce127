"""The buzzer: what the line does, and when."""

from typing import cast

import pytest

from hal.drivers.buzzer import PinBuzzer
from hal.lines import Gpio
from hal.ports import AT_ONCE, NEVER, Tone


class OutputLine:
    """One output line, written down."""

    OUT, LOW, HIGH = 0, 0, 1

    def __init__(self) -> None:
        self.levels: list[tuple[int, int]] = []

    def setup(self, channel: int, direction: int, initial: int | None = None) -> None:
        assert (direction, initial) == (self.OUT, self.LOW)
        self.levels.append((channel, self.LOW))

    def output(self, channel: int, level: int) -> None:
        self.levels.append((channel, level))


def heard(buzzer: PinBuzzer, line: OutputLine, start: float) -> list[tuple[int, int]]:
    """Milliseconds after `start`, and the level from then on."""
    assert buzzer.wake_at == AT_ONCE
    now, levels = start, []
    while buzzer.wake_at != NEVER:
        now = max(now, buzzer.wake_at)
        assert buzzer.wake(now) == b""
        assert buzzer.wake_at > now
        levels.append((round((now - start) * 1000), line.levels[-1][1]))
    return levels


@pytest.mark.parametrize(
    ("tone", "levels"),
    [
        (Tone.ACCEPTED, [(0, 1), (60, 0)]),
        (Tone.IGNORED, [(0, 1), (120, 0), (200, 1), (320, 0)]),
        (Tone.WARNING, [(0, 1), (400, 0)]),
    ],
)
def test_tone(tone: Tone, levels: list[tuple[int, int]]) -> None:
    line = OutputLine()
    buzzer = PinBuzzer(cast(Gpio, line), 18)
    assert (line.levels, buzzer.wake_at) == ([(18, 0)], NEVER)
    buzzer.beep(tone)
    assert heard(buzzer, line, 1000.0) == levels


def test_new_tone_takes_the_place_of_the_old() -> None:
    line = OutputLine()
    buzzer = PinBuzzer(cast(Gpio, line), 18)
    buzzer.beep(Tone.WARNING)
    buzzer.wake(5.0)
    buzzer.beep(Tone.ACCEPTED)
    assert heard(buzzer, line, 5.1) == [(0, 1), (60, 0)]


def test_bytes_mean_nothing() -> None:
    buzzer = PinBuzzer(cast(Gpio, OutputLine()), 18)
    assert buzzer.receive(b"\x00\xff", 0.0) == b""
    assert buzzer.wake_at == NEVER
