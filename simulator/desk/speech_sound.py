"""The sound of what a simulated speaker said: the engine of a station makes it, in a process of its own."""

from __future__ import annotations

import subprocess
import sys

from hal.ports import Utterance
from hal.wire.speech import say_line
from simulator.devices.speaker import Said

WITHIN_S = 20


def sound_of(said: Said) -> bytes | None:
    """A WAV file; None where no engine is installed, or it fell over."""
    order = say_line(said.number, Utterance(said.language, said.phrases, said.volume))
    command = [sys.executable, "-m", "hal.speech", "--wav"]
    try:
        return subprocess.run(command, input=order, capture_output=True, timeout=WITHIN_S, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
