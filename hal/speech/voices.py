"""Synthesis: the two engines a board file can name, each from text to samples, in five languages."""

from __future__ import annotations

import io
import subprocess
import wave
from array import array
from collections.abc import Callable
from pathlib import Path

from hal.speech.sound import RATE, file_of, pcm_of
from hal.speech.speakable import speakable

Synthesis = Callable[[str, str], bytes]
"""A text and a language -> samples. May raise whatever its library does."""

PICO = {"fr": "fr-FR", "en": "en-GB", "de": "de-DE", "es": "es-ES", "it": "it-IT"}
ESPEAK = {"fr": "fr", "en": "en-gb", "de": "de", "es": "es", "it": "it"}
ESPEAK_WITHIN = 10
"""Seconds for espeak-ng to say a phrase."""


def nanotts() -> Synthesis:
    """SVOX Pico in this process. Raises ImportError where it is not installed."""
    from py_nanotts import NanoTTS  # type: ignore[import-untyped]

    engine = NanoTTS()
    return lambda text, language: bytes(engine.speak(text, voice=PICO[language]))


def espeak_ng() -> Synthesis:
    """espeak-ng as a program of the system, 22 kHz brought to ours."""
    return _espeak


def _espeak(text: str, language: str) -> bytes:
    command = ["espeak-ng", "--stdout", "-v", ESPEAK[language], "--", text]
    wav = subprocess.run(command, capture_output=True, check=True, timeout=ESPEAK_WITHIN).stdout
    return _resampled(wav)


def _resampled(wav: bytes) -> bytes:
    """The nearest sample of another rate: for speech that is enough."""
    with wave.open(io.BytesIO(wav)) as file:
        rate, samples = file.getframerate(), array("h", file.readframes(1 << 24))
    length = len(samples) * RATE // rate
    return array("h", (samples[at * rate // RATE] for at in range(length))).tobytes()


ENGINES: dict[str, Callable[[], Synthesis]] = {"nanotts": nanotts, "espeak-ng": espeak_ng}
"""By the name in a board file."""


class Voices:
    """Phrases as samples: from the folder of those rendered ahead, or made now."""

    def __init__(self, synthesis: Synthesis, rendered: Path | None = None) -> None:
        self._synthesis, self._rendered = synthesis, rendered
        self.left_out = 0
        """Characters left out since the last look."""

    def samples(self, phrase: str, language: str) -> bytes:
        """The samples of a phrase; none where it cannot be said."""
        if self._rendered:
            try:
                return pcm_of(file_of(self._rendered, phrase, language).read_bytes())
            except (OSError, wave.Error, EOFError):
                pass  # not rendered, or damaged: made now
        text, left_out = speakable(phrase)
        self.left_out += left_out
        return self._made(text, language) if text else b""

    def _made(self, text: str, language: str) -> bytes:
        try:
            return self._synthesis(text, language)
        except Exception:  # a library of native code raises whatever it does: a phrase is lost, not the visit
            return b""
