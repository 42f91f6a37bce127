"""Concert E+ frames of the simulated terminal: request fields in, answer body out.

A frame is STX, body, ETX, LRC; the LRC is the exclusive-or of the body and ETX. Fields have fixed places and lengths.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import reduce
from itertools import pairwise
from operator import xor

_REPORT = "CARTE BANCAIRE ************1234 DEBIT TICKET CLIENT"
_CUTS = (0, 2, 10, 11, 12, 13, 16, 26, 30, 34)


class Char(IntEnum):
    """ASCII control characters of the protocol."""

    STX = 0x02
    ETX = 0x03
    EOT = 0x04
    ENQ = 0x05
    ACK = 0x06
    NAK = 0x15


def lrc_of(body: bytes) -> int:
    """Check character of a body."""
    return reduce(xor, body, int(Char.ETX))


@dataclass(frozen=True)
class TerminalRequest:
    """Payment request, field by field, as it stood on the wire."""

    till: str
    amount: str
    flag: str
    mode: str
    kind: str
    currency: str
    private: str
    delay: str
    authorisation: str

    @staticmethod
    def read(body: bytes) -> TerminalRequest | None:
        """Parse a request body; None for any other."""
        text = body.decode("latin-1")
        if len(body) != _CUTS[-1] or not body.isascii() or not text[2:10].isdigit():
            return None
        return TerminalRequest(*(text[start:end] for start, end in pairwise(_CUTS)))

    @property
    def payable(self) -> bool:
        """A debit by card, in euros, of something, answered at its end."""
        return (self.mode, self.kind, self.currency, self.delay) == ("1", "0", "978", "A010") and int(self.amount) > 0

    def answer(self, result: str) -> bytes:
        """Encode the body of the answer: 80 characters if the flag asked for the report, else 25."""
        report = (_REPORT if result == "0" else "").ljust(55) if self.flag == "1" else ""
        return f"{self.till}{result}{self.amount}{self.mode}{report}{self.currency}{self.private}".encode("ascii")
