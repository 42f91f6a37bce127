"""Short codes of receipts: six characters that a motorist notes, says aloud and types in place of the plate.

Digits and capitals without I, L, O and U, which are read as what they look like. Six of 32 are 30 bits: where 500 codes are
kept, one in two million texts typed at random is a code. They are drawn with a secret of the station, so that nobody gets from
one to the next.
"""

from __future__ import annotations

import hmac

from firmware.domain.reference import ALPHABET

LENGTH = 6
_MEANT = str.maketrans("ILO", "110")


def short_code(secret: bytes, reference: str) -> str:
    """The short code of the sale with this reference."""
    digest = hmac.digest(secret, reference.encode(), "sha256")
    return "".join(ALPHABET[byte & 31] for byte in digest[:LENGTH])


def code_typed(typed: str) -> str:
    """What was typed, as a code: letters that codes do not have are read as the digits they look like."""
    return typed.translate(_MEANT)


def spoken(code: str) -> str:
    """A code in two groups, as it is said and shown: `K7M 2QX`."""
    return f"{code[: LENGTH // 2]} {code[LENGTH // 2 :]}"
