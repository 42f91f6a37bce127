"""Buzzer port: the tones a buzzer is asked to sound."""

from __future__ import annotations

from enum import Enum
from typing import Protocol


class Tone(Enum):
    """Tones of the buzzer."""

    ACCEPTED = "accepted"
    """One short beep."""
    IGNORED = "ignored"
    """Two low (longer) beeps: the key did nothing."""
    WARNING = "warning"
    """One long beep: the machine is about to forget you."""


class Buzzer(Protocol):
    """Buzzer: sounds tones, reports no events."""

    def beep(self, tone: Tone) -> None:
        """Start sounding; returns at once."""
