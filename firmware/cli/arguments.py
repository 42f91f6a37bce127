"""Values of command lines: a date and time, a day, a count, an address; the option that accepts a short calendar."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from urllib.parse import urlsplit

from firmware.domain.calendar_reach import ACCEPT, NEEDED, NOT_NEEDED


def moment(text: str) -> datetime:
    """Parse an argument that is a date and time."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date and time such as 2026-03-04T10:00") from None


def day(text: str) -> date:
    """Parse an argument that is a day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-03-06") from None


def count(text: str) -> int:
    """Parse an argument that is a number, 0 or more."""
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return int(text)


def positive(text: str) -> int:
    """Parse an argument that is a number, 1 or more."""
    if not (text.isascii() and text.isdecimal()) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number: 1 or more")
    return int(text)


def base_url(text: str) -> str:
    """Parse an argument that is the address of a server."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise argparse.ArgumentTypeError(f"{text!r} is not an http:// or https:// address")
    return text


def add_short_calendar(parser: argparse.ArgumentParser) -> None:
    """Add `--accept-short-calendar`: `needed`, how far past its first day a calendar must reach."""
    parser.add_argument(
        ACCEPT,
        dest="needed",
        action="store_const",
        const=NOT_NEEDED,
        default=NEEDED,
        help=f"accept a calendar that does not reach {NEEDED.ahead.days} days past its first day of use",
    )
