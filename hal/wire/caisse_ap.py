"""Caisse-AP codec: messages between a French till and its card terminal over IP (Association du Paiement, version 3).

The theory. A till connects to the terminal (TCP, port 8888 by default), sends one request and is sent one answer, after the
card, the code and the bank. A message is a row of fields in any order, CZ first: a tag of 2 characters, a length of 3 digits,
a value. It has no mark at its end: it may be whole wherever a field ends.

    request                                     answer: the fields of the request again, and
    CZ  version      "0300"                     AE  "10" done, "01" not done
    CJ  protocol     12 digits, any             AF  report, 2 digits: why not
    CA  till         "01"                       CC  card and reading, "00B": contactless
    CB  amount       cents, 2 to 12 digits      CI  reading: 1 contact, 2 contactless, 3 stripe, 4 keyed
    CD  action       "0" debit, "1" credit      AC  number of the authorisation
    CE  currency     ISO 4217 number
    BF  part of it   "0": nothing less than the amount

CB comes back with zeros before it. CJ has no meaning to the terminal: it carries what fits of our reference there, for whoever
reads the terminal's log. It need not come back; the connection is what says of which payment an answer is.

AA (card number, part of it hidden), AB (its date of expiry) and AI (its application) come without being asked for: they are
dropped here, and stand in no value of this file.

Sources: the protocol's fields as the l10n_fr_pos_caisse_ap_ip module of Odoo uses them, and a public simulator of a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from msgspec import Struct

VERSION = "0300"
DEBIT = "0"
EURO = "978"
DONE = "10"
NOT_DONE = "01"
LONGEST = 4096
"""Bytes of an answer: ours have about 150."""
LONGEST_REFERENCE = 10
MOST_CENTS = 99_999_999

_TAG, _HEAD = 2, 5
_ID_DIGITS = 12
_CONTACTLESS = {"2": True, "1": False, "3": False, "4": False}
_CONTACTLESS_CARDS = {"B": True, "D": True, "1": False, "2": False}


class CaisseApRequest(Struct, frozen=True):
    """Payment request: a debit of `cents` (1 to 99 999 999, euro)."""

    till: str
    """Two digits: which till is asking."""
    cents: int
    reference: str
    """1 to 10 ASCII letters and digits."""


class CaisseApAnswer(Struct, frozen=True):
    """Payment result. Texts are as the terminal sent them, and empty where it sent none."""

    till: str
    cents: int | None
    """None where it is no number."""
    action: str
    currency: str
    result: str
    """DONE, NOT_DONE or anything else."""
    report: str
    """AF: two digits."""
    contactless: bool | None
    authorisation: str


class Unread(Enum):
    """Why bytes are no answer."""

    INCOMPLETE = "incomplete"
    """Something is still to come."""
    DAMAGED = "damaged"
    """Whatever follows, it is none."""


def encode_request(request: CaisseApRequest) -> bytes:
    """Encode a request, whole. Raises ValueError if a field does not fit its place."""
    if not (len(request.till) == 2 and request.till.isascii() and request.till.isdigit()):
        raise ValueError(f"the till number is two digits, not {request.till!r}")
    if not 1 <= request.cents <= MOST_CENTS:
        raise ValueError(f"an amount is 1 to {MOST_CENTS} cents, not {request.cents}")
    reference = request.reference
    if not (1 <= len(reference) <= LONGEST_REFERENCE and reference.isascii() and reference.isalnum()):
        raise ValueError(f"a reference is 1 to 10 ASCII letters and digits, not {reference!r}")
    fields = (
        *(("CZ", VERSION), ("CJ", reference_digits(reference)), ("CA", request.till)),
        *(("CB", f"{request.cents:02d}"), ("CD", DEBIT), ("CE", EURO), ("BF", "0")),
    )
    return "".join(f"{tag}{len(value):03d}{value}" for tag, value in fields).encode("ascii")


def reference_digits(reference: str) -> str:
    """The last 12 decimal digits of a reference read as a number of base 36: sales that follow each other differ."""
    return f"{int(reference, 36) % 10**_ID_DIGITS:0{_ID_DIGITS}d}"


def decode_answer(data: bytes) -> CaisseApAnswer | Unread:
    """Decode all that has arrived on a connection. Never raises."""
    if len(data) > LONGEST or not all(0x20 <= byte < 0x7F for byte in data):
        return Unread.DAMAGED
    fields: dict[str, str] = {}
    for field in _fields(data.decode("ascii")):
        if isinstance(field, Unread):
            return field
        tag, value = field
        if fields.setdefault(tag, value) != value:
            return Unread.DAMAGED  # two answers in one that contradict each other: neither can be believed
    return _answer(fields) if "AE" in fields else Unread.INCOMPLETE


def _fields(text: str) -> Iterator[tuple[str, str] | Unread]:
    while text:
        tag, length, value = text[:_TAG], text[_TAG:_HEAD], text[_HEAD:]
        if not (tag.isalnum() and tag.upper() == tag) or (length and not length.isdigit()):
            yield Unread.DAMAGED
            return
        if len(length) < _HEAD - _TAG or len(value) < int(length):
            yield Unread.INCOMPLETE
            return
        yield tag, value[: int(length)]
        text = value[int(length) :]


def _answer(fields: dict[str, str]) -> CaisseApAnswer:
    amount, card = fields.get("CB", ""), fields.get("CC", "")
    return CaisseApAnswer(
        till=fields.get("CA", ""),
        cents=int(amount) if amount.isdigit() else None,
        action=fields.get("CD", ""),
        currency=fields.get("CE", ""),
        result=fields["AE"],
        report=fields.get("AF", ""),
        contactless=_CONTACTLESS.get(fields.get("CI", ""), _CONTACTLESS_CARDS.get(card[-1:])),
        authorisation=fields.get("AC", ""),
    )
