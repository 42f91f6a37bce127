"""People who may open the service menu: the file `people.json`.

One line of JSON for each person, as `horodateur pin` prints it: number (two digits), name, salt and hash. The hash is scrypt,
so a stolen card does not give the PINs away cheaply; but there are only a million of them, so it is the lock-out that keeps a
stranger out, not the hash. There is no default person and no default PIN: without the file nobody is let in.

A PIN is never written anywhere, nor shown in a `repr`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise

import msgspec
from msgspec import Struct

from firmware.domain.decoding import decode_json
from firmware.domain.errors import FieldError, FileError
from firmware.protocol.person import HASH_BYTES, SALT_BYTES, Role, pin_hash
from firmware.protocol.person import Person as Person

NUMBER_DIGITS, PIN_DIGITS = 2, 6


class PeopleError(FileError):
    """The file of people cannot be read, so nobody may open the menu. Names the file, the line and the reason."""


DUMMY_PERSON = Person("00", "-", "00" * SALT_BYTES, "00" * HASH_BYTES)
"""Dummy record: checking the PIN of an unknown number takes as long (no timing leak)."""


class People(Struct, frozen=True):
    """Everybody who may open the menu."""

    people: tuple[Person, ...] = ()

    def is_pin_of(self, number: str, pin: str) -> bool:
        """Whether this is the PIN of the person with this number."""
        person = next((person for person in self.people if person.number == number), DUMMY_PERSON)
        return person.has(pin) and person is not DUMMY_PERSON

    def role_of(self, number: str) -> Role:
        """The role of the person with this number; the least for nobody."""
        return next((person.role for person in self.people if person.number == number), "collector")


PeopleSource = Callable[[], People]
"""Reads the people at every request for the menu, so that a new line counts without a restart. Raises PeopleError."""


def no_people() -> People:
    """The empty list, of a station without a file."""
    return People()


def parse_people(text: str, name: str) -> People:
    """Parse a file of this name. Raises PeopleError naming the line that is wrong."""
    lines = enumerate(text.splitlines(), 1)
    people = tuple(_parse_person(name, number, line) for number, line in lines if line.strip())
    if twice := _repeated_number(people):
        raise PeopleError(name, "", f"number {twice} is listed twice: remove the outdated line")
    return People(people)


def check_person(number: str, name: str) -> None:
    """Raises FieldError for a malformed number or name."""
    if not re.fullmatch(rf"[0-9]{{{NUMBER_DIGITS}}}", number):
        raise FieldError("number", f"must have {NUMBER_DIGITS} digits")
    if not 1 <= len(name) <= 40:
        raise FieldError("name", "must have 1 to 40 characters")


def new_person(number: str, name: str, pin: str, salt: bytes, role: Role = "technician") -> Person:
    """Make a person with a hashed PIN. Raises FieldError for a malformed number, name, PIN or salt, or an easy PIN."""
    check_person(number, name)
    if not re.fullmatch(rf"[0-9]{{{PIN_DIGITS}}}", pin):
        raise FieldError("PIN", f"must have {PIN_DIGITS} digits")
    if _is_easy(pin):
        raise FieldError("PIN", "is too easy to guess")
    if len(salt) != SALT_BYTES:
        raise FieldError("salt", f"must have {SALT_BYTES} bytes")
    return Person(number, name, salt.hex(), pin_hash(pin, salt).hex(), role)


def people_line(person: Person) -> str:
    """The line of the file for this person."""
    return msgspec.json.encode(person).decode()


_decoder = msgspec.json.Decoder(Person)


def _parse_person(name: str, number: int, line: str) -> Person:
    try:
        return decode_json(_decoder, line.encode())
    except ValueError as error:
        raise PeopleError(name, "", str(error), number) from error


def _repeated_number(people: Iterable[Person]) -> str:
    numbers = [person.number for person in people]
    return next((number for number in numbers if numbers.count(number) > 1), "")


def _is_easy(pin: str) -> bool:
    """Whether a PIN is easily guessed: one digit repeated, two alternating, its half twice, or counting up or down."""
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    return (len(steps) == 1 and steps <= {-1, 0, 1}) or pin == pin[:2] * 3 or pin == pin[:3] * 2
