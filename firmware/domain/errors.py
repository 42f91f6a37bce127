"""Errors of the firmware, and of the city where it uses the firmware's values.

    ValueError
    └── FieldError       what a person or a program sent: which member of it, and why; whoever sent it mends it
    Exception
    └── FileError        what stands in a file (hal/errors.py): which file, where in it, and why; whoever wrote it mends it

Expected trouble (refused, paper out, offline) is no error: it is an event or a fact.
"""

from __future__ import annotations

from hal.errors import FileError

__all__ = ["FieldError", "FileError"]


class FieldError(ValueError):
    """One member of what was sent cannot be taken. Nothing was stored."""

    def __init__(self, field: str, reason: str) -> None:
        """`field`: where it stands, such as `plate` or `entries[3].hash`; empty for the whole of it."""
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason
