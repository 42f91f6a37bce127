"""The pipe to the speech engine: a process that falls over is replaced, and one that cannot run is not tried for ever."""

from __future__ import annotations

import select
import sys
import time
from pathlib import Path

from hal.ports import Utterance
from hal.speech.pipe import EngineCable
from hal.wire.speech import EndedAnswer, HeadsetAnswer, say_line, station_message

UN = say_line(1, Utterance("fr", ("un",)))
WATCH = "import sys\nprint('{\"headset\":true}', flush=True)\nsys.stdin.readline()\n"
"""Tells of the jack as it starts, and falls over with the first order."""


def test_a_process_that_falls_over_is_started_again_with_the_next_order() -> None:
    echo = (
        "import sys\nfor line in sys.stdin.buffer:\n sys.stdout.buffer.write(b'{\"ended\":1}\\n'); sys.stdout.flush(); break\n"
    )
    cable = EngineCable((sys.executable, "-c", echo))
    try:
        for _ in range(2):
            cable.write(UN)
            assert answer_of(cable) == EndedAnswer(1)
            time.sleep(0.2)
    finally:
        cable.close()


class CountedCable(EngineCable):
    """Counts how often its watch is begun."""

    watches = 0

    def start(self) -> None:
        self.watches += 1
        super().start()


def test_of_a_process_that_fell_over_another_takes_the_watch_of_the_jack() -> None:
    """Nobody speaks meanwhile: a headset that is plugged in begins a visit."""
    cable = fallen_over(lasted=0.0)
    assert answer_of(cable) == HeadsetAnswer(True)
    cable.close()


def test_one_that_fell_over_at_once_is_not_tried_for_ever() -> None:
    cable = fallen_over(lasted=600.0)
    assert cable.read() == b""
    assert cable.watches == 1
    assert select.select([cable], [], [], 0)[0] == [], "a loop that waits for it would never rest"
    cable.write(UN)
    assert answer_of(cable) == HeadsetAnswer(True)
    cable.close()


def fallen_over(lasted: float) -> CountedCable:
    """A cable whose first process has told of the jack, and ended: which can be selected on."""
    cable = CountedCable((sys.executable, "-c", WATCH), lasted)
    cable.start()
    assert answer_of(cable) == HeadsetAnswer(True)
    cable.write(UN)
    assert select.select([cable], [], [], 20)[0]
    return cable


def answer_of(cable: EngineCable) -> object:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if data := cable.read():
            return station_message(data.strip())
        time.sleep(0.02)
    return None


def test_an_engine_that_is_not_installed_is_silent(tmp_path: Path) -> None:
    cable = EngineCable((str(tmp_path / "none"),))
    cable.start()
    cable.write(UN)
    assert cable.read() == b""
    cable.close()
