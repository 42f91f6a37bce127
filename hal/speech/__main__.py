"""The process of the speech engine: orders on standard input, what became of them on standard output."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path

from hal.errors import error_text
from hal.speech.engine import Engine, program_player, serve, utterance_wav
from hal.speech.voices import ENGINES, Synthesis, Voices

MADE_WITHIN = 12
"""Seconds for a phrase to be made; longer than espeak-ng is given."""


def main() -> int:
    """Serve until standard input ends; 1 if the engine is not installed."""
    parser = argparse.ArgumentParser(prog="python -m hal.speech", description=__doc__)
    parser.add_argument("--engine", choices=sorted(ENGINES), default="nanotts")
    parser.add_argument("--rendered", type=Path, help="folder of the phrases rendered ahead")
    parser.add_argument("--sound", default="default", help="the sound card, as ALSA names it")
    parser.add_argument("--jack", type=Path, help="the input device whose switch a headset closes")
    parser.add_argument("--wav", action="store_true", help="write the one utterance that is asked for as a WAV file, and end")
    arguments = parser.parse_args()
    try:
        voices = Voices(ending(ENGINES[arguments.engine]()), arguments.rendered)
    except (ImportError, OSError) as error:
        sys.stderr.write(f"hal.speech: {error_text(error)}\n")
        return 1
    if arguments.wav:
        sys.stdout.buffer.write(utterance_wav(sys.stdin.buffer.read(), voices))
        return 0
    player = program_player(("aplay", "-q", "-D", arguments.sound))
    serve(Engine(voices, player, _tell), sys.stdin.buffer, _opened(arguments.jack))
    return 0


def ending(synthesis: Synthesis, within: int = MADE_WITHIN) -> Synthesis:
    """The same, ending this process where it does not return: the kernel does, whatever native code hangs in.

    The station's next order starts another process.
    """

    def samples(text: str, language: str) -> bytes:
        signal.alarm(within)
        try:
            return synthesis(text, language)
        finally:
            signal.alarm(0)

    return samples


def _opened(jack: Path | None) -> int | None:
    """A descriptor of the jack's device; without one whatever is not private is said all the same."""
    try:
        return os.open(jack, os.O_RDONLY) if jack else None
    except OSError as error:
        sys.stderr.write(f"hal.speech: {error_text(error)}\n")
        return None


def _tell(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
