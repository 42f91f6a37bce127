"""Trace of a street: SHA-256 over everything that happened. The same plan gives the same, on any machine."""

from __future__ import annotations

import hashlib


class StreetTrace:
    """The running hash, and how many events it covers."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.events = 0

    def note(self, *words: object) -> None:
        """Add one event. Only texts, numbers and bytes: nothing whose text hangs on a machine or a hash seed."""
        self._hash.update("\x1f".join(map(str, words)).encode() + b"\n")
        self.events += 1

    @property
    def digest(self) -> str:
        """The hash of everything so far."""
        return self._hash.hexdigest()
