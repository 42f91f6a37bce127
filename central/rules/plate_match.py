"""Plate matching: look-alike characters, and plates one keying error apart.

The theory. Look-alikes (O/0, I/1, B/8, S/5, Z/2) are made one by a fold; one error is then looked for on what is left: a
character that is another, one too few, one too many, two in the wrong order. Of a plate of seven characters some 460 are one
error away. They are not looked up one by one: an error spoils the beginning of a plate or its end, so all of these begin with
the same four characters or end with the same three. Only two that are swapped may spoil both, where beginning and end meet:
that one plate, and those of short plates, are written out. What is found is somebody else's right until a person has looked:
nothing here lets a vehicle stay.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from operator import ne

from firmware.domain.plate import MAX_LENGTH

_FOLD = str.maketrans("OIBSZ", "01852")
_FOLDED = "".join(sorted({*string.digits, *string.ascii_uppercase} - set("OIBSZ")))
PANEL = ("1234567890", "AZERTYUIOP", "QSDFGHJKLM", "WXCVBN")
"""The machine's keys as a finger finds them; how they are wired is another matter."""
_PLACES = {key: (row, column) for row, keys in enumerate(PANEL) for column, key in enumerate(keys)}


HEAD, TAIL = 4, 3
"""How many characters the register finds plates by, at their beginning and at their end."""


class KeyingError(Enum):
    """What went wrong between the plate asked about and the one found, the likeliest first."""

    LOOK_ALIKE = "look-alike"
    """Nothing but characters that look the same."""
    NEIGHBOUR = "neighbouring key"
    SWAPPED = "swapped"
    """Two characters that follow each other, in the wrong order."""
    MISSING = "missing"
    """The plate found has a character too few."""
    EXTRA = "extra"
    """The plate found has a character too many."""
    OTHER = "other character"


_LIKELIEST_FIRST = {slip: rank for rank, slip in enumerate(KeyingError)}


@dataclass(frozen=True)
class PlateDifference:
    """How a plate found differs from the one asked about."""

    slip: KeyingError
    look_alikes: int
    """Characters that look the same and are not, besides the slip."""

    @property
    def rank(self) -> tuple[int, int]:
        """Smaller for what is likelier."""
        return _LIKELIEST_FIRST[self.slip], self.look_alikes


def alike(plate: str) -> str:
    """A normalised plate with its look-alikes made one: O is 0, I is 1, B is 8, S is 5, Z is 2."""
    return plate.translate(_FOLD)


def neighbours(folded: str) -> frozenset[str]:
    """The folded plates that one keying error makes of a folded plate, and itself; of 1 to 10 characters."""
    shorter = () if len(folded) < 2 else _with_one_missing(folded)
    longer = () if len(folded) >= MAX_LENGTH else _with_one_extra(folded)
    return frozenset((folded, *_with_one_other(folded), *_with_two_swapped(folded), *shorter, *longer))


@dataclass(frozen=True)
class NeighbourKeys:
    """What finds every folded plate one keying error away: whole plates, a beginning and an end; and others beside them."""

    plates: frozenset[str]
    head: str = ""
    """Empty: the plate is short, and all are among `plates`."""
    tail: str = ""


@lru_cache(maxsize=512)
def neighbour_keys(folded: str) -> NeighbourKeys:
    """The keys of a folded plate's neighbours: asked for before they are looked up, and when they were found."""
    if len(folded) < HEAD + TAIL:
        return NeighbourKeys(neighbours(folded))
    head, tail = folded[:HEAD], folded[-TAIL:]
    across = (other for other in _with_two_swapped(folded) if other[:HEAD] != head and other[-TAIL:] != tail)
    return NeighbourKeys(frozenset(across), head, tail)


def is_neighbour(one: str, other: str) -> bool:
    """Whether two folded plates are at most one keying error apart."""
    if len(one) == len(other):
        if sum(map(ne, one, other)) > 2:  # most candidates
            return False
        differing = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        if len(differing) < 2:
            return True
        first, second = differing
        return second == first + 1 and one[first] == other[second] and one[second] == other[first]
    if len(one) > len(other):
        one, other = other, one
    before = _common(one, other)
    return len(other) == len(one) + 1 and one[before:] == other[before + 1 :]


def difference(asked: str, found: str) -> PlateDifference | None:
    """How two normalised plates differ; None for the same plate, and for one further away than one keying error."""
    before, after = _shared(alike(asked), alike(found))
    slip = None if asked == found else _slip(asked[before : len(asked) - after], found[before : len(found) - after])
    if slip is None:
        return None
    around = zip(_around(asked, before, after), _around(found, before, after), strict=True)
    return PlateDifference(slip, sum(one != other for one, other in around))


def _with_one_other(plate: str) -> list[str]:
    return [plate[:at] + other + plate[at + 1 :] for at in range(len(plate)) for other in _FOLDED]


def _with_two_swapped(plate: str) -> list[str]:
    return [plate[:at] + plate[at + 1] + plate[at] + plate[at + 2 :] for at in range(len(plate) - 1)]


def _with_one_missing(plate: str) -> list[str]:
    return [plate[:at] + plate[at + 1 :] for at in range(len(plate))]


def _with_one_extra(plate: str) -> list[str]:
    return [plate[:at] + extra + plate[at:] for at in range(len(plate) + 1) for extra in _FOLDED]


def _shared(one: str, other: str) -> tuple[int, int]:
    """How many characters two texts begin with in common, and how many of the rest they end with in common."""
    before = _common(one, other)
    return before, _common(one[before:][::-1], other[before:][::-1])


def _common(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _around(plate: str, before: int, after: int) -> str:
    return plate[:before] + plate[len(plate) - after :]


def _slip(asked: str, found: str) -> KeyingError | None:
    """What makes one piece of the other, where they have nothing in common at either end."""
    match len(asked), len(found):
        case 0, 0:
            return KeyingError.LOOK_ALIKE
        case 1, 1:
            return KeyingError.NEIGHBOUR if _beside(asked, found) else KeyingError.OTHER
        case 2, 2 if alike(asked) == alike(found[::-1]):
            return KeyingError.SWAPPED
        case 1, 0:
            return KeyingError.MISSING
        case 0, 1:
            return KeyingError.EXTRA
    return None


def _beside(one: str, other: str) -> bool:
    """Whether two keys touch, corners included."""
    match _PLACES.get(one), _PLACES.get(other):
        case (row, column), (other_row, other_column):
            return abs(row - other_row) <= 1 and abs(column - other_column) <= 1
    return False
