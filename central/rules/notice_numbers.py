"""Numbers of notices: 26 digits, and their payment key (arrêté of 6 November 2015, article 4).

    SIRET (14) · year of the control (2) · authority of the agent (1) · day of the year (3) · device (3) · serial (3)

A device has a thousand serials a day, 000 to 999. They never begin anew: the one after 999 is 000 of the next device number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from firmware.domain.errors import FieldError

NUMBER = r"[0-9]{26}"
KEY = r"[0-9]{2}"
LAST_DEVICE = 999
_LAST_SERIAL = "999"
_NUMBER = re.compile(NUMBER, re.ASCII)


@dataclass(frozen=True)
class NoticeAuthority:
    """Who issues notices: the city of Paris unless another is named."""

    siret: str = "21750001600019"
    agents: int = 0
    """Which authority its agents belong to: one digit."""


def serial_block(authority: NoticeAuthority, day: date, device: int) -> str:
    """The first 23 digits of every notice of a device on a day."""
    return f"{authority.siret}{day:%y}{authority.agents}{day:%j}{device:03}"


def next_number(block: str, last: str | None) -> str | None:
    """The number after the last one of a block; None if its thousand are used up."""
    if last is None:
        return f"{block}000"
    return None if last.endswith(_LAST_SERIAL) else f"{block}{int(last[-3:]) + 1:03}"


def key_of(number: str) -> str:
    """The payment key: the number modulo 97. It finds a slip of a key and keeps no secret."""
    return f"{int(check_number(number)) % 97:02}"


def check_number(number: str) -> str:
    """The number itself. Raises FieldError for what is none."""
    if not _NUMBER.fullmatch(number):
        raise FieldError("number", "has 26 digits")
    return number
