"""What the city is, to the functions that act for it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from firmware.tariff import Tariffs


@dataclass(frozen=True)
class Rules:
    """What the city decided about its checks: docs/decisions/0015."""

    tolerance: timedelta = timedelta(minutes=5)
    """A right that ended so lately still lets the vehicle stay."""
    look_back: timedelta = timedelta(hours=2)
    """A right that ended so lately is shown, and lets nobody stay."""
    silent_after: timedelta = timedelta(minutes=3)
    """Three heartbeats missed: whose data is older than that is silent."""
    possible_payers: int = 5
    """Near-match plates shown, at most."""


@dataclass(frozen=True)
class City:
    """The register, the key that signs what is published, and the prices until others are published."""

    store: Engine
    key: Ed25519PrivateKey = field(repr=False)
    tariffs: Tariffs
    rules: Rules = field(default_factory=Rules)
    draw: Callable[[int], bytes] = secrets.token_bytes
    """So many bytes that nobody can guess: the key of each copy of the rights."""
