"""Number plates: normalising, French series, grouping for display, look-alike suggestions.

The theory. A real plate is never refused: whatever is not French is `OTHER` and sold to. But a misread letter costs a
motorist a fine, so a plate that fits no series, and would fit one if look-alikes (O/0, I/1, B/8, S/5, Z/2) were exchanged, is
shown once more beside the likelier reading. What a swap would yield is found without search: a series is a row of letters
and digits, and a look-alike standing on the wrong kind of place has exactly one reading of the right kind.

Two ways of typing one plate must be one plate, or a right bought under the one is not found under the other. The machine has
the keys A to Z and 0 to 9; everything else that people write for these is folded into them, here and nowhere else.

Foreign plates must not be questioned for nothing. So only the series of cars are suggested (nearly any short plate is one
swap away from a moped), and of the swaps at most one may be other than O for 0 or I for 1, the two that people do type.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterator
from enum import Enum

from msgspec import Struct

from firmware.domain.errors import FieldError

MAX_LENGTH = 10
"""Characters a plate may have once normalised; it has at least 1."""
VERY_SHORT = 3
"""A plate of no known series with as few characters as this is worth a second look."""


class Series(Enum):
    """The series a plate's shape belongs to: who gave it out."""

    SIV = "SIV"
    """France since 2009: AB-123-CD."""
    PROVISIONAL = "WW"
    """France, provisional registration: WW-123-AB."""
    GARAGE = "W"
    """France, a garage's own plate: W-123-AB."""
    FNI = "FNI"
    """France 1950–2009: 1234 AA 01."""
    MOPED = "moped"
    """France 2004–2015: AB-123-C."""
    DIPLOMATIC = "diplomatic"
    """France: 102 CMD 1, 5 CD 75, 16 K 75."""
    OTHER = "other"
    """Foreign, military, or mistyped."""


