"""The city: its register, its signing key, its tariffs and its rules, as one value for the functions that act for it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from central.rules.evidence import CheckRules
from central.rules.notice_numbers import NoticeAuthority
from firmware.tariff import Tariffs


@dataclass(frozen=True)
class City:
    """The register, the key that signs what is published, and the tariffs until others are published."""

    store: Engine
    key: Ed25519PrivateKey = field(repr=False)
    tariffs: Tariffs
    rules: CheckRules = field(default_factory=CheckRules)
    authority: NoticeAuthority = field(default_factory=NoticeAuthority)
    """Under whose number notices are issued."""
    replica: Engine | None = None
    """A streaming replica that plate checks read; None: they read the register itself."""
    draw: Callable[[int], bytes] = secrets.token_bytes
    """Random bytes, so many: the key of each copy of the entitlements."""
