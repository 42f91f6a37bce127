"""Cases of the keypad's rules, as data: which contacts close and open when, and what is to be told when.

The same cases hold the driver of a matrix on the header (over a header of test pins, and over the simulated one), and the
front panel's scanner on its own interpreter. A contact is named by its key; times are milliseconds; what is told at one
instant has no order. How long a key is down is known to one scan: HELD and STUCK may come a steady scan later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hal.ports import Key
from tests.hal.keypad_rig import WHERE

PRESSED, HELD, STUCK, FREED = "pressed", "held", "stuck", "freed"


@dataclass(frozen=True)
class KeypadCase:
    """What contacts do, and what is told of them."""

    name: str
    moves: tuple[tuple[int, str], ...]
    """When, and the contacts that are closed from then on, each of one key or `DEAD`."""
    told: tuple[tuple[int, str, str], ...]
    until: int


DEAD = "*"
"""The crossing of the last row and column, where no key is."""
LATE = 20


def contacts(keys: str) -> set[tuple[int, int]]:
    """Rows and columns of the contacts that these words of a case close."""
    names = [keys] if keys == Key.OK.value else list(keys)
    return {(6, 6) if name == DEAD else WHERE[Key(name)] for name in names}


def as_told(case: KeypadCase, told: Iterable[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    """What was told, sorted, with a length that was noticed a scan later put back to when the case wants it."""
    wanted = {(kind, key): at for at, kind, key in case.told if kind in (HELD, STUCK)}
    return sorted(
        (at if not 0 <= at - wanted.get((kind, key), at + 1) <= LATE else wanted[kind, key], kind, key)
        for at, kind, key in told
    )


CASES = (
    KeypadCase("a press", ((100, "A"), (180, "")), ((110, PRESSED, "A"),), 400),
    KeypadCase("two presses", ((100, "A"), (180, ""), (300, "A"), (380, "")), ((110, PRESSED, "A"), (310, PRESSED, "A")), 600),
    KeypadCase("two keys of one column", ((100, "1"), (150, "18"), (250, "")), ((110, PRESSED, "1"), (180, PRESSED, "8")), 500),
    KeypadCase("two keys at once", ((100, "AM"), (180, "")), ((110, PRESSED, "A"), (110, PRESSED, "M")), 400),
    KeypadCase("a touch shorter than a bounce", ((100, "A"), (109, "")), (), 400),
    KeypadCase(
        "a contact that chatters when it closes",
        ((100, "A"), (102, ""), (104, "A"), (109, ""), (111, "A"), (200, "")),
        ((121, PRESSED, "A"),),
        400,
    ),
    KeypadCase(
        "a contact that chatters when it opens", ((100, "A"), (180, ""), (183, "A"), (188, "")), ((110, PRESSED, "A"),), 400
    ),
    KeypadCase(
        "a release that is no release",
        ((100, "A"), (181, ""), (189, "A"), (300, "")),
        ((110, PRESSED, "A"),),
        500,
    ),
    KeypadCase("a key that is held", ((100, "OK"), (1400, "")), ((110, PRESSED, "OK"), (1110, HELD, "OK")), 1600),
    KeypadCase("a key let go just before it is held", ((100, "OK"), (1060, "")), ((110, PRESSED, "OK"),), 1600),
    KeypadCase(
        "a stuck key, freed",
        ((100, "A"), (31000, "")),
        ((110, PRESSED, "A"), (1110, HELD, "A"), (30110, STUCK, "A"), (31020, FREED, "A")),
        31500,
    ),
    KeypadCase(
        "another key beside a stuck one",
        ((100, "A"), (31000, "AX"), (31100, "A")),
        ((110, PRESSED, "A"), (1110, HELD, "A"), (30110, STUCK, "A"), (31020, PRESSED, "X")),
        31500,
    ),
    KeypadCase("three corners of a rectangle", ((100, "128"), (400, "")), (), 600),
    KeypadCase(
        "a third corner: what was down stays, nothing new is believed",
        ((100, "1"), (200, "12"), (300, "128"), (400, "12"), (500, "")),
        ((110, PRESSED, "1"), (220, PRESSED, "2")),
        700,
    ),
    KeypadCase(
        "a ghost goes, and a finger of it is left",
        ((100, "128"), (300, "2"), (400, "")),
        ((330, PRESSED, "2"),),
        600,
    ),
    KeypadCase(
        "a drink: all four are stuck, and freed",
        ((100, "128"), (31000, "")),
        (
            *((30100, STUCK, key) for key in "1289"),
            *((31020, FREED, key) for key in "1289"),
        ),
        31200,
    ),
    KeypadCase("a crossing without a key", ((100, DEAD), (300, "")), (), 500),
)
