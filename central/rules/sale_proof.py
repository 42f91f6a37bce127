"""Proof of a sale: its journal entry, the chain of hashes up to a statement, and the station's signature under that statement.

The theory. A station signs statements, not entries; a statement names the hash of its last entry, which speaks for every one
before it. So a sale is proven by the bodies from its own to that one. The others are other people's purchases: whoever is given
the proof gets the entry and the statement, and the city's word, signed, that the chain between them was followed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from firmware.protocol.entry import Entry, chain_hash, content_in
from firmware.protocol.envelope import STATEMENT, Envelope, open_envelope, public_key_text
from firmware.protocol.messages import statement_in


@dataclass(frozen=True)
class SignedStatement:
    """A statement of a station as it was signed."""

    document: bytes
    signature: str


@dataclass(frozen=True)
class SaleProof:
    """What proves a sale, and whether it does."""

    body: str
    """The entry's text; its plate stands beside it, under a commitment."""
    previous_hash: str
    hash: str
    """SHA-256 of the hash before and of the body, hexadecimal."""
    statement: str | None
    """The station's statement that covers it; None: none is kept."""
    signature: str | None
    signed_by: str | None
    """The station's public key that signed it; None: none of those it was enrolled with did."""
    entries_between: int
    """Whose hashes were followed from this entry to the end that the statement names."""
    plate_matches: bool
    """Whether the plate kept beside it is the one committed to; False too once it was deleted."""
    holds: bool
    """Whether everything agrees: chain, statement, signature and plate."""


def prove_sale(
    entries: Sequence[Entry],
    previous: bytes,
    plate: str,
    statement: SignedStatement | None,
    keys: Iterable[Ed25519PublicKey],
) -> SaleProof:
    """Examine the entry of a sale. `entries`: from it to the last one that the statement names; `previous`: the hash before."""
    first = entries[0]
    key = _signer(statement, keys)
    named = statement_in(statement.document).head if statement and key else None
    plate_matches = _plate_of(first) == plate
    return SaleProof(
        body=first.body.decode(),
        previous_hash=previous.hex(),
        hash=first.hash.hex(),
        statement=statement.document.decode() if statement else None,
        signature=statement.signature if statement else None,
        signed_by=public_key_text(key) if key else None,
        entries_between=len(entries) - 1,
        plate_matches=plate_matches,
        holds=plate_matches and is_chain(entries, previous) and named == entries[-1].hash.hex(),
    )


def is_chain(entries: Iterable[Entry], previous: bytes) -> bool:
    """Whether each entry continues from the one before, and the first from a hash."""
    for entry in entries:
        if chain_hash(previous, entry.body) != entry.hash:
            return False
        previous = entry.hash
    return True


def fingerprint(document: bytes) -> str:
    """SHA-256 of a document, hexadecimal, in groups of eight."""
    digest = hashlib.sha256(document).hexdigest()
    return " ".join(digest[begin : begin + 8] for begin in range(0, len(digest), 8))


def _signer(statement: SignedStatement | None, keys: Iterable[Ed25519PublicKey]) -> Ed25519PublicKey | None:
    return next((key for key in keys if statement and _is_signed(statement, key)), None)


def _is_signed(statement: SignedStatement, key: Ed25519PublicKey) -> bool:
    try:
        open_envelope(STATEMENT, Envelope(msgspec.Raw(statement.document), statement.signature), key)
    except ValueError:
        return False
    return True


def _plate_of(entry: Entry) -> str | None:
    """The plate of a sale's entry; None where it was deleted, is not the one committed to, or there is none."""
    try:
        right = getattr(content_in(entry.body, entry.personal).fact, "right", None)
    except ValueError:
        return None
    return str(right.plate) if right else None
