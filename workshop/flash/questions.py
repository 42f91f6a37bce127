"""Questions of `./flash.sh` without options. Each answer is checked at once, and asked again if it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from firmware.domain.errors import FieldError
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


def ask_unit(session: FlashSession, references: UnitReferences, defaults: Mapping[str, str]) -> StationUnit:
    """Ask for every field of a unit; an empty answer is the default. Fields that contradict each other are asked again."""
    while True:
        words = {name: _ask_field(session, name, references, defaults.get(name, "")) for name in FIELDS}
        try:
            return unit_of(words, references)
        except FieldError as error:
            session.say(f"  {error}")


def _ask_field(session: FlashSession, name: str, references: UnitReferences, default: str) -> str:
    hint = f" [{default}]" if default else ""
    return ask_until_right(session, f"{QUESTIONS[name]}{hint}: ", default, lambda word: require_field(name, word, references))


def ask_until_right(session: FlashSession, question: str, default: str, check: Callable[[str], object]) -> str:
    """Ask until `check` raises neither FieldError nor MisuseError for the answer; an empty one is the default."""
    while True:
        word = session.ask(question).strip() or default
        try:
            check(word)
        except (FieldError, MisuseError) as error:
            session.say(f"  {error}")
        else:
            return word
