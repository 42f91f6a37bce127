"""Concert protocol E+ codec: frames between a French till and its card terminal.

The theory. Whoever wants to speak sends ENQ; the other grants it with ACK (NAK: busy); then one frame goes over, is
acknowledged with ACK or asked for again with NAK, and EOT gives the line back. A frame is STX, body, ETX and one check
character (LRC), the exclusive or of body and ETX. A till asks for a debit in one such exchange and is told the result in
another, begun by the terminal.

    request body, 34 characters              answer body, 25 or 80 characters
    till            2  "01" to "99"          till       2
    amount          8  cents                 result     1  '0' accepted, '7' refused, '9' not verified
    answer flag     1  '0' short, '1' long   amount     8  cents
    mode            1  '1' card              mode       1
    type            1  '0' debit             report    55  long answers only
    currency        3  ISO 4217 number       currency   3
    private        10  ours, comes back      private   10
    delay           4  "A010" at the end
    authorisation   4  "B010" as it likes

The report of a long answer holds the card number. We ask for the short answer, which has none: what is never sent to us
cannot be kept, printed or stolen. A long one is understood all the same (a terminal may be set to it), and its report is
dropped here: it is in no dataclass, no message and no error of this file.

Source: the field tables "Concert V2 - Legacy" of PayXpert's user documentation, and Telium Manager's E+ lengths (25 and 80).
"""

from __future__ import annotations

from enum import Enum
from functools import reduce
from operator import xor

from msgspec import Struct

STX = 0x02
ETX = 0x03

SHORT = 25
LONG = 80

EURO = "978"
ACCEPTED = "0"
REFUSED = "7"


class Signal(Enum):
    """Control characters that travel alone."""

    EOT = b"\x04"
    ENQ = b"\x05"
    ACK = b"\x06"
    NAK = b"\x15"


class ConcertRequest(Struct, frozen=True):
    """Payment request: a debit of `cents` (1 to 99 999 999, euro) on a card."""

    till: str
    """Two digits: which till is asking."""
    cents: int
    reference: str
    """At most 10 ASCII letters and digits, perhaps none; the terminal gives it back in its answer."""
    long_answer: bool = False
    """True makes the terminal send the card number. The station never does."""


class ConcertAnswer(Struct, frozen=True):
    """Payment result. Every field is as the terminal sent it, but for the report, which is gone."""

    till: str
    result: str
    """ACCEPTED, REFUSED, '9' (not verified), or any other character."""
    cents: int
    mode: str
    currency: str
    reference: str
    """Stripped of its padding; empty if the terminal gave none back."""


class Damaged(Struct, frozen=True):
    """Damaged frame: its check character is wrong, or it is no answer."""


class AnswerError(ValueError):
    """Not an answer body: the terminal's fault or the cable's. The message never quotes the body."""


ConcertMessage = Signal | ConcertAnswer | Damaged
"""Every message of the line."""

_SIGNALS = {signal.value[0]: signal for signal in Signal}
_BREAKS = (Signal.ENQ.value[0], Signal.EOT.value[0])


def lrc(body: bytes) -> int:
    """The check character of a frame with this body."""
    return reduce(xor, body, ETX)


def encode_request(request: ConcertRequest) -> bytes:
    """Encode a request: the whole frame, STX to LRC. Raises ValueError if a field does not fit its place."""
    if not (len(request.till) == 2 and request.till.isascii() and request.till.isdigit()):
        raise ValueError(f"the till number is two digits, not {request.till!r}")
    if not 1 <= request.cents <= 99_999_999:
        raise ValueError(f"an amount is 1 to 99999999 cents, not {request.cents}")
    reference = request.reference
    if len(reference) > 10 or not (reference.isascii() and (reference.isalnum() or not reference)):
        raise ValueError(f"a reference is at most 10 ASCII letters and digits, not {reference!r}")
    flag = "1" if request.long_answer else "0"
    body = f"{request.till}{request.cents:08d}{flag}10{EURO}{reference:<10}A010B010".encode("ascii")
    return bytes((STX, *body, ETX, lrc(body)))


def decode_answer(body: bytes) -> ConcertAnswer:
    """Decode a body, without STX, ETX and LRC. Raises AnswerError if it has not the shape of an answer."""
    if len(body) not in (SHORT, LONG):
        raise AnswerError(f"an answer has {SHORT} or {LONG} characters, this frame has {len(body)}: is it set to protocol E+?")
    head, tail = body[:12], body[-13:]
    if not all(0x20 <= byte < 0x7F for byte in head + tail):
        raise AnswerError("a character outside printable ASCII")
    fields, end = head.decode("ascii"), tail.decode("ascii")
    if not fields[3:11].isdigit():
        raise AnswerError("the amount is not eight digits")
    return ConcertAnswer(fields[:2], fields[2], int(fields[3:11]), fields[11], end[:3], end[3:].strip())


class ConcertReader:
    """Stream parser: signals and answers from bytes that come cut anywhere, with garbage between them.

    Inside a frame, ENQ, EOT and STX mean that the terminal began again: what came of the frame is dropped. So a frame cut
    short never swallows the next one, and no clock is needed here.
    """

    def __init__(self) -> None:
        self._body: bytearray | None = None
        self._ended = False

    def feed(self, data: bytes) -> list[ConcertMessage]:
        """Messages that these bytes complete, in order. Never raises."""
        return [message for byte in data if (message := self._take(byte)) is not None]

    def _take(self, byte: int) -> ConcertMessage | None:
        if self._body is not None and self._ended:
            body, self._body = bytes(self._body), None
            return _checked(body, byte)
        if byte == STX:
            self._body, self._ended = bytearray(), False
        elif self._body is None or byte in _BREAKS:
            self._body = None
            return _SIGNALS.get(byte)
        elif byte == ETX:
            self._ended = True
        elif len(self._body) == LONG:
            self._body = None
        else:
            self._body.append(byte)
        return None


def _checked(body: bytes, check: int) -> ConcertAnswer | Damaged:
    if lrc(body) != check:
        return Damaged()
    try:
        return decode_answer(body)
    except AnswerError:
        return Damaged()
