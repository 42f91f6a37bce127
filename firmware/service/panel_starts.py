"""Starts of the front panel: how many, why, and whether there were too many within an hour. Pure.

The panel counts while it has power, the station remembers under the panel's own number. A start is dated by the clock on the
wall, for a station that starts again must not forget it; a clock that is set ends the hour early, and nothing worse.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta
from msgspec.structs import replace

from firmware.domain.decoding import StrictStruct
from hal.ports import LightIs, PanelStarted, StartCause

Aware = Annotated[datetime, Meta(tz=True)]
OFTEN, WITHIN = 3, timedelta(hours=1)
"""So many starts under the station's eyes within this are an alarm."""


class PanelRecord(StrictStruct, frozen=True):
    """What a station remembers of its front panel."""

    board: str = ""
    """The panel's own number; another one begins a record of its own."""
    starts: int = 0
    """Since this record was begun, as far as the panel counted them."""
    number: int | None = None
    """What the panel counted last, since it has power."""
    cause: str = StartCause.UNKNOWN.value
    """Of the last start."""
    at: Aware | None = None
    """When the station learned of it."""
    again: tuple[Aware, ...] = ()
    """When the latest starts came that interrupted this station."""
    ambient: str = ""
    """How light it was around when that last changed; empty without a sensor."""
    lux: int | None = None
    """What the sensor said then; None: it did not answer."""

    def after(self, event: PanelStarted | LightIs, now: datetime) -> PanelRecord:
        """The record after this event."""
        if isinstance(event, LightIs):
            same = (self.ambient, self.lux is None) == (event.ambient.value, event.lux is None)
            return self if same else replace(self, ambient=event.ambient.value, lux=event.lux)
        known = self if event.board == self.board else PanelRecord(event.board, ambient=self.ambient, lux=self.lux)
        new = _new_starts(known, event)
        if not new:
            return known
        again = (*known.again, now)[-OFTEN:] if event.again else known.again
        starts, cause = known.starts + new, event.cause.value
        return replace(known, starts=starts, number=event.number, cause=cause, at=now, again=again)

    def restarting(self, now: datetime) -> bool:
        """Whether it has started too often within the last hour."""
        return len(self.recent(now)) >= OFTEN

    def recent(self, now: datetime) -> tuple[datetime, ...]:
        """The starts of the last hour that interrupted this station, up to `OFTEN`."""
        return tuple(at for at in self.again if timedelta() <= now - at < WITHIN)


def _new_starts(known: PanelRecord, event: PanelStarted) -> int:
    """How many starts an event tells of. One that does not count, and was there before this program, has not started for it."""
    before = known.number
    if before is not None and event.number is not None and event.number > before:
        return event.number - before
    if event.again or not known.starts:
        return 1
    if event.number is None or event.number == before:
        return 0
    return 1 if before is None else event.number
