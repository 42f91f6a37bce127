"""Sound as the engine makes it: 16 kHz, mono, 16 bits; WAV files of it, and their names."""

from __future__ import annotations

import hashlib
import io
import wave
from array import array
from pathlib import Path

RATE = 16000
"""Samples a second."""
LOUDNESS = (0.25, 0.45, 0.7, 1.0, 1.4)
"""By step of the volume: what every sample is multiplied by."""
LIMIT = 32767


def seconds_of(pcm: bytes) -> float:
    """How long it lasts."""
    return len(pcm) / 2 / RATE


def louder(pcm: bytes, volume: int) -> bytes:
    """The same at a step of the volume, cut where it would overflow."""
    factor = LOUDNESS[min(max(volume, 0), len(LOUDNESS) - 1)]
    samples = array("h", pcm)
    return array("h", (max(-LIMIT, min(LIMIT, int(sample * factor))) for sample in samples)).tobytes()


def wav_of(pcm: bytes) -> bytes:
    """A whole WAV file."""
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm)
    return held.getvalue()


def pcm_of(wav: bytes) -> bytes:
    """The samples of a WAV file of this form. Raises wave.Error or EOFError for another."""
    with wave.open(io.BytesIO(wav)) as file:
        if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, RATE):
            raise wave.Error("not 16 kHz, mono, 16 bits")
        return bytes(file.readframes(file.getnframes()))


def file_of(folder: Path, phrase: str, language: str) -> Path:
    """Where a phrase that was rendered ahead lies."""
    name = hashlib.sha256(f"{language}\0{phrase}".encode()).hexdigest()[:24]
    return folder / language / f"{name}.wav"
