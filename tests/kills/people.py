"""Who stands at the killed station: motorists, one after the other, and the technician who puts it back into sales."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from tests.kills.street import KillStreet, StreetScript, Wait

ANSWER = 45.0
"""Seconds for which somebody waits for the end of a payment."""
SOON = 2.0
"""Seconds for which somebody waits for a key to do something."""
LOGIN = 5.0
"""Seconds for which a technician waits for the menu, before trying again."""
PAYING = ("present card", "authorising", "stopping", "giving back")
LONGEST_WAY_BACK = 20
"""Keys pressed to come back to the idle screen, at most."""
PIN = "07402917"
LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"


def plates() -> Iterator[str]:
    """Plates, each another: nobody buys twice."""
    for number in count():
        rest, last = divmod(number, len(LETTERS))
        yield f"A{LETTERS[rest // 900 % len(LETTERS)]}{rest % 900 + 100}B{LETTERS[last]}"


def people(street: KillStreet, others: Iterator[str]) -> StreetScript:
    """Everybody who comes by during one life of the station's process; `others`: their plates."""
    street.order("close")
    while True:
        yield Wait(lambda: street.seen.screen == "idle" and (street.seen.sells or street.seen.closed), ANSWER)
        if street.seen.closed:
            yield from _technician(street)
        elif street.seen.sells:
            yield from _motorist(street, next(others))


def nobody(street: KillStreet) -> StreetScript:
    """A street in which nobody comes by, except the technician whom the station calls."""
    while True:
        yield Wait(lambda: street.seen.screen == "idle" and street.seen.closed, ANSWER)
        if street.seen.closed:
            yield from _technician(street)


def _motorist(street: KillStreet, plate: str) -> StreetScript:
    for key in (*plate, "OK", "OK", "OK"):
        yield from _press(street, key)
    yield Wait(lambda: street.seen.screen not in PAYING, ANSWER)
    if street.seen.screen == "approved":
        yield from _press(street, "OK")
        yield Wait(lambda: street.seen.screen != "printing", ANSWER)
    yield from _back(street)


def _technician(street: KillStreet) -> StreetScript:
    """Has compared the journal with the terminal's, and puts the machine back into sales."""
    street.order("open")
    yield Wait(lambda: street.seen.door_open, SOON)
    for key in ("CORRECT", "CORRECT", "INFO", *PIN, "OK"):
        yield from _press(street, key)
    yield Wait(lambda: street.seen.screen == "service menu", LOGIN)
    while street.seen.closed and street.seen.screen == "service menu":
        for key in ("0", "OK", "OK"):
            yield from _press(street, key)
    street.order("close")
    yield Wait(lambda: not street.seen.door_open, SOON)
    yield from _back(street)


def _back(street: KillStreet) -> StreetScript:
    for _ in range(LONGEST_WAY_BACK):
        if street.seen.screen == "idle":
            return
        yield from _press(street, "CANCEL")


def _press(street: KillStreet, key: str) -> StreetScript:
    """A finger that stays until the driver has told of it, and the driver has seen it go."""
    keys = street.seen.keys
    street.order(f"press {key}")
    yield Wait(lambda: street.seen.keys > keys, SOON)
    street.order(f"release {key}")
    yield Wait(lambda: not street.seen.scanning, SOON)
