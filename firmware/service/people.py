"""Who may open the service menu: what stands in `people.json`.

One line of JSON for each person, as `horodateur pin` prints it: number (two digits), name, salt and hash. The hash is scrypt,
so a stolen card does not give the PINs away cheaply; but there are only a million of them, so it is the lock-out that keeps a
stranger out, not the hash. There is no default person and no default PIN: without the file nobody is let in.

A PIN is never written anywhere, nor shown in a `repr`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

import msgspec

from firmware.domain.decoding import decode_json
from firmware.domain.errors import FieldError, FileError

NUMBER_DIGITS, PIN_DIGITS = 2, 6
SALT_BYTES, HASH_BYTES = 16, 32


class PeopleError(FileError):
    """The file is no list of people: nobody is let in."""


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the file."""

    number: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{2}\Z")]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    salt: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
    hash: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]

    def has(self, pin: str) -> bool:
        """Whether this is their PIN; takes as long for a wrong one."""
        return hmac.compare_digest(_hashed(pin, bytes.fromhex(self.salt)), bytes.fromhex(self.hash))


NO_ONE = Person("00", "-", "00" * SALT_BYTES, "00" * HASH_BYTES)
"""Checked in place of a number nobody has: who is known here cannot be told by a stopwatch."""


@dataclass(frozen=True)
class People:
    """Everybody who may."""

    people: tuple[Person, ...] = ()

    def right(self, number: str, pin: str) -> bool:
        """Whether this is the PIN of the person with this number."""
        person = next((person for person in self.people if person.number == number), NO_ONE)
        return person.has(pin) and person is not NO_ONE


PeopleSource = Callable[[], People]
"""Who may, now? Asked when somebody knocks, so that a new line counts without a restart. Raises PeopleError."""


def nobody() -> People:
    """A station that nobody was made a technician of."""
    return People()


def people_in(text: str, name: str) -> People:
    """Everybody in a file of this name. Raises PeopleError naming the line that is wrong."""
    lines = enumerate(text.splitlines(), 1)
    people = tuple(_person(name, number, line) for number, line in lines if line.strip())
    if twice := _twice(people):
        raise PeopleError(name, "", f"number {twice} stands there twice: remove the line that is no longer true")
    return People(people)


def new_person(number: str, name: str, pin: str, salt: bytes) -> Person:
    """A new line. Raises FieldError for a number or PIN that is none, or that anybody would try first."""
    if not re.fullmatch(rf"[0-9]{{{NUMBER_DIGITS}}}", number):
        raise FieldError("number", f"has {NUMBER_DIGITS} digits")
    if not 1 <= len(name) <= 40:
        raise FieldError("name", "has 1 to 40 characters")
    if not re.fullmatch(rf"[0-9]{{{PIN_DIGITS}}}", pin):
        raise FieldError("PIN", f"has {PIN_DIGITS} digits")
    if _easy(pin):
        raise FieldError("PIN", "is among the first that anybody would try")
    if len(salt) != SALT_BYTES:
        raise FieldError("salt", f"has {SALT_BYTES} bytes")
    return Person(number, name, salt.hex(), _hashed(pin, salt).hex())


def line_of(person: Person) -> str:
    """What stands in the file for this person."""
    return msgspec.json.encode(person).decode()


_decoder = msgspec.json.Decoder(Person)


def _person(name: str, number: int, line: str) -> Person:
    try:
        return decode_json(_decoder, line.encode())
    except ValueError as error:
        raise PeopleError(name, "", str(error), number) from error


def _twice(people: Iterable[Person]) -> str:
    numbers = [person.number for person in people]
    return next((number for number in numbers if numbers.count(number) > 1), "")


def _easy(pin: str) -> bool:
    """One digit, two that take turns, half of it twice, or up or down by ones."""
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    return (len(steps) == 1 and steps <= {-1, 0, 1}) or pin == pin[:2] * 3 or pin == pin[:3] * 2


def _hashed(pin: str, salt: bytes) -> bytes:
    """About 16 MB and 50 ms here, 0.3 s on a Pi 3: once a PIN, and nobody else is at the keys."""
    return hashlib.scrypt(pin.encode(), salt=salt, n=2**14, r=8, p=1, dklen=HASH_BYTES)
