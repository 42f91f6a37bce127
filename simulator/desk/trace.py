"""Wire trace: every transfer on every line, decoded in words.

Decoded here from the manuals' tables and not by the station's codecs: a trace must not repeat the driver's mistake.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime

from msgspec import Struct

from hal.ports import Instant

KEPT = 10_000
"""About half an hour of an idle station, whose display does most of the talking."""


class Transfer(Struct, frozen=True):
    """One transfer: bytes that went one way on a line."""

    number: int
    instant: Instant
    at: datetime
    line: str
    sender: str
    data: bytes

    @property
    def said(self) -> str:
        """The bytes decoded, in French."""
        return DECODERS[self.line](self.data, self.sender == "station") if self.line in DECODERS else ""

    def as_json(self) -> dict[str, object]:
        """The transfer for the API and for files, ready for JSON."""
        return {
            "n": self.number,
            "instant": round(self.instant, 4),
            "at": self.at.isoformat(timespec="milliseconds"),
            "line": self.line,
            "from": self.sender,
            "hex": self.data[:256].hex(" "),
            "bytes": len(self.data),
            "said": self.said,
        }


class CardNumberMask:
    """Masks the report of a card terminal's long answer, which may hold a card number, whatever the pieces it comes in.

    The report is the characters 13 to 67 of a body of 80. A body of 25 has none: where it comes whole it is left as it is.
    """

    _SHORT = re.compile(rb"\x02[^\x02\x03]{25}\x03.", re.DOTALL)

    def __init__(self) -> None:
        self._body: int | None = None  # characters of the body so far; None between two frames

    def apply(self, data: bytes) -> bytes:
        """Replace the digits of a report by asterisks."""
        if self._body is None and self._SHORT.fullmatch(data):
            return data
        return bytes(self._masked(byte) for byte in data)

    def _masked(self, byte: int) -> int:
        if byte in (0x02, 0x03):
            self._body = 0 if byte == 0x02 else None
        elif self._body is not None:
            self._body += 1
            return 0x2A if 13 <= self._body <= 67 and 0x30 <= byte <= 0x39 else byte
        return byte


class Trace:
    """The latest transfers, numbered from 1."""

    def __init__(self, now: Callable[[], Instant], wall: Callable[[], datetime]) -> None:
        self._now, self._wall = now, wall
        self._transfers: deque[Transfer] = deque(maxlen=KEPT)
        self._count = 0
        self._mask = CardNumberMask()

    def tap(self, line: str, sender: str, data: bytes) -> None:
        """Note a transfer. The part of a terminal's long answer that may hold a card number is not even kept."""
        self._count += 1
        if line == sender == "card":
            data = self._mask.apply(data)
        self._transfers.append(Transfer(self._count, self._now(), self._wall(), line, sender, data))

    def after(self, number: int = 0) -> list[Transfer]:
        """Those with a greater number, oldest first."""
        return [transfer for transfer in self._transfers if transfer.number > number]


CONTROL = {0x02: "STX", 0x03: "ETX", 0x04: "EOT", 0x05: "ENQ", 0x06: "ACK", 0x15: "NAK", 0x10: "DLE", 0x1B: "ESC", 0x1D: "GS"}


def _card(data: bytes, from_station: bool) -> str:
    return ", ".join(_concert(data))


def _concert(data: bytes) -> Iterator[str]:
    at = 0
    while at < len(data):
        end = data.find(b"\x03", at)
        if data[at] == 0x02 and end > 0:
            yield _body(data[at + 1 : end].decode("ascii", "replace"))
            at = end + 2
        else:
            yield CONTROL.get(data[at], f"{data[at]:02x}")
            at += 1


def _body(body: str) -> str:
    """A Concert body, without the part that may hold a card number."""
    if len(body) == 34:
        return f"demande {int(body[2:10] or 0) / 100:.2f} EUR, référence {body[16:26].strip()}"
    result = {"0": "accepté", "7": "refusé", "9": "non vérifié"}.get(body[2:3], body[2:3])
    return f"réponse : {result}, {body[3:11]} centimes, référence {body[-10:].strip()}"


STATUS_ASKED = {1: "imprimante", 2: "cause", 3: "erreur", 4: "papier"}


def _printer(data: bytes, from_station: bool) -> str:
    if not from_station:
        return "état " + " ".join(f"{byte:02x}" for byte in data)
    asked = [STATUS_ASKED.get(data[at + 2], "?") for at in range(len(data) - 2) if data[at : at + 2] == b"\x10\x04"]
    if asked:
        return "DLE EOT : " + ", ".join(asked) + " ?"
    text = "".join(chr(byte) if 0x20 <= byte < 0x7F else " " for byte in data)
    return " ".join(text.split())[:80]


COMMANDS = {0x15: "colonnes", 0x75: "lignes", 0x5C: "écrire", 0xAE: "éteint", 0xAF: "allumé", 0xA0: "re-map"}


def _display(data: bytes, from_station: bool) -> str:
    if len(data) == 1:
        return COMMANDS.get(data[0], f"commande {data[0]:02x}")
    return f"{len(data)} octets"


def _network(data: bytes, from_station: bool) -> str:
    try:
        message = json.loads(data)
    except ValueError:
        return f"{len(data)} octets"
    if "entries" in message:
        return f"{len(message['entries'])} écritures, signées"
    if "publications" in message:
        return f"{len(message['publications'])} publications de la ville"
    if "signed" in message:
        return f"demande signée : quoi de neuf depuis {message['signed'].get('have')} ?"
    return ", ".join(f"{name} {_short(value)}" for name, value in message.items() if value is not None)


def _short(value: object) -> object:
    """A place in the journals without its hash."""
    return f"{value['generation']}:{value['seq']}" if isinstance(value, dict) and "seq" in value else value


def _keypad(data: bytes, from_station: bool) -> str:
    return "front sur les colonnes " + ", ".join(str(byte) for byte in data)


DECODERS: dict[str, Callable[[bytes, bool], str]] = {
    "card": _card,
    "printer": _printer,
    "display": _display,
    "network": _network,
    "keypad": _keypad,
}
