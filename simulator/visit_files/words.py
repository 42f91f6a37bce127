"""Vocabulary of visit files: parses keys, plates, amounts and times, or says what was expected."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar, get_args

import firmware.machine  # noqa: F401 - with it comes every screen there is
from firmware.domain.plate import MAX_LENGTH, normalise
from firmware.protocol.facts import Fact
from firmware.screens.screen import Screen
from firmware.service import alarms
from hal.ports import Key
from hal.time_zone import PARIS

KEYS = tuple(key.value for key in Key)
FACTS = tuple(fact.__struct_config__.tag for fact in get_args(Fact))
ALARMS = tuple(alarm.name for alarm in alarms.ALARMS)

Meaning = TypeVar("Meaning")


@dataclass(frozen=True)
class Phrase(Generic[Meaning]):
    """Phrase of a visit file: its usage, meaning and parser."""

    usage: str
    """How it is written."""
    means: str
    read: Callable[..., Meaning]
    """Its words -> its meaning; as many words as it has parameters. Raises ValueError."""

    def of(self, words: Sequence[str]) -> Meaning:
        """Parse the words of this phrase. Raises ValueError."""
        try:
            inspect.signature(self.read).bind(*words)
        except TypeError as error:
            raise ValueError(f"expected `{self.usage}`") from error
        return self.read(*words)


def one_of(names: Collection[str], what: str, name: str) -> str:
    """Check that a name is one of them. Raises ValueError."""
    if name not in names:
        raise ValueError(f"no {what} {name!r}: one of {', '.join(names)}")
    return name


def keys_of(*words: str) -> list[str]:
    """Parse keys: a name of a key as it is, any other word by character. `ok` is no key: it must not type O and K."""
    keys = [key for word in words for key in ([word] if word in KEYS else list(word))]
    return [one_of(KEYS, "key", key) for key in keys]


def moment(date: str, time: str) -> datetime:
    """Parse a date and time in Paris: `2026-03-04 10:00[:20]`."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", f"{date} {time}"):
        raise ValueError(f"expected a date and a time such as 2026-03-04 10:00, not {date} {time}")
    return datetime.fromisoformat(f"{date} {time}").replace(tzinfo=PARIS)


def cents(text: str) -> int:
    """Parse an amount in euros, in cents: `12,00`."""
    if not re.fullmatch(r"\d+,\d\d", text):
        raise ValueError(f"expected euros such as 12,00, not {text!r}")
    return int(text.replace(",", ""))


def seconds(text: str) -> float:
    """Parse seconds: `15` or `0.5`."""
    if not re.fullmatch(r"\d+(\.\d+)?", text):
        raise ValueError(f"expected seconds such as 15 or 0.5, not {text!r}")
    return float(text)


def number(text: str) -> int:
    """Parse a whole number: `0`, `1`, `2`…"""
    if not text.isdecimal():
        raise ValueError(f"expected a whole number, not {text!r}")
    return int(text)


def plate(text: str) -> str:
    """Parse a plate, as the machine stores it."""
    if text != normalise(text) or not 1 <= len(text) <= MAX_LENGTH:
        raise ValueError(f"expected a plate such as AB123CD, capitals and digits, 1 to {MAX_LENGTH}, not {text!r}")
    return text


def screen(*words: str) -> str:
    """Parse the name of a screen; `off` without power."""
    return one_of(SCREENS, "screen", " ".join(words))


def _screens(kind: type[Screen]) -> Iterator[str]:
    for screen in kind.__subclasses__():
        if screen.name:
            yield screen.name
        yield from _screens(screen)


SCREENS = (*sorted(_screens(Screen)), "off")


class ExpectationError(Exception):
    """Expectation that does not hold."""


def same(what: str, wanted: object, found: object) -> None:
    """Raise ExpectationError unless both are equal."""
    if wanted != found:
        raise ExpectationError(f"expected {what} {wanted!r}, found {found!r}")
