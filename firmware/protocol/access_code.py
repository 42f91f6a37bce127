"""One-time access codes: ten digits that open the service menu of one station to one number until one minute, offline.

The theory. The city and the station share a secret that nobody ever sent: each computes it from its own private key and the
other's public one (X25519, RFC 7748, over the Ed25519 keys they have; the Edwards point's y is the Montgomery u = (1+y)/(1-y)).
A code is an HMAC over station, number and the minute until which it is valid, cut to ten digits, so the city needs no line to
the station, and another station, number or minute makes another code. The station tries the minutes of the hour to come: of
ten thousand million codes sixty open it, and each that opened it is remembered by the journal and opens nothing again.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CODE_DIGITS = 10
LONGEST = 60
"""Minutes that a code may be valid."""
_PRIME = 2**255 - 19
_PURPOSE = b"horodateur access code"


def shared_secret(own: Ed25519PrivateKey, other: Ed25519PublicKey) -> bytes:
    """32 bytes that only the holders of these two keys can compute. Raises ValueError for a key of small order."""
    scalar = hashlib.sha512(own.private_bytes_raw()).digest()[:32]
    exchanged = X25519PrivateKey.from_private_bytes(scalar).exchange(_montgomery(other))
    return HKDF(SHA256(), 32, None, _PURPOSE).derive(exchanged)


def access_code(secret: bytes, station: str, person: str, until: datetime) -> str:
    """The code of this minute. `until`: aware; its seconds count for nothing."""
    text = f"{station} {person} {_minute(until)}"
    number = int.from_bytes(hmac.new(secret, text.encode(), hashlib.sha256).digest()[:8])
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def code_valid_until(secret: bytes, station: str, person: str, code: str, now: datetime) -> datetime | None:
    """Until when this code is valid; None for one that is not, or no more. `now`: aware."""
    first = datetime.fromtimestamp(60 * _minute(now), UTC)
    minutes = (first + timedelta(minutes=each) for each in range(1, LONGEST + 1))
    good = [minute for minute in minutes if hmac.compare_digest(access_code(secret, station, person, minute), code)]
    return good[0] if good else None


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60


def _montgomery(key: Ed25519PublicKey) -> X25519PublicKey:
    y = int.from_bytes(key.public_bytes_raw(), "little") & ((1 << 255) - 1)
    u = (1 + y) * pow(1 - y, -1, _PRIME) % _PRIME
    return X25519PublicKey.from_public_bytes(u.to_bytes(32, "little"))
