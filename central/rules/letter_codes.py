"""Letter codes: eight characters on the letter of a notice, which open to its holder what the notice has of a person.

The theory. The number of a notice is counted up, its plate stands in the street and its payment key follows from the number
(central/rules/notice_numbers.py): none of them is a secret. The code is: 40 bits, worked out from a secret of the city and a
random salt of this notice: neither the register alone nor the secret alone tells it, and the letter can be printed again.
"""

from __future__ import annotations

import hmac

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U."""
LENGTH = 8
SALT_BYTES = 16
_BITS = 5
_DASHES = str.maketrans("", "", "-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{EM DASH}")
_READ_AS = str.maketrans("OIL", "011")


def letter_code(secret: bytes, number: str, salt: bytes) -> str:
    """The code of a notice under this salt, as `code_in` reads it."""
    value = int.from_bytes(hmac.digest(secret, number.encode() + salt, "sha256")) % (1 << LENGTH * _BITS)
    return "".join(DIGITS[value >> _BITS * place & len(DIGITS) - 1] for place in reversed(range(LENGTH)))


def code_in(text: str) -> str:
    """A code as somebody typed it: in any case, with spaces or dashes; O is read as 0, I and L as 1."""
    typed = "".join(text.split()).translate(_DASHES)
    return typed.upper().translate(_READ_AS) if typed.isascii() else ""


def grouped_code(code: str) -> str:
    """The code as the letter shows it."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"
