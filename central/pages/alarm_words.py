"""Alarms of stations in words: code, what is wrong, what to do; the catalogue that docs/alarms.md shows (`make docs`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

FILE = Path(__file__).with_name("alarms.json")
_ANY = "…"
Urgency = Literal["info", "warning", "critical"]
_ORDER: tuple[Urgency, ...] = ("critical", "warning", "info")


class AlarmWords(Struct, frozen=True, forbid_unknown_fields=True):
    """One alarm of the catalogue, or one that this version does not know."""

    name: str
    """In the journal."""
    code: str
    severity: Urgency
    says: str
    remedy: str
    loss: str
    """What becomes of sales."""
    sells: bool
    """Whether a motorist can pay all the same."""


_CATALOGUE: Mapping[str, AlarmWords] = {
    each.name: each for each in msgspec.json.decode(FILE.read_bytes(), type=tuple[AlarmWords, ...])
}


def words_of(name: str) -> AlarmWords:
    """The words for an alarm of the journal."""
    if name in _CATALOGUE:
        return _CATALOGUE[name]
    for pattern, words in _CATALOGUE.items():
        begins, any_key, ends = pattern.partition(_ANY)
        if any_key and name.startswith(begins) and name.endswith(ends):
            key = name[len(begins) : len(name) - len(ends)]
            return AlarmWords(
                name, words.code, words.severity, words.says.replace(_ANY, key), words.remedy, words.loss, words.sells
            )
    return AlarmWords(
        name, "?", "warning", f"Alarme inconnue de cette version : {name}", "Mettre ce serveur à jour.", "?", True
    )


def sorted_words(names: Sequence[str]) -> tuple[AlarmWords, ...]:
    """The words for alarms, the most urgent first."""
    return tuple(sorted(map(words_of, names), key=lambda each: (_ORDER.index(each.severity), each.code)))


def stops_sales(names: Sequence[str]) -> bool:
    """Whether nobody can pay while these alarms are up."""
    return any(not words_of(name).sells for name in names)
