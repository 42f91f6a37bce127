"""Front panel port: what the board behind the keys reports of itself."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class PanelState(Enum):
    """State of the front panel: whether it serves, and if not, why."""

    OK = "ok"
    UNKNOWN = "unknown"
    """It answers with a firmware that this station does not know: its keys are not to be trusted with money."""
    SILENT = "silent"
    """It does not answer at all: no key arrives."""


class StartCause(Enum):
    """Why the front panel's board started."""

    POWER = "power"
    """Its power came, or fell so low that the chip stopped: the RP2040 tells the two not apart."""
    RESET_LINE = "reset line"
    WATCHDOG = "watchdog"
    """Its program hung."""
    PROGRAM = "program"
    """Its program ended with a mistake, and started it again."""
    UNKNOWN = "unknown"


class PanelStarted(Struct, frozen=True):
    """The front panel's board was greeted for the first time, or after a start. Sent once for each."""

    board: str
    """Its chip's own number, hexadecimal: its name."""
    cause: StartCause
    number: int | None = None
    """Starts since it has power, this one included; None of an older firmware, which does not count."""
    again: bool = False
    """Whether this station has seen it before that start: its driver, since the station runs."""


class Ambient(Enum):
    """How light it is around the front panel. It changes with some hysteresis: no flicker at dusk."""

    DAY = "day"
    DUSK = "dusk"
    NIGHT = "night"


class LightIs(Struct, frozen=True):
    """The light around, as the front panel's sensor last told it. Sent when it has moved."""

    ambient: Ambient = Ambient.DAY
    lux: int | None = None
    """None: the sensor does not answer."""


class PanelIs(Struct, frozen=True):
    """Front panel state report. Sent when any of it changes, and once after the first answer or silence."""

    state: PanelState
    version: str = ""
    """Of its firmware, hexadecimal; empty where it said none that we can read."""
    opened: bool = False
    """Its cover stands open, as it said last: somebody is behind the keys, or was."""
    cuts: int = 0
    """How often it has cut this computer's power, which was silent, since the panel itself has had power."""
