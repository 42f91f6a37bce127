"""What passes between the front panel and the station, in French: read here from docs/panel.md, not by the station's codec."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from zlib import crc32

HEARTBEAT = (1, 4, 6)
"""Types that pass each second and say nothing: an acknowledgement, a question, its answer."""
CONTROL = {
    1: "reçu", 2: "à renvoyer", 3: "bonjour", 4: "en vie ?", 5: "me voici", 6: "en vie", 7: "pas de séance",
    0x20: "bienvenue", 0x21: "signal sonore", 0x22: "éclairage", 0x23: "silence annoncé",
}  # fmt: skip
ACTS = {1: "enfoncée", 2: "tenue", 3: "coincée", 4: "relâchée"}
CONTACTS = ((1, "porte"), (2, "capot"), (4, "secteur"))


def panel_words(name_of: Callable[[int], str]) -> Callable[[bytes, bool], str]:
    """Reads transfers; `name_of` a position is the key there."""
    return lambda data, from_station: ", ".join(_say(kind, payload, name_of) for kind, payload in _frames(data))


def only_heartbeats(data: bytes) -> bool:
    """Whether a transfer says nothing new."""
    return all(kind in HEARTBEAT for kind, _ in _frames(data))


def _frames(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and payload of every whole frame; -1 for a damaged one."""
    for block in data.split(b"\0")[:-1]:
        body = _unstuffed(block)
        whole = len(body) >= 6 and struct.pack("<I", crc32(body[:-4])) == body[-4:]
        yield (body[0], body[2:-4]) if whole else (-1, b"")


def _unstuffed(block: bytes) -> bytes:
    out, at = b"", 0
    while at < len(block):
        out += block[at + 1 : at + block[at]] + (b"\0" if block[at] < 255 else b"")
        at += max(block[at], 1)
    return out[:-1]


def _say(kind: int, payload: bytes, name_of: Callable[[int], str]) -> str:
    match kind, len(payload):
        case 0x10, 6:
            ms, position, act = struct.unpack("<IBB", payload)
            return f"touche {name_of(position)} {ACTS.get(act, '?')} à {ms} ms"
        case 0x11, 2:
            return f"{int.from_bytes(payload, 'little')} touches perdues"
        case 0x12, 1:
            return " ".join(f"{name} {'fermé' if payload[0] & bit else 'ouvert'}," for bit, name in CONTACTS).rstrip(",")
        case 0x13, 3:
            millivolts, celsius = struct.unpack("<Hb", payload)
            return f"{millivolts} mV, {celsius} °C"
        case 0x16, 2:
            lux = int.from_bytes(payload, "little")
            return "capteur de lumière muet" if lux == 0xFFFF else f"{lux} lux"
        case 0x14, _:
            return "quelqu’un approche"
        case 0x15, _:
            return f"journal : {payload.decode('ascii', 'replace')}"
    return CONTROL.get(kind, "illisible" if kind < 0 else f"type {kind:02x}")
