"""What the front panel's driver makes of what the panel says: events, causes of a start, how light it is around. Pure."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from hal.ports import (
    Ambient,
    Brightness,
    DeviceEvent,
    DoorClosed,
    DoorOpened,
    Key,
    KeyFreed,
    KeyHeld,
    KeyPressed,
    KeyStuck,
    MainsBack,
    MainsLost,
    StartCause,
    Tone,
)
from hal.wire import panel as wire

TONES = {Tone.ACCEPTED: 0, Tone.IGNORED: 1, Tone.WARNING: 2}
KEY_EVENTS: dict[int, Callable[[Key], DeviceEvent]] = {
    wire.PRESSED: KeyPressed, wire.HELD: KeyHeld, wire.STUCK: KeyStuck, wire.FREED: KeyFreed,
}  # fmt: skip

DARKER = ((10, Ambient.NIGHT), (200, Ambient.DUSK))
"""Lux below which it becomes night, and dusk; a street lamp gives 10 to 50 on the panel."""
LIGHTER = ((25, Ambient.NIGHT), (400, Ambient.DUSK))
"""Lux below which it stays night, and dusk: twice as much, so that a cloud at dusk changes nothing twice."""
KEY_LIGHT = {Brightness.FULL: 255, Brightness.DIM: 120, Brightness.NIGHT: 50}
"""Levels of the keys' light."""
_DEPTH = (Ambient.DAY, Ambient.DUSK, Ambient.NIGHT)
CAUSES = {1: StartCause.POWER, 2: StartCause.RESET_LINE, 3: StartCause.WATCHDOG, 5: StartCause.PROGRAM}


class PanelReadings(Struct, frozen=True):
    """What the panel has said of itself."""

    version: str = ""
    board: str = ""
    """Its chip's own number, hexadecimal."""
    cause: int = 0
    """Why it last started: 1 power or a brown-out, 2 its reset line, 3 its watchdog, 5 its program."""
    starts: int | None = None
    """Since it has power; None of a firmware that does not count."""
    cycles: int = 0
    """How often it cut this computer's power."""
    dropped: int = 0
    """Key events that were too old to be believed, or lost on the way, since this program runs."""
    tampered: bool | None = None
    millivolts: int | None = None
    celsius: int | None = None
    log: tuple[str, ...] = ()


def ambient_after(before: Ambient, lux: int) -> Ambient:
    """How light it is at so many lux, if it was so before: between two limits nothing changes."""

    def below(limits: tuple[tuple[int, Ambient], ...]) -> Ambient:
        return next((ambient for limit, ambient in limits if lux < limit), Ambient.DAY)

    return min(max(before, below(DARKER), key=_DEPTH.index), below(LIGHTER), key=_DEPTH.index)


def contact_events(before: int | None, bits: int) -> tuple[DeviceEvent, ...]:
    """The events of door and mains that have moved; of both the first time."""
    changed = bits ^ before if before is not None else wire.DOOR | wire.MAINS
    door = DoorClosed() if bits & wire.DOOR else DoorOpened()
    mains = MainsBack() if bits & wire.MAINS else MainsLost()
    return (*((door,) if changed & wire.DOOR else ()), *((mains,) if changed & wire.MAINS else ()))
