"""Card numbers: found in a text of somebody else's, and taken out of it before it is written down."""

from __future__ import annotations

import re

_RUNS = (
    re.compile(r"(?<![0-9])[0-9]{13,19}(?![0-9])", re.ASCII),
    re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){12,18}(?![0-9])", re.ASCII),
)
"""Digits in one run, and in groups."""
HIDDEN = "…"


def without_card_numbers(text: str) -> str:
    """The text, with every run of 13 to 19 digits hidden that can be a card number, in groups or not."""
    for runs in _RUNS:
        text = runs.sub(lambda run: HIDDEN if has_check_digit(re.sub("[ -]", "", run[0])) else run[0], text)
    return text


def has_check_digit(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (Luhn), as of every card number."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(sum(divmod(number, 10)) for number in doubled) % 10 == 0
