"""Wire trace: every transfer on every line, decoded in words.

Decoded here from the manuals' tables and not by the station's codecs: a trace must not repeat the driver's mistake.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct

from hal.ports import Instant
from simulator.desk.card_trace import CARD_WORDS, CardNumberMask
from simulator.desk.panel_trace import only_heartbeats, panel_words
from simulator.desk.trace_words import counted

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
    card: str
    """The protocol of the card terminal that stood there."""
    keys: Sequence[str] = ()
    """The keys of a simulated keypad that were down."""
    name_of: Callable[[int], str] = str
    """What is engraved on the key at a position of the panel."""

    @property
    def said(self) -> str:
        """The bytes decoded, in French."""
        if self.line == "card":
            return CARD_WORDS[self.card](self.data)
        if self.line == "panel":
            return panel_words(self.name_of)(self.data, self.sender == "station")
        if self.line == "keypad":
            return _keypad(self.data, self.keys)
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


class Trace:
    """The latest transfers, numbered from 1."""

    def __init__(self, now: Callable[[], Instant], wall: Callable[[], datetime]) -> None:
        self._now, self._wall = now, wall
        self._transfers: deque[Transfer] = deque(maxlen=KEPT)
        self._count = 0
        self._keys_down: Callable[[], Sequence[str]] = tuple
        self._name_of: Callable[[int], str] = str
        self.speak("concert")

    def speak(self, protocol: str) -> None:
        """What the card terminal speaks from now on, by its name in a board file."""
        self._card, self._mask = protocol, CardNumberMask()

    def watch_keys(self, down: Callable[[], Sequence[str]], name_of: Callable[[int], str]) -> None:
        """Ask these which keys are down whenever the keypad's columns say that some are, and the name of a position."""
        self._keys_down, self._name_of = down, name_of

    def tap(self, line: str, sender: str, data: bytes) -> None:
        """Note a transfer. The part of a Concert terminal's long answer that may hold a card number is not even kept."""
        if line == "panel" and only_heartbeats(data):
            return
        self._count += 1
        if line == sender == "card" and self._card == "concert":
            data = self._mask.apply(data)
        keys = self._keys_down() if line == "keypad" else ()
        self._transfers.append(
            Transfer(self._count, self._now(), self._wall(), line, sender, data, self._card, keys, self._name_of)
        )

    def after(self, number: int = 0) -> list[Transfer]:
        """Those with a greater number, oldest first."""
        return [transfer for transfer in self._transfers if transfer.number > number]


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
    return counted(len(data), "octet")


ANSWERED = {
    "next": "suivante",
    "send_from": "à renvoyer depuis",
    "fork": "autre suite depuis",
    "holds": "la ville a",
    "clone": "deux machines",
    "title": "titre",
    "status": "statut",
    "detail": "détail",
    "type": "sorte",
}
PUBLISHED = {"tariffs": "tarifs", "configuration": "configuration", "rights": "droits"}


def _network(data: bytes, from_station: bool) -> str:
    try:
        message = json.loads(data)
    except ValueError:
        return counted(len(data), "octet")
    if "entries" in message:
        return counted(len(message["entries"]), "écriture signée")
    if "publications" in message:
        return counted(len(message["publications"]), "publication") + " de la ville"
    if "signed" in message:
        have = message["signed"].get("have") or {}
        held = ", ".join(f"{PUBLISHED.get(kind, kind)} {version}" for kind, version in have.items())
        return f"quoi de neuf depuis : {held or 'rien'}"
    return ", ".join(f"{ANSWERED.get(name, name)} {_short(value)}" for name, value in message.items() if value is not None)


def _short(value: object) -> object:
    """A place in the journals without its hash; yes and no in French."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return f"{value['generation']}:{value['seq']}" if isinstance(value, dict) and "seq" in value else value


def _keypad(data: bytes, keys: Sequence[str]) -> str:
    """The columns that fell. Nobody drives the rows meanwhile: which keys that were, only the panel knows."""
    named = f"touche {' + '.join(keys)} : " if keys else ""
    return f"{named}front sur {'la colonne' if len(data) == 1 else 'les colonnes'} {' et '.join(map(str, data))}"


def _contacts(data: bytes, from_station: bool) -> str:
    return f"front sur la ligne {', '.join(map(str, data))}"


DECODERS: dict[str, Callable[[bytes, bool], str]] = {
    "printer": _printer,
    "display": _display,
    "network": _network,
    "contacts": _contacts,
}
