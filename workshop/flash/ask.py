"""`./flash.sh` without a word: it asks. Each answer is judged at once, and asked again if it cannot be meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workshop.common.errors import MisuseError
from workshop.flash.session import FlashSession
from workshop.flash.unit import FIELDS, StationUnit, UnitReferences, require_field, unit_of

QUESTIONS = {
    "station": "Station, like 75011-0042",
    "zone": "Tariff zone, 1 or 2",
    "sector": "Residential sector, like 11D",
    "address": "Where it stands, like 12 rue Oberkampf",
    "nearest": "Where the next one is",
    "street": "Street, mixed or rotative",
    "central": "The city's address, https://…",
    "board": "Board",
    "central_key": "The city's public key, 43 characters",
    "people": "Who may open the service menu, a people.json",
}


def asked_unit(desk: FlashSession, known: UnitReferences, usual: Mapping[str, str]) -> StationUnit:
    """The unit the person describes; an empty answer is the usual one. What contradicts itself is asked again."""
    while True:
        words = {name: _asked(desk, name, known, usual.get(name, "")) for name in FIELDS}
        try:
            return unit_of(words, known)
        except MisuseError as error:
            desk.say(f"  {error}")


def _asked(desk: FlashSession, name: str, known: UnitReferences, usual: str) -> str:
    hint = f" [{usual}]" if usual else ""
    return until_right(desk, f"{QUESTIONS[name]}{hint}: ", usual, lambda word: require_field(name, word, known))


def until_right(desk: FlashSession, question: str, usual: str, judge: Callable[[str], object]) -> str:
    """The first answer `judge` does not raise MisuseError for; an empty one is the usual."""
    while True:
        word = desk.ask(question).strip() or usual
        try:
            judge(word)
        except MisuseError as error:
            desk.say(f"  {error}")
        else:
            return word
