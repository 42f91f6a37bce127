"""Keypad port: the keys of the panel, and what a keypad reports of them."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class Key(Enum):
    """The 44 keys of the panel; the value is the name that board files, visits and the API use."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"
    G = "G"
    H = "H"
    I = "I"  # noqa: E741
    J = "J"
    K = "K"
    L = "L"
    M = "M"
    N = "N"
    O = "O"  # noqa: E741
    P = "P"
    Q = "Q"
    R = "R"
    S = "S"
    T = "T"
    U = "U"
    V = "V"
    W = "W"
    X = "X"
    Y = "Y"
    Z = "Z"
    D0 = "0"
    D1 = "1"
    D2 = "2"
    D3 = "3"
    D4 = "4"
    D5 = "5"
    D6 = "6"
    D7 = "7"
    D8 = "8"
    D9 = "9"
    OK = "OK"
    CANCEL = "CANCEL"
    CORRECT = "CORRECT"
    PLUS = "PLUS"
    MINUS = "MINUS"
    MAX = "MAX"
    LANG = "LANG"
    INFO = "INFO"

    @property
    def character(self) -> str:
        """The letter or digit this key types; empty for a function key."""
        return self.value if len(self.value) == 1 else ""

    @property
    def cap(self) -> str:
        """What is engraved on the key, for paper and pages: `←`, `✖`, `A`."""
        return _CAPS.get(self.value, self.value)


_CAPS = {"OK": "✔", "CANCEL": "✖", "CORRECT": "←", "PLUS": "+", "MINUS": "−", "INFO": "i", "LANG": "⚑"}
"""Of the function keys; MAX and the others bear their name."""


class KeyPressed(Struct, frozen=True):
    """A key was pressed: down for longer than a contact bounces."""

    key: Key


class KeyHeld(Struct, frozen=True):
    """A key was held for a second; reported once, after its `KeyPressed`."""

    key: Key


class KeyStuck(Struct, frozen=True):
    """A key is stuck: down for longer than any finger holds it."""

    key: Key


class KeyFreed(Struct, frozen=True):
    """A stuck key was released."""

    key: Key