_TYPED = frozenset(string.ascii_uppercase + string.digits)
_CYRILLIC = dict(zip("АВЕЅІЈКМНОРСТУХԚԜҮӀ", "ABESIJKMHOPCTYXQWYI", strict=True))
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ", "ABEZHIKMNOPTYXC", strict=True))
_LATIN = {"ẞ": "SS", "Ø": "O", "Æ": "AE", "Œ": "OE", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH", "Ħ": "H", "Ŋ": "N", "Ŧ": "T"}
_FOLD = str.maketrans(_CYRILLIC | _GREEK | _LATIN)
"""Capitals that look like ours and are others (plates of Bulgaria, Ukraine, Greece); Latin letters that NFKD leaves whole."""


_PAIR = "(?!SS)[A-HJ-NP-TV-Z]{2}"
_NUMBER = "(?!000)[0-9]{3}"
_DEPARTMENT = "(0[1-9]|[1-8][0-9]|9[0-5]|2[AB]|97[1-6])"
_SHAPES = (
    (Series.PROVISIONAL, re.compile(f"WW{_NUMBER}{_PAIR}")),
    (Series.SIV, re.compile(f"(?!WW){_PAIR}{_NUMBER}{_PAIR}")),
    (Series.GARAGE, re.compile(f"W{_NUMBER}{_PAIR}")),
    (Series.DIPLOMATIC, re.compile("[1-9][0-9]{0,2}(CMD|CD|C|K)[0-9]{1,3}")),
    (Series.FNI, re.compile(f"[1-9][0-9]{{0,3}}[A-Z]{{1,3}}{_DEPARTMENT}")),
    (Series.MOPED, re.compile("[A-Z]{1,2}[0-9]{2,3}[A-Z]")),
)
_CARS = (Series.SIV, Series.PROVISIONAL, Series.GARAGE, Series.FNI)

# Complete or still being typed. A leading letter promises dashes, a leading digit promises spaces.
_LETTERS_FIRST = re.compile("([A-Z]{1,2})([0-9]{0,3})([A-Z]{0,2})")
_DIGITS_FIRST = re.compile("([0-9]{1,4})([A-Z]{0,3})(2[AB]|[0-9]{0,3})")

_DIGITS, _LETTERS = "01852", "OIBSZ"
_AS_DIGIT = str.maketrans(_LETTERS, _DIGITS)
_AS_LETTER = str.maketrans(_DIGITS, _LETTERS)
_FNI_ROWS = (
    "D" * number + "L" * letters + place for number in (1, 2, 3, 4) for letters in (2, 3) for place in ("DD", "DL", "DDD")
)
_ROWS = ("LLDDDLL", "LDDDLL", *_FNI_ROWS)
"""The letters and digits of every car series; "DL" is a Corsican department. Plates of a single letter are of the 1950s."""


class Swap(Struct, frozen=True):
    """One character of a plate that may be a look-alike of another."""

    position: int
    """In the normalised plate, 0 for the first."""
    typed: str
    meant: str


class Doubt(Struct, frozen=True):
    """A suspected typing error in a plate. It may be right all the same."""

    plate: str
    """As typed, normalised."""
    suggestion: str | None
    """The likelier reading; None where the plate is only very short."""
    swaps: tuple[Swap, ...]
    """What differs, left to right; empty without a suggestion."""


def normalise(text: str) -> str:
    """Normalise a plate to the form it is stored and compared in: the letters A to Z and digits, one text for one plate.

    What cannot be folded into those stays in it, and `plate_in` refuses it.
    """
    bare = text.replace("-", "").replace(" ", "")
    if bare.isascii() and bare.isalnum():  # as nearly all are: nothing in it needs folding
        return bare.upper()
    folded = _decomposed(_decomposed(text).upper()).translate(_FOLD)
    return "".join(_digit(character) for character in folded if not _separates(character))


def plate_in(text: str) -> str:
    """The plate in a text that someone typed, normalised.

    Raises FieldError naming the character that no key has, and unless 1 to 10 characters are left of the text.
    """
    plate = normalise(text)
    for character in plate:
        if character not in _TYPED:
            name = unicodedata.name(character, "a control character")
            raise FieldError("plate", f"{character!a} ({name}) is no letter or digit of a plate: A to Z, 0 to 9")
    if not 1 <= len(plate) <= MAX_LENGTH:
        raise FieldError("plate", f"a plate has 1 to {MAX_LENGTH} letters and digits, not {len(plate)}")
    return plate


def _decomposed(text: str) -> str:
    """Ö as O and its dots, ² as 2, a full-width letter as that letter (Unicode's NFKD)."""
    return unicodedata.normalize("NFKD", text)


def _separates(character: str) -> bool:
    """Whether it only stands between the characters of a plate, or above one: a blank, a dash, an accent, an invisible mark."""
    return character.isspace() or unicodedata.category(character)[0] in "ZPM" or unicodedata.category(character) == "Cf"


def _digit(character: str) -> str:
    """A decimal digit of any script as ours; any other character as it is."""
    return str(unicodedata.decimal(character, character))


def classify(plate: str) -> Series:
    """Find the series a plate has the shape of."""
    bare = normalise(plate)
    return next((series for series, shape in _SHAPES if shape.fullmatch(bare)), Series.OTHER)


def grouped(plate: str) -> str:
    """Format a plate as people read it, even while it is typed: AB-12, AB-123-CD, 1234 AA 01; unknown shapes in one piece.

    A plate in doubt is grouped like what it may be: AB-1O3-CD.
    """
    bare = normalise(plate)
    look = doubt(bare)
    return _cut(bare, bare) or (look and look.suggestion and _cut(bare, look.suggestion)) or bare


def _cut(bare: str, like: str) -> str:
    """`bare` with the marks `like` would have; empty if `like` has no shape we know."""
    for shape, mark in ((_LETTERS_FIRST, "-"), (_DIGITS_FIRST, " ")):
        if found := shape.fullmatch(like):
            return mark.join(bare[start:end] for start, end in map(found.span, (1, 2, 3)) if start < end)
    return ""


def doubt(plate: str) -> Doubt | None:
    """Look for a typing error; None for a plate that needs no second look."""
    bare = normalise(plate)
    if classify(bare) is not Series.OTHER:
        return None
    if readings := sorted(_readings(bare), key=lambda reading: len(_swaps(bare, reading))):
        return Doubt(bare, readings[0], _swaps(bare, readings[0]))
    return Doubt(bare, None, ()) if len(bare) <= VERY_SHORT else None


def _readings(bare: str) -> Iterator[str]:
    """The car plates this may have been meant for: every look-alike read as what its place wants."""
    for row in _ROWS:
        if len(row) == len(bare):
            reading = "".join(_read(character, kind) for character, kind in zip(bare, row, strict=True))
            if classify(reading) in _CARS and sum(swap.typed not in "OI" for swap in _swaps(bare, reading)) <= 1:
                yield reading


def _read(character: str, kind: str) -> str:
    return character.translate(_AS_LETTER if kind == "L" else _AS_DIGIT)


def _swaps(typed: str, meant: str) -> tuple[Swap, ...]:
    pairs = enumerate(zip(typed, meant, strict=True))
    return tuple(Swap(position, before, after) for position, (before, after) in pairs if before != after)
