"""Redaction of diagnostic bundles: which values may leave a station.

The theory. Nothing is taken out of the bundle; only what is known to be harmless is let in. Every document is a tree of plain
values, and every tree is redacted by one function, `Redaction.tree`:

- a number, a truth, a date pass;
- a text passes whole only under a member whose name is listed in `FORMS`, and only if it has the form listed there;
- the text under `plate` becomes a keyed hash: the same plate is the same hash within one bundle and no other, for the key is
  made for the bundle and thrown away. There are too few plates for a hash without a key;
- any other text is free text, whoever wrote it: of its words, those pass that can be no plate, no card, no key and no name of a
  person: lower-case words (with or without a capital), numbers of one or two digits, names of keys, codes of alarms;
- and whatever passed, a plate that stands in the journal passes in no text, spelled as it may be.

So a fact that a later software adds, or a field of one, is masked until somebody has thought about it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import msgspec

from firmware.domain.sector import SECTOR
from firmware.domain.station_name import STATION_NAME
from firmware.service.alarms import ALARMS, OTHER
from hal.ports import Key

Tree = None | bool | int | float | str | Sequence["Tree"] | Mapping[str, "Tree"]

MASKED = "‹masked›"
HASH_DIGITS = 12
_INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d(:\d\d)?|Z)"
FORMS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(form)
    for names, form in {
        ("at", "made_at", "wall", "start", "end", "begun", "contact_at", "since"): _INSTANT,
        ("station",): STATION_NAME,
        ("reference",): STATION_NAME.removesuffix("$") + r"-(T-?)?\d{1,8}",
        ("boot",): r"[0-9a-f]{32}",
        ("head", "sha256"): r"[0-9a-f]{64}",
        ("sector",): SECTOR,
        ("tariff",): r"\d{4}-\d\d-\d\d",
        ("software", "python"): r"\d+(\.\d+){1,3}(\+[0-9a-f]{7,12}(-dirty)?|, unknown commit)?",
        ("kernel", "battery_clock", "model", "board", "life_time", "pre_eol_info"): r"[\w +.-]{1,60}",
        ("person",): r"\d{2}",
        ("fact", "regime", "vehicle", "unit", "clock", "street", "quality", "verdict", "device"): r"[a-z][a-z_' ]{0,30}",
        ("code",): r"[A-Z]\d",
        ("central",): r"https?://[a-z.-]+(:\d{2,5})?",
        ("mode",): r"0[0-7]{3}",
        ("file",): r"((firmware|hal|simulator|central)/)?[a-z0-9_/]{1,60}\.py",
        ("function",): r"[a-z_<][A-Za-z0-9_>]{0,50}",
        ("name",): r"[a-z.-]{1,40}|journal-\d{1,4}\.db",
    }.items()
    for name in names
}
"""Members whose text is ours, and the form that proves it."""
PUBLIC = frozenset({"about", "says", "remedy", "alarm"})
"""Members whose text is a sentence of the source code: if it is one of these."""
_SENTENCES = frozenset(text for alarm in (*ALARMS, *OTHER) for text in (alarm.name, alarm.says, alarm.remedy) if text)
_CLOSED = frozenset(key.value for key in Key) | {alarm.code for alarm in (*ALARMS, *OTHER)} | {"DS3231", "GPIO", "SPI", "USB"}
_LETTERS = r"[A-ZÀÉ]?[a-zàâçéèêëîïôùûœ’']{1,20}"
_PLAIN = re.compile(
    rf"[«(`]?(-{{0,2}}{_LETTERS}(-{_LETTERS})*(\.(toml|json|db|key|pub|service))?|\d{{1,2}})[`.,;:!?)»]*|[-–—:;,.«»°%]"
)
"""A word that can be no plate (but for one in small letters, which the journal's own list takes care of), card, key or PIN."""
_FRAGMENT = re.compile(r"[^\W_]+")
LONGEST_PLATE = 10


@dataclass(frozen=True)
class Redaction:
    """The redaction of one bundle: its key for hashing plates, and the plates to look for."""

    key: bytes = field(repr=False)
    """32 random bytes, of this bundle only."""
    plates: frozenset[str]
    """Every plate of the journal."""

    def plate(self, plate: str) -> str:
        """The keyed hash that replaces a plate."""
        return "plate-" + hmac.new(self.key, plate.encode(), hashlib.sha256).hexdigest()[:HASH_DIGITS]

    def tree(self, value: Tree, name: str = "") -> Tree:
        """The value, redacted. `name`: of the member that holds it."""
        if isinstance(value, str):
            return self._string(value, name)
        if isinstance(value, Mapping):
            return {self._member(member): self.tree(inside, member) for member, inside in value.items()}
        if isinstance(value, Sequence):
            return [self.tree(inside, name) for inside in value]
        return value

    def _string(self, text: str, name: str) -> str:
        if name == "plate":
            return self.plate(text)
        form, text = FORMS.get(name), self._without_plates(text)
        if (form and form.fullmatch(text)) or (name in PUBLIC and text in _SENTENCES):
            return text
        return " ".join(word if _passes(word) else MASKED for word in text.split())

    def _member(self, name: str) -> str:
        """Names are the source's own words; one that is not passes as free text does."""
        return self._without_plates(name) if re.fullmatch(r"[a-z][a-z_. '-]{0,40}", name) else self._string(name, "")

    def _without_plates(self, text: str) -> str:
        """Mask the plates of the journal, spelled with any signs between their letters, in any case."""
        fragments = list(_FRAGMENT.finditer(text))
        whole, kept = 0, ""
        for first, fragment in enumerate(fragments):
            end = self._plate_at(fragments[first:])
            if end > whole:
                kept += (text[whole : fragment.start()] + MASKED) if fragment.start() >= whole else ""
                whole = end
        return kept + text[whole:]

    def _plate_at(self, fragments: Sequence[re.Match[str]]) -> int:
        """Where the longest plate that begins here ends; 0 for none."""
        joined, end = "", 0
        for fragment in fragments:
            joined += fragment[0].upper()
            if len(joined) > LONGEST_PLATE:
                break
            end = fragment.end() if joined in self.plates else end
        return end


def _passes(word: str) -> bool:
    return word in _CLOSED or word == MASKED or bool(_PLAIN.fullmatch(word))


# --- the bundle ---------------------------------------------------------------------------------------------------

ABOUT = (
    "No plate, card number, key, PIN or name of a person is in here. Plates are hashes under a key that was thrown away: the "
    "same plate has the same hash in this bundle and in no other. What could not be shown to be harmless is masked."
)


def bundle_files(documents: Mapping[str, Tree], redaction: Redaction) -> dict[str, bytes]:
    """The files of a bundle by their names, each redacted, and a manifest with the hash of each."""
    files = {f"{name}.json": _json(redaction.tree(tree)) for name, tree in documents.items()}
    listed: Tree = {name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in files.items()}
    return {"manifest.json": _json({"format": 1, "about": ABOUT, "files": listed}), **files}


def _json(tree: Tree) -> bytes:
    return msgspec.json.format(msgspec.json.encode(tree), indent=1) + b"\n"


def plain_tree(value: object) -> Tree:
    """Anything of ours as plain values. Raises TypeError for what has none."""
    tree: Tree = msgspec.to_builtins(value, builtin_types=(), enc_hook=_hook)
    return tree


def _hook(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"cannot convert a {type(value).__name__} to plain values")
