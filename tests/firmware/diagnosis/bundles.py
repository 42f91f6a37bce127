"""Sales and free texts full of what a diagnostic bundle must hide, and how to look for it there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from firmware.domain.parking_right import ParkingRight
from firmware.protocol.facts import (
    AlarmRaised,
    Fact,
    InDoubt,
    PaymentRefused,
    PaymentStarted,
    RightSold,
    ServiceDone,
    Started,
    TicketFailed,
    UnexpectedEvent,
)
from tests.builders import PARIS, right

NOW = datetime(2026, 3, 4, 10, tzinfo=PARIS)
BOOT = "0f" * 16
CARD = "4970101234567890"


def right_for(plate: str, number: int) -> ParkingRight:
    """A sale whose every value is worth hiding."""
    return right(number, plate=plate, start=NOW, end=NOW + timedelta(hours=1), units=4, cents=600, tariff="2021-08-01")


def facts_about(plates: Iterable[str]) -> list[Fact]:
    """Sales of these plates, and free texts that name them, as nobody should have written them."""
    facts: list[Fact] = [Started("0.1.0", "2021-08-01"), AlarmRaised("terminal silent")]
    for number, plate in enumerate(plates, 1):
        sold = right_for(plate, number)
        facts += [
            PaymentStarted(sold),
            RightSold(sold) if number % 2 else InDoubt(sold, f"asked by {plate}"),
            UnexpectedEvent(f"{plate} came back"),
            UnexpectedEvent(f"lower {plate.lower()}, spaced {' '.join(plate)}, dashed {'-'.join(plate)}"),
            PaymentRefused(sold.reference, f"card of {plate} refused"),
            ServiceDone("07", "keypad test", f"saw ({plate})"),
            AlarmRaised(f"alarm about {plate}"),
            TicketFailed(sold.reference, plate),
        ]
    return facts


def fragments(text: str) -> str:
    """The letters and digits alone: no spelling of a plate hides from that."""
    return "".join(re.findall(r"[A-Z0-9]", text.upper()))


def strings(tree: object) -> Iterable[str]:
    """Every text in a JSON tree, names included."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, Mapping):
        for name, value in tree.items():
            yield from (name, *strings(value))
    elif isinstance(tree, Iterable):
        for value in tree:
            yield from strings(value)
