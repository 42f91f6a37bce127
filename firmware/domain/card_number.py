"""Card numbers: found in a text of somebody else's, and taken out of it before it is written down."""

from __future__ import annotations

import re

_RUN = re.compile(r"[0-9](?:[ -]?[0-9]){12,18}(?![0-9])", re.ASCII)
HIDDEN = "…"


def without_card_numbers(text: str) -> str:
    """The text, each run of 13 to 19 digits that can be a card number, spaced or not, in it being hidden."""
    runs = _RUN.finditer(text)
    for run in runs:
        if has_check_digit(re.sub("[ -]", "", run[0])):
            text = text.replace(run[0], HIDDEN)
    return text


def has_check_digit(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (Luhn), as of every card number."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(sum(divmod(number, 10)) for number in doubled) % 10 == 0
